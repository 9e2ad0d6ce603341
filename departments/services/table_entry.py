"""One form for many units at once: every row is one submission, saved and handed in by the same services as alone."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import ItemKind, Severity, UnitTotal
from departments.exceptions import Conflict, DepartmentsError, NotSubmittable, Problem, TransitionRefused
from departments.models import Figure, Submission, Window
from departments.permissions import has_role
from departments.services.submissions import Saved, save_figures, submit
from departments.sheets import Cell, CellInput, Sheet, cell_of, key_of, load_sheet
from departments.transitions import Actor, roles_for
from expressions.values import MISSING, Value

RowInput = tuple[int | None, Mapping[str, CellInput]]


@dataclass(frozen=True)
class RowOutcome:
    """What became of one row: saved, or why not. `theirs` as in Conflict; `problems` as in NotSubmittable."""

    saved: Saved | None = None
    message: str = ""
    theirs: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything the row brought has been stored."""
        return self.saved is not None and not self.saved.rejected


class RowsRefused(DepartmentsError):
    """Nothing was saved because rows could not be; `outcomes` by unit id says which and why."""

    def __init__(self, outcomes: Mapping[int, RowOutcome]) -> None:
        self.outcomes = dict(outcomes)
        super().__init__(_("Nothing was saved: correct the rows that are marked."))


def rows_of(window: Window, user: Any) -> list[Submission]:
    """The window's submissions that the person fills, in protocol order; PermissionDenied when there is none.

    Where the office fills the form these are all rows and the person is its administrator, else those of own units.
    """
    submissions = (
        Submission.objects.filter(window=window)
        .select_related("window__form__office", "unit__office", "submitted_by")
        .order_by("unit__protocol_order", "unit__code")
    )
    rows = []
    for submission in submissions:
        roles, unit = roles_for(Actor.FILLER, submission)
        if has_role(user, roles, unit=unit):
            rows.append(submission)
    if not rows:
        raise PermissionDenied(_("There is no row of this form for you to fill in."))
    return rows


def cells_by_row(rows: Iterable[Submission]) -> dict[int, dict[str, Cell]]:
    """Stored cells by unit id and cell key (one query)."""
    units = {submission.pk: submission.unit_id for submission in rows}
    found: dict[int, dict[str, Cell]] = {unit: {} for unit in units.values()}
    figures = Figure.objects.filter(submission__in=units).select_related("item", "reason", "category")
    for figure in figures:
        found[units[figure.submission_id]][key_of(figure)] = cell_of(figure)
    return found


@transaction.atomic
def save_rows(
    *,
    window: Window,
    rows: Mapping[int, RowInput],
    user: Any,
    at: dt.datetime | None = None,
    sheet: Sheet | None = None,
    whole: bool = False,
) -> dict[int, RowOutcome]:
    """Saves rows (unit id → version read, cell key → input) in one transaction and says per unit what became of it.

    A row that is locked or was changed by somebody else meanwhile does not hold up the others, unless `whole`: then
    RowsRefused is raised over any cell that could not be stored, and nothing is saved. A unit that the person does not
    fill is PermissionDenied.
    """
    sheet = sheet or load_sheet(window.form)
    submissions = {submission.unit_id: submission for submission in rows_of(window, user)}
    _refuse_foreign(rows, submissions)
    outcomes = {
        unit: _save_row(submissions[unit], version, inputs, user, at, sheet)
        for unit, (version, inputs) in rows.items()
    }
    if whole and not all(outcome.is_whole for outcome in outcomes.values()):
        raise RowsRefused(outcomes)
    return outcomes


@transaction.atomic
def submit_rows(
    *,
    window: Window,
    units: Collection[int],
    user: Any,
    explanation: str = "",
    at: dt.datetime | None = None,
) -> dict[int, RowOutcome]:
    """Hands in the rows of the chosen units; each stands for itself: the others' errors do not hold it up.

    A written `explanation` answers every warning of the chosen rows; without it rows with warnings stay drafts.
    """
    sheet = load_sheet(window.form)
    submissions = {submission.unit_id: submission for submission in rows_of(window, user)}
    _refuse_foreign(units, submissions)
    return {unit: _submit_row(submissions[unit], user, explanation, at, sheet) for unit in units}


def totals(sheet: Sheet, cells: Iterable[Mapping[str, Cell]]) -> dict[str, tuple[Value, int]]:
    """Column totals by item code: the sum over rows (largest, where the item says so) and how many rows hold a number.

    Computed items are computed from the totals, so that a rate is the pooled one, never the mean of the rows.
    """
    rows = list(cells)
    found: dict[str, tuple[Value, int]] = {}
    sums: dict[str, Value] = {}
    for item in sheet.items:
        if not item.is_entered or item.kind == ItemKind.TICK or not item.is_number:
            continue
        numbers = [value for row in rows if isinstance(value := sheet.total(item, row), Fraction)]
        if not numbers or item.unit_total in (UnitTotal.NONE, UnitTotal.LAST):
            continue
        sums[item.code] = max(numbers) if item.unit_total == UnitTotal.MAX else sum(numbers, Fraction(0))
        found[item.code] = sums[item.code], len(numbers)
    known = dict.fromkeys((item.code for item in sheet.items if item.is_entered), MISSING) | sums
    for code, expression in sheet.computed.items():
        if all(reference in sums for reference in expression.references):
            found[code] = expression.evaluate(known), len(rows)
    return found


def _refuse_foreign(wanted: Iterable[int], submissions: Mapping[int, Submission]) -> None:
    if not set(wanted) <= set(submissions):
        raise PermissionDenied(_("There is no row of this form for you to fill in."))


def _save_row(
    submission: Submission,
    version: int | None,
    inputs: Mapping[str, CellInput],
    user: Any,
    at: dt.datetime | None,
    sheet: Sheet,
) -> RowOutcome:
    try:
        saved = save_figures(
            submission=submission,
            inputs=inputs,
            user=user,
            version=version,
            at=at,
            sheet=sheet.for_unit(submission.unit_id),
        )
    except Conflict as conflict:
        return RowOutcome(message=str(conflict), theirs=conflict.theirs)
    except TransitionRefused as refusal:
        return RowOutcome(message=str(refusal))
    return RowOutcome(saved)


def _submit_row(
    submission: Submission, user: Any, explanation: str, at: dt.datetime | None, sheet: Sheet
) -> RowOutcome:
    own = sheet.for_unit(submission.unit_id)
    try:
        return _handed_in(submission, user, {}, at, own)
    except NotSubmittable as refusal:
        problems = refusal.problems
        if explanation.strip() and all(problem.severity == Severity.WARNING for problem in problems):
            texts = {(problem.rule, problem.item): explanation for problem in problems}
            return _handed_in(submission, user, texts, at, own)
        return RowOutcome(message=str(refusal), problems=problems)
    except DepartmentsError as refusal:
        return RowOutcome(message=str(refusal))


def _handed_in(
    submission: Submission,
    user: Any,
    explanations: Mapping[tuple[str, str], str],
    at: dt.datetime | None,
    sheet: Sheet,
) -> RowOutcome:
    submit(submission=submission, user=user, explanations=explanations, at=at, sheet=sheet)
    return RowOutcome()
