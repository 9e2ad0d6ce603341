"""Setting up bulletins: sentences, annex tables, rules, mailings, typed facts, published values.

Packs and the admin save through these. What is saved again unchanged keeps its rows.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Form, Group, Office, Register
from indicators.models import Ranking, Scheme
from reports.choices import AnnexRows, Highlight, TotalPlace
from reports.models import (
    Annex,
    AnnexColumn,
    AnnexGroup,
    Bulletin,
    BulletinSection,
    ConsistencyRule,
    Fact,
    Mailing,
    PublishedValue,
)


@dataclass(frozen=True)
class SectionText:
    """A heading ("" for none) of level 1–3 and its paragraphs, one a line, with `{…}` holes; `repeat`: once a unit of it."""

    heading: str
    text: str
    level: int = 1
    repeat: Group | None = None


@dataclass(frozen=True)
class ColumnSpec:
    """One annex column; `head` levels are separated by “|”; `expression` for items, rates, places and texts."""

    code: str
    head: str
    kind: str
    expression: str = ""
    decimals: int = 0
    merge: bool = False
    in_totals: bool = True
    total_text: str = ""
    highlight: str = Highlight.NONE
    highlight_count: int = 3


@dataclass(frozen=True)
class GroupSpec:
    """Rows that stand together: the units of `group`, a line above ("" for none) and a subtotal below ("" for none)."""

    group: Group
    label: str = ""
    subtotal_label: str = ""


@dataclass(frozen=True)
class AnnexSpec:
    """One annex; its rows are the units asked for `form` (or their categories), those with entries in `register` (or the
    entries), or the leaves of `scheme`.

    `row_order` and `comparison_units` hold unit codes separated by blanks, `order_by` one expression a line.
    """

    number: int
    title: str
    form: Form | None
    columns: tuple[ColumnSpec, ...]
    name_set: str = ""
    row_order: str = ""
    period_line: str = ""
    note: str = ""
    landscape: bool = True
    register: Register | None = None
    rows: str = AnnexRows.UNITS
    count: str = ""
    order_by: str = ""
    scheme: Scheme | None = None
    total: str = TotalPlace.NONE
    total_label: str = "合计"
    comparison_units: str = ""
    groups: tuple[GroupSpec, ...] = ()


# What of an annex is taken over as it is.
ANNEX_FIELDS = (
    "title", "form", "register", "scheme", "rows", "count", "name_set", "row_order", "order_by", "total", "total_label",
    "comparison_units", "period_line", "note", "landscape",
)  # fmt: skip
COLUMN_FIELDS = (
    "code", "head", "kind", "expression", "decimals", "merge", "in_totals", "total_text", "highlight", "highlight_count",
)  # fmt: skip
GROUP_FIELDS = ("group", "label", "subtotal_label")


@dataclass(frozen=True)
class RuleSpec:
    """A condition on the whole issue and what is said when it fails."""

    code: str
    expression: str
    message: str


@transaction.atomic
def save_bulletin(
    *,
    office: Office,
    code: str,
    group: Group,
    sections: Sequence[SectionText],
    annexes: Sequence[AnnexSpec] = (),
    consistency: Sequence[RuleSpec] = (),
    **fields: Any,
) -> Bulletin:
    """Creates or changes a bulletin with all its parts; parts that are not named are removed.

    Texts are not checked against the office's figures here: reports.services.source.faults_of does that.
    """
    named: list[Any] = [group, *(section.repeat for section in sections)]
    for annex in annexes:
        named += [annex.form, annex.register, annex.scheme, *(part.group for part in annex.groups)]
    if any(one.office_id != office.pk for one in named if one is not None):
        raise ValidationError(
            _("A bulletin speaks of the groups, forms, registers and schemes of its own office only.")
        )
    bulletin = Bulletin.objects.filter(office=office, code=code).first() or Bulletin(office=office, code=code)
    for name, value in {"group": group, **fields}.items():
        setattr(bulletin, name, value)
    bulletin.full_clean()
    bulletin.save()
    _replace(
        bulletin.sections.all(),
        [
            BulletinSection(
                bulletin=bulletin,
                order=place,
                level=section.level,
                heading=section.heading,
                text=section.text,
                repeat=section.repeat,
            )
            for place, section in enumerate(sections, 1)
        ],
        ("order", "level", "heading", "text", "repeat"),
    )
    _save_annexes(bulletin, annexes)
    _replace(
        bulletin.consistency_rules.all(),
        [
            ConsistencyRule(bulletin=bulletin, code=r.code, expression=r.expression, message=r.message)
            for r in sorted(consistency, key=lambda rule: rule.code)
        ],
        ("code", "expression", "message"),
    )
    return bulletin


def _save_annexes(bulletin: Bulletin, annexes: Iterable[AnnexSpec]) -> None:
    numbers = set()
    for spec in annexes:
        numbers.add(spec.number)
        annex = bulletin.annexes.filter(number=spec.number).first() or Annex(
            bulletin=bulletin, number=spec.number
        )
        for name in ANNEX_FIELDS:
            setattr(annex, name, getattr(spec, name))
        annex.full_clean()
        annex.save()
        _replace(
            annex.columns.all(),
            [
                AnnexColumn(
                    annex=annex, order=place, **{name: getattr(column, name) for name in COLUMN_FIELDS}
                )
                for place, column in enumerate(spec.columns, 1)
            ],
            ("order", *COLUMN_FIELDS),
        )
        _replace(
            annex.groups.all(),
            [
                AnnexGroup(annex=annex, order=place, **{name: getattr(group, name) for name in GROUP_FIELDS})
                for place, group in enumerate(spec.groups, 1)
            ],
            ("order", *GROUP_FIELDS),
        )
    bulletin.annexes.exclude(number__in=numbers).delete()


def _replace(stored: Any, wanted: list[Model], keys: tuple[str, ...]) -> None:
    """Makes the ordered parts what is wanted; rows that say the same already are left as they are."""

    def content(rows: Iterable[Model]) -> list[tuple]:
        return [tuple(getattr(row, key) for key in keys) for row in rows]

    if content(stored) == content(wanted):
        return
    for row in wanted:
        row.full_clean(validate_unique=False, validate_constraints=False)
    stored.delete()
    stored.model._default_manager.bulk_create(wanted)


@transaction.atomic
def save_mailing(
    *,
    bulletin: Bulletin,
    ranking: Ranking,
    enabled: bool = True,
    at_issue: bool = True,
    roles: str = "",
    attachments: str = "pdf",
    chart: bool = True,
) -> Mailing:
    """The ranking mail that follows every issue of the bulletin; `roles` and `attachments` are separated by blanks."""
    if ranking.office_id != bulletin.office_id:
        raise ValidationError(_("“%s” belongs to another office.") % ranking)
    mailing = Mailing.objects.filter(bulletin=bulletin, ranking=ranking).first()
    mailing = mailing or Mailing(bulletin=bulletin, ranking=ranking)
    mailing.enabled, mailing.at_issue = enabled, at_issue
    mailing.roles, mailing.attachments, mailing.chart = roles, attachments, chart
    mailing.full_clean()
    mailing.save()
    return mailing


@transaction.atomic
def save_fact(
    *,
    bulletin: Bulletin,
    period: str,
    code: str,
    name: str,
    source: str,
    user: Any,
    number: Decimal | None = None,
    text: str = "",
    unit_of_measure: str = "",
    as_of: dt.date | None = None,
    at: dt.datetime | None = None,
) -> Fact:
    """Types a figure or a text for one issue; unchanged content keeps who typed it and when, unless `at` is given."""
    fact = Fact.objects.filter(bulletin=bulletin, period=period, code=code).first()
    wanted = {
        "name": name,
        "number": number,
        "text": text,
        "unit_of_measure": unit_of_measure,
        "as_of": as_of,
        "source": source,
    }
    unchanged = fact is not None and all(getattr(fact, key) == value for key, value in wanted.items())
    if fact is not None and unchanged and (at is None or (fact.typed_by_id, fact.typed_at) == (user.pk, at)):
        return fact
    fact = fact or Fact(bulletin=bulletin, period=period, code=code)
    for key, value in wanted.items():
        setattr(fact, key, value)
    fact.typed_by, fact.typed_at = user, at or timezone.now()
    if (number is None) == (not text):
        raise ValidationError(_("A fact is either a number or a text."))
    fact.full_clean()
    fact.save()
    return fact


@transaction.atomic
def save_published(
    *, bulletin: Bulletin, period: str, claim: str, figure: str, value: str, source: str, user: Any
) -> PublishedValue:
    """Keeps what was printed elsewhere for a figure; who typed it can't be the one who accepts a difference."""
    published = PublishedValue.objects.filter(bulletin=bulletin, period=period, claim=claim).first()
    published = published or PublishedValue(bulletin=bulletin, period=period, claim=claim)
    wanted = {"figure": figure, "value": value, "source": source}
    if published.pk and all(getattr(published, key) == text for key, text in wanted.items()):
        return published
    for key, text in wanted.items():
        setattr(published, key, text)
    published.typed_by = user
    published.full_clean()
    published.save()
    return published
