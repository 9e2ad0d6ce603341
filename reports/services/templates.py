"""Setting up bulletins: sentences, annex tables, rules, mailings, typed facts, published values.

Packs and the admin save through these. What is saved again unchanged keeps its rows.
"""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Group, Office
from indicators.models import Ranking
from reports.models import Bulletin, ConsistencyRule, Fact, Mailing, PublishedValue
from reports.services.mailings import check_formats, check_roles
from reports.services.template_parts import replace_parts, write_annex, write_sections
from reports.services.template_specs import (
    COLUMN_FIELDS,
    AnnexSpec,
    ColumnSpec,
    GroupSpec,
    RuleSpec,
    SectionText,
)
from reports.statements.limits import MAX_ANNEXES

__all__ = [
    "COLUMN_FIELDS",
    "AnnexSpec",
    "ColumnSpec",
    "GroupSpec",
    "RuleSpec",
    "SectionText",
    "save_bulletin",
    "save_fact",
    "save_mailing",
    "save_published",
]


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
    write_sections(bulletin, sections)
    if len(annexes) > MAX_ANNEXES:
        raise ValidationError(_("A bulletin has at most %s annexes.") % MAX_ANNEXES)
    for spec in annexes:
        write_annex(bulletin.annexes.filter(number=spec.number).first(), bulletin, spec)
    bulletin.annexes.exclude(number__in=[spec.number for spec in annexes]).delete()
    replace_parts(
        bulletin.consistency_rules.all(),
        [
            ConsistencyRule(bulletin=bulletin, code=r.code, expression=r.expression, message=r.message)
            for r in sorted(consistency, key=lambda rule: rule.code)
        ],
        ("code", "expression", "message"),
    )
    return bulletin


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
    mailing.roles, mailing.attachments, mailing.chart = (
        check_roles(roles),
        check_formats(attachments),
        chart,
    )
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
