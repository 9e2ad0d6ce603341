"""XLSX: 正文 and one sheet per annex, figures as numbers to be counted with, nothing that could run as a formula."""

import io
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import xlsxwriter

from . import page
from .annexes import Annex, Row
from .archive import normalised
from .content import Content, Document, annex_list, read
from .heads import HeadCell
from .paging import row_heights
from .tables import MARK_SHADE, BodyCell, Table, fitted_tables, whole_table
from .text import em_width
from .typeface import WORD
from .wording import BODY, CHART, TABLE, body_blocks

_PAPER_A4: Final = 9
# Excel keeps 15 digits: a longer number would be changed, so it stays text.
_EXACT_DIGITS: Final = 15
_FORMULA_START: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER: Final = re.compile(r"[-−]?[\d,]+(?:\.(?P<decimals>\d+))?(?P<unit>%?)")
_TEXT_WIDTH: Final = 90
# Characters of a text that one row of the greatest height (409 points) holds.
_LONGEST_PIECE: Final = 900
_TYPE_PT: Final = 11
_TALLEST_PT: Final = 409


def render_xlsx(document: Document) -> bytes:
    """The document as .xlsx. A rate is its exact value in per cent, shown with as many decimals as were printed."""
    content = read(document)
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties(
            {"title": content.title, "author": content.office, "created": content.time.replace(tzinfo=None)}
        )
        book = _Book(workbook, {})
        _letter(book, content)
        for block in body_blocks(content):
            if block.table:
                _annex(book, block.table, block.text, content.marks)
        for position, annex in enumerate(content.annexes, 1):
            _annex(book, annex, f"附件{position}" if len(content.annexes) > 1 else "附件", content.marks)
    return normalised(out.getvalue(), content.time)


@dataclass(frozen=True)
class _Book:
    """The workbook and its formats, each made once."""

    workbook: Any
    formats: dict[tuple[tuple[str, Any], ...], Any]

    def format(self, **properties: Any) -> Any:
        properties = {"font_name": WORD.table[0], "font_size": _TYPE_PT, "valign": "vcenter", **properties}
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.workbook.add_format(properties)
        return self.formats[key]

    def write_text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """A string cell, whatever it looks like; one that looks like a formula stays text when it is edited, too."""
        if text.startswith(_FORMULA_START):
            properties["quote_prefix"] = True
        if text:
            sheet.write_string(row, column, text, self.format(**properties))
        else:
            sheet.write_blank(row, column, None, self.format(**properties))

    def merge_text(self, sheet: Any, area: tuple[int, int, int, int], text: str, **properties: Any) -> None:
        """A string over rows and columns (first row, first column, last row, last column)."""
        first_row, first_column, last_row, last_column = area
        if (first_row, first_column) != (last_row, last_column):
            sheet.merge_range(*area, "", self.format(**properties))
        self.write_text(sheet, first_row, first_column, text, **properties)


def _letter(book: _Book, content: Content) -> None:
    sheet = book.workbook.add_worksheet("正文")
    sheet.set_column(0, 0, _TEXT_WIDTH)
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)
    annexes = [
        ("附件：" if index == 0 else "") + number + title
        for index, (number, title) in enumerate(annex_list(content))
    ]
    imprint = content.imprint
    printed = (
        f"{imprint.office}　{imprint.date}印发"
        if imprint and imprint.date
        else imprint.office
        if imprint
        else ""
    )
    lines: list[tuple[str, dict[str, Any]]] = [
        *((mark, {"bold": True, "font_color": "#B00020"}) for mark in content.marks),
        (content.head, {"bold": True, "font_size": 22, "align": "center", "font_color": page.RED}),
        (content.title, {"bold": True, "font_size": 18, "align": "center"}),
        (content.number, {"align": "center"}),
        (content.addressees, {}),
        *(
            (part, {"indent": 2, "bold": block.style != BODY})
            for block in body_blocks(content)
            if block.style not in (CHART, TABLE)
            for part in _fitting(block.text)
        ),
        *((line, {"indent": 2}) for line in annexes),
        (content.signature, {"align": "right"}),
        (content.signed_on, {"align": "right"}),
        (content.annotation, {"indent": 2}),
        (imprint.copies if imprint else "", {}),
        (printed, {}),
    ]
    for row, (text, properties) in enumerate(line for line in lines if line[0]):
        book.write_text(sheet, row, 0, text, text_wrap=True, **properties)
        # Excel does not fit row heights by itself in files it has not written.
        height = 1 + int(em_width(text) * 2 * properties.get("font_size", 11) / 11 // (_TEXT_WIDTH - 8))
        sheet.set_row(row, height * properties.get("font_size", 11) * 1.5)


def _fitting(text: str) -> list[str]:
    """A text in pieces that a row can show whole, ended where a sentence ends: Excel's rows have a greatest height."""
    pieces = [""]
    for sentence in re.findall(r"[^。；]*[。；]?", text):
        for start in range(0, len(sentence), _LONGEST_PIECE):
            part = sentence[start : start + _LONGEST_PIECE]
            if pieces[-1] and len(pieces[-1]) + len(part) > _LONGEST_PIECE:
                pieces.append("")
            pieces[-1] += part
    return pieces


def _annex(book: _Book, annex: Annex, name: str, marks: tuple[str, ...]) -> None:
    sheet = book.workbook.add_worksheet(name)
    last = max(len(annex.columns) - 1, 0)
    drawn = whole_table(annex)
    row = 0
    for mark in marks:
        book.write_text(sheet, row, 0, mark, bold=True, font_color="#B00020")
        row += 1
    book.write_text(sheet, row, 0, annex.label, font_name=WORD.heading[0])
    book.merge_text(sheet, (row + 1, 0, row + 1, last), annex.title, bold=True, font_size=16, align="center")
    book.merge_text(sheet, (row + 2, 0, row + 2, last), annex.period_line, align="right")
    top = row + 3
    for cell in drawn.head if annex.columns else ():
        _head(book, sheet, top, cell)
    first = top + drawn.head_rows
    end = first + _body(book, sheet, annex, first, drawn)
    for line, note in enumerate(annex.notes or ("",)):
        book.merge_text(sheet, (end + line, 0, end + line, last), note, text_wrap=True, align="left")
    if annex.wrapped:
        _wrap(sheet, annex, first)
    else:
        _set_widths(sheet, annex)
    keys = sum(column.kind in ("seq", "unit") for column in annex.columns[:2])
    sheet.freeze_panes(first, keys)
    sheet.repeat_rows(top, first - 1)
    sheet.set_landscape() if annex.landscape else sheet.set_portrait()
    sheet.set_paper(_PAPER_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")


def _head(book: _Book, sheet: Any, top: int, cell: HeadCell) -> None:
    area = (top + cell.row, cell.column, top + cell.row + cell.rows - 1, cell.column + cell.columns - 1)
    book.merge_text(
        sheet, area, cell.text, border=1, align="center", text_wrap=True, font_name=WORD.heading[0]
    )


def _body(book: _Book, sheet: Any, annex: Annex, first: int, drawn: Table) -> int:
    """Write the rows; returns how many. A table without rows has none: （无） is for readers, not for counting."""
    for offset, (drawn_row, row) in enumerate(zip(drawn.rows, annex.rows, strict=False)):
        for placed in drawn_row.cells:
            _cell(book, sheet, first + offset, placed, row, bold=drawn_row.bold, wrap=annex.wrapped)
    return len(annex.rows)


def _cell(book: _Book, sheet: Any, at: int, placed: BodyCell, row: Row, *, bold: bool, wrap: bool) -> None:
    style: dict[str, Any] = {"border": 1, "align": placed.align, "bold": bold or bool(placed.mark)}
    if placed.mark:
        style["bg_color"] = MARK_SHADE
    if wrap:
        style["text_wrap"] = True
    number = None if placed.columns > 1 else _number(placed.text, row.values[placed.source])
    if number is None or placed.rows > 1:
        area = (at, placed.column, at + placed.rows - 1, placed.column + placed.columns - 1)
        book.merge_text(sheet, area, placed.text, **style)
    if number is not None:
        value, shown = number
        sheet.write_number(at, placed.column, value, book.format(num_format=shown, **style))


def _number(text: str, value: str | None) -> tuple[int | float, str] | None:
    """The exact value and its number format; None where the cell is not a number as printed, or too long for Excel."""
    printed = _NUMBER.fullmatch(text)
    if value is None or printed is None:
        return None
    exact = Fraction(value)
    decimals = len(printed["decimals"] or "")
    shown = ("#,##0" if "," in text else "0") + ("." + "0" * decimals if decimals else "")
    if exact.denominator == 1:
        if len(str(abs(exact.numerator))) > _EXACT_DIGITS:
            return None
        number: int | float = exact.numerator
    else:
        number = float(exact)
    return number, f'{shown}"%"' if printed["unit"] else shown


def _set_widths(sheet: Any, annex: Annex) -> None:
    """Columns as wide as their longest cell, heads on up to four lines; widths count half-width characters."""
    for index, column in enumerate(annex.columns):
        body = max((em_width(row.cells[index]) for row in annex.rows), default=0.0)
        head = em_width(column.path[-1]) / 4 + 1 if column.path else 0.0
        sheet.set_column(index, index, min(max(body, head, 3.0) * 2 + 1, 60))


def _wrap(sheet: Any, annex: Annex, first: int) -> None:
    """Columns and rows of a table of long texts as on paper: Excel does not fit row heights by itself."""
    for table in fitted_tables(annex, page.text_width(annex.landscape)):
        for source, width in zip(table.columns, table.widths, strict=True):
            sheet.set_column(source, source, width / table.size * 2 + 1)
        for offset, height in enumerate(row_heights(table)):
            sheet.set_row(first + offset, min(height * _TYPE_PT / table.size, _TALLEST_PT))
