"""Annexes of units and categories: order, blocks, totals, rows to compare with, places, cells set off."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import Role
from departments.services import forms
from departments.services.submissions import start_submission
from govsvc import outbox
from indicators.services import definitions
from reports.models import Annex
from reports.services.annex_cells import annex_cells, row_names
from reports.services.annexes import build_annex
from reports.services.document import build_document
from reports.services.entries import CountedEntries
from reports.services.issues import draft_issue
from reports.services.source import faults_of, load_source
from reports.services.templates import ColumnSpec
from reports.views.origins import Origins
from tests import build
from tests.functional.reports.annex_office import PERIOD, RATE, AnnexOffice

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DUE = ColumnSpec("due", "应办", "item", "items.due")
HOURS = ColumnSpec("hours", "工时", "item", "items.hours", 1)
PLACE = ColumnSpec("place", "名次", "rank", "closing")


@pytest.fixture
def office(db: None) -> AnnexOffice:
    return AnnexOffice()


def test_keys_then_the_fixed_order_then_protocol(office: AnnexOffice) -> None:
    """90 % twice: the fewer hours first; who has not reported comes last, blank."""
    rows = office.rows(RATE, HOURS, order_by="closing\n升序：items.hours")
    assert rows == [
        "1|丙局|90.0%|0", "2|甲局|90.0%|1.5", "3|市局|60.0%|7", "4|乙局|50.0%|2", "5|丁局|25.0%|10", "6|戊局||",
    ]  # fmt: skip
    assert office.rows(DUE, order_by="升序：items.due", row_order="U3 U1") == [
        "1|丁局|4", "2|丙局|10", "3|甲局|10", "4|乙局|20", "5|市局|100", "6|戊局|",
    ]  # fmt: skip
    assert [row.split("|")[1] for row in office.rows(row_order="U5 U2")] == [
        "戊局", "乙局", "甲局", "丙局", "丁局", "市局",
    ]  # fmt: skip


def test_totals_add_as_their_items_add(office: AnnexOffice) -> None:
    """Sums, the largest, nothing where an item does not add; the rate is pooled: 89/144, not the mean of five."""
    columns = (
        DUE, HOURS,
        ColumnSpec("days", "最长天数", "item", "items.days"),
        ColumnSpec("good", "满意率", "item", "items.good"),
        RATE,
        ColumnSpec("share", "其中", "rate", "100 * items.done / items.due", 1, in_totals=False, total_text="/"),
        ColumnSpec("remark", "备注", "text", "items.remark"),
    )  # fmt: skip
    rows = office.rows(*columns, total="bottom", total_label="总计")
    assert rows[0] == "1|甲局|10|1.5|3|90|90.0%|90.0%|新设"
    assert rows[1] == "2|乙局|20|2|8|80|50.0%|50.0%|"
    assert rows[-1] == "|总计|144|20.5|9||61.8%|/|"
    assert office.rows(*columns, total="top")[0].startswith("|合计|144|")
    total = office.annex(*columns, total="bottom")["rows"][-1]
    assert total["values"] == [None, None, "144", "20.5", "9", None, "2225/36", None, None]


def test_rows_to_compare_with_stand_above_the_total_and_outside_it(office: AnnexOffice) -> None:
    top = office.rows(DUE, RATE, total="top", comparison_units="U6")
    assert top[:3] == ["|市局|100|60.0%", "|合计|44|65.9%", "1|甲局|10|90.0%"]
    bottom = office.rows(DUE, RATE, total="bottom", comparison_units="U6")
    assert bottom[-3:] == ["5|戊局||", "|市局|100|60.0%", "|合计|44|65.9%"]
    assert office.rows(DUE, comparison_units="U6")[0] == "|市局|100"


def test_who_stands_below_another_row_is_added_once(office: AnnexOffice) -> None:
    """甲's 10 and 甲站's 3 are 13 in 甲's row, which is all the total takes of them."""
    below = build.unit(office.office, "U9", "甲站", office.groups["towns"], office.units["甲"])
    office.clerks["甲站"] = build.person("clerk9", office.office, Role.CLERK, below)
    forms.expect(form=office.form, units=[*office.units.values(), below])
    start_submission(window=office.form.windows.get(), unit=below)
    office.units["甲站"] = below
    office.report("甲站", {"due": 3, "done": 1})
    outbox.drain()
    rows = office.rows(DUE, total="bottom", comparison_units="U6")
    assert (rows[0], rows[5], rows[-1]) == ("1|甲局|13", "6|甲站|3", "|合计|47")


def test_blocks_have_a_line_a_subtotal_and_running_numbers(office: AnnexOffice) -> None:
    """市 is in none of the groups, so it has no row."""
    groups = (office.of("depts", subtotal="小计"), office.of("towns", "各镇街道", "小计"))
    assert office.rows(DUE, RATE, groups=groups, total="bottom", order_by="items.due") == [
        "1|乙局|20|50.0%", "2|甲局|10|90.0%", "3|丙局|10|90.0%", "|小计|40|70.0%",
        "|各镇街道||", "4|丁局|4|25.0%", "5|戊局||", "|小计|4|25.0%", "|合计|44|65.9%",
    ]  # fmt: skip
    kinds = [row["kind"] for row in office.annex(DUE, groups=groups)["rows"]]
    assert kinds == ["data"] * 3 + ["subtotal", "group", "data", "data", "subtotal"]


def test_groups_with_nothing_between_them_are_one_block(office: AnnexOffice) -> None:
    groups = (office.of("depts"), office.of("towns", subtotal="小计"))
    assert office.rows(DUE, groups=groups, order_by="升序：items.due") == [
        "1|丁局|4", "2|甲局|10", "3|丙局|10", "4|乙局|20", "5|戊局|", "|小计|44",
    ]  # fmt: skip


def test_places_are_those_of_the_office_s_ranking(office: AnnexOffice) -> None:
    """Inside the unit's own group; — for who is not ranked, blank for who has not reported."""
    rows = [row.split("|")[1:] for row in office.rows(PLACE, total="bottom")]
    assert rows == [
        ["甲局", "1"], ["乙局", "3"], ["丙局", "1"], ["丁局", "1"], ["戊局", ""], ["市局", "—"], ["合计", ""],
    ]  # fmt: skip
    definitions.save_ranking(
        office=office.office, code="r", indicator=office.indicator, group=office.groups["depts"], name="排名",
        ties="dense",
    )  # fmt: skip
    assert office.rows(PLACE)[1] == "2|乙局|2"


def marked(annex: dict[str, Any]) -> dict[str, list[str]]:
    return {row["unit"]: row["marks"] for row in annex["rows"] if "marks" in row}


def test_cells_below_the_target_are_set_off_and_the_legend_says_so(office: AnnexOffice) -> None:
    """丁 has no target: the target is the departments'."""
    rate = ColumnSpec("rate", "办件|办结率", "rate", "closing", 1, highlight="target")
    annex = office.annex(DUE, rate, total="bottom", comparison_units="U6")
    assert marked(annex) == {"U2": ["", "", "", "target"]}
    assert annex["legend"] == "加粗并加底纹：“办件·办结率”未达到目标。"
    office.indicator.targets.update(value=10)
    assert office.annex(rate)["legend"] == ""


def test_the_last_of_each_group_are_set_off(office: AnnexOffice) -> None:
    """Two from the end of the departments reach the tie of 甲 and 丙 at place 1, which is nobody's last place."""
    last = ColumnSpec("place", "名次", "rank", "closing", highlight="last", highlight_count=2)
    annex = office.annex(last)
    assert marked(annex) == {"U2": ["", "", "last"]}
    assert annex["legend"] == "加粗并加底纹：“名次”列后2名（并列的都标）。"


def test_one_row_a_category_of_a_unit(office: AnnexOffice) -> None:
    """Own and shared rows in the order of the list; a category not reported is blank, 0 stays 0."""
    form = office.licences()
    kind = ColumnSpec("kind", "证照", "text", "类别", merge=False, total_text="/")
    signed = ColumnSpec("signed", "已签", "item", "licences.signed")
    parts = {"form": form, "rows": "categories", "total": "top", "total_label": "某区"}
    rows = office.rows(kind, signed, **parts)
    assert rows == ["|某区|/|12", "1|甲局|甲证|0", "2|甲局|通用证|7", "3|乙局|通用证|5"]
    assert office.rows(kind, signed, order_by="升序：licences.signed", **parts)[1] == "1|乙局|通用证|5"
    bulletin = office.bulletin(kind, signed, **parts)
    assert faults_of(bulletin, PERIOD) == []
    document, _source, _names = build_document(bulletin, PERIOD)
    assert row_names(document["annexes"][0]) == ["total", "U1.own", "U1.all", "U2.all"]
    assert document["cells"]["licences/U1/signed.all"]["value"] == "7"
    assert document["cells"]["licences/U1/signed.all"]["label"] == "已签（通用证）"
    assert "licences/U1/signed" not in document["cells"]
    cell = annex_cells(document)["annex1/U1.all/signed"]
    assert (cell["label"], cell["display"], cell["value"]) == ("附件1 甲局 通用证 已签", "7", "7")


def test_merged_row_numbers_count_units(office: AnnexOffice) -> None:
    form = office.licences()
    bulletin = office.bulletin(form=form, rows="categories")
    bulletin.annexes.get().columns.filter(code="seq").update(merge=True)
    document, _source, _names = build_document(bulletin, PERIOD)
    rows = document["annexes"][0]["rows"]
    assert [row["cells"] for row in rows] == [["1", "甲局"], ["1", "甲局"], ["2", "乙局"]]


def test_a_total_opens_to_the_rows_it_adds(office: AnnexOffice) -> None:
    groups = (office.of("depts", subtotal="小计"), office.of("towns", "各镇街道", "小计"))
    bulletin = office.bulletin(DUE, RATE, groups=groups, total="bottom", comparison_units="U6")
    issue = draft_issue(bulletin=bulletin, period=PERIOD, user=office.admin)
    document, _source, _names = build_document(bulletin, PERIOD)
    origins = Origins(issue, document)

    def units(row: str, column: str = "due") -> list[str]:
        return [part.code for part in origins.cell(1, row, column).table.rows]

    assert units("total") == ["U1", "U2", "U3", "U4", "U5"]
    assert (units("subtotal1"), units("subtotal2")) == (["U1", "U2", "U3"], ["U4", "U5"])
    assert units("U6", "rate") == ["U6"]
    total = origins.cell(1, "total", "rate")
    assert (total.name, total.printed, total.exact, total.result) == (
        "合计",
        "65.9%",
        "725/11 ≈ 65.90909091",
        None,
    )
    with pytest.raises(KeyError):
        origins.cell(1, "nobody", "due")


def test_a_category_opens_to_its_own_cell(office: AnnexOffice) -> None:
    signed = ColumnSpec("signed", "已签", "item", "licences.signed")
    bulletin = office.bulletin(signed, form=office.licences(), rows="categories", total="bottom")
    issue = draft_issue(bulletin=bulletin, period=PERIOD, user=office.admin)
    document, _source, _names = build_document(bulletin, PERIOD)
    origins = Origins(issue, document)
    origin = origins.cell(1, "U1.all", "signed")
    assert origin.name == "甲局 · 通用证"
    assert [
        (head, [cell.text for cell in row.cells]) for row in origin.table.rows for head in origin.table.heads
    ] == [(("", "已签（通用证）"), ["7"])]
    assert origin.table.rows[0].people[0].entered_by == "clerk1"
    assert [row.code for row in origins.cell(1, "total", "signed").table.rows] == ["U1", "U2"]


def test_every_fault_says_where_it_is(office: AnnexOffice) -> None:
    bulletin = office.bulletin(
        ColumnSpec("what", "何", "item", "items.nothing"),
        ColumnSpec("place", "名次", "rank", "100 * items.done / items.due"),
        ColumnSpec("shown", "率", "rate", "items.done", highlight="target"),
        ColumnSpec("kind", "类别", "text", "category"),
        order_by="closing\nitems.nothing", row_order="U1 X9", comparison_units="X8",
    )  # fmt: skip
    faults = {(fault.where, fault.line): fault.message for fault in faults_of(bulletin, PERIOD)}
    assert set(faults) == {
        ("附件1第3列（what）", 1), ("附件1第4列（place）", 1), ("附件1第5列（shown）", 1), ("附件1第6列（kind）", 1),
        ("附件1行序", 2), ("附件1行序", 1), ("附件1对照行", 1),
    }  # fmt: skip
    assert "X8" in faults["附件1对照行", 1]
    categories = office.bulletin(rows="categories")
    [fault] = faults_of(categories, PERIOD)
    assert (fault.where, "事项表" in fault.message) == ("附件1", True)


def test_as_many_queries_for_many_units_as_for_few(office: AnnexOffice) -> None:
    def queries() -> int:
        last = ColumnSpec("last", "末位", "rank", "closing", highlight="last")
        groups = (office.of("depts", subtotal="小计"), office.of("towns", "各镇街道", "小计"))
        bulletin = office.bulletin(DUE, RATE, last, groups=groups, total="bottom", comparison_units="U6")
        source, names = load_source(bulletin, PERIOD)
        annex = Annex.objects.get(bulletin=bulletin)
        entries = CountedEntries(office.office, source.data.period)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            build_annex(annex, source, names, entries)
        return len(asked)

    before = queries()
    for number in range(10, 20):
        build.unit(office.office, f"U{number}", f"局{number}", office.groups["depts"])
    assert queries() == before
