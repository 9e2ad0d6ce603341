"""Table files as rows of texts: .xlsx, and .csv/.tsv in UTF-8, GB18030 or UTF-16. Nothing is trusted before it is checked.

A workbook is unpacked once, piece by piece and with a running limit, whatever sizes its directory claims; entities, cells
far outside the table and everything that is no workbook are refused before a reader sees the file.
"""

import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineWorkbook

from departments.formula_safety import plain_text

MEGABYTE = 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK = "xl/workbook.xml"
_SHEETS = "xl/worksheets/"
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PLACE = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_STYLES = "xl/styles.xml"
_CELL = re.compile(rb"<(?:\w+:)?c\s([^<>]*?)>\s*<(?:\w+:)?v>")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^<>]*?>")
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs[ >].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(rb"<(?:\w+:)?xf\s[^<>]*?>")
# The two formats in per cent that every workbook has without writing them down.
_PERCENT_FORMATS = frozenset({b"9", b"10"})
_CHUNK = MEGABYTE
# A declaration or a cell's address is found also where two chunks meet.
_OVERLAP = 128
_DELIMITERS = ",\t;，"


@dataclass(frozen=True)
class Limits:
    """How much a file may hold: bytes packed and unpacked, rows with the head, columns."""

    size: int
    unpacked: int
    rows: int
    columns: int = 300


@dataclass(frozen=True)
class FileSheet:
    """The first visible sheet: its name ("" for a text file), its rows of texts from row 1 on, its merged ranges.

    A merged range is ((row, column), (row, column)): its first and its last cell, both from 0.
    """

    name: str
    rows: list[list[str]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


SMALL = Limits(size=2 * MEGABYTE, unpacked=20 * MEGABYTE, rows=2001)
LARGE = Limits(size=20 * MEGABYTE, unpacked=160 * MEGABYTE, rows=100_001)


class TableFileError(ValueError):
    """The file can't be taken; the message says what to do instead."""


def read_rows(data: bytes, limits: Limits = SMALL) -> list[list[str]]:
    """The first visible sheet as texts, from its first row on, blank rows included; TableFileError for anything else.

    Numbers are written as short as they are exact, dates as 2022-03-31, truth values as 是 and 否.
    """
    return read_sheet(data, limits).rows


def read_sheet(data: bytes, limits: Limits = SMALL) -> FileSheet:
    """As `read_rows`, with the sheet's name and its merged ranges."""
    check_bytes(data, limits)
    sheet = _read_workbook(data, limits) if data[:2] == b"PK" else FileSheet("", _read_text(data, limits))
    if not any(map(any, sheet.rows)):
        raise TableFileError(_("The file is empty."))
    return sheet


def check_bytes(data: bytes, limits: Limits = SMALL) -> None:
    """TableFileError for what is no table or too large to be one; a workbook is unpacked without keeping it."""
    if len(data) > limits.size:
        raise TableFileError(
            _("The file is larger than %s MB: keep only the table itself.") % (limits.size // MEGABYTE)
        )
    if not data.strip():
        raise TableFileError(_("The file is empty."))
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise TableFileError(_("The workbook is protected by a password: save it without one."))
        raise TableFileError(_("This is an old .xls or .et file: save it as .xlsx and choose that one."))
    if data[:2] == b"PK":
        _check_workbook(data, limits)
    elif data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")):
        raise TableFileError(_not_a_table())


def _not_a_table() -> str:
    return _("The file is no table: choose an .xlsx workbook or a .csv file.")


def _check_workbook(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise TableFileError(_("The workbook is damaged: save it anew.")) from error
    names = {entry.filename for entry in entries}
    if _BOOK not in names or not any(name.startswith(_SHEETS) for name in names):
        raise TableFileError(_not_a_table())
    left = limits.unpacked
    for entry in entries:
        if entry.flag_bits & 1:
            raise TableFileError(_("The workbook is protected by a password: save it without one."))
        reach = _Reach(limits, entry.filename.startswith(_SHEETS))
        for chunk in _unpack(data, entry):
            left -= len(chunk)
            if left < 0:
                raise TableFileError(
                    _("The workbook is far too large when unpacked: delete empty rows and pictures.")
                )
            if entry.filename.endswith((".xml", ".rels")):
                reach.see(chunk)
    _refuse_percentages(data, entries)


class _Reach:
    """Looks at the XML of one part as it passes by."""

    def __init__(self, limits: Limits, is_sheet: bool) -> None:
        self.limits, self.is_sheet = limits, is_sheet
        self.tail = b""

    def see(self, chunk: bytes) -> None:
        text = self.tail + chunk
        self.tail = text[-_OVERLAP:]
        if _DECLARATION.search(text) or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise TableFileError(_("The workbook holds declarations no spreadsheet writes: save it anew."))
        if not self.is_sheet:
            return
        for letters, row in set(_PLACE.findall(text)):
            if int(row) > self.limits.rows or _column(letters) > self.limits.columns:
                raise TableFileError(
                    _(
                        "The table reaches down to cell %(cell)s: at most %(rows)s rows and %(columns)s columns."
                    )
                    % {
                        "cell": (letters + row).decode(),
                        "rows": self.limits.rows - 1,
                        "columns": self.limits.columns,
                    }
                )


def _refuse_percentages(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """A cell shown as 46.8% holds 0.468, and the fast reader sees no formats: such cells are refused, never guessed."""
    sheets = [entry for entry in entries if entry.filename.startswith(_SHEETS)]
    styles = next((b"".join(_unpack(data, e)) for e in entries if e.filename == _STYLES), b"")
    numbers = _PERCENT_FORMATS | {
        _attribute(tag, b"numFmtId")
        for tag in _FORMAT.findall(styles)
        if b"%" in re.sub(rb"&quot;.*?&quot;", b"", _attribute(tag, b"formatCode"))
    }
    listed = _CELL_FORMATS.search(styles)
    tags = _CELL_FORMAT.findall(listed[0]) if listed else []
    shown = {str(n).encode() for n, tag in enumerate(tags) if _attribute(tag, b"numFmtId") in numbers}
    for entry in sheets if shown else ():
        for attributes in _CELL.findall(b"".join(_unpack(data, entry))):
            if _attribute(attributes, b"s") in shown and _attribute(attributes, b"t") in (b"", b"n"):
                raise TableFileError(
                    _("Cell %s is shown in per cent: format the column as a number (46.8 for 46.8%%).")
                    % _attribute(attributes, b"r").decode()
                )


def _attribute(tag: bytes, name: bytes) -> bytes:
    match = re.search(rb"\b" + name + rb'="([^"]*)"', tag)
    return match[1] if match else b""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _unpack(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """What the entry really holds, in chunks, however large it says it is."""
    start = entry.header_offset
    head = data[start : start + 30]
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise TableFileError(_("The workbook is damaged: save it anew."))
    start += 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), _CHUNK):
            yield packed[place : place + _CHUNK]
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise TableFileError(_("The workbook is damaged: save it anew."))
    stream = zlib.decompressobj(-15)
    try:
        while packed and not stream.eof:
            yield stream.decompress(packed, _CHUNK)
            packed = stream.unconsumed_tail
    except zlib.error as error:
        raise TableFileError(_("The workbook is damaged: save it anew.")) from error


def _read_workbook(data: bytes, limits: Limits) -> FileSheet:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        name = next(
            (sheet.name for sheet in book.sheets_metadata if str(sheet.visible).endswith("Visible")),
            book.sheet_names[0],
        )
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = tuple(sheet.merged_cell_ranges or ())
    # Calamine raises whatever its reader met; for the person all of it is one thing.
    except Exception as error:
        raise TableFileError(_("The workbook is damaged: save it anew.")) from error
    if len(rows) > limits.rows:
        raise TableFileError(_("At most %s rows at once.") % (limits.rows - 1))
    return FileSheet(name, [[_text(value) for value in row] for row in rows], merged)


def _text(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return plain_text(value).strip()
    if kind is float:
        whole = int(value) if abs(value) < 1e15 else None
        return str(whole) if whole == value else f"{Decimal(repr(value)):f}"
    if kind is bool:
        return "是" if value else "否"
    if kind is dt.datetime and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return "" if value is None else str(value).strip()


def _read_text(data: bytes, limits: Limits) -> list[list[str]]:
    text = _decode(data)
    if "\x00" in text or text.lstrip()[:1] == "<":
        raise TableFileError(_not_a_table())
    head = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(rows) >= limits.rows:
                raise TableFileError(_("At most %s rows at once.") % (limits.rows - 1))
            if len(row) > limits.columns:
                raise TableFileError(_("At most %s columns.") % limits.columns)
            rows.append([plain_text(cell).strip() for cell in row])
    except csv.Error as error:
        raise TableFileError(
            _("Line %s of the file can't be read: check its quotation marks.") % (len(rows) + 1)
        ) from error
    return rows


def _decode(data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 with one, otherwise what Chinese Excel writes."""
    encodings = ["utf-16"] if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableFileError(_not_a_table())
