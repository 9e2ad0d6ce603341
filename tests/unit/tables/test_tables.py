"""Reading tables: the shape of real annexes from workbooks, CSV and the clipboard."""

import csv
import io

import pytest

from departments.tables import TableError, is_total, read_pasted_table, read_table
from tests.unit.tables.annexes import (
    HELPERS,
    WUJIN,
    transcription,
    workbook,
    wujin_head,
    wujin_workbook,
    yindu_body,
    yindu_head,
    yindu_rows,
    yindu_workbook,
)

UNIT_HEADS = {
    1: "单位",
    2: "单位",
    3: "单位名称",
    4: "单位名称",
    5: "区划/部门",
    6: "单位名称",
    7: "单位名称",
    8: "单位",
}


def number(text: str) -> str:
    """As a spreadsheet keeps it: 100.00 is 100."""
    return text.rstrip("0").rstrip(".") if "." in text else text


@pytest.mark.parametrize("annex", range(1, 9))
def test_every_annex_of_yindu_is_read_back(annex: int) -> None:
    table = read_table(yindu_workbook(annex), f"附件{annex}.xlsx")
    assert list(table.head) == yindu_head(annex)
    assert table.head[table.unit or 0][-1] == UNIT_HEADS[annex]
    assert table.serial == 0
    name = UNIT_HEADS[annex]
    printed = [row for row in yindu_rows(annex) if not is_total(row[name])]
    assert [list(row.cells) for row in table.rows] == [
        [number(text) for key, text in row.items() if key not in HELPERS]
        for row in printed
        if row["row_type"] != "group_header"
    ]
    assert [out.kind for out in table.left_out if out.kind == "note"] == ["note"]


def test_three_levels_and_a_city_above_the_district() -> None:
    table = read_table(yindu_workbook(5), "附件5.xlsx")
    assert table.depth == 3
    assert table.keys[5] == "子项数/行政检查/个数"
    assert table.keys[16] == "子项数/其他/汇聚数"
    assert table.titles == ("附件5", "殷都区“互联网+监管”数据汇集情况统计表")
    assert table.rows[0].number == 6


def test_the_seven_triples_of_wujin_keep_their_groups_and_dashes() -> None:
    table = read_table(wujin_workbook(), "附件1.xlsx")
    assert list(table.head) == wujin_head()
    assert table.unit == 1
    assert len(table.rows) == 36
    assert [key for key in table.keys if key.endswith("事项总数")] == [
        "即办件/事项总数",
        "不见面办理/事项总数",
        "在线办理/事项总数",
    ]
    published = transcription(WUJIN / "annex1_as_published.csv")
    assert [row.cells for row in table.rows] == [tuple(row.values()) for row in published]


def test_groups_subtotals_and_totals_are_set_apart() -> None:
    table = read_table(yindu_workbook(8), "附件8.xlsx")
    assert [(out.text, out.kind) for out in table.left_out] == [
        ("小计", "total"),
        ("公共服务单位", "group"),
        ("小计", "total"),
        ("合计", "total"),
        ("注：数据截至6月30日。", "note"),
    ]
    assert len(table.rows) == 29
    assert [row.cells[0] for row in table.rows] == [str(n) for n in range(1, 30)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_offices_have(encoding: str) -> None:
    text = (WUJIN / "annex3.csv").read_text(encoding="utf-8-sig")
    table = read_table(text.encode(encoding), "附件3.csv")
    assert [row.cells[1] for row in table.rows] == [
        row["办件所属区划"] for row in transcription(WUJIN / "annex3.csv") if row["办件所属区划"] != "合计"
    ]
    assert table.head[9] == ("“苏政50条”及“小微企业和个体工商户”咨询量",)


def test_a_pasted_head_without_merges_is_carried_right() -> None:
    head = [
        ["序号", "区划/部门", "事项主项数", "子项数", "", "", "", "子项覆盖率"],
        ["", "", "", "行政检查", "", "行政处罚", "", ""],
        ["", "", "", "个数", "覆盖数", "个数", "覆盖数", ""],
    ]
    text = "\n".join("\t".join(row) for row in [*head, ["1", "区商务局", "2", "2", "2", "7", "7", "100.00"]])
    table = read_pasted_table(text)
    assert table.keys == (
        "序号",
        "区划/部门",
        "事项主项数",
        "子项数/行政检查/个数",
        "子项数/行政检查/覆盖数",
        "子项数/行政处罚/个数",
        "子项数/行政处罚/覆盖数",
        "子项覆盖率",
    )
    assert table.rows[0].cells == ("1", "区商务局", "2", "2", "2", "7", "7", "100.00")


def test_units_merged_downwards_are_carried_without_merges_too() -> None:
    file = io.StringIO()
    csv.writer(file).writerows(
        [["序号", "单位名称", "证照类型名称", "已签章数量", "未签章数量"], *yindu_body(3)]
    )
    table = read_table(file.getvalue().encode("gb18030"), "附件3.csv")
    data = [row for row in yindu_rows(3) if row["row_type"] == "data"]
    assert [row.cells[1] for row in table.rows[1:]] == [row["单位名称"] for row in data]


SHAPES = [
    # what stands in the cells, and what is read
    ([["单位：件"], ["部门", "数量"], ["甲局", "1,234"]], [("甲局", "1,234")]),
    ([["填报时间：2023年6月", "单位：件"], ["单位", "数量"], ["甲局", "1"]], [("甲局", "1")]),
    ([["单位", "数量"], ["甲", "1"], ["甲局", "3"]], [("甲局", "3")]),
    ([["单位", "数量"], ["甲局", "3"], [], [], ["填报人：张三", "联系电话：8651"]], [("甲局", "3")]),
    ([["单位", "数量"], ["甲局", ""], ["全区合计", "3"]], [("甲局", "")]),
    ([["单位", "数 量"], ["平均值", "3"], ["注册局", "3"]], [("注册局", "3")]),
]


@pytest.mark.parametrize(("given", "read"), SHAPES)
def test_shapes(given: list[list[str]], read: list[tuple[str, ...]]) -> None:
    table = read_pasted_table("\n".join("\t".join(row) for row in given))
    assert [row.cells for row in table.rows] == read
    assert table.head == (("单位",) if given[0][0] == "单位" else (given[1][0],), ("数量",))


def test_two_columns_of_one_name_have_two_keys() -> None:
    table = read_pasted_table("单位\t数量\t数量\t\n甲局\t1\t2\t3")
    assert table.keys == ("单位", "数量", "数量#2", "#4")


def test_a_table_without_head_or_rows_is_refused() -> None:
    with pytest.raises(TableError):
        read_pasted_table("1\t2\n3\t4")
    with pytest.raises(TableError):
        read_pasted_table("单位\t数量")


def test_a_workbook_without_merges_reads_as_a_plain_table() -> None:
    table = read_table(workbook([], [("单位",), ("数量",)], [["甲局", "46.8"], ["乙局", "0"]]), "t.xlsx")
    assert [row.cells for row in table.rows] == [("甲局", "46.8"), ("乙局", "0")]
