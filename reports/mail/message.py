"""Mails of an issue: subject, HTML with a complete plain-text part, a chart inside it, the bulletin's files attached.

A letter is all of a mail but its recipient: who gets the same edition gets the same letter.
"""

import hashlib
import secrets
from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.channels.mail import FoldedMessage
from reports.mail import wording
from reports.mail.digest import Digest
from reports.mail.edition import Edition
from reports.mail.enclosures import Enclosed
from reports.mail.excerpt import excerpt, few

# What the HTML calls the picture that travels with it.
CHART_ID = "ranking-chart"
# Mail programs load nothing from elsewhere, and neither do we.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """Subject, both texts, the chart as PNG (None without one) and the attached files."""

    subject: str
    text: str
    html: str
    chart: bytes | None
    enclosed: Enclosed


class IllustratedMessage(FoldedMessage):
    """The HTML part and its picture are one related whole, so that no program lists the picture as an attachment."""

    chart: bytes | None = None

    def message(self, **options: Any) -> Any:
        built: Any = super().message(**options)
        if self.chart is not None:
            _illustrate(built, self.chart)
        for part in built.walk():
            if part.is_multipart():
                # Otherwise the whole text is searched for each boundary that is tried: a third of the time of a mail.
                part.set_boundary(f"={secrets.token_hex(16)}=")
        return built


def message_id(*, delivery: int, issue_hash: str, address: str) -> str:
    """The same for the same delivery however often it is sent: a mail program or an administrator sees a duplicate."""
    digest = hashlib.sha256(f"{issue_hash} {address}".encode()).hexdigest()[:16]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<delivery-{delivery}.{digest}@{domain}>"


def ranking_url(*, ranking: int, period: str) -> str:
    """The ranking's page on this site, for the period of the issue."""
    return (
        f"{_site(reverse('admin:indicators_ranking_page', args=[ranking]))}?{urlencode({'period': period})}"
    )


def issue_url(*, issue: int) -> str:
    """The issue's page on this site, for people of the office."""
    return _site(reverse("admin:reports_issue_change", args=[issue]))


def ranking_letter(*, edition: Edition, page: str, enclosed: Enclosed, chart: bytes | None) -> Letter:
    """What a unit is told of its place. `page` is where the link leads."""
    own = wording.worded(edition.own)
    subject = wording.subject(edition)
    context = {
        "edition": edition,
        "subject": subject,
        "own": own,
        "overall": wording.value(edition.overall, edition.overall_pair),
        "target": wording.target(edition),
        "gain": wording.gain(edition),
        "order": wording.order(edition),
        "correction": wording.correction(edition.correction),
        "last": [wording.worded(line) for line in edition.last],
        "places": [wording.worded(line) if line else None for line in excerpt(edition.places)],
        "unranked": [wording.worded(line) for line in few(edition.unranked)],
        "hidden": len(edition.unranked) - len(few(edition.unranked)),
        "moved": any(line.movement is not None for line in edition.places),
        "chart": CHART_ID if chart else "",
        "chart_words": _("%(indicator)s of every unit as bars; your unit: %(place)s, %(value)s")
        % {"indicator": edition.indicator, "place": own.place, "value": own.value or own.line.reason},
        **_foot(enclosed, page),
    }
    return _letter("ranking", subject, context, enclosed, chart)


def digest_letter(*, digest: Digest, page: str, enclosed: Enclosed) -> Letter:
    """What a subscriber is told of a whole issue."""
    subject = wording.digest_subject(digest)
    context = {
        "digest": digest,
        "subject": subject,
        "correction": wording.correction(digest.correction),
        "rankings": [
            {
                "ends": ends,
                "overall": wording.value(ends.overall, ends.overall_pair),
                "first": [wording.worded(line) for line in ends.first],
                "last": [wording.worded(line) for line in ends.last],
            }
            for ends in digest.rankings
        ],
        **_foot(enclosed, page),
    }
    return _letter("digest", subject, context, enclosed, None)


def addressed(letter: Letter, *, address: str, message_id: str) -> EmailMultiAlternatives:
    """The message to one address; nobody else's stands in it."""
    message = _message(letter, letter.subject, address)
    message.extra_headers["Message-ID"] = message_id
    return message


def tried_out(letter: Letter, *, address: str) -> EmailMultiAlternatives:
    """The message of a test: its subject says so, and each is a message of its own."""
    return _message(letter, wording.test_subject(letter.subject), address)


def _message(letter: Letter, subject: str, address: str) -> EmailMultiAlternatives:
    message = IllustratedMessage(
        subject=subject, body=letter.text, to=[address], headers={"Auto-Submitted": "auto-generated"}
    )
    message.chart = letter.chart
    message.attach_alternative(letter.html, "text/html")
    for file in letter.enclosed.files:
        message.attach(file.name, file.content, file.content_type)
    return message


def _letter(
    template: str, subject: str, context: dict[str, Any], enclosed: Enclosed, chart: bytes | None
) -> Letter:
    text = render_to_string(f"reports/mail/{template}.txt", context)
    html = _INLINER.inline(render_to_string(f"reports/mail/{template}.html", context))
    return Letter(subject, text, html, chart, enclosed)


def _foot(enclosed: Enclosed, page: str) -> dict[str, Any]:
    return {
        "page": page,
        "attachments": [file.name for file in enclosed.files],
        "left_out": wording.left_out(enclosed),
    }


def _site(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _illustrate(built: Any, chart: bytes) -> None:
    alternatives = next(part for part in built.walk() if part.get_content_type() == "multipart/alternative")
    *others, html = alternatives.get_payload()
    related = MIMEMultipart("related", type="text/html")
    related.attach(html)
    image = MIMEImage(chart, "png")
    image.add_header("Content-ID", f"<{CHART_ID}>")
    image.add_header("Content-Disposition", "inline", filename=f"{CHART_ID}.png")
    related.attach(image)
    alternatives.set_payload([*others, related])
