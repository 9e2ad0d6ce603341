"""One form of one unit as an .xlsx workbook, downloaded with what is there and filled in elsewhere.

The items asked once stand below each other on the first sheet, the items asked per category as a table with a head of
several levels on the second. Hidden columns and rows hold the codes, so that sorting or inserting rows in a spreadsheet
program never moves a figure to another cell. A hidden sheet says which form, unit, period and version the workbook is of,
and what each cell held: a cell that was not touched is never taken for an answer (departments.workbook_answers).
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from departments.cells import show_cell
from departments.choices import FigureState, ItemKind
from departments.exports import safe_text
from departments.models import Item, Section, Submission
from departments.services.mappings import section_path
from departments.sheets import Cell, Place, Sheet, cell_key, cells_of

LAYOUT = "govsvc-form-1"
FACTS, PLAIN, ROWS = "_govsvc", "填报", "分类"
# Columns and rows from 0. The codes stand in a hidden column, on the second sheet also in a hidden row below the head.
KEYS, NAMES, FIRST, VALUE = 0, 1, 2, 5
# Title, unit and period, an empty row; then the head.
_HEAD_ROW = 3
# How many rows of the hidden sheet come before the cells.
FACTS_HEAD = 6


# Width of the column of answers in half-width characters, and heights of rows in points, where there is a paragraph.
_PARAGRAPH_WIDTH, _LINE, _FEWEST_LINES, _HIGHEST = 70, 15, 6, 405


def build_workbook(submission: Submission, sheet: Sheet, before: Mapping[str, Cell]) -> bytes:
    """The form as it stands, with last period's cells beside (`before`, by cell key)."""
    stream = io.BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    writer = _Writer(book, submission, sheet, cells_of(submission), before)
    writer.write()
    book.close()
    return stream.getvalue()


@dataclass(frozen=True)
class _Writer:
    book: Workbook
    submission: Submission
    sheet: Sheet
    cells: Mapping[str, Cell]
    before: Mapping[str, Cell]

    def write(self) -> None:
        split = [item for item in self.sheet.items if item.by_category and item.is_entered]
        plain = [place for place in self.sheet.places if place.category is None]
        if plain or not split:
            self._plain(self._new(PLAIN), plain)
        if split:
            self._rows(self._new(ROWS), split)
        self._facts()

    def _new(self, name: str) -> Worksheet:
        page = self.book.add_worksheet(name)
        window = self.submission.window
        title = self.book.add_format({"bold": True, "font_size": 14})
        page.write_string(0, NAMES, safe_text(window.form.title), title)
        page.write_string(1, NAMES, safe_text(f"{self.submission.unit.name}　{window.when.label}"))
        page.set_column(KEYS, KEYS, None, None, {"hidden": True})
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        return page

    def _plain(self, page: Worksheet, places: list[Place]) -> None:
        head = self._format(head=True)
        labels = (
            _("Section"),
            _("item"),
            _("unit of measure"),
            _("Last period"),
            _("This period"),
            _("Filling notes"),
        )
        for column, label in enumerate(labels, NAMES):
            page.write_string(_HEAD_ROW, column, label, head)
        sections = self._sections
        for row, place in enumerate(places, _HEAD_ROW + 1):
            item = place.item
            page.write_string(row, KEYS, place.key)
            texts = (" / ".join(section_path(item, sections)), item.name, _measure(item))
            for column, text in enumerate(texts, NAMES):
                page.write_string(row, column, safe_text(text), self._format())
            page.write_string(
                row, VALUE - 1, safe_text(show_cell(item, self.before.get(place.key))), self._format()
            )
            self._value(page, row, VALUE, place)
            if item.is_paragraph:
                page.set_row(row, _height(show_cell(item, self.cells.get(place.key))))
            page.write_string(row, VALUE + 1, safe_text(_hint(item)), self._format())
        # A paragraph can be read and written in a wide column only.
        wide = _PARAGRAPH_WIDTH if any(place.item.is_paragraph for place in places) else 16
        for column, width in zip(range(NAMES, VALUE + 2), (22, 26, 10, 14, wide, 40), strict=True):
            page.set_column(column, column, width)
        page.freeze_panes(_HEAD_ROW + 1, FIRST + 1)
        page.repeat_rows(_HEAD_ROW)

    def _rows(self, page: Worksheet, items: list[Item]) -> None:
        head, sections = self._format(head=True), self._sections
        paths = [(*section_path(item, sections), _titled(item)) for item in items]
        depth = max(len(path) for path in paths)
        codes = _HEAD_ROW + depth
        assert self.sheet.form.category_list is not None
        self._merge(page, _HEAD_ROW, codes - 1, NAMES, NAMES, self.sheet.form.category_list.name, head)
        for first_row, last_row, first, last, text in _head_cells(paths, depth):
            self._merge(
                page, _HEAD_ROW + first_row, _HEAD_ROW + last_row, FIRST + first, FIRST + last, text, head
            )
        for column, item in enumerate(items, FIRST):
            page.write_string(codes, column, item.code)
        page.set_row(codes, None, None, {"hidden": True})
        for row, category in enumerate(self.sheet.categories, codes + 1):
            page.write_string(row, KEYS, category.code)
            page.write_string(row, NAMES, safe_text(category.name), self._format())
            for column, item in enumerate(items, FIRST):
                self._value(page, row, column, self.sheet.by_key[cell_key(item.code, category.code)])
        page.set_column(NAMES, NAMES, 28)
        page.set_column(FIRST, FIRST + len(items) - 1, 14)
        page.freeze_panes(codes + 1, FIRST)
        page.repeat_rows(_HEAD_ROW, codes - 1)

    def _merge(
        self, page: Worksheet, top: int, bottom: int, left: int, right: int, text: str, style: Format
    ) -> None:
        if (top, left) == (bottom, right):
            page.write_string(top, left, safe_text(text), style)
        else:
            page.merge_range(top, left, bottom, right, safe_text(text), style)

    def _value(self, page: Worksheet, row: int, column: int, place: Place) -> None:
        cell, item = self.cells.get(place.key), place.item
        style = self._format(value=True, item=item)
        if cell is None:
            page.write_blank(row, column, None, style)
        elif cell.state == FigureState.NUMBER and item.kind != ItemKind.TICK:
            page.write_number(row, column, cell.value or Decimal(0), style)
        else:
            page.write_string(row, column, safe_text(show_cell(item, cell)), style)
        offered = ["是", "否"] if item.kind == ItemKind.TICK else list(item.choices)
        # A list of choices longer than this can't be kept in a workbook.
        if item.kind in (ItemKind.TICK, ItemKind.CHOICE) and 0 < len(",".join(offered)) <= 255:
            page.data_validation(row, column, row, column, {"validate": "list", "source": offered})

    def _facts(self) -> None:
        facts, window = self.book.add_worksheet(FACTS), self.submission.window
        head = {
            "layout": LAYOUT,
            "office": window.form.office.code,
            "form": window.form.code,
            "period": window.period,
            "unit": self.submission.unit.code,
            "version": str(self.submission.version),
        }
        originals = {
            place.key: _as_read(place.item, self.cells.get(place.key)) for place in self.sheet.places
        }
        for row, pair in enumerate((head | originals).items()):
            for column, text in enumerate(pair):
                facts.write_string(row, column, safe_text(text))
        facts.hide()

    @property
    def _sections(self) -> dict[int, Section]:
        return {section.pk: section for section in self.sheet.form.sections.all()}

    def _format(self, *, head: bool = False, value: bool = False, item: Item | None = None) -> Format:
        style: dict[str, Any] = {
            "border": 1,
            "border_color": "#B9C2D0",
            "valign": "vcenter",
            "text_wrap": True,
        }
        if head:
            style |= {"bold": True, "bg_color": "#F5F7FA", "align": "center"}
        if value:
            style |= {"bg_color": "#FFFDF0"}
        if item is not None and not (item.is_number or item.kind == ItemKind.COMPUTED):
            # So that a spreadsheet program leaves what is typed as it is.
            style["num_format"] = "@"
        return self.book.add_format(style)


def _height(text: str) -> int:
    """Points a row needs to show a paragraph, as far as a spreadsheet has room."""
    lines = sum(1 + 2 * len(line) // _PARAGRAPH_WIDTH for line in text.split("\n"))
    return min(max(lines, _FEWEST_LINES) * _LINE, _HIGHEST)


def _as_read(item: Item, cell: Cell | None) -> str:
    """How a cell written by `_value` reads when it was not touched."""
    if cell is None:
        return ""
    if cell.state == FigureState.NUMBER and item.kind != ItemKind.TICK:
        return f"{(cell.value or Decimal(0)).normalize():f}"
    return show_cell(item, cell)


def _head_cells(paths: list[tuple[str, ...]], depth: int) -> Iterator[tuple[int, int, int, int, str]]:
    """First and last level, first and last column and text of each cell of a head; the last name reaches down."""
    for level in range(depth):
        start = 0
        while start < len(paths):
            end = start
            path = paths[start]
            is_name = len(path) == level + 1
            while not is_name and end + 1 < len(paths) and paths[end + 1][: level + 1] == path[: level + 1]:
                if len(paths[end + 1]) <= level + 1:
                    break
                end += 1
            if len(path) > level:
                yield level, (depth - 1 if is_name else level), start, end, path[level]
            start = end + 1


def _measure(item: Item) -> str:
    return "%" if item.kind == ItemKind.PERCENT else item.unit_of_measure


def _titled(item: Item) -> str:
    measure = _measure(item)
    return f"{item.name}（{measure}）" if measure else item.name


def _hint(item: Item) -> str:
    """The filling note, and what a cell of this kind takes."""
    kinds = {
        ItemKind.TICK: "是 / 否",
        ItemKind.DATE: "2022-03-31",
        ItemKind.CHOICE: " / ".join(item.choices),
        ItemKind.PERCENT: "12.5",
    }
    return "　".join(part for part in (item.note, kinds.get(ItemKind(item.kind), "")) if part)
