"""核减: what a figure of one unit and period should not have counted, asked for by one administrator, approved by another.

An approved exclusion lowers the figure in every table, sentence and rank of that period and of the longer ones it lies in,
until it is lifted. What was issued before does not change: its figures are frozen with it.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import FigureState, ItemKind, Role, Status, UnitTotal
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Figure, Form, Item, Submission, Unit
from departments.periods import Period
from departments.permissions import has_role
from departments.services.ledger import lock
from indicators.choices import ExclusionState
from indicators.exclusions import ExclusionData
from indicators.models import Exclusion

NUMBERS = (ItemKind.WHOLE, ItemKind.DECIMAL, ItemKind.TICK)
LONGEST_REASON = 300


def can_be_excluded(item: Item) -> bool:
    """Whether parts of its figures may be left out: entered numbers that add over units, asked once per form."""
    return item.kind in NUMBERS and item.unit_total == UnitTotal.SUM and not item.by_category


@transaction.atomic
def ask_exclusion(
    *,
    item: Item,
    unit: Unit,
    period: str,
    amount: Decimal,
    reason: str,
    user: Any,
    at: dt.datetime | None = None,
) -> Exclusion:
    """Asks for `amount` of the unit's approved figure not to be counted; it counts until somebody else approves that."""
    at = at or timezone.now()
    _require_administrator(user, unit)
    if item.form.office_id != unit.office_id or not can_be_excluded(item):
        raise DepartmentsError(
            _("“%s” can't be lowered: choose a number of this office that adds up over units.") % item
        )
    if not reason.strip():
        raise DepartmentsError(_("Please write why it is not counted: the unit and the bulletin show it."))
    _check_amount(amount, item, _approved_figure(item, unit, period), unit)
    row = Exclusion(
        item=item,
        unit=unit,
        period=period,
        amount=amount,
        reason=reason.strip()[:LONGEST_REASON],
        asked_by=user,
        asked_at=at,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise DepartmentsError(
            _("“%(item)s” of %(unit)s has an exclusion in this period already: lift that one first.")
            % {"item": item, "unit": unit}
        ) from error
    return _record(row, user, at, _("Asked for %(amount)s: %(reason)s") % _shown(row))


@transaction.atomic
def approve_exclusion(*, exclusion: Exclusion, user: Any, at: dt.datetime | None = None) -> Exclusion:
    """From now on the figure is lowered. Never by who asked for it."""
    at = at or timezone.now()
    row = _locked(exclusion, user, ExclusionState.ASKED)
    if row.asked_by_id == user.pk:
        raise TransitionRefused(_("You asked for this yourself: somebody else must decide."))
    _check_amount(row.amount, row.item, _approved_figure(row.item, row.unit, row.period), row.unit)
    row.state, row.decided_by, row.decided_at = ExclusionState.APPROVED, user, at
    row.save()
    return _record(row, user, at, _("Approved: %(amount)s is not counted") % _shown(row))


@transaction.atomic
def refuse_exclusion(
    *, exclusion: Exclusion, user: Any, reason: str, at: dt.datetime | None = None
) -> Exclusion:
    """The figure stays as it is; who asked may take it back this way."""
    at = at or timezone.now()
    row = _locked(exclusion, user, ExclusionState.ASKED)
    if not reason.strip():
        raise DepartmentsError(_("Please write why not: the one who asked will read it."))
    row.state, row.decided_by, row.decided_at = ExclusionState.REFUSED, user, at
    row.decision = reason.strip()[:LONGEST_REASON]
    row.save()
    return _record(row, user, at, _("Refused: %s") % row.decision)


@transaction.atomic
def lift_exclusion(
    *, exclusion: Exclusion, user: Any, reason: str, at: dt.datetime | None = None
) -> Exclusion:
    """The whole figure counts again from now on."""
    at = at or timezone.now()
    row = _locked(exclusion, user, ExclusionState.APPROVED)
    if not reason.strip():
        raise DepartmentsError(_("Please write why it counts again: the unit will read it."))
    row.state, row.lifted_by, row.lifted_at = ExclusionState.LIFTED, user, at
    row.decision = reason.strip()[:LONGEST_REASON]
    row.save()
    return _record(row, user, at, _("Lifted: %s") % row.decision)


def may_decide(exclusion: Exclusion, user: Any) -> bool:
    """Whether the person may refuse or lift it; approving is not for who asked (may_approve)."""
    return has_role(user, {Role.ADMINISTRATOR}, unit=exclusion.unit)


def may_approve(exclusion: Exclusion, user: Any) -> bool:
    """Whether the person may approve it."""
    return exclusion.asked_by_id != user.pk and may_decide(exclusion, user)


def approved_exclusions(forms: Iterable[Form], when: Period) -> list[ExclusionData]:
    """The approved exclusions of the forms' items in a period or in the periods inside it, oldest first; one query.

    Those of a stock count only where their period is the last one that was reported: whoever has the figures sees that.
    """
    rows = (
        Exclusion.objects.filter(item__form__in=list(forms), state=ExclusionState.APPROVED)
        .select_related("item__form")
        .order_by("pk")
    )
    return [
        ExclusionData(
            unit_id=row.unit_id,
            form_code=row.item.form.code,
            item_code=row.item.code,
            amount=Fraction(row.amount),
            period=row.period,
            reason=row.reason,
            item_name=row.item.name,
            unit_of_measure=row.item.unit_of_measure,
        )
        for row in rows
        if when.contains(Period.parse(row.period))
    ]


def approved_submission(item: Item, unit: Unit, period: str) -> Submission | None:
    """The unit's approved form that holds the figure."""
    return Submission.objects.filter(
        window__form=item.form_id, window__period=period, unit=unit, status=Status.APPROVED
    ).first()


def figure_of(item: Item, submission: Submission | None) -> Decimal | None:
    """The item's number in a form; None without one."""
    if submission is None:
        return None
    row = Figure.objects.filter(submission=submission, item=item, state=FigureState.NUMBER).first()
    return row.value if row is not None else None


def history_of(exclusion: Exclusion) -> list[LogEntry]:
    """What was asked for and decided, newest first."""
    return list(
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Exclusion), object_id=str(exclusion.pk)
        )
        .select_related("user")
        .order_by("-action_time", "-pk")
    )


def _require_administrator(user: Any, unit: Unit) -> None:
    if not has_role(user, {Role.ADMINISTRATOR}, unit=unit):
        raise TransitionRefused(_("Only an administrator of the office decides what is not counted."))


def _locked(exclusion: Exclusion, user: Any, state: ExclusionState) -> Exclusion:
    """The exclusion as it is now, locked until the transaction ends, in the state that the step begins from."""
    row = (
        Exclusion.objects.select_for_update(of=("self",))
        .select_related("item__form", "unit__office", "asked_by")
        .get(pk=exclusion.pk)
    )
    _require_administrator(user, row.unit)
    if row.state != state:
        raise TransitionRefused(
            _("Nothing was done: this exclusion is already in the state “%s”.") % row.get_state_display()
        )
    return row


def _approved_figure(item: Item, unit: Unit, period: str) -> Decimal:
    """The unit's approved figure, its form locked so that it is not opened again meanwhile."""
    submission = approved_submission(item, unit, period)
    value = figure_of(item, lock(submission)) if submission is not None else None
    if value is None:
        raise DepartmentsError(
            _("%(unit)s has no approved number for “%(item)s” in this period: there is nothing to lower.")
            % {"unit": unit, "item": item}
        )
    return value


def _check_amount(amount: Decimal, item: Item, figure: Decimal, unit: Unit) -> None:
    if not (amount.is_finite() and 0 < amount <= figure):
        raise DepartmentsError(
            _(
                "%(unit)s reported %(figure)s: write how much of it is not counted, more than 0 and at most that."
            )
            % {"unit": unit, "figure": plain(figure)}
        )
    if amount != round(amount, item.decimals):
        raise DepartmentsError(
            _("“%(item)s” has %(n)s decimals: write no more of them.") % {"item": item, "n": item.decimals}
        )


def plain(number: Decimal) -> str:
    """A figure as it was entered, without the zeros that storing adds."""
    return f"{number.normalize():f}"


def _shown(row: Exclusion) -> dict[str, str]:
    return {"amount": f"{plain(row.amount)}{row.item.unit_of_measure}", "reason": row.reason}


def _record(row: Exclusion, user: Any, at: dt.datetime, words: str) -> Exclusion:
    LogEntry.objects.create(
        user=user,
        action_time=at,
        content_type=ContentType.objects.get_for_model(Exclusion),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE,
        change_message=words,
    )
    return row
