"""The official typefaces are used where an office has installed them. Ours may not be: a shipped file under their name stands in."""

import ctypes
import struct
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest

from reports.renderers import PDF, installed, render, render_docx
from tests.documents.wujin import wujin_document

FONTS = Path(PDF.directories[0])


def renamed(source: Path, target: Path, family: str) -> None:
    """A copy of an OpenType file whose name table says another family (and full and PostScript name)."""
    data = source.read_bytes()
    count = struct.unpack(">H", data[4:6])[0]
    tables = {}
    for place in range(12, 12 + 16 * count, 16):
        tag, _, offset, length = struct.unpack(">4sIII", data[place : place + 16])
        tables[tag] = data[offset : offset + length]
    tables[b"name"] = _names({1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")})
    head, body = data[:12], b""
    start = 12 + 16 * len(tables)
    for tag, table in sorted(tables.items()):
        head += struct.pack(">4sIII", tag, 0, start + len(body), len(table))
        body += table + b"\0" * (-len(table) % 4)
    target.write_bytes(head + body)


def _names(words: dict[int, str]) -> bytes:
    records, text = b"", b""
    for number, word in sorted(words.items()):
        encoded = word.encode("utf-16-be")
        # Windows, Unicode, English.
        records += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(text))
        text += encoded
    return struct.pack(">3H", 0, len(words), 6 + len(records)) + records + text


def faces(data: bytes) -> set[str]:
    """The PostScript names of the typefaces a PDF sets text in."""
    names = set()
    for sheet in pypdfium2.PdfDocument(data):
        for thing in sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
            font = pdfium_c.FPDFTextObj_GetFont(thing.raw)
            assert pdfium_c.FPDFFont_GetIsEmbedded(font) == 1
            buffer = ctypes.create_string_buffer(128)
            pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 128)
            names.add(buffer.value.decode().split("+")[-1].split("-Identity")[0])
    return names


def test_without_files_the_shipped_ones_are_used(tmp_path: Path) -> None:
    assert installed([]) is PDF
    assert installed([tmp_path, tmp_path / "absent"]) is PDF


# file name, family it says, part that then uses it
FILES = [
    ("FandolFang-Regular.otf", "FangSong_GB2312", "body"),
    ("FandolKai-Regular.otf", "KaiTi_GB2312", "subheading"),
    ("FandolHei-Regular.otf", "SimHei", "heading"),
    ("FandolSong-Regular.otf", "SimSun", "table"),
    ("FandolSong-Bold.otf", "FZXiaoBiaoSong-B05S", "title"),
    ("FandolSong-Bold.otf", "方正小标宋简体", "title"),
]


@pytest.mark.parametrize(("file", "family", "part"), FILES)
def test_each_part_takes_its_own_and_keeps_the_shipped_one_behind_it(
    tmp_path: Path, file: str, family: str, part: str
) -> None:
    renamed(FONTS / file, tmp_path / "one.otf", family)
    found = installed([tmp_path])
    assert getattr(found, part) == (family, *getattr(PDF, part))
    others = {"title", "body", "heading", "subheading", "table"} - {part}
    assert all(getattr(found, other) == getattr(PDF, other) for other in others)


def test_the_pdf_is_set_in_them_and_word_names_its_own(tmp_path: Path) -> None:
    renamed(FONTS / "FandolFang-Regular.otf", tmp_path / "fang.otf", "FangSong_GB2312")
    document = wujin_document()
    document["sections"][0]["paragraphs"][0] = {"text": "朱镕基、堃", "figures": []}
    data = render(document, "pdf", installed([tmp_path]))
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    # The character the official one lacks comes from the shipped ones.
    assert faces(data) == {
        "FangSong_GB2312", "FandolHei-Regular", "FandolSong-Bold", "FandolSong-Regular", "NotoSerifSC-Regular",
    }  # fmt: skip
    assert render(document, "docx", installed([tmp_path])) == render_docx(document)
