"""The letters of an issue: its documents and files read once, its charts drawn before a mail is claimed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Unit
from reports.choices import IssueStatus
from reports.mail.chart import MOST_BARS, edition_chart
from reports.mail.digest import digest_of
from reports.mail.edition import Edition, Line, edition_for, text_of
from reports.mail.enclosures import CONTENT_TYPES, Enclosed, enclose, formats_of
from reports.mail.excerpt import excerpt
from reports.mail.message import Letter, digest_letter, issue_url, ranking_letter, ranking_url
from reports.models import Delivery, Issue, IssueFile, Mailing, Subscription
from reports.renderers.charts import chart_png
from reports.services.rendering import render_document

# Twice the width of a phone: sharp there, and a third of the size of the attachments.
CHART_WIDTH = 760


@dataclass(frozen=True)
class Source:
    """What all mails of an issue share: its document and its files by format."""

    issue: Issue
    document: Mapping[str, Any]
    files: Mapping[str, bytes]


class Letters:
    """Letters for deliveries, one kept at a time: deliveries stand in the order of their units."""

    def __init__(self) -> None:
        self._sources: dict[int, Source] = {}
        self._charts: dict[tuple[int, int, int], bytes | None] = {}
        self._key: tuple[int | None, ...] = ()
        self._letter: Letter | None = None

    def draw(self, deliveries: Iterable[Delivery]) -> int:
        """Draws the charts of these deliveries, one a unit; how many. One that can't be drawn is left to `of`."""
        drawn = 0
        for delivery in deliveries:
            key = _chart_key(delivery)
            if key is None or key in self._charts:
                continue
            assert delivery.mailing is not None
            assert delivery.unit is not None
            try:
                edition = _edition(self._source(delivery.issue), delivery.mailing, delivery.unit)
                self._charts[key] = _chart(edition, delivery.mailing)
            except Exception:  # noqa: S112 (told where the letter is written, and for that delivery alone)
                continue
            drawn += 1
        return drawn

    def of(self, delivery: Delivery) -> Letter:
        """The letter of a delivery. LookupError for a unit the document does not rank; whatever a renderer raises."""
        key = (delivery.issue_id, delivery.mailing_id, delivery.unit_id, delivery.subscription_id)
        if self._letter is None or key != self._key:
            self._letter, self._key = self._write(delivery), key
        return self._letter

    def _write(self, delivery: Delivery) -> Letter:
        source = self._source(delivery.issue)
        if delivery.subscription is not None:
            return subscription_letter(source, delivery.subscription)
        assert delivery.mailing is not None
        assert delivery.unit is not None
        key = _chart_key(delivery)
        if key is not None and key in self._charts:
            return unit_letter(source, delivery.mailing, delivery.unit, chart=self._charts.pop(key))
        return unit_letter(source, delivery.mailing, delivery.unit)

    def _source(self, issue: Issue) -> Source:
        if issue.pk not in self._sources:
            self._sources[issue.pk] = source_of(issue)
        return self._sources[issue.pk]


def source_of(issue: Issue) -> Source:
    """The document and kept files of an issued issue; of a draft the files as they would be now."""
    document = json.loads(issue.content)
    if issue.status == IssueStatus.ISSUED:
        kept = IssueFile.objects.filter(issue=issue, format__in=CONTENT_TYPES).values_list(
            "format", "content"
        )
        return Source(issue, document, {format_: bytes(content) for format_, content in kept})
    return Source(issue, document, _Rendered(document))


def unit_letter(source: Source, mailing: Mailing, unit: Unit, **drawn: bytes | None) -> Letter:
    """The letter of a unit's edition; `chart` may have been drawn before."""
    edition = _edition(source, mailing, unit)
    return ranking_letter(
        edition=edition,
        page=ranking_url(ranking=mailing.ranking_id, period=source.issue.period),
        enclosed=_enclosed(source, mailing.attachments),
        chart=drawn["chart"] if "chart" in drawn else _chart(edition, mailing),
    )


def subscription_letter(source: Source, subscription: Subscription) -> Letter:
    """The letter of a subscriber: the whole issue in short."""
    digest = digest_of(source.document)
    return digest_letter(
        digest=replace(digest, synthetic=_banner(source, digest.synthetic)),
        page=issue_url(issue=source.issue.pk),
        enclosed=_enclosed(source, subscription.attachments),
    )


class _Rendered(dict[str, bytes]):
    """Files of a draft by format, each made when it is asked for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def __missing__(self, format_: str) -> bytes:
        self[format_] = content = render_document(self._document, format_)
        return content


def _edition(source: Source, mailing: Mailing, unit: Unit) -> Edition:
    edition = edition_for(
        source.document, ranking=mailing.ranking.code, unit=unit.code, topic=source.issue.bulletin.name
    )
    return replace(edition, synthetic=_banner(source, edition.synthetic))


def _banner(source: Source, words: str) -> str:
    """What stands above everything: that the data are a demonstration, that this is a draft."""
    draft = (
        "" if source.issue.status == IssueStatus.ISSUED else _("Draft, not issued: only to try the mail out")
    )
    return "；".join(part for part in (draft, words) if part)


def _chart(edition: Edition, mailing: Mailing) -> bytes | None:
    if not mailing.chart:
        return None
    lines: tuple[Line | None, ...] = edition.places
    if len(lines) > MOST_BARS:
        lines = excerpt(edition.places, whole=MOST_BARS)
    chart = edition_chart(
        edition,
        tuple(line for line in lines if line is not None),
        {"overall": _("Overall"), "target": _("Target")},
    )
    return chart_png(chart, width_px=CHART_WIDTH) if chart else None


def _chart_key(delivery: Delivery) -> tuple[int, int, int] | None:
    if delivery.mailing is None or delivery.unit_id is None or not delivery.mailing.chart:
        return None
    return delivery.issue_id, delivery.mailing.pk, delivery.unit_id


def _enclosed(source: Source, formats: str) -> Enclosed:
    return enclose(source.files, wanted=formats_of(formats), title=text_of(source.document["title"]))
