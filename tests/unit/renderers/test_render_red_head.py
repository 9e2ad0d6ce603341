"""The red head of GB/T 9704-2012 7.2 on paper; places are millimetres from the top of the sheet."""

import io
from typing import Any

import docx
import pypdfium2
import pypdfium2.raw as pdfium_c
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from reports.renderers import (
    UnprintableDocumentError,
    page,
    render_docx,
    render_html,
    render_pdf,
    render_text,
)
from reports.renderers.text import em_width
from reports.renderers.wording import head_lines
from tests.documents import measure, yindu_text
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document

LONGEST = "常州市武进区推进政府职能转变和“放管服”改革协调小组暨优化营商环境工作领导小组联席会议办公室文件"
HEADS = ["武进区政务办文件", "常州市武进区人民政府办公室文件", yindu_text.HEAD, LONGEST]
LINE_MM = page.PITCH_PT / page.PT_PER_MM


def first_side(document: dict[str, Any]) -> pypdfium2.PdfPage:
    return pypdfium2.PdfDocument(render_pdf(document))[0]


def ink(sheet: pypdfium2.PdfPage, text: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the first place the text stands, in millimetres from the upper left corner."""
    words = sheet.get_textpage()
    place = words.search(text).get_next()
    assert place is not None
    start, count = place
    boxes = [words.get_charbox(index) for index in range(start, start + count)]
    height = sheet.get_height()
    edges = (
        min(box[0] for box in boxes), height - max(box[3] for box in boxes),
        max(box[2] for box in boxes), height - min(box[1] for box in boxes),
    )  # fmt: skip
    return tuple(edge / page.PT_PER_MM for edge in edges)


@pytest.mark.parametrize("head", HEADS)
def test_the_parts_stand_where_the_standard_says(head: str) -> None:
    sheet = first_side(yindu_document() | {"head": head})
    lines, _ = head_lines(head)
    _, head_top, _, _ = ink(sheet, lines[0])
    _, _, _, head_bottom = ink(sheet, lines[-1])
    # Of the hanzi: the brackets reach below them.
    _, number_top, _, number_bottom = ink(sheet, yindu_text.NUMBER[-1])
    _, title_top, _, _ = ink(sheet, yindu_text.TITLE[:10])
    (line,) = [box for box in measure.lines(sheet) if box[2] - box[0] > page.text_width(False) - 2]
    line_top = (sheet.get_height() - line[3]) / page.PT_PER_MM
    assert head_top == pytest.approx(page.TOP + page.HEAD_DROP, abs=0.5)
    # Two blank lines, and what the lead adds above the digits.
    assert number_top - head_bottom == pytest.approx(2.5 * LINE_MM, abs=0.25 * LINE_MM)
    assert line_top - number_bottom == pytest.approx(page.RED_LINE_GAP, abs=0.5)
    assert (line[2] - line[0]) / page.PT_PER_MM == pytest.approx(page.WIDTH - page.LEFT - page.RIGHT, abs=1)
    assert title_top - line_top == pytest.approx(2.5 * LINE_MM, abs=0.25 * LINE_MM)
    assert list(measure.strays(pypdfium2.PdfDocument(render_pdf(yindu_document() | {"head": head})))) == []


def test_head_and_line_are_red_and_nothing_else_is() -> None:
    sheet = first_side(yindu_document())
    red = set()
    for thing in sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
        colour = [pdfium_c.c_uint() for _ in range(4)]
        pdfium_c.FPDFPageObj_GetFillColor(thing.raw, *colour)
        if [part.value for part in colour[:3]] == [255, 0, 0]:
            red.add(round(thing.get_bounds()[3]))
    assert len(red) == len(head_lines(yindu_text.HEAD)[0])


def test_the_first_side_shows_text_of_the_body() -> None:
    assert "根据省、市、区" in measure.squeezed(
        first_side(yindu_document()).get_textpage().get_text_bounded()
    )


def test_a_draft_keeps_the_place_of_its_number() -> None:
    issued, draft = first_side(yindu_document()), first_side(yindu_document("draft"))
    start = yindu_text.TITLE[:10]
    assert ink(issued, start)[1] == pytest.approx(ink(draft, start)[1], abs=0.1)


# head, lines, type size
SIZES = [
    ("武进区政务办文件", 1, 54.0),
    ("区府", 1, 60.0),
    ("常州市武进区人民政府文件", 1, 36.0),
    ("常州市武进区人民政府办公室文件", 2, 40.0),
    (yindu_text.HEAD, 2, 27.0),
    (LONGEST, 3, 24.0),
]


@pytest.mark.parametrize(("head", "count", "size"), SIZES)
def test_size_of_the_head(head: str, count: int, size: float) -> None:
    lines, found = head_lines(head)
    assert (len(lines), found) == (count, size)


@given(st.text(alphabet="武进区人民政府“放管服”改革办公室文件、（）", min_size=1, max_size=80))
def test_every_head_fits_and_is_larger_than_the_title(head: str) -> None:
    lines, size = head_lines(head)
    assert "".join(lines) == head
    assert size > page.SIZE_TITLE
    assert all(em_width(line) * size <= page.text_width(False) for line in lines)


def test_word_has_styles_for_it() -> None:
    made = docx.Document(io.BytesIO(render_docx(yindu_document())))
    used = [(paragraph.style.name, paragraph.text) for paragraph in made.paragraphs[:7]]
    assert used == [
        ("发文机关标志", "殷都区人民政府推进政府职能转变和\n“放管服”改革协调小组办公室文件"),
        ("空行", ""),
        ("空行", ""),
        ("红头文号", yindu_text.NUMBER),
        ("空行", ""),
        ("空行", ""),
        ("公文标题", "殷都区政务服务能力提升\n工作6月份运行情况通报"),
    ]
    head, number = made.styles["发文机关标志"].element, made.styles["红头文号"].element
    assert head.rPr.find(qn("w:color")).get(qn("w:val")) == "FF0000"
    assert next(number.iter(qn("w:bottom"))).get(qn("w:color")) == "ff0000"
    assert "发文机关标志" not in [
        style.name for style in docx.Document(io.BytesIO(render_docx(wujin_document()))).styles
    ]


def test_the_other_formats_begin_with_it() -> None:
    text = render_text(yindu_document()).decode().splitlines()
    assert text[:4] == [yindu_text.HEAD, yindu_text.NUMBER, "", yindu_text.TITLE]
    assert "　　（此件公开发布）" in text
    html = render_html(yindu_document()).decode()
    assert f'<p class="head">{yindu_text.HEAD}</p>' in html
    assert '<p class="annotation">（此件公开发布）</p>' in html


def test_a_red_head_without_words_is_refused() -> None:
    with pytest.raises(UnprintableDocumentError, match="发文机关标志"):
        render_pdf(yindu_document() | {"head": ""})


@pytest.mark.parametrize("layout", ["ordinary", "notice"])
def test_other_layouts_have_no_head(layout: str) -> None:
    text = render_text(yindu_document() | {"layout": layout}).decode()
    assert yindu_text.HEAD not in text


def test_levels_have_their_typefaces() -> None:
    faces = {
        paragraph.text: paragraph.style.name
        for paragraph in docx.Document(io.BytesIO(render_docx(yindu_document()))).paragraphs
    }
    assert [
        faces[heading]
        for heading in ("一、总体情况", "（一）不见面审批、即办件、时限压缩情况", "1. 电子证照")
    ] == [
        "一级标题",
        "二级标题",
        "三级标题",
    ]
