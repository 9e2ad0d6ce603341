import ctypes
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest

from reports.renderers import MissingTypefaceError, UnprintableDocumentError, render_pdf
from reports.renderers.text import printable
from reports.renderers.typeface import PDF
from tests.documents.errata import chart_document, erratum_document
from tests.documents.fucheng import notice_document
from tests.documents.hostile import PAYLOADS, bare_document, payload_document, wide_document
from tests.documents.measure import crossed, squeezed, strays, texts
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document


def opened(document: dict[str, Any]) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(render_pdf(document))


SHAPES: list[tuple[str, dict[str, Any], list[str]]] = [
    # u: upright, t: turned, a capital: without a page number
    ("issued", wujin_document(), list("uuuuutttttUU")),
    ("draft", wujin_document("draft", synthetic="演示数据，非真实统计"), list("uuuutttttU")),
    ("wide", wide_document(), list("uuuuttttttUU")),
    ("bare", bare_document(), list("utu")),
    ("red head", yindu_document(), list("uuuuuuuuttuuttUU")),
    ("notice", notice_document(), list("uttttttttttU")),
    ("erratum", erratum_document(), list("uuuuutttttUU")),
    ("charts", chart_document(40), list("uuuuuutttttU")),
]


@pytest.mark.parametrize(
    ("document", "shape"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES]
)
def test_nothing_runs_off_the_page_and_pages_are_numbered(document: dict[str, Any], shape: list[str]) -> None:
    pdf = opened(document)
    assert list(strays(pdf)) == []
    assert list(crossed(pdf)) == []
    found = []
    for number, (sheet, text) in enumerate(zip(pdf, texts(pdf), strict=True), 1):
        kind = "t" if sheet.get_width() > sheet.get_height() else "u"
        found.append(kind if f"—{number}—" in squeezed(text) else kind.upper())
    assert found == shape


def test_the_whole_text_is_there() -> None:
    document = wujin_document()
    text = squeezed("".join(texts(opened(document))))
    for section in document["sections"]:
        for paragraph in section["paragraphs"]:
            # A paragraph may run over a page's end, where the page number stands between its halves.
            assert all(
                piece in re.sub(r"—\d+—", "", text)
                for piece in re.split(r"[，。；]", squeezed(paragraph["text"]))
            )
    for annex in document["annexes"]:
        for row in annex["rows"]:
            assert "".join(row["cells"]).replace(" ", "") in text
    assert "抄报：各区长，区政府办各主任。常州市武进区行政审批局办公室2022年4月18日印发" in text


def test_heads_are_repeated_on_each_page_of_a_table() -> None:
    pages = [squeezed(text) for text in texts(opened(wujin_document()))]
    assert [number for number, text in enumerate(pages, 1) if "不见面办理在线办理监管行为覆盖" in text] == [
        6,
        7,
    ]


def test_twenty_two_lines_of_twenty_eight_characters() -> None:
    document = wujin_document()
    document["sections"] = [
        {"heading": None, "level": 1, "paragraphs": [{"text": "国" * 28 * 60, "figures": []}]}
    ]
    second = opened(document)[1].get_textpage()
    lines = [line for line in second.get_text_bounded().splitlines() if "国" in line]
    assert [len(line) for line in lines] == [28] * 22


def test_the_signature_stands_below_text() -> None:
    signed = [text for text in texts(opened(wujin_document())) if "政务服务管理办公室" in text]
    assert len(signed) == 1
    assert "进一步优化服务体验。" in squeezed(signed[0])


def test_marks_on_every_page() -> None:
    for text in texts(opened(wujin_document("draft", synthetic="演示数据"))):
        assert "草稿　未经签发" in text
        assert "演示数据" in text
    assert "草稿" not in "".join(texts(opened(wujin_document())))


def test_fonts_are_embedded_and_the_file_is_for_the_archive() -> None:
    document = wujin_document()
    document["sections"][0]["paragraphs"][0] = {"text": "朱镕基、堃、昇、喆", "figures": []}
    data = render_pdf(document)
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    names = set()
    for sheet in pypdfium2.PdfDocument(data):
        for thing in sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
            font = pdfium_c.FPDFTextObj_GetFont(thing.raw)
            assert pdfium_c.FPDFFont_GetIsEmbedded(font) == 1
            buffer = ctypes.create_string_buffer(128)
            pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 128)
            names.add(buffer.value.decode().split("+")[-1].split("-Identity")[0])
    assert names == {
        "FandolFang-Regular",
        "FandolHei-Regular",
        "FandolSong-Bold",
        "FandolSong-Regular",
        "NotoSerifSC-Regular",
    }
    assert "朱镕基、堃、昇、喆" in texts(pypdfium2.PdfDocument(data))[0]


def test_a_missing_typeface_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingTypefaceError, match="方正小标宋简体 not found"):
        render_pdf(wujin_document(), replace(PDF, title=("方正小标宋简体",)))
    with pytest.raises(MissingTypefaceError, match="FandolFang R"):
        render_pdf(wujin_document(), replace(PDF, directories=(tmp_path,)))


def test_a_character_without_a_glyph_is_an_error_that_names_it() -> None:
    document = wujin_document()
    document["annexes"][0]["note"] = "备注：完成😀"
    with pytest.raises(UnprintableDocumentError, match="😀"):
        render_pdf(document)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_stay_text(payload: str) -> None:
    document = payload_document(payload)
    document["sections"].append(
        {"heading": None, "level": 1, "paragraphs": [{"text": payload, "figures": []}]}
    )
    pdf = opened(document)
    assert squeezed(printable(payload)) in squeezed("".join(texts(pdf)))
    assert list(strays(pdf)) == []


def test_a_long_link_and_a_long_last_paragraph_stay_on_the_page() -> None:
    document = wujin_document()
    link = "https://example.gov.cn/" + "abcdefghij/" * 20
    document["sections"] = [
        {"heading": None, "level": 1, "paragraphs": [{"text": f"见{link}。" + "国" * 2000, "figures": []}]},
    ]
    pdf = opened(document)
    assert "国" in texts(pdf)[0]
    assert list(strays(pdf)) == []
    assert "".join(texts(pdf)).count("国") == 2000
