"""Figures of many units and periods from one file: checked like typed ones, saved together or not at all.

Two kinds of rows (each row is one or the other, by its period's window):

- Historical: the period has no window yet, or one that an import made (`is_historical`). An administrator enters what was
  approved long ago; it is handed in by the importer and counts once another administrator approves it. Units can never
  fill such a window, so this changes nobody's own figure.
- Draft: the window is open and the person fills the form there; the cells are saved as drafts.
"""

import contextlib
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.cells import Cell, cell_of, describe_cell
from departments.choices import UNIT_ROLES, Action, EntryMode, Role, Severity, Status
from departments.exceptions import DepartmentsError
from departments.models import Figure, Form, Submission, SubmissionEvent, Unit, Window
from departments.periods import Period
from departments.permissions import has_role, memberships_of
from departments.services.bulk_reading import Entry, Fault, Faults, RowReader, TooManyFaults
from departments.services.mass_insert import insert_rows, stored_value
from departments.services.organisation import UnitNames
from departments.sheets import Sheet, key_of, load_sheet
from departments.transitions import check_can

SHANGHAI = ZoneInfo("Asia/Shanghai")
# In the event log, so that everybody sees where such figures come from.
REASON = "历史数据导入"
_MOMENT = dt.timedelta(seconds=1)
_BATCH = 2000
_MOVED = ("status", "version", "submitted_by", "submitted_at", "handed_in_at")
_FIGURE = ("submission", "item", "category", "state", "value", "text", "reason", "entered_by", "entered_at")
_EVENT = (
    "submission",
    "action",
    "from_status",
    "to_status",
    "user",
    "acting_for",
    "at",
    "reason",
    "version",
    "changes",
)


@dataclass(frozen=True)
class Outcome:
    """What became of a file: rows under its head, forms by what happens to them, findings. Faults: nothing was saved."""

    rows: int
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    warnings: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def summary(self) -> dict[str, int]:
        names = ("created", "changed", "unchanged", "warnings")
        return {name: getattr(self, name) for name in names}


@dataclass
class Change:
    """One submission to write: its window and row (None: to be made), the cells that change, before and after."""

    entry: Entry
    historical: bool
    window: Window | None
    submission: Submission | None
    before: Mapping[str, Cell]
    cells: dict[str, Cell]


@dataclass
class Plan:
    """A checked file. `versions` are those of the submissions it was checked against."""

    sheet: Sheet
    rows: int
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    warnings: int = 0
    faults: Faults = field(default_factory=Faults)
    versions: dict[int, int] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        faults = tuple(self.faults.found)
        if faults:
            return Outcome(self.rows, faults=faults)
        created = sum(not change.before for change in self.changes)
        return Outcome(self.rows, created, len(self.changes) - created, self.unchanged, self.warnings)


def is_historical(window: Window) -> bool:
    """Whether an import made the window: it closed as it was due, a moment after it opened, so no unit ever filled it."""
    return window.closes_at == window.due_at and window.due_at - window.opens_at == _MOMENT


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
    _refuse_stale(plan)
    _make_windows(form, plan.changes)
    starts = _make_submissions(plan.changes, user, at)
    _write_figures(plan, user, at)
    _write_events(plan.changes, starts, user, at)
    return plan.outcome()


class StalePlan(DepartmentsError):
    """Somebody changed one of the forms after the file was checked."""

    def __init__(self) -> None:
        super().__init__(_("One of the forms has been changed meanwhile: check the file again."))


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
        historical = found is None or is_historical(found)
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
        self.today = timezone.localdate(at, SHANGHAI)

    def refusal(self, entry: Entry, window: Window | None, submission: Submission | None) -> str:
        unit, label = entry.unit, entry.period.label
        if unit.opened_on > entry.period.end or (unit.closed_on and unit.closed_on < entry.period.start):
            return _("“%(unit)s” did not exist in %(period)s.") % {"unit": unit, "period": label}
        if window is not None and not is_historical(window):
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
    for part in _batches([submission.pk for submission in submissions if submission.version]):
        for figure in Figure.objects.filter(submission__in=part):
            figure.item = items[figure.item_id]
            figure.reason = reasons.get(figure.reason_id) if figure.reason_id else None
            figure.category = categories.get(figure.category_id) if figure.category_id else None
            found[figure.submission_id][key_of(figure)] = cell_of(figure)
    return found


def _refuse_stale(plan: Plan) -> None:
    """StalePlan when a submission was saved, moved or made since; locks those that are there."""
    now: dict[int, int] = {}
    for part in _batches(list(plan.versions)):
        now |= dict(Submission.objects.select_for_update().filter(pk__in=part).values_list("pk", "version"))
    if now != plan.versions:
        raise StalePlan
    missing = [change for change in plan.changes if change.submission is None]
    periods = {change.entry.period.code for change in missing}
    made = set(
        Submission.objects.filter(window__form=plan.sheet.form, window__period__in=periods).values_list(
            "unit", "window__period"
        )
    )
    if any((change.entry.unit.pk, change.entry.period.code) in made for change in missing):
        raise StalePlan


def _make_windows(form: Form, changes: Sequence[Change]) -> None:
    """A closed window for every period without one, due as the day after the period began."""
    periods = {change.entry.period.code: change.entry.period for change in changes if change.window is None}
    known = {w.period: w for w in Window.objects.filter(form=form, period__in=periods)}
    new = [_historical_window(form, period) for code, period in periods.items() if code not in known]
    known |= {window.period: window for window in Window.objects.bulk_create(new)}
    for change in changes:
        change.window = change.window or known[change.entry.period.code]


def _historical_window(form: Form, period: Period) -> Window:
    due = dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(), SHANGHAI)
    return Window(
        form=form,
        period=period.code,
        starts_on=period.start,
        ends_on=period.end,
        opens_at=due - _MOMENT,
        due_at=due,
        closes_at=due,
    )


def _make_submissions(changes: Sequence[Change], user: Any, at: dt.datetime) -> list[str]:
    """Brings every submission to its new state and version; returns the states they had."""
    starts = []
    for change in changes:
        if change.submission is None:
            assert change.window is not None
            change.submission = Submission(window=change.window, unit=change.entry.unit)
        submission = change.submission
        starts.append(submission.status)
        submission.version += 1
        if change.historical:
            submission.status = Status.SUBMITTED
            submission.submitted_by, submission.submitted_at = user, at
            # When it was handed in long ago nobody knows; the import must not make a unit look late.
            submission.handed_in_at = submission.handed_in_at or submission.window.due_at
    submissions = [change.submission for change in changes if change.submission]
    stored = [one for one in submissions if one.pk is not None]
    _insert_submissions([one for one in submissions if one.pk is None])
    Submission.objects.bulk_update(stored, _MOVED, batch_size=500)
    return starts


def _insert_submissions(new: Sequence[Submission]) -> None:
    """Writes new submissions and gives each its id."""
    moments: dict[Any, Any] = {}

    def stored(moment: dt.datetime | None) -> Any:
        if moment not in moments:
            moments[moment] = stored_value(Submission, "submitted_at", moment)
        return moments[moment]

    insert_rows(
        Submission,
        ("window", "unit", "reason", "nil_return", *_MOVED),
        (
            (
                one.window_id,
                one.unit_id,
                one.reason,
                one.nil_return,
                str(one.status),
                one.version,
                one.submitted_by_id,
                stored(one.submitted_at),
                stored(one.handed_in_at),
            )
            for one in new
        ),
    )
    windows = {one.window_id for one in new}
    found = Submission.objects.filter(window__in=windows).values_list("window", "unit", "pk")
    ids = {(window, unit): pk for window, unit, pk in found}
    for one in new:
        one.pk = ids[one.window_id, one.unit_id]


def _write_figures(plan: Plan, user: Any, at: dt.datetime) -> None:
    """Replaces the cells that change: one delete per batch, one insert for all."""
    places = plan.sheet.by_key
    for part in _batches([change for change in plan.changes if change.before]):
        gone = defaultdict(list)
        for change in part:
            assert change.submission is not None
            for key in change.cells.keys() & change.before.keys():
                place = places[key]
                gone[place.item.pk, place.category.pk if place.category else None].append(
                    change.submission.pk
                )
        for (item, category), submissions in gone.items():
            Figure.objects.filter(item=item, category=category, submission__in=submissions).delete()
    moment = stored_value(Figure, "entered_at", at)

    def rows() -> Iterable[tuple[Any, ...]]:
        for change in plan.changes:
            assert change.submission is not None
            pk = change.submission.pk
            for key, cell in change.cells.items():
                place = places[key]
                yield (
                    pk,
                    place.item.pk,
                    place.category.pk if place.category else None,
                    cell.state.value,
                    None if cell.value is None else str(cell.value),
                    cell.text,
                    cell.reason.pk if cell.reason else None,
                    user.pk,
                    moment,
                )

    insert_rows(Figure, _FIGURE, rows())


def _write_events(changes: Sequence[Change], starts: Sequence[str], user: Any, at: dt.datetime) -> None:
    """One event per submission with the old and new content of every cell that changed."""
    moment = stored_value(SubmissionEvent, "at", at)

    def rows() -> Iterable[tuple[Any, ...]]:
        for change, start in zip(changes, starts, strict=True):
            submission = change.submission
            assert submission is not None
            log = {
                key: [describe_cell(change.before.get(key)), describe_cell(cell)]
                for key, cell in change.cells.items()
            }
            yield (
                submission.pk,
                (Action.SUBMIT if change.historical else Action.SAVE).value,
                str(start),
                str(submission.status),
                user.pk,
                None,
                moment,
                REASON if change.historical else "",
                submission.version,
                json.dumps(log, ensure_ascii=False),
            )

    insert_rows(SubmissionEvent, _EVENT, rows())


def _batches(rows: Sequence[Any]) -> Iterable[list[Any]]:
    remaining = iter(rows)
    while part := list(islice(remaining, _BATCH)):
        yield part
