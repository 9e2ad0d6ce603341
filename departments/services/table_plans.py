"""What a table would change, row by row, before anything is saved; and saving it: everything or nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from departments.choices import Action
from departments.exceptions import Problem, TransitionRefused
from departments.models import Category, Item, Submission, Unit, Window, normal_name
from departments.services.mappings import CATEGORY, DASHES, UNIT, Column
from departments.services.table_entry import RowOutcome, cells_by_row, save_rows
from departments.sheets import Cell, CellError, CellInput, Sheet, cell_key, show_cell
from departments.tables import Row, Table
from departments.transitions import check_can
from expressions.numbers import NumberError, half_up, parse_number


@dataclass(frozen=True)
class Change:
    """A cell that would change: its label, and old and new content as pages show them."""

    key: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Fault:
    """Something in the table that can't be taken: the row's number in the file, the column's head, what to do."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class UnitPlan:
    """What the table says for one unit. `findings` are rule problems of the form as it would stand; they block nothing here."""

    submission: Submission
    numbers: tuple[int, ...]
    inputs: dict[str, CellInput]
    changes: tuple[Change, ...]
    findings: tuple[Problem, ...] = ()
    # Where the table's own rate or sum differs from ours.
    hints: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What confirming would do. `missing` are units of the window that the table does not name."""

    units: tuple[UnitPlan, ...]
    faults: tuple[Fault, ...]
    missing: tuple[Unit, ...]
    left_out: tuple[int, ...] = ()

    @property
    def changes(self) -> int:
        return sum(len(plan.changes) for plan in self.units)

    @property
    def changed_units(self) -> int:
        return sum(bool(plan.changes) for plan in self.units)

    @property
    def hints(self) -> int:
        return sum(len(plan.hints) for plan in self.units)


@dataclass
class _Reading:
    """Rows of one unit while they are read."""

    submission: Submission
    sheet: Sheet
    rows: list[Row] = field(default_factory=list)
    inputs: dict[str, CellInput] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    printed: list[tuple[Item, str, str]] = field(default_factory=list)


def plan_table(
    *,
    table: Table,
    columns: Sequence[Column],
    units: Mapping[int, Unit | None],
    rows: Sequence[Submission],
    sheet: Sheet,
    user: Any,
    dash: str = "",
) -> Plan:
    """Reads every row for its unit (row number → unit, None: left out) against what is stored; saves nothing.

    `rows` are the submissions the person fills; a blank cell, or a dash without a reason (`dash`: its code), leaves
    what is stored as it is.
    """
    readings: dict[int, _Reading] = {}
    faults: list[Fault] = []
    submissions = {submission.unit_id: submission for submission in rows}
    category = next((column for column in columns if column.target == CATEGORY), None)
    for row in table.rows:
        unit = units.get(row.number)
        if unit is None:
            continue
        if unit.pk not in submissions:
            faults.append(Fault(row.number, unit.name, _("This unit has nothing to fill in here.")))
            continue
        reading = readings.get(unit.pk)
        if reading is None:
            submission = submissions[unit.pk]
            reading = readings[unit.pk] = _Reading(submission, sheet.for_unit(unit.pk))
        reading.rows.append(row)
        faults += _read_row(reading, row, columns, category, dash)
    stored = cells_by_row(reading.submission for reading in readings.values())
    plans = tuple(_plan(readings[unit], stored[unit]) for unit in submissions if unit in readings)
    for plan in plans:
        faults += _locked(plan, user)
    return Plan(
        units=plans,
        faults=tuple(faults),
        missing=tuple(submission.unit for submission in rows if submission.unit_id not in readings),
        left_out=tuple(number for number, unit in units.items() if unit is None),
    )


@transaction.atomic
def save_plan(
    *,
    window: Window,
    plan: Plan,
    versions: Mapping[int, int],
    user: Any,
    sheet: Sheet,
    at: dt.datetime | None = None,
) -> dict[int, RowOutcome]:
    """Saves every unit of a plan without faults, or nothing (RowsRefused): `versions` are those the person was shown."""
    rows = {
        plan.submission.unit_id: (versions.get(plan.submission.unit_id), plan.inputs)
        for plan in plan.units
        if plan.changes
    }
    return save_rows(window=window, rows=rows, user=user, at=at, sheet=sheet, whole=True)


def _locked(plan: UnitPlan, user: Any) -> list[Fault]:
    """A locked row that the table leaves as it is stands in nobody's way."""
    try:
        if plan.changes:
            check_can(Action.SAVE, plan.submission, user)
    except TransitionRefused as refusal:
        return [Fault(plan.numbers[0], plan.submission.unit.name, str(refusal))]
    return []


def _read_row(
    reading: _Reading, row: Row, columns: Sequence[Column], category: Column | None, dash: str
) -> list[Fault]:
    """Adds the row's cells to what is known of its unit; returns what could not be taken."""
    faults: list[Fault] = []
    split = _category(reading.sheet, row.cells[category.index]) if category else None
    if category and split is None:
        message = _("There is no row “%s” in this unit's form.") % row.cells[category.index]
        return [Fault(row.number, category.label, message)]
    for column in columns:
        item = reading.sheet.by_code.get(column.target or "")
        text = row.cells[column.index].strip()
        if item is None or not text:
            continue
        key = cell_key(item.code, split.code if split and item.by_category else "")
        if not item.is_entered:
            reading.printed.append((item, key, text))
            continue
        given = _input(reading.sheet, text, dash)
        if given is None:
            continue
        if key in reading.inputs and reading.inputs[key] != given:
            message = (
                _("“%s” stands in several rows with different figures: keep one.") % reading.submission.unit
            )
            faults.append(Fault(row.number, column.label, message))
            continue
        try:
            cell = reading.sheet.read(item, given)
        except CellError as error:
            faults.append(Fault(row.number, column.label, str(error)))
            continue
        reading.inputs[key] = given
        if cell is not None:
            reading.cells[key] = cell
    return faults


def _category(sheet: Sheet, name: str) -> Category | None:
    folded = normal_name(name)
    found = [
        category
        for category in sheet.categories
        if folded and folded in (normal_name(category.name), normal_name(category.code))
    ]
    return found[0] if len(found) == 1 else None


def typed_input(sheet: Sheet, text: str) -> CellInput:
    """What a text in a table's cell says: a figure, or a reason for not applicable by its code or name."""
    for code, reason in sheet.reasons.items():
        if text.strip() in (code, reason.name, f"—（{reason.name}）"):
            return CellInput(reason=code)
    return CellInput(text)


def _input(sheet: Sheet, text: str, dash: str) -> CellInput | None:
    if text in DASHES:
        return CellInput(reason=dash) if dash else None
    return typed_input(sheet, text)


def _plan(reading: _Reading, stored: Mapping[str, Cell]) -> UnitPlan:
    after = {**stored, **reading.cells}
    places = reading.sheet.by_key
    changes = tuple(
        Change(
            key,
            places[key].label,
            show_cell(places[key].item, stored.get(key)),
            show_cell(places[key].item, cell),
        )
        for key, cell in reading.cells.items()
        if stored.get(key) != cell
    )
    return UnitPlan(
        submission=reading.submission,
        numbers=tuple(row.number for row in reading.rows),
        inputs=reading.inputs,
        changes=changes,
        findings=tuple(reading.sheet.problems(after, complete=False)),
        hints=tuple(_differences(reading, after)),
    )


def _differences(reading: _Reading, cells: Mapping[str, Cell]) -> Iterable[str]:
    """The table's own computed figures that are not ours, compared as printed."""
    values = reading.sheet.compute(cells)
    for item, key, text in reading.printed:
        value = values.get(key)
        try:
            printed = parse_number(text.rstrip("%％ "))
        except NumberError:
            continue
        if isinstance(value, Fraction) and half_up(value, item.decimals) != half_up(printed, item.decimals):
            yield _("%(item)s: %(theirs)s in the table, %(ours)s by our computation") % {
                "item": item.name,
                "theirs": text,
                "ours": reading.sheet.display(item, value),
            }


def unit_column(columns: Iterable[Column]) -> int:
    """Where the units' names stand; the columns have been checked (mappings.faults)."""
    return next(column.index for column in columns if column.target == UNIT)
