import io
from fractions import Fraction

import pytest
from openpyxl import Workbook, load_workbook

from reports.renderers import render_xlsx
from tests.documents.errata import chart_document, erratum_document
from tests.documents.fucheng import notice_document
from tests.documents.hostile import FORMULAS, bare_document, wide_document
from tests.documents.wujin import annex, column, wujin_document
from tests.documents.yindu import yindu_document


def workbook(document: dict[str, object]) -> Workbook:
    return load_workbook(io.BytesIO(render_xlsx(document)))


def test_figures_are_exact_numbers_shown_as_printed() -> None:
    sheet = workbook(wujin_document())["附件1"]
    printed = wujin_document()["annexes"][0]["rows"]
    first = next(row for row in range(1, 20) if sheet.cell(row, 2).value == "档案局")
    checked = 0
    for offset, row in enumerate(printed):
        for place, (text, value) in enumerate(zip(row["cells"], row["values"], strict=True)):
            cell = sheet.cell(first + offset, place + 1)
            if value is not None:
                assert cell.data_type == "n"
                assert cell.value == pytest.approx(float(Fraction(value)), rel=1e-15, abs=0)
                assert cell.number_format == ('0.0"%"' if text.endswith("%") else "0")
                checked += 1
            elif text not in ("", "合计"):
                assert (cell.data_type, cell.value) == ("s", text)
    assert checked == 36 * 22 - 12 * 3 - 2 * 18 + 21


def test_layout() -> None:
    sheet = workbook(wujin_document())["附件1"]
    assert sheet.freeze_panes == "C6"
    assert "C4:E4" in {str(area) for area in sheet.merged_cells.ranges}
    assert sheet.print_title_rows == "$4:$5"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # One page wide (Excel's default, so not written), as many high as needed.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
    assert workbook(wujin_document()).sheetnames == ["正文", "附件1", "附件2", "附件3"]


def test_text_sheet_holds_the_letter() -> None:
    sheet = workbook(wujin_document("reviewed", synthetic="演示数据"))["正文"]
    lines = [row[0].value for row in sheet.iter_rows()]
    assert lines[:3] == ["送签稿　未经签发", "演示数据", "武进区“一网通办”1-3月份推进情况通报"]
    assert lines[-1] == "常州市武进区行政审批局办公室　2022年4月18日印发"


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_becomes_a_formula(text: str) -> None:
    document = wujin_document()
    heads = [column("unit", [text], "unit"), column("a", ["值"], "item"), column("t", ["说明"], "text")]
    rows = [{"kind": "data", "unit": "D01", "cells": [text] * 3, "values": [None] * 3}]
    document |= {"title": text, "annexes": [annex(1, text, heads, rows, note=text, period_line=text)]}
    for sheet in workbook(document):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.data_type == "s" or cell.value is None
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix


# printed text, exact value, what Excel holds, its format
NUMBERS = [
    ("0", "0", 0, "0"),
    ("-3", "-3", -3, "0"),
    ("46.8%", "14700/314", 14700 / 314, '0.0"%"'),
    ("12.50", "12.5", 12.5, "0.00"),
    ("1,234", "1234", 1234, "#,##0"),
    ("999999999999999", "999999999999999", 999999999999999, "0"),
    ("1234567890123456789", "1234567890123456789", "1234567890123456789", "General"),
    ("80.5万", "805000", "80.5万", "General"),
    ("—", None, "—", "General"),
    ("", None, None, "General"),
]


@pytest.mark.parametrize(("text", "value", "held", "shown"), NUMBERS)
def test_numbers(text: str, value: str | None, held: object, shown: str) -> None:
    document = wujin_document()
    rows = [{"kind": "data", "unit": "D01", "cells": ["甲", text], "values": [None, value]}]
    document["annexes"] = [
        annex(1, "表", [column("unit", ["单位"], "unit"), column("a", ["值"], "item")], rows)
    ]
    cell = workbook(document)["附件"]["B5"]
    assert (cell.value, cell.number_format) == (held, shown)


def test_wide_and_bare_documents() -> None:
    assert workbook(wide_document())["附件"].max_column == 40
    sheets = workbook(bare_document())
    assert sheets.sheetnames == ["正文", "附件1", "附件2"]
    assert sheets["附件1"].max_row == 6


def test_merged_cells_keep_their_text_and_every_row_its_figures() -> None:
    sheet = workbook(yindu_document())["附件3"]
    areas = {str(area) for area in sheet.merged_cells.ranges}
    (first,) = [row for row in range(1, 80) if sheet.cell(row, 2).value == "卫健委"]
    assert f"B{first}:B{first + 9}" in areas
    assert [sheet.cell(row, 4).data_type for row in range(first, first + 10)] == ["n"] * 10
    assert sheet.cell(first, 3).value == "母婴保健技术服务执业许可证"


def test_marks_and_their_legend() -> None:
    sheet = workbook(yindu_document())["附件5"]
    marked = [cell for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == "FFE3E3E3"]
    assert len(marked) == 18
    assert all(cell.font.b and cell.data_type == "n" for cell in marked)
    assert "注：加粗并加底纹的，主项覆盖率低于全市水平。" in [row[0].value for row in sheet.iter_rows()]


def test_long_texts_are_wrapped_in_rows_high_enough() -> None:
    sheet = workbook(notice_document())["附件"]
    rows = range(5, 64)
    assert [sheet.cell(row, 5).alignment.wrap_text for row in rows] == [True] * 59
    for row in rows:
        text, width = sheet.cell(row, 5).value, sheet.column_dimensions["E"].width
        assert sheet.row_dimensions[row].height >= len(text) * 2 / width * 11


def test_a_correction_has_sheets_of_its_own_and_charts_have_none() -> None:
    assert workbook(erratum_document()).sheetnames == [
        "正文",
        "更正内容",
        "名次变动",
        "附件1",
        "附件2",
        "附件3",
    ]
    assert workbook(chart_document()).sheetnames == ["正文", "附件1", "附件2", "附件3"]
    assert "各部门不见面办理率" not in [
        row[0].value for row in workbook(chart_document())["正文"].iter_rows()
    ]
