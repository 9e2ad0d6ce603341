"""Figures of many units and periods from one file: checked like typed ones, saved together or not at all.

Two kinds of rows (each row is one or the other, by its period's window):

- Historical: the period has no window yet, or one that an import made (`is_historical`). An administrator enters what was
  approved long ago; it is handed in by the importer and counts once another administrator approves it. Units can never
  fill such a window, so this changes nobody's own figure.
- Draft: the window is open and the person fills the form there; the cells are saved as drafts.
"""

import contextlib
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.cells import Cell, cell_of
from departments.choices import UNIT_ROLES, Action, EntryMode, Role, Severity, Status
from departments.exceptions import DepartmentsError
from departments.models import Figure, Form, Submission, Unit, Window
from departments.permissions import has_role, memberships_of
from departments.services.bulk_plan import Change, Outcome, Plan, batches
from departments.services.bulk_reading import Entry, RowReader, TooManyFaults
from departments.services.bulk_writing import (
    make_submissions,
    make_windows,
    refuse_stale,
    write_events,
    write_figures,
)
from departments.services.organisation import UnitNames
from departments.sheets import Sheet, key_of, load_sheet
from departments.transitions import check_can


def units_for(form: Form, user: Any) -> Any:
    """The units whose rows the person may upload for a form: the whole office's for its administrators, else the own."""
    if has_role(user, {Role.ADMINISTRATOR}, office=form.office):
        return Unit.objects.filter(office=form.office_id)
    own = {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES and m.unit_id}
    return Unit.objects.filter(office=form.office_id, pk__in=own)


def check_table(
    *,
    form: Form,
    rows: Sequence[Sequence[str]],
    user: Any,
    at: dt.datetime | None = None,
    progress: Callable[[int], None] = lambda row: None,
) -> Plan:
    """Reads and judges every row; `rows` are texts from the first sheet row on. A fixed number of queries."""
    sheet = load_sheet(form)
    reader = RowReader(sheet, UnitNames(form.office, units=units_for(form, user)), progress)
    reader.read(rows)
    plan = Plan(sheet, max(0, sum(any(row) for row in rows) - 1), faults=reader.faults)
    with contextlib.suppress(TooManyFaults):
        _judge(plan, list(reader.entries.values()), user, at or timezone.now())
    plan.faults.found.sort(key=lambda fault: fault.row)
    return plan


@transaction.atomic
def save_plan(*, plan: Plan, user: Any, at: dt.datetime | None = None) -> Outcome:
    """Writes a checked file, or raises StalePlan when a form has been touched since; then check again."""
    at = at or timezone.now()
    if plan.faults.found:
        return plan.outcome()
    form = plan.sheet.form
    # Two imports of one form wait for each other here: a window or a submission is made once.
    Form.objects.select_for_update().get(pk=form.pk)
    refuse_stale(plan)
    make_windows(form, plan.changes)
    starts = make_submissions(plan.changes, user, at)
    write_figures(plan, user, at)
    write_events(plan.changes, starts, user, at)
    return plan.outcome()


def import_table(
    *,
    form: Form,
    rows: Sequence[Sequence[str]],
    user: Any,
    at: dt.datetime | None = None,
    progress: Callable[[int], None] = lambda row: None,
) -> Outcome:
    """Checks and saves in one go; with any fault nothing is saved."""
    return save_plan(
        plan=check_table(form=form, rows=rows, user=user, at=at, progress=progress), user=user, at=at
    )


def _judge(plan: Plan, entries: list[Entry], user: Any, at: dt.datetime) -> None:
    """Sets each entry beside what is stored: may it be written, does it change anything, do the rules hold?"""
    form = plan.sheet.form
    windows = {
        window.period: window
        for window in Window.objects.filter(form=form, period__in={entry.period.code for entry in entries})
    }
    for window in windows.values():
        window.form = form
    stored = _submissions(windows.values(), {entry.unit.pk for entry in entries})
    cells = _stored_cells(stored.values(), plan.sheet)
    sheets: dict[int, Sheet] = {}
    judge = _Judge(form, user, at)
    for entry in entries:
        entry.unit.office = form.office
        found = windows.get(entry.period.code)
        submission = stored.get((found.pk, entry.unit.pk)) if found else None
        if submission is not None:
            submission.unit = entry.unit
            plan.versions[submission.pk] = submission.version
        before = cells.get(submission.pk, {}) if submission else {}
        changed = {key: cell for key, cell in entry.cells.items() if cell != before.get(key)}
        historical = found is None or found.is_historical
        if not changed and (before or not historical):
            plan.unchanged += 1
            continue
        refused = judge.refusal(entry, found, submission)
        if refused:
            plan.faults.add(entry.row, "", refused)
            continue
        change = Change(entry, historical, found, submission, before, changed)
        sheet = sheets.get(entry.unit.pk) or sheets.setdefault(
            entry.unit.pk, plan.sheet.for_unit(entry.unit.pk)
        )
        _apply_rules(plan, sheet, change)
        plan.changes.append(change)


def _apply_rules(plan: Plan, sheet: Sheet, change: Change) -> None:
    """Errors of the rules are faults of the file; what was approved long ago may bear warnings, which are counted."""
    after = {**change.before, **change.entry.cells}
    for problem in sheet.problems(after, complete=change.historical):
        if problem.item in change.entry.refused:
            continue
        if problem.severity == Severity.ERROR and change.historical:
            place = sheet.by_key.get(problem.item)
            plan.faults.add(change.entry.row_of(problem.item), place.label if place else "", problem.message)
        elif problem.severity == Severity.WARNING:
            plan.warnings += 1


class _Judge:
    """Whether a person may write one entry; the answer is a sentence for the row, or "" when all is well."""

    def __init__(self, form: Form, user: Any, at: dt.datetime) -> None:
        self.form, self.user, self.at = form, user, at
        self.administers = has_role(user, {Role.ADMINISTRATOR}, office=form.office)
        self.today = timezone.localdate(at)

    def refusal(self, entry: Entry, window: Window | None, submission: Submission | None) -> str:
        unit, label = entry.unit, entry.period.label
        if unit.opened_on > entry.period.end or (unit.closed_on and unit.closed_on < entry.period.start):
            return _("“%(unit)s” did not exist in %(period)s.") % {"unit": unit, "period": label}
        if window is not None and not window.is_historical:
            return self._draft_refusal(entry, submission)
        if not self.administers:
            return _("%s is not open for filling.") % label
        if entry.period.end >= self.today:
            return _("%s has not ended: open a window for it and let the units fill it.") % label
        if submission is not None and submission.status not in (Status.DRAFT, Status.RETURNED):
            return _("“%(unit)s” %(period)s is “%(state)s” and can't be changed: return it first.") % {
                "unit": unit,
                "period": label,
                "state": submission.get_status_display(),
            }
        return ""

    def _draft_refusal(self, entry: Entry, submission: Submission | None) -> str:
        window = f"{self.form} {entry.period.label}"
        if submission is None:
            return _("“%(unit)s” has nothing to fill in for %(window)s.") % {
                "unit": entry.unit,
                "window": window,
            }
        fills = self.form.entered_by == EntryMode.OFFICE or has_role(self.user, UNIT_ROLES, unit=entry.unit)
        if self.administers and not fills:
            return _("%(window)s is filled by the units: “%(unit)s” corrects its own figures there.") % {
                "unit": entry.unit,
                "window": window,
            }
        try:
            check_can(Action.SAVE, submission, self.user, at=self.at)
        except DepartmentsError as error:
            return f"{entry.unit}：{error}"
        return ""


def _submissions(windows: Iterable[Window], units: set[int]) -> dict[tuple[int, int], Submission]:
    """The submissions of the windows by (window, unit), each knowing its window."""
    known = {window.pk: window for window in windows}
    found = {}
    for submission in Submission.objects.filter(window__in=known):
        if submission.unit_id in units:
            submission.window = known[submission.window_id]
            found[submission.window_id, submission.unit_id] = submission
    return found


def _stored_cells(submissions: Iterable[Submission], sheet: Sheet) -> dict[int, dict[str, Cell]]:
    """The cells of all of them by submission, in one query per _BATCH submissions."""
    items = {item.pk: item for item in sheet.items}
    reasons = {reason.pk: reason for reason in sheet.reasons.values()}
    categories = {category.pk: category for category in sheet.categories}
    found: dict[int, dict[str, Cell]] = defaultdict(dict)
    for part in batches([submission.pk for submission in submissions if submission.version]):
        for figure in Figure.objects.filter(submission__in=part):
            figure.item = items[figure.item_id]
            figure.reason = reasons.get(figure.reason_id) if figure.reason_id else None
            figure.category = categories.get(figure.category_id) if figure.category_id else None
            found[figure.submission_id][key_of(figure)] = cell_of(figure)
    return found
