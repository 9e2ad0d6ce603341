"""The life of a submission: opening a window, saving, submitting, deciding. Each locks the row it changes."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.cells import Cell, CellError, CellInput
from departments.choices import Action, FigureState, ReopeningState, Role, Severity, Status
from departments.exceptions import (
    Conflict,
    DepartmentsError,
    DuplicateSubmission,
    NotSubmittable,
    Problem,
    TransitionRefused,
)
from departments.models import Form, Submission, Unit, UnitVersion, Window
from departments.periods import Period
from departments.permissions import has_role
from departments.services.contexts import load_context
from departments.services.ledger import (
    changes_between,
    lock,
    move,
    record,
    refuse_overwriting,
    refuse_unseen,
    store,
)
from departments.services.organisation import expected_units
from departments.services.remarks import Warned, explain, explanations_of, remark_return
from departments.sheets import Sheet, cells_of, load_sheet
from departments.signals import counted_changed
from departments.transitions import Transition, check_can

# After a return the unit has at least this long to correct, even when the window has closed meanwhile.
CORRECTION_TIME = dt.timedelta(hours=48)


@dataclass(frozen=True)
class Saved:
    """Outcome of saving a draft: the new version, the cells now stored, and every finding (unreadable inputs included)."""

    version: int
    cells: dict[str, Cell]
    problems: tuple[Problem, ...]
    rejected: frozenset[str]


@dataclass(frozen=True)
class Decided:
    """What became of one form of a bulk approval: `refused` says why it was left alone, "" when it was approved."""

    submission: Submission
    refused: str = ""


@transaction.atomic
def open_window(
    *,
    form: Form,
    period: str,
    opens_at: dt.datetime,
    due_at: dt.datetime,
    closes_at: dt.datetime | None = None,
) -> Window:
    """Opens a form for a period and lays an empty draft before every expected unit; again: adds units that joined."""
    when = Period.parse(period)
    if not when.fits(form.frequency):
        raise ValueError(
            _("%(form)s is filled per %(a)s, not for %(period)s.")
            % {
                "form": form,
                "a": form.get_frequency_display(),
                "period": period,
            }
        )
    window, _created = Window.objects.update_or_create(
        form=form,
        period=when.code,
        defaults={
            "starts_on": when.start,
            "ends_on": when.end,
            "opens_at": opens_at,
            "due_at": due_at,
            "closes_at": closes_at,
        },
    )
    Submission.objects.bulk_create(
        [Submission(window=window, unit=unit) for unit in expected_units(form, when)], ignore_conflicts=True
    )
    return window


@transaction.atomic
def start_submission(*, window: Window, unit: Unit) -> Submission:
    """A draft for a unit that was not expected. DuplicateSubmission when the unit has one already."""
    try:
        with transaction.atomic():
            return Submission.objects.create(window=window, unit=unit)
    except IntegrityError as error:
        raise DuplicateSubmission(
            _("%(unit)s already has this form for %(period)s: open the existing one.")
            % {"unit": unit, "period": window.when.label}
        ) from error


@transaction.atomic
def save_figures(
    *,
    submission: Submission,
    inputs: Mapping[str, CellInput],
    user: Any,
    version: int | None = None,
    at: dt.datetime | None = None,
    sheet: Sheet | None = None,
) -> Saved:
    """Stores the readable inputs (cell key → input) of a draft and reports the others; cells not named stay as they are.

    `version` is the version the person had read; when another save changed the same cells since, Conflict is
    raised with their content and nothing is stored.
    """
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.SAVE, locked, user, at=at)
    sheet = _sheet_of(locked, sheet)
    before = cells_of(locked)
    wanted, unreadable = _read(sheet, inputs)
    changed = {key: cell for key, cell in wanted.items() if cell != before.get(key)}
    if version is not None and version != locked.version:
        refuse_overwriting(locked, version, changed)
    if changed:
        store(locked, sheet.by_key, changed, user, at)
        locked.nil_return = False
        record(locked, row, locked.status, user, at, changes=changes_between(before, changed))
    after = {key: cell for key, cell in (before | wanted).items() if cell is not None}
    problems = (
        *unreadable,
        *sheet.problems(after, complete=False, context=load_context(sheet, locked)),
    )
    return Saved(locked.version, after, problems, frozenset(problem.item for problem in unreadable))


@transaction.atomic
def submit(
    *,
    submission: Submission,
    user: Any,
    explanations: Mapping[Warned, str] | None = None,
    at: dt.datetime | None = None,
    sheet: Sheet | None = None,
) -> Submission:
    """Hands the form in; NotSubmittable lists every error, and every warning without a written explanation.

    `explanations` by (rule code, cell key); what was explained before need not be explained again (强制上报).
    """
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.SUBMIT, locked, user, at=at)
    given = {key: text for key, text in (explanations or {}).items() if text.strip()}
    _refuse_unready(locked, _sheet_of(locked, sheet), given.keys() | explanations_of(locked).keys())
    explain(submission=locked, user=user, explanations=given, at=at)
    return _hand_in(locked, row, user, at)


@transaction.atomic
def submit_nil(
    *, submission: Submission, user: Any, at: dt.datetime | None = None, sheet: Sheet | None = None
) -> Submission:
    """零报送: answers every blank figure with 0 and hands the form in. Refused when a figure other than 0 is entered."""
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.SUBMIT, locked, user, at=at)
    if not locked.window.form.allows_nil:
        raise DepartmentsError(_("This form takes no nil return: fill in its figures."))
    sheet = _sheet_of(locked, sheet)
    before = cells_of(locked)
    if any(cell.state == FigureState.NUMBER and cell.value for cell in before.values()):
        raise DepartmentsError(
            _("Figures other than 0 are entered: clear them, or submit the form as it is.")
        )
    zero = Cell(FigureState.NUMBER, value=Decimal(0))
    blank = {
        place.key: zero
        for place in sheet.places
        if place.item.is_number and not place.item.may_be_blank and place.key not in before
    }
    store(locked, sheet.by_key, blank, user, at)
    locked.nil_return = True
    save = check_can(Action.SAVE, locked, user, at=at)
    record(locked, save, locked.status, user, at, changes=changes_between(before, blank))
    _refuse_unready(locked, sheet, set(), warnings_pass=True)
    return _hand_in(locked, row, user, at)


@transaction.atomic
def confirm(
    *, submission: Submission, user: Any, at: dt.datetime | None = None, version: int | None = None
) -> Submission:
    """The unit head's word: what the clerk handed in goes on to whoever decides."""
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.CONFIRM, locked, user, at=at)
    refuse_unseen(locked, version)
    move(locked, row, user, at, target=Status.SUBMITTED)
    return locked


@transaction.atomic
def withdraw(*, submission: Submission, user: Any, at: dt.datetime | None = None) -> Submission:
    """Takes an undecided form back to draft; only the person who submitted may. It no longer counts as handed in."""
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.WITHDRAW, locked, user, at=at)
    if locked.handed_in_at == locked.submitted_at:
        locked.handed_in_at = None
    move(locked, row, user, at, target=Status.DRAFT)
    return locked


@transaction.atomic
def return_submission(
    *,
    submission: Submission,
    user: Any,
    reason: str = "",
    cells: Mapping[str, str] | None = None,
    at: dt.datetime | None = None,
    version: int | None = None,
) -> Submission:
    """Sends a form back to its unit with a reason, for the whole form or for single cells (cell key → reason).

    The unit gets time to correct even when the window has closed meanwhile.
    """
    at = at or timezone.now()
    cells = {key: text.strip() for key, text in (cells or {}).items() if text.strip()}
    locked = lock(submission)
    sheet = load_sheet(locked.window.form, locked)
    reason = reason.strip() or "；".join(
        f"{sheet.by_key[key].label}：{text}" for key, text in cells.items() if key in sheet.by_key
    )
    row = check_can(Action.RETURN, locked, user, reason=reason, at=at)
    refuse_unseen(locked, version)
    closes_at = locked.window.closes_at
    if closes_at is not None and closes_at < at + CORRECTION_TIME:
        locked.open_until = max(locked.open_until or at, at + CORRECTION_TIME)
    # Before the state changes: whoever is told of the return is told of these too.
    remark_return(submission=locked, user=user, reasons=cells, at=at)
    _decide(locked, row, user, at, Status.RETURNED, reason[:500])
    return locked


@transaction.atomic
def approve(
    *, submission: Submission, user: Any, at: dt.datetime | None = None, version: int | None = None
) -> Submission:
    """Approves; from now on the figures count. Several people pressing at once: the first wins, the others are told."""
    at = at or timezone.now()
    locked = lock(submission)
    row = check_can(Action.APPROVE, locked, user, at=at)
    refuse_unseen(locked, version)
    _refuse_before_children(locked)
    locked.open_until = None
    _decide(locked, row, user, at, Status.APPROVED, "")
    locked.reopenings.filter(state=ReopeningState.GRANTED).update(state=ReopeningState.USED)
    counted_changed.send(Submission, submission=locked, at=at)
    return locked


def approve_many(
    *, chosen: Iterable[tuple[Submission, int]], user: Any, at: dt.datetime | None = None
) -> list[Decided]:
    """Approves each (submission, version seen) on its own: one that can't be approved leaves the others unharmed."""
    outcomes = []
    for submission, version in chosen:
        try:
            approve(submission=submission, user=user, version=version, at=at)
            outcomes.append(Decided(submission))
        except Conflict:
            outcomes.append(Decided(submission, _("The form has changed since you looked at it.")))
        except DepartmentsError as refusal:
            outcomes.append(Decided(submission, str(refusal)))
    return outcomes


def _sheet_of(locked: Submission, sheet: Sheet | None) -> Sheet:
    """The form as the submission's unit fills it."""
    return (sheet or load_sheet(locked.window.form)).for_unit(locked.unit_id)


def _read(sheet: Sheet, inputs: Mapping[str, CellInput]) -> tuple[dict[str, Cell | None], list[Problem]]:
    wanted: dict[str, Cell | None] = {}
    unreadable: list[Problem] = []
    for key, given in inputs.items():
        place = sheet.by_key.get(key)
        item = place.item if place else sheet.by_code.get(key)
        if item is None:
            unreadable.append(Problem(key, Severity.ERROR, _("There is no item “%s” in this form.") % key))
            continue
        try:
            wanted[key] = sheet.read(item, given)
        except CellError as error:
            unreadable.append(Problem(key, Severity.ERROR, str(error)))
    return wanted, unreadable


def _refuse_unready(
    locked: Submission, sheet: Sheet, explained: Iterable[Warned], *, warnings_pass: bool = False
) -> None:
    """NotSubmittable with every error, and every warning nobody has explained."""
    known = set(explained)
    problems = sheet.problems(cells_of(locked), complete=True, context=load_context(sheet, locked))
    in_the_way = [
        problem
        for problem in problems
        if problem.severity == Severity.ERROR
        or (
            problem.severity == Severity.WARNING
            and not warnings_pass
            and (problem.rule, problem.item) not in known
        )
    ]
    if in_the_way:
        raise NotSubmittable(in_the_way)


def _hand_in(locked: Submission, row: Transition, user: Any, at: dt.datetime) -> Submission:
    locked.submitted_by, locked.submitted_at = user, at
    locked.handed_in_at = locked.handed_in_at or at
    target = row.target
    # A head who hands in has confirmed by doing so.
    asks_head = locked.window.form.unit_head_step and not has_role(user, {Role.UNIT_HEAD}, unit=locked.unit)
    if asks_head and row.target_by_head is not None:
        target = row.target_by_head
    assert target is not None
    move(locked, row, user, at, target=target)
    return locked


def _decide(
    locked: Submission, row: Transition, user: Any, at: dt.datetime, target: Status, reason: str
) -> None:
    locked.decided_by, locked.decided_at, locked.reason = user, at, reason
    move(locked, row, user, at, target=target, reason=reason)


def _refuse_before_children(locked: Submission) -> None:
    """Where a form goes up the tree, a unit is approved only after the units below it."""
    if not locked.window.form.children_first:
        return
    below = UnitVersion.objects.on(locked.window.ends_on).filter(parent=locked.unit_id).values("unit")
    waiting = list(
        Submission.objects.filter(window=locked.window, unit__in=below)
        .exclude(status=Status.APPROVED)
        .order_by("unit__protocol_order")
        .values_list("unit__name", flat=True)
    )
    if waiting:
        raise TransitionRefused(
            _("First come the units below: %(n)s are not approved yet (%(names)s).")
            % {"n": len(waiting), "names": "、".join(waiting[:5]) + ("…" if len(waiting) > 5 else "")}
        )
