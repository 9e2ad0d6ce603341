"""The life of a submission: opening a window, saving, submitting, deciding. Each locks the row it changes."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Action, Severity
from departments.exceptions import Conflict, DuplicateSubmission, NotSubmittable, Problem
from departments.models import Figure, Form, Submission, SubmissionEvent, Unit, Window
from departments.periods import Period
from departments.services.organisation import expected_units
from departments.sheets import Cell, CellError, CellInput, Sheet, cells_of, describe_cell, load_sheet
from departments.signals import counted_changed
from departments.transitions import TRANSITIONS, check_can


@dataclass(frozen=True)
class Saved:
    """Outcome of saving a draft: the new version, the cells now stored, and every finding (unreadable inputs included)."""

    version: int
    cells: dict[str, Cell]
    problems: tuple[Problem, ...]
    rejected: frozenset[str]


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
    if form.frequency != when.frequency:
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
    """Stores the readable inputs (item code → input) of a draft and reports the others; cells not named stay as they are.

    `version` is the version the person had read; when another save changed the same cells since, Conflict is
    raised with their content and nothing is stored.
    """
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.SAVE, locked, user)
    sheet = sheet or load_sheet(locked.window.form)
    before = cells_of(locked)
    items = sheet.by_code
    wanted: dict[str, Cell | None] = {}
    unreadable: list[Problem] = []
    for code, given in inputs.items():
        if code not in items:
            unreadable.append(Problem(code, Severity.ERROR, _("There is no item “%s” in this form.") % code))
            continue
        try:
            wanted[code] = sheet.read(items[code], given)
        except CellError as error:
            unreadable.append(Problem(code, Severity.ERROR, str(error)))
    changed = {code: cell for code, cell in wanted.items() if cell != before.get(code)}
    if version is not None and version != locked.version:
        _refuse_overwriting(locked, version, changed)
    if changed:
        _store(locked, {items[code].pk: cell for code, cell in changed.items()}, user, at)
        log_changes = {
            code: [describe_cell(before.get(code)), describe_cell(cell)] for code, cell in changed.items()
        }
        _record(locked, Action.SAVE, locked.status, user, at, changes=log_changes)
    after = {code: cell for code, cell in (before | wanted).items() if cell is not None}
    problems = (*unreadable, *sheet.problems(after, complete=False))
    return Saved(locked.version, after, problems, frozenset(problem.item for problem in unreadable))


@transaction.atomic
def submit(
    *, submission: Submission, user: Any, at: dt.datetime | None = None, sheet: Sheet | None = None
) -> Submission:
    """Hands the form in; NotSubmittable lists every error that stands in the way."""
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.SUBMIT, locked, user)
    sheet = sheet or load_sheet(locked.window.form)
    errors = [p for p in sheet.problems(cells_of(locked), complete=True) if p.severity == Severity.ERROR]
    if errors:
        raise NotSubmittable(errors)
    locked.submitted_by, locked.submitted_at = user, at
    return _move(locked, Action.SUBMIT, user, at)


@transaction.atomic
def withdraw(*, submission: Submission, user: Any, at: dt.datetime | None = None) -> Submission:
    """Takes an undecided form back to draft; only the person who submitted may."""
    locked = lock(submission)
    check_can(Action.WITHDRAW, locked, user)
    return _move(locked, Action.WITHDRAW, user, at or timezone.now())


@transaction.atomic
def return_submission(
    *,
    submission: Submission,
    user: Any,
    reason: str,
    at: dt.datetime | None = None,
    version: int | None = None,
) -> Submission:
    """Sends a form back to its unit with a reason."""
    locked = lock(submission)
    check_can(Action.RETURN, locked, user, reason=reason)
    _refuse_unseen(locked, version)
    return _decide(locked, Action.RETURN, user, at or timezone.now(), reason)


@transaction.atomic
def approve(
    *, submission: Submission, user: Any, at: dt.datetime | None = None, version: int | None = None
) -> Submission:
    """Approves; from now on the figures count. Several people pressing at once: the first wins, the others are told."""
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.APPROVE, locked, user)
    _refuse_unseen(locked, version)
    approved = _decide(locked, Action.APPROVE, user, at, "")
    counted_changed.send(Submission, submission=approved, at=at)
    return approved


@transaction.atomic
def reopen(
    *,
    submission: Submission,
    user: Any,
    reason: str,
    at: dt.datetime | None = None,
    version: int | None = None,
) -> Submission:
    """Opens an approved form for correction; until it is approved again its figures do not count."""
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.REOPEN, locked, user, reason=reason)
    _refuse_unseen(locked, version)
    reopened = _decide(locked, Action.REOPEN, user, at, reason)
    counted_changed.send(Submission, submission=reopened, at=at)
    return reopened


def lock(submission: Submission) -> Submission:
    """The row as it is now, locked until the transaction ends (SQLite: transactions are immediate, so alone anyway)."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("window__form__office", "unit__office", "submitted_by")
        .get(pk=submission.pk)
    )


def _decide(locked: Submission, action: Action, user: Any, at: dt.datetime, reason: str) -> Submission:
    locked.decided_by, locked.decided_at, locked.reason = user, at, reason.strip()
    return _move(locked, action, user, at, reason.strip())


def _move(locked: Submission, action: Action, user: Any, at: dt.datetime, reason: str = "") -> Submission:
    target = TRANSITIONS[action].target
    assert target is not None
    before, locked.status = locked.status, target
    _record(locked, action, before, user, at, reason=reason)
    return locked


def _record(
    locked: Submission,
    action: Action,
    before: str,
    user: Any,
    at: dt.datetime,
    *,
    reason: str = "",
    changes: dict | None = None,
) -> None:
    locked.version += 1
    locked.save()
    SubmissionEvent.objects.create(
        submission=locked,
        action=action,
        from_status=before,
        to_status=locked.status,
        version=locked.version,
        user=user,
        at=at,
        reason=reason,
        changes=changes or {},
    )


def _refuse_unseen(locked: Submission, version: int | None) -> None:
    """A decision is on the version the person has seen: Conflict when the form has changed since."""
    if version is not None and version != locked.version:
        raise Conflict({})


def _refuse_overwriting(locked: Submission, version: int, changed: Mapping[str, Cell | None]) -> None:
    theirs: dict[str, dict] = {}
    for event in locked.events.filter(version__gt=version).select_related("user"):
        for code, (_old, new) in event.changes.items():
            if code in changed and describe_cell(changed[code]) != new:
                theirs[code] = {"value": new, "by": event.user.get_full_name() or event.user.username}
    if theirs:
        raise Conflict(theirs)


def _store(locked: Submission, cells: Mapping[int, Cell | None], user: Any, at: dt.datetime) -> None:
    """One delete and one upsert, however many cells."""
    gone = [pk for pk, cell in cells.items() if cell is None]
    if gone:
        locked.figures.filter(item__in=gone).delete()
    Figure.objects.bulk_create(
        [
            Figure(
                submission=locked,
                item_id=pk,
                state=cell.state,
                value=cell.value,
                text=cell.text,
                reason=cell.reason,
                entered_by=user,
                entered_at=at,
            )
            for pk, cell in cells.items()
            if cell is not None
        ],
        update_conflicts=True,
        unique_fields=["submission", "item"],
        update_fields=["state", "value", "text", "reason", "entered_by", "entered_at"],
    )
