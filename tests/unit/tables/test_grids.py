"""Files as grids: exact numbers, and files that must not be unpacked."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from django.utils.translation import override

from departments.grids import TableError, read_file

Write = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet], None]


def book(write: Write) -> bytes:
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"in_memory": True})
    write(made, made.add_worksheet())
    made.close()
    return file.getvalue()


def replaced(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The workbook with a piece of one of its parts exchanged."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for entry in source.infolist():
            data = source.read(entry)
            if entry.filename == part:
                assert old in data
                data = data.replace(old, new)
            made.writestr(entry.filename, data)
    return file.getvalue()


SHOWN = [
    (46.8, "", "46.8"),
    (0.1 + 0.2, "", "0.3"),
    (1e15, "", "1000000000000000"),
    (1234567.0, "#,##0", "1234567"),
    (0.628, "0.0%", "62.8%"),
    (0.07, "0%", "7%"),
    (12, '0"%"', "12"),
    (-0.5, "", "-0.5"),
    (0, "", "0"),
]


@pytest.mark.parametrize(("value", "shown_as", "text"), SHOWN)
def test_numbers_are_exact_and_per_cent_stays_per_cent(value: float, shown_as: str, text: str) -> None:
    content = book(
        lambda made, sheet: sheet.write_number(0, 0, value, made.add_format({"num_format": shown_as}))
    )
    assert read_file(content, "t.xlsx").rows == ((text,),)


def test_dates_are_iso_and_ticks_are_numbers() -> None:
    def write(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write_datetime(0, 0, dt.date(2023, 6, 30), made.add_format({"num_format": "yyyy年m月d日"}))
        sheet.write_boolean(0, 1, True)
        sheet.write_formula(0, 2, "=1/3", None, "0.333333333333333")

    assert read_file(book(write), "t.xlsx").rows == (("2023-06-30", "1", "0.333333333333333"),)


def test_hidden_and_empty_sheets_are_passed_over_and_others_named() -> None:
    def write(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        sheet.write(0, 0, "封面")
        made.add_worksheet("数据").write(0, 0, "单位")
        made.add_worksheet("旧").write(0, 0, "单位")
        made.worksheets()[1].activate()
        made.worksheets()[1].set_first_sheet()
        sheet.hide()

    grid = read_file(book(write), "t.xlsx")
    assert (grid.sheet, grid.other_sheets, grid.rows) == ("数据", ("旧",), (("单位",),))


def plain(_made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.write(0, 0, "单位")


def styled_blanks(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    """What a column formatted to its end leaves in a file."""
    colour = made.add_format({"bg_color": "#ffffff"})
    for row in range(150_000):
        sheet.write_blank(row, 0, None, colour)
    sheet.write(0, 0, "单位")


SHEET = "xl/worksheets/sheet1.xml"
FORBIDDEN: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), ".xls"),
    ("a.xls", lambda: b"<table>", ".xls"),
    ("a.pdf", lambda: b"%PDF-1.7", ".csv"),
    ("a.xlsx", lambda: b"PK\x03\x04" + bytes(100), "damaged"),
    ("a.xlsx", lambda: bytes(3 * 1024 * 1024), "2 MB"),
    ("a.csv", lambda: b"\xff\x80\x81\x00" * 10, "characters"),
    ("a.csv", lambda: b" , \n,", "nothing"),
    ("a.csv", lambda: b"a,b\n" * 6000, "5000"),
    (
        "a.xlsx",
        lambda: replaced(book(plain), "xl/workbook.xml", b"<workbook", b"<workbook" + b" " * 30_000_000),
        "unpacked",
    ),
    (
        "a.xlsx",
        lambda: replaced(book(plain), SHEET, b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet'),
        "entities",
    ),
    (
        "a.xlsx",
        lambda: replaced(
            book(plain),
            SHEET,
            b"</sheetData>",
            b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
        "too many cells",
    ),
    (
        "a.xlsx",
        lambda: replaced(
            book(plain),
            SHEET,
            b"</sheetData>",
            b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
        ),
        "rows",
    ),
    ("a.xlsx", lambda: replaced(book(plain), SHEET, b"</sheetData>", b"<row></sheetData>"), "damaged"),
    ("a.xlsx", lambda: book(styled_blanks), "too many cells"),
]


@pytest.mark.parametrize(("name", "made", "said"), FORBIDDEN)
def test_what_is_no_table_is_refused_quickly(name: str, made: Callable[[], bytes], said: str) -> None:
    content = made()
    started = time.perf_counter()
    with override("en"), pytest.raises(TableError, match=said):
        read_file(content, name)
    assert time.perf_counter() - started < 1


def test_the_largest_allowed_table_is_read_within_seconds() -> None:
    def write(_made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
        for row in range(2000):
            for column in range(20):
                sheet.write_number(row, column, row * column)

    started = time.perf_counter()
    assert len(read_file(book(write), "t.xlsx").rows) == 2000
    assert time.perf_counter() - started < 5
