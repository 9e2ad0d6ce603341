"""Files of tables as grids of texts: .xlsx, .csv in the encodings of this country's computers, and what a clipboard holds.

A file is judged by its size and its parts before anything is unpacked for good: a workbook of 1 MB can hold 250 MB.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils.cell import range_boundaries

from departments.exceptions import DepartmentsError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCODINGS = ("utf-8-sig", "gb18030")


class TableError(DepartmentsError):
    """The file or text can't be read as a table; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """How large a table may be: bytes as uploaded and as unpacked, cells written in the file (blank ones too), rows."""

    packed: int = 2 * 1024 * 1024
    unpacked: int = 20 * 1024 * 1024
    cells: int = 100_000
    rows: int = 5_000


LIMITS = Limits()


@dataclass(frozen=True)
class Merge:
    """A merged range; indexes into the grid from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """Texts row by row, each with its number in the file (from 1); `merges` is None where the file can't say."""

    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...] | None = None
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def read_file(content: bytes, name: str, limits: Limits = LIMITS) -> Grid:
    """The grid of an .xlsx, .csv, .tsv or .txt file, judged by its content; TableError for anything else."""
    if len(content) > limits.packed:
        raise TableError(
            _("The file is larger than %s MB: keep only the table itself.") % (limits.packed // 1024**2)
        )
    if content.startswith(_OLE) or name.lower().endswith(".xls"):
        raise TableError(
            _("This is an old .xls workbook or one with a password: save it as .xlsx without a password.")
        )
    if content.startswith(b"PK"):
        return _bounded(_read_workbook(content, limits), limits)
    if not name.lower().endswith((".csv", ".tsv", ".txt")):
        raise TableError(_("“%s” is no table file: choose an .xlsx or .csv file.") % name)
    return _bounded(_read_delimited(_decode(content)), limits)


def read_pasted(text: str, limits: Limits = LIMITS) -> Grid:
    """The grid of what Excel or WPS put on the clipboard."""
    if len(text) > limits.packed:
        raise TableError(_("That is too much text for a table of figures."))
    return _bounded(_read_delimited(text), limits)


def _bounded(grid: Grid, limits: Limits) -> Grid:
    """Without the blank rows at the end; TableError when nothing is left or too much."""
    last = max((index for index, row in enumerate(grid.rows) if any(row)), default=-1)
    if last < 0:
        raise TableError(_("There is nothing in this table."))
    if last >= limits.rows:
        raise TableError(_("The table has more than %s rows: keep only the rows with figures.") % limits.rows)
    return replace(grid, numbers=grid.numbers[: last + 1], rows=grid.rows[: last + 1])


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError(_("The file's characters can't be read: save it as .xlsx or as CSV (UTF-8)."))


def _read_delimited(text: str) -> Grid:
    first = text[:4000]
    delimiter = "\t" if "\t" in first else max(",;", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise TableError(_("The text can't be read as a table: %s.") % error) from error
    return Grid(tuple(range(1, len(rows) + 1)), _even(rows))


def _even(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of one width, as wide as the last column with a text."""
    cleaned = [[text.strip() for text in row] for row in rows]
    width = max((index + 1 for row in cleaned for index, text in enumerate(row) if text), default=0)
    return tuple((*row[:width], *[""] * (width - len(row))) for row in cleaned)


def _read_workbook(content: bytes, limits: Limits) -> Grid:
    _check_parts(content, limits)
    try:
        book = load_workbook(io.BytesIO(content), data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises errors of many kinds over damaged workbooks
        raise TableError(
            _("The workbook is damaged: open it in Excel or WPS and save it as .xlsx again.")
        ) from error
    filled = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and _filled(sheet)]
    if not filled:
        raise TableError(_("There is nothing in this table."))
    sheet, *others = filled
    cells = _filled(sheet)
    bottom, right = max(row for row, _column in cells), max(column for _row, column in cells)
    if bottom > limits.rows:
        raise TableError(_("The table has more than %s rows: keep only the rows with figures.") % limits.rows)
    if right * bottom > limits.cells:
        raise TableError(_("The table is too wide: keep only the columns with figures."))
    return Grid(
        numbers=tuple(range(1, bottom + 1)),
        rows=tuple(
            tuple(cells.get((row, column), "") for column in range(1, right + 1))
            for row in range(1, bottom + 1)
        ),
        merges=tuple(
            Merge(area.min_row - 1, area.min_col - 1, area.max_row - 1, area.max_col - 1)
            for area in sheet.merged_cells.ranges
        ),
        sheet=sheet.title,
        other_sheets=tuple(other.title for other in others),
    )


def _filled(sheet: Any) -> dict[tuple[int, int], str]:
    """Texts of the cells with content by (row, column), only those the file names: never the whole rectangle."""
    texts = {place: cell_text(cell) for place, cell in sheet._cells.items() if cell.value is not None}
    return {place: text for place, text in texts.items() if text}


def cell_text(cell: Cell) -> str:
    """A cell as a person reads it: shortest decimal, per cent where it is shown so, dates as 2023-06-30."""
    value = cell.value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}" if value.time() == dt.time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, (int, float)):
        return str(value).strip()
    number = Decimal(repr(value))
    if "%" in re.sub(r'"[^"]*"|\\.', "", cell.number_format or ""):
        return f"{_plain(number * 100)}%"
    return _plain(number)


def _plain(number: Decimal) -> str:
    """Without exponent and idle zeros; what a spreadsheet computed is cut at its own 15 significant digits."""
    if not number.is_finite():
        return str(number)
    if len(number.normalize().as_tuple().digits) > 15:
        number = Decimal(f"{number:.15g}")
    return f"{number.normalize():f}" if number else "0"


def _check_parts(content: bytes, limits: Limits) -> None:
    """TableError for a workbook that is too large when unpacked, holds too many cells, or declares XML entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > limits.unpacked:
                raise TableError(
                    _("The workbook is far too large when unpacked: delete empty rows and pictures.")
                )
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                raise TableError(_("This is no Excel workbook: save it as .xlsx."))
            cells = 0
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    cells += _count_cells(packed.open(part), limits.cells - cells)
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise TableError(
            _("The workbook is damaged: open it in Excel or WPS and save it as .xlsx again.")
        ) from error


def _count_cells(part: Any, allowed: int) -> int:
    """Cells a part of the workbook writes or covers by merging."""
    parser = expat.ParserCreate()
    count = 0

    def started(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        kind = name.rpartition(":")[2]
        if kind == "c":
            count += 1
        elif kind == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes.get("ref", ""))
            count += ((right or 0) - (left or 0) + 1) * ((bottom or 0) - (top or 0) + 1)
        if count > allowed:
            raise TableError(
                _(
                    "The workbook holds too many cells (formatted blank ones count): copy the table to a new one."
                )
            )

    def declared(*_args: Any) -> None:
        raise TableError(_("This workbook declares XML entities; it is not read."))

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = declared
    with part:
        parser.ParseFile(part)
    return count
