"""The rows of a large table of figures, understood: whose they are, of which period, and what stands in each cell.

Every fault is kept with the number of its sheet row and the head of its column; after MAX_FAULTS of them reading stops.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from departments.cells import Cell, CellError, CellInput, cell_key
from departments.exceptions import DepartmentsError
from departments.models import Category, Item, Unit, normal_name
from departments.period_words import read_period
from departments.periods import Period, PeriodError
from departments.services.bulk_head import Head, item_names, read_head, unclear_item
from departments.services.organisation import UnitNames
from departments.sheets import Sheet

MAX_FAULTS = 1000


@dataclass(frozen=True)
class Fault:
    """What is wrong in one place: sheet row (the first is row 1; 0: the whole file), head of the column, message."""

    row: int
    column: str
    message: str


class TooManyFaults(Exception):
    """Enough is wrong; reading on would help nobody."""


@dataclass
class Faults:
    """Collects faults; raises TooManyFaults with the last one it takes."""

    found: list[Fault] = field(default_factory=list)

    def add(self, row: int, column: str, message: str) -> None:
        self.found.append(Fault(row, column, message))
        if len(self.found) >= MAX_FAULTS:
            raise TooManyFaults


@dataclass
class Entry:
    """What the file says about one unit and period: the cells by key, and the first sheet row that says so."""

    unit: Unit
    period: Period
    row: int
    cells: dict[str, Cell] = field(default_factory=dict)
    # Categories of the rows of a wide table ("" for none).
    categories: set[str] = field(default_factory=set)
    # Keys of cells whose text could not be read; their fault has been said.
    refused: set[str] = field(default_factory=set)
    # Sheet rows by cell key, where cells of one entry stand in different rows.
    rows: dict[str, int] = field(default_factory=dict)

    def row_of(self, key: str) -> int:
        """The sheet row to name when something is wrong with that cell."""
        return self.rows.get(key, self.row)


class RowReader:
    """Reads the rows of one file for one form; what repeats (names, periods, figures) is understood once."""

    def __init__(self, sheet: Sheet, names: UnitNames, progress: Callable[[int], None]) -> None:
        self.sheet, self.names, self.progress = sheet, names, progress
        self.faults = Faults()
        self.entries: dict[tuple[int, str], Entry] = {}
        self._units: dict[str, Unit | str] = {}
        self._periods: dict[str, Period | str] = {}
        self._items: dict[str, Item | str] = {}
        # By item code: what a text means there.
        self._seen: dict[str, dict[str, Cell | str | None]] = {item.code: {} for item in sheet.items}
        self._item_names = item_names(sheet)
        self._categories = _by_name(sheet.categories)
        self._reasons: dict[str, str] = {}
        for code, reason in sheet.reasons.items():
            self._reasons |= dict.fromkeys((code, reason.name, f"—（{reason.name}）"), code)

    def read(self, rows: Sequence[Sequence[str]]) -> None:
        """Fills `entries` and `faults`."""
        start = next((n for n, row in enumerate(rows) if any(row)), None)
        if start is None:
            self.faults.add(0, "", _("The file is empty."))
            return
        try:
            head = read_head(self.sheet, rows[start], lambda *what: self.faults.add(start + 1, *what))
            if head is None:
                return
            for number, row in enumerate(rows[start + 1 :], start + 2):
                if any(row):
                    self._row(number, row, head)
                if number % 1000 == 0:
                    self.progress(number)
            if not self.entries and not self.faults.found:
                self.faults.add(0, "", _("The file holds no rows under its head."))
        except TooManyFaults:
            return

    def _row(self, number: int, row: Sequence[str], head: Head) -> None:
        unit = self._unit(head.text(row, "unit_code", "unit"))
        period = self._period(head.text(row, "period"))
        word = head.text(row, "category_code", "category")
        category = self._categories.get(normal_name(word)) if word else None
        if isinstance(unit, str):
            self.faults.add(number, "单位", unit)
        if isinstance(period, str):
            self.faults.add(number, "期间", period)
        if isinstance(unit, str) or isinstance(period, str):
            return
        if word and (category is None or category.unit_id not in (None, unit.pk)):
            self.faults.add(number, "类别", _("There is no category “%s” in this form.") % word)
            return
        key = (unit.pk, period.code)
        entry = self.entries.get(key) or self.entries.setdefault(key, Entry(unit, period, number))
        code = category.code if category else ""
        if head.is_long:
            self._figure(number, row, head, entry, code)
        elif code in entry.categories:
            self._doubled(number, "单位", entry)
        else:
            entry.categories.add(code)
            for place, column, item in head.items:
                text = row[place] if place < len(row) else ""
                if text:
                    self._cell(number, column, item, text, entry, code)

    def _figure(self, number: int, row: Sequence[str], head: Head, entry: Entry, category: str) -> None:
        """One row of a long table."""
        item = self._item(head.text(row, "item_code", "item"))
        text = head.text(row, "value", "reason")
        if isinstance(item, str):
            self.faults.add(number, "填报项", item)
        elif text and item.is_entered:
            key = cell_key(item.code, category if item.by_category else "")
            if key in entry.cells or key in entry.refused:
                self._doubled(number, item.name, entry)
                return
            entry.rows[key] = number
            self._cell(number, item.name, item, text, entry, category)

    def _doubled(self, number: int, column: str, entry: Entry) -> None:
        self.faults.add(
            number,
            column,
            _("“%(unit)s” already stands in an earlier row for %(period)s: keep one.")
            % {"unit": entry.unit, "period": entry.period.label},
        )

    def _cell(self, number: int, column: str, item: Item, text: str, entry: Entry, category: str) -> None:
        known = self._seen[item.code]
        cell = known[text] if text in known else known.setdefault(text, self._read(item, text))
        key = cell_key(item.code, category)
        if item.by_category is not bool(category):
            entry.refused.add(item.code)
            self.faults.add(number, column, _misplaced(item))
        elif isinstance(cell, str):
            entry.refused.add(key)
            self.faults.add(number, column, cell)
        elif cell is not None:
            entry.cells[key] = cell

    def _read(self, item: Item, text: str) -> Cell | str | None:
        """The cell, or what is wrong with the text."""
        reason = self._reasons.get(text)
        try:
            return self.sheet.read(item, CellInput(reason=reason) if reason else CellInput(text))
        except CellError as error:
            return str(error)

    def _unit(self, text: str) -> Unit | str:
        if text not in self._units:
            try:
                self._units[text] = self.names.find(text)
            except DepartmentsError as error:
                self._units[text] = str(error)
        return self._units[text]

    def _item(self, text: str) -> Item | str:
        if text not in self._items:
            found = self._item_names.get(normal_name(text), set())
            self._items[text] = next(iter(found)) if len(found) == 1 else unclear_item(text, found)
        return self._items[text]

    def _period(self, text: str) -> Period | str:
        if text not in self._periods:
            self._periods[text] = self._read_period(text)
        return self._periods[text]

    def _read_period(self, text: str) -> Period | str:
        form = self.sheet.form
        try:
            period = read_period(text)
        except PeriodError as error:
            return str(error)
        if not period.fits(form.frequency):
            return _("%(form)s is filled per %(a)s, not for %(period)s.") % {
                "form": form,
                "a": form.get_frequency_display(),
                "period": text,
            }
        return period


def _misplaced(item: Item) -> str:
    if item.by_category:
        return _("“%s” is asked per category: name the category in this row.") % item.name
    return _("“%s” is not asked per category: write it in a row without one.") % item.name


def _by_name(categories: Sequence[Category]) -> dict[str, Category]:
    """By code and by name; a name two rows bear is known by its code only."""
    found: dict[str, Category] = {}
    doubled: set[str] = set()
    for category in categories:
        name = normal_name(category.name)
        if name in found:
            doubled.add(name)
        found[name] = category
    for name in doubled:
        del found[name]
    return found | {normal_name(category.code): category for category in categories}
