"""Files made to hurt: each is refused within a second and 50 MB, with words, by every reader of tables there is."""

import io
import os
import random
import resource
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from departments import grids
from departments.table_files import LARGE, SMALL, TableFileError, read_rows

ROOT = Path(__file__).resolve().parents[3]
CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
SHEET = "xl/worksheets/sheet1.xml"


def good(rows: int = 3) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(rows):
            sheet.write_row(row, 0, ["单位", row, 2.5])
    return stream.getvalue()


def rebuilt(**parts: bytes | None) -> bytes:
    """A good workbook with parts exchanged (None: taken away), `__` in a name standing for `/`, `_dot_` for a dot."""
    changes = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = changes.pop(name, b"") if name in changes else old.read(name)
            if data is not None:
                new.writestr(name, data)
        for name, data in changes.items():
            if data is not None:
                new.writestr(name, data)
    return stream.getvalue()


def sheet_of(body: bytes) -> bytes:
    head = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    return rebuilt(xl__worksheets__sheet1_dot_xml=head + b"<sheetData>" + body + b"</sheetData></worksheet>")


def lying_bomb() -> bytes:
    """Says it unpacks to a hundred bytes; holds 600 MB of blanks. The directory's sizes are patched."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _n in range(600)) + packer.flush()
    data = bytearray(rebuilt(xl__worksheets__sheet2_dot_xml=b"x"))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as old:
        entries = [(entry, old.read(entry)) for entry in old.infolist()]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry, content in entries:
            new.writestr(
                entry.filename,
                packed if entry.filename.endswith("sheet2.xml") else content,
                zipfile.ZIP_STORED,
            )
    data = bytearray(stream.getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as written:
        bomb = written.getinfo("xl/worksheets/sheet2.xml")
    # Method 8 (deflated) and a small unpacked size, in the local head and in the directory.
    local = bomb.header_offset
    data[local + 8 : local + 10] = (8).to_bytes(2, "little")
    data[local + 22 : local + 26] = (100).to_bytes(4, "little")
    central = data.rindex(b"xl/worksheets/sheet2.xml") - 46
    data[central + 10 : central + 12] = (8).to_bytes(2, "little")
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def nested(depth: int = 5) -> bytes:
    data = b" " * 5_000_000
    for _level in range(depth):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", data)
        data = stream.getvalue()
    return data


def docx() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("word/document.xml", b"<w:document/>")
    return stream.getvalue()


def entities(kind: str) -> bytes:
    declared = {
        "laughs": b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        "file": b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
        "net": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    }[kind]
    return rebuilt(xl__sharedStrings_dot_xml=b'<?xml version="1.0"?>' + declared + b"<sst>&b;</sst>")


def blank_rows() -> bytes:
    return sheet_of(b"".join(b'<row r="%d"/>' % n for n in range(1, 1_048_577)))


def wide_corner() -> bytes:
    return sheet_of(
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )


def shared_strings() -> bytes:
    text = b"<si><t>" + b"A" * 1000 + b"</t></si>"
    return rebuilt(xl__sharedStrings_dot_xml=b"<sst>" + text * 60_000 + b"</sst>")


def encrypted() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 2000
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 2000
    )


def locked_zip() -> bytes:
    data = bytearray(good())
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 8] |= 1
        start += 4
    return bytes(data)


def noise(size: int = 200_000) -> bytes:
    return b"\0\1" + random.Random(1).randbytes(size)


ATTACKS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("a.xlsx", lambda: rebuilt(xl__worksheets__sheet1_dot_xml=b" " * 200_000_000)),
    "bomb beside the sheet": ("a.xlsx", lambda: rebuilt(xl__media__image1_dot_png=b" " * 200_000_000)),
    "bomb that lies": ("a.xlsx", lying_bomb),
    "zip in zip": ("a.xlsx", nested),
    "docx renamed": ("a.xlsx", docx),
    "a billion laughs": ("a.xlsx", lambda: entities("laughs")),
    "a file as entity": ("a.xlsx", lambda: entities("file")),
    "an address as entity": ("a.xlsx", lambda: entities("net")),
    "a million blank rows": ("a.xlsx", blank_rows),
    "a cell in the last corner": ("a.xlsx", wide_corner),
    "huge shared strings": ("a.xlsx", shared_strings),
    "half a workbook": ("a.xlsx", lambda: good(500)[:3000]),
    "no directory": ("a.xlsx", lambda: good()[:-60]),
    "broken deflate": ("a.xlsx", lambda: good().replace(b"xl/workbook.xml", b"xl/workbook.xml\xff\xff", 1)),
    "unknown compression": ("a.xlsx", lambda: good().replace(b"\x08\x00", b"\x63\x00")),
    "without sheets": ("a.xlsx", lambda: rebuilt(xl__worksheets__sheet1_dot_xml=None)),
    "without a workbook": ("a.xlsx", lambda: rebuilt(xl__workbook_dot_xml=None)),
    "password": ("a.xlsx", encrypted),
    "locked zip": ("a.xlsx", locked_zip),
    "old xls": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4000),
    "png renamed": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + noise(2000)),
    "pdf renamed": ("a.xlsx", lambda: b"%PDF-1.7\n" + noise(2000)),
    "noise": ("a.csv", noise),
    "NULs": ("a.csv", lambda: b"a,b\n\0\0,1\n"),
    "empty": ("a.xlsx", lambda: b""),
    "blanks": ("a.csv", lambda: b" \r\n \r\n"),
    "only a BOM": ("a.csv", lambda: b"\xef\xbb\xbf"),
    "too large": ("a.csv", lambda: b"1,2\n" * (LARGE.size // 4 + 1)),
    "too many rows": ("a.csv", lambda: b"1\n" * 200_000),
    "too many columns": ("a.csv", lambda: b"," * 200_000),
    "a field without end": ("a.csv", lambda: b'a,"' + b"b" * 1_000_000),
    "a web page": ("a.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_refused_quickly_with_words(name: str) -> None:
    _file, make = ATTACKS[name]
    data = make()
    start = time.process_time()
    with pytest.raises(TableFileError) as refusal:
        read_rows(data, SMALL)
    assert time.process_time() - start < 1
    assert len(str(refusal.value)) > 4
    assert "Error" not in str(refusal.value)


@pytest.mark.parametrize("name", ATTACKS)
def test_the_reader_of_annexes_refuses_too(name: str) -> None:
    file, make = ATTACKS[name]
    data = make()
    start = time.process_time()
    with pytest.raises(grids.TableError):
        grids.read_file(data, file)
    assert time.process_time() - start < 2


MEASURE = """
import os, resource, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "govsvc.settings"
import django
django.setup()
from departments.table_files import LARGE, TableFileError, read_rows
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_rows(data, LARGE)
except TableFileError:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    "name",
    [
        "zip bomb",
        "bomb that lies",
        "a cell in the last corner",
        "a million blank rows",
        "huge shared strings",
    ],
)
def test_little_memory_even_with_the_large_limits(name: str, tmp_path: Path) -> None:
    """In a process of its own: the peak of one's own memory never comes down again."""
    path = tmp_path / "attack"
    path.write_bytes(ATTACKS[name][1]())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert int(done.stdout) <= 50


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_of_this_country_are_read(encoding: str, delimiter: str) -> None:
    text = "单位,数值\r\n某局,1\r\n㐂镇,2\r\n".replace(",", delimiter)
    assert read_rows(text.encode(encoding)) == [["单位", "数值"], ["某局", "1"], ["㐂镇", "2"]]


def test_a_good_workbook_is_read_exactly() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(2, 1, ["007", 0.1, 1e-7, 123456789012345, True, "'=1+1"])
        sheet.write_datetime(3, 0, __import__("datetime").datetime(2022, 3, 31), day)
    rows = read_rows(stream.getvalue())
    assert rows[:2] == [[""] * 7] * 2
    assert rows[2] == ["", "007", "0.1", "0.0000001", "123456789012345", "是", "=1+1"]
    assert rows[3][0] == "2022-03-31"


@pytest.mark.parametrize("shape", ["0%", "0.00%", '0.0"份"%'])
def test_a_cell_shown_in_per_cent_is_never_guessed(shape: str) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "占比")
        sheet.write(1, 0, 0.468, book.add_format({"num_format": shape}))
    with pytest.raises(TableFileError, match="A2"):
        read_rows(stream.getvalue())


def test_peak_memory_is_told_in_kilobytes() -> None:
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 10_000
