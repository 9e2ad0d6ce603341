"""Setting up comparisons of sources, and putting explanations and decisions about their differences on record."""

import datetime as dt
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, CaseState, Role
from departments.exceptions import Conflict, TransitionRefused
from departments.models import Comparison, ComparisonCase, ComparisonSource, Item, Office, Unit
from departments.permissions import has_role
from departments.services.sides import Row, filed_text, side_by_side
from expressions.values import MISSING


@transaction.atomic
def save_comparison(*, office: Office, code: str, **fields: Any) -> Comparison:
    """Creates or changes a comparison (name, tolerance, tolerance_percent, order)."""
    comparison = Comparison.objects.filter(office=office, code=code).first()
    return _save(comparison or Comparison(office=office, code=code), fields)


@transaction.atomic
def save_source(*, comparison: Comparison, item: Item, **fields: Any) -> ComparisonSource:
    """Adds an item as a source, or changes its name and order; ValidationError when it can't be compared."""
    source = ComparisonSource.objects.filter(comparison=comparison, item=item).first()
    return _save(source or ComparisonSource(comparison=comparison, item=item), fields)


@transaction.atomic
def explain(
    *,
    comparison: Comparison,
    unit: Unit,
    period: str,
    user: Any,
    text: str,
    mark: str | None = None,
    at: dt.datetime | None = None,
) -> ComparisonCase:
    """The unit says why its sources differ; again replaces what it said, the record keeps both.

    `mark` is the Row.mark the person had read: Conflict when the case or a figure has changed since.
    """
    if not has_role(user, UNIT_ROLES, unit=unit):
        raise TransitionRefused(_("Only the unit's own people explain its figures."))
    if not text.strip():
        raise TransitionRefused(_("Please write what the difference comes from."))
    case, row = _locked(comparison, unit, period, user, mark)
    if not row.is_open:
        raise TransitionRefused(
            _("Nothing is left to explain: the sources agree, or the office has decided.")
        )
    case.state, case.explanation = CaseState.EXPLAINED, text.strip()
    case.explained_by, case.explained_at = user, at or timezone.now()
    return _record(case, row, user, case.explained_at, _("Explained: %s") % case.explanation)


@transaction.atomic
def decide(
    *,
    comparison: Comparison,
    unit: Unit,
    period: str,
    user: Any,
    source: ComparisonSource,
    reason: str,
    mark: str | None = None,
    at: dt.datetime | None = None,
) -> ComparisonCase:
    """The office decides which source counts for the unit (and for units below it without a decision of their own).

    An administrator who did not write the explanation, with a reason. The decision holds until another one is made;
    when a figure changes afterwards the case is open again. `mark` as in explain().
    """
    if not has_role(user, {Role.ADMINISTRATOR}, unit=unit):
        raise TransitionRefused(_("Only an administrator of the office decides which source counts."))
    if not reason.strip():
        raise TransitionRefused(_("Please write the reason: the unit will read it."))
    if source.comparison_id != comparison.pk:
        raise TransitionRefused(_("Choose one of the sources of this comparison."))
    case, row = _locked(comparison, unit, period, user, mark)
    if case.explained_by_id == user.pk:
        raise TransitionRefused(_("You wrote the explanation: somebody else must decide."))
    if row.state == CaseState.AGREES:
        raise TransitionRefused(_("The sources agree within the tolerance: there is nothing to decide."))
    figure = dict(zip(row.seen, row.figures, strict=True))[str(source.pk)]
    if figure is None or figure.value == MISSING:
        raise TransitionRefused(_("“%s” has no approved figure for this unit and can't count.") % source.name)
    case.state, case.counts, case.reason = CaseState.DECIDED, source, reason.strip()
    case.decided_by, case.decided_at = user, at or timezone.now()
    record = _("“%(source)s” counts. Reason: %(reason)s") % {"source": source.name, "reason": case.reason}
    return _record(case, row, user, case.decided_at, record)


def history_of(case: ComparisonCase) -> list[LogEntry]:
    """Everything that was explained and decided, newest first, with the figures of that moment."""
    return list(
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(ComparisonCase), object_id=str(case.pk)
        )
        .select_related("user")
        .order_by("-action_time", "-pk")
    )


def _locked(
    comparison: Comparison, unit: Unit, period: str, user: Any, mark: str | None
) -> tuple[ComparisonCase, Row]:
    """The case, created if need be and locked until the transaction ends, and its row as it is now."""
    made, _created = ComparisonCase.objects.get_or_create(
        comparison=comparison, unit=unit, period=period, defaults={"state": CaseState.DIFFERS}
    )
    case = ComparisonCase.objects.select_for_update(of=("self",)).get(pk=made.pk)
    sides = side_by_side(comparison, period, user)
    row = next((row for row in sides.rows if row.unit.unit == unit.pk), None)
    if row is None:
        raise TransitionRefused(_("This unit takes no part in this comparison."))
    if mark is not None and mark != row.mark:
        raise Conflict({})
    return case, row


def _record(case: ComparisonCase, row: Row, user: Any, at: dt.datetime, words: str) -> ComparisonCase:
    case.seen = dict(row.seen)
    case.version += 1
    case.save()
    sources = {str(source.pk): source for source in case.comparison.sources.select_related("item")}
    figures = "，".join(
        f"{sources[pk].name} {filed_text(figure, sources[pk].item.decimals)}"
        for pk, figure in zip(row.seen, row.figures, strict=True)
    )
    LogEntry.objects.create(
        user=user,
        action_time=at,
        content_type=ContentType.objects.get_for_model(ComparisonCase),
        object_id=str(case.pk),
        object_repr=str(case)[:200],
        action_flag=CHANGE,
        change_message=f"{words}（{figures}）",
    )
    return case


def _save(instance: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(instance, name, value)
    instance.full_clean()
    instance.save()
    return instance
