import io
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from reports.renderers import render_docx
from reports.renderers.text import printable
from tests.documents.errata import chart_document, erratum_document
from tests.documents.fucheng import notice_document
from tests.documents.hostile import PAYLOADS, bare_document, payload_document, wide_document
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document


def opened(document: dict[str, Any]) -> Any:
    return docx.Document(io.BytesIO(render_docx(document)))


@pytest.fixture(scope="module")
def issued() -> Any:
    return opened(wujin_document())


# style, typeface, half-points
STYLES = [
    ("公文标题", "方正小标宋简体", 44),
    ("公文正文", "仿宋_GB2312", 32),
    ("一级标题", "黑体", 32),
    ("二级标题", "楷体_GB2312", 32),
    ("附件序号", "黑体", 32),
    ("版记", "仿宋_GB2312", 28),
    ("页码", "宋体", 28),
]


@pytest.mark.parametrize(("name", "face", "half_points"), STYLES)
def test_styles_name_the_official_typefaces(issued: Any, name: str, face: str, half_points: int) -> None:
    style = issued.styles[name]
    fonts = style.element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {face}
    assert style.element.rPr.sz.get(qn("w:val")) == str(half_points)


def test_paragraphs_use_the_styles(issued: Any) -> None:
    used = [(paragraph.style.name, paragraph.text) for paragraph in issued.paragraphs]
    assert used[0] == ("公文标题", "武进区“一网通办”1-3月份推进情况通报")
    assert ("主送机关", "区各有关部门：") in used
    assert [text for style, text in used if style == "一级标题"] == [
        "一、工作推进情况",
        "二、存在的问题",
        "三、下一步工作建议",
    ]
    bodies = [text for style, text in used if style == "公文正文"]
    assert bodies == [p["text"] for section in wujin_document()["sections"] for p in section["paragraphs"]]
    assert ("附件说明", "附件：1.\t《江苏省营商环境评价方案》中政务服务指标数据指标进度一览表") in used
    assert ("附件说明", "3.\t江苏省每日办件管理系统统计表（武进区）") in used
    assert ("署名", "常州市武进区政务服务管理办公室") in used
    assert ("成文日期", "2022年4月18日") in used
    assert ("附件标题", "《江苏省营商环境评价方案》中\n政务服务指标数据指标进度一览表") in used


def test_sheets(issued: Any) -> None:
    sizes = [(round(s.page_width.mm), round(s.page_height.mm)) for s in issued.sections]
    assert sizes == [(210, 297), *[(297, 210)] * 3, (210, 297)]
    upright, turned = issued.sections[0], issued.sections[1]
    assert [round(side.mm) for side in (upright.top_margin, upright.left_margin, upright.bottom_margin, upright.right_margin)] == [37, 28, 35, 26]  # fmt: skip
    assert [round(side.mm) for side in (turned.top_margin, turned.left_margin, turned.bottom_margin, turned.right_margin)] == [28, 35, 26, 37]  # fmt: skip
    for section in issued.sections:
        grid = section._sectPr.find(qn("w:docGrid"))
        assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    assert issued.sections[-1].start_type == docx.enum.section.WD_SECTION.EVEN_PAGE


def test_page_numbers_are_fields_on_outer_sides(issued: Any) -> None:
    assert issued.settings.odd_and_even_pages_header_footer
    upright, turned, imprint = issued.sections[0], issued.sections[1], issued.sections[-1]
    for part, side in ((upright.footer, "right"), (upright.even_page_footer, "left")):
        paragraph = part.paragraphs[0]
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert paragraph.text == "— 1 —"
        assert [field.text for field in part._element.iter(qn("w:instrText"))] == [" PAGE "]
    for part in (turned.header, turned.even_page_header):
        assert [field.text for field in part._element.iter(qn("w:instrText"))] == [" PAGE "]
        assert next(part._element.iter(qn("w:textDirection"))).get(qn("w:val")) == "tbRl"
    for part in (imprint.header, imprint.footer, imprint.even_page_header, imprint.even_page_footer):
        assert not list(part._element.iter(qn("w:instrText")))


def test_table_heads_repeat_and_rows_stay_whole(issued: Any) -> None:
    for table, heads, rows, columns in zip(
        issued.tables, (2, 1, 1), (39, 34, 13), (23, 14, 11), strict=False
    ):
        lines = table._tbl.findall(qn("w:tr"))
        assert len(lines) == rows
        assert [line.trPr.find(qn("w:tblHeader")) is not None for line in lines] == [True] * heads + [
            False
        ] * (rows - heads)
        assert all(line.trPr.find(qn("w:cantSplit")) is not None for line in lines)
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert len(grid) == columns
        assert sum(grid) == pytest.approx(225 / 25.4 * 1440, abs=columns)
        for line in lines:
            spans = [int(span.get(qn("w:val"))) for span in line.iter(qn("w:gridSpan"))]
            assert len(line.findall(qn("w:tc"))) - len(spans) + sum(spans) == columns


def test_heads_are_merged(issued: Any) -> None:
    first, second = issued.tables[0]._tbl.findall(qn("w:tr"))[:2]
    merges = [
        [cell.tcPr.find(qn("w:vMerge")) for cell in line.findall(qn("w:tc"))] for line in (first, second)
    ]
    assert [merge.get(qn("w:val")) for merge in merges[0] if merge is not None] == ["restart", "restart"]
    assert [merge.get(qn("w:val")) for merge in merges[1] if merge is not None] == ["continue", "continue"]
    assert [span.get(qn("w:val")) for span in first.iter(qn("w:gridSpan"))] == ["3"] * 7


def test_imprint_lines(issued: Any) -> None:
    rows = issued.tables[-1]._tbl.findall(qn("w:tr"))
    edges = [
        [(edge.tag.split("}")[1], edge.get(qn("w:sz"))) for edge in next(row.iter(qn("w:tcBorders")))]
        for row in rows
    ]
    assert edges == [[("top", "8"), ("bottom", "6")], [("top", "6"), ("bottom", "8")]]
    assert [row.text for row in issued.tables[-1].column_cells(0)] == [
        "抄报：各区长，区政府办各主任。",
        "常州市武进区行政审批局办公室\t2022年4月18日印发",
    ]


def test_imprint_floats_below_an_upright_annex() -> None:
    document = wujin_document()
    document["annexes"][-1]["landscape"] = False
    made = opened(document)
    assert made.tables[-1]._tbl.tblPr.find(qn("w:tblpPr")) is not None
    assert round(made.sections[-1].page_width.mm) == 210
    assert len(made.sections) == 4


def test_marks_stand_in_every_header() -> None:
    made = opened(wujin_document("draft", synthetic="演示数据"))
    for section in made.sections:
        for header in (section.header, section.even_page_header):
            assert "".join(p.text for p in header.paragraphs) == "【草稿　未经签发】　【演示数据】"
    assert all(not p.text for section in opened(wujin_document()).sections for p in section.header.paragraphs)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payloads_stay_text(payload: str) -> None:
    made = opened(payload_document(payload))
    texts = {paragraph.text for paragraph in made.paragraphs}
    assert f"前{printable(payload)}后" in texts
    # After the two tables of the correction.
    assert made.tables[2].rows[2].cells[0].text == printable(payload)


# The schema fixes the order of properties; Word calls a file that breaks it damaged.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs autoSpaceDE autoSpaceDN snapToGrid spacing ind contextualSpacing jc outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs color spacing kern sz szCs lang",
    "r": "rPr br t tab fldChar instrText drawing",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd textDirection vAlign",
    "tbl": "tblPr tblGrid tr",
}  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        wujin_document("draft", "演示"),
        wide_document(),
        bare_document(),
        yindu_document(),
        notice_document(),
        erratum_document(),
        chart_document(),
    ],
)
def test_properties_stand_in_the_order_of_the_schema(document: dict[str, Any]) -> None:
    made = opened(document)
    parts = [
        made.element.body,
        *(part._element for s in made.sections for part in (s.header, s.footer, s.even_page_header)),
    ]
    names = {name for name, _, _ in STYLES} | {"发文机关标志", "红头文号", "统计图"}
    ours = [style.element for style in made.styles if style.name in names]
    for tag, order in ORDER.items():
        for root in (*parts, *ours):
            for found in root.iter(qn(f"w:{tag}")):
                places = [order.split().index(child.tag.split("}")[1]) for child in found]
                assert places == sorted(places)


def test_bare_and_wide_documents() -> None:
    assert "（无）" in [cell.text for cell in opened(bare_document()).tables[0].rows[1].cells]
    wide = opened(wide_document())
    assert len(wide.tables) == 3 + 1
    assert [p.text for p in wide.paragraphs if "续表" in p.text] == ["附件（续表1）", "附件（续表2）"]


def merges(table: Any, column: int) -> list[str]:
    """What each row says of the cell in a column: restart, continue, or nothing."""
    found = []
    for line in table._tbl.findall(qn("w:tr")):
        merge = line.findall(qn("w:tc"))[column].tcPr.find(qn("w:vMerge"))
        found.append("" if merge is None else merge.get(qn("w:val")))
    return found


def test_a_merged_name_begins_anew_on_each_side() -> None:
    first, second = opened(yindu_document()).tables[2:4]
    names = [line.findall(qn("w:tc"))[1] for line in second._tbl.findall(qn("w:tr"))]
    assert [words.text for words in names[1].iter(qn("w:t"))] == ["卫健委"]
    assert merges(first, 1)[2:10] == ["restart", *["continue"] * 5, "", "restart"]
    assert merges(second, 1)[1] != "continue"
    # Between two parts one paragraph, as low as can be, opens the new side.
    between = second._tbl.getprevious()
    assert between.pPr.find(qn("w:pageBreakBefore")) is not None
    assert between.pPr.find(qn("w:spacing")).get(qn("w:line")) == "20"


def test_marks_are_bold_on_a_ground() -> None:
    table = next(
        table for table in opened(yindu_document()).tables if "主项覆盖率" in table.rows[0].cells[4].text
    )
    shaded = [cell for cell in table._tbl.iter(qn("w:tc")) if cell.tcPr.find(qn("w:shd")) is not None]
    assert len(shaded) == 18
    assert {cell.tcPr.find(qn("w:shd")).get(qn("w:fill")) for cell in shaded} == {"e3e3e3"}
    assert all(next(cell.iter(qn("w:b")), None) is not None for cell in shaded)


def test_a_chart_is_a_picture_with_its_words() -> None:
    made = opened(chart_document())
    pictures = list(made.element.body.iter(qn("wp:docPr")))
    assert [picture.get("name") for picture in pictures] == ["各部门不见面办理率", "即办件占比走势"]
    assert "公安局武进分局交通警察大队：未报" in pictures[0].get("descr")
    assert len(made.inline_shapes) == 2
    assert all(shape.width.mm <= 156 for shape in made.inline_shapes)
