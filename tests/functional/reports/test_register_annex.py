"""Annexes of registers: 殷都区's 附件7 cell by cell from 200 entries, and the open entries themselves as a table."""

import csv
import datetime as dt
import json
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pytest
from openpyxl import load_workbook

from departments.choices import CountBasis, ItemKind, Role
from departments.models import Entry, Group, Office
from departments.services.registers.definitions import save_column, save_count, save_register
from departments.services.registers.life import create_entry, edit_entry, hand_on, move_entry
from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack
from reports.choices import AnnexRows
from reports.models import Bulletin
from reports.renderers import render
from reports.services.document import all_figures, build_document, figures_hash
from reports.services.excerpts import excerpt, names_of_units
from reports.services.issues import draft_issue, gate
from reports.services.source import faults_of
from reports.services.templates import AnnexSpec, ColumnSpec, RuleSpec, SectionText, save_bulletin
from reports.views.origins import Origins
from tests import build

ROOT = Path(__file__).parents[3]
ANNEX_7 = ROOT / "tests" / "truth" / "yindu" / "annex7.csv"
CLAIMS = ROOT / "tests" / "truth" / "yindu" / "claims.jsonl"
TEXT = (
    "截至{截止日}，省局下发的第二批网办问题排查事项清单共{total: 合计(wangban.total)}项，"
    "全区除{begun: 名单(wangban.done > 0)}外，其他单位仍未开展问题排查工作，"
    "涉及单位：{idle: 名单(wangban.done = 0 且 wangban.pending > 0)}。"
    "完成率{rate: 占比(合计(wangban.done)，合计(wangban.total)，小数位=2)}。"
)
# The published order follows no figure.
ORDER = "U19 U18 U04 U22 U16 U17 U20 U30 U13"
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def bulletin_of(office: Office, group: Group, text: str, *annexes: AnnexSpec, **parts: Any) -> Bulletin:
    return save_bulletin(
        office=office, code="monthly", group=group, name="通报", title="{报告期}情况通报",
        number_format="某〔{year}〕{number}号", signature="某办", printed_by="某办",
        sections=[SectionText("一、总体情况", text)], annexes=annexes, **parts,
    )  # fmt: skip


def annex_7(office: Office) -> AnnexSpec:
    rate = "100 * wangban.done / wangban.total"
    return AnnexSpec(
        7,
        "殷都区政务服务网第二批网办问题排查清单",
        None,
        (
            ColumnSpec("seq", "序号", "seq"),
            ColumnSpec("unit", "单位名称", "unit"),
            ColumnSpec("total", "排查事项总数", "item", "wangban.total"),
            ColumnSpec("done", "已完成事项", "item", "wangban.done"),
            ColumnSpec("open", "未完成事项", "item", "wangban.open"),
            ColumnSpec("rate", "完成率", "rate", rate, 2),
            ColumnSpec("note", "备注", "text", "wangban.remark"),
        ),
        name_set="annex7",
        row_order=ORDER,
        register=office.registers.get(code="wangban"),
        total="bottom",
    )


def claims(*wanted: str) -> dict[str, Any]:
    rows = map(json.loads, CLAIMS.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["published"] for row in rows if row["id"] in wanted}


@pytest.fixture
def yindu(db: None) -> Bulletin:
    office = apply_pack(read_pack(ROOT / "packs" / "yindu"))
    group = office.groups.get(code="depts")
    rule = RuleSpec(
        "parts", "数值(合计(wangban.done)) + 数值(合计(wangban.open)) = 数值(合计(wangban.total))", "总数不等于分项之和"
    )  # fmt: skip
    return bulletin_of(office, group, TEXT, annex_7(office), consistency=[rule])


def test_annex_7_cell_by_cell(yindu: Bulletin) -> None:
    assert faults_of(yindu, "2023-06") == []
    document, _source, _names = build_document(yindu, "2023-06")
    with ANNEX_7.open(encoding="utf-8-sig", newline="") as file:
        truth = list(csv.DictReader(file))
    names = ["序号", "单位名称", "排查事项总数", "已完成事项", "未完成事项", "完成率", "备注"]
    [annex] = document["annexes"]
    assert [" ".join(column["path"]) for column in annex["columns"]] == names
    assert [row["kind"] for row in annex["rows"]] == [row["row_type"] for row in truth]
    for row, printed in zip(annex["rows"], truth, strict=True):
        expected = [printed[name] + ("%" if name == "完成率" else "") for name in names]
        assert row["cells"] == expected
    assert annex["rows"][-1]["values"] == [None, None, "200", "11", "189", "5.5", None]
    for fmt in ("html", "txt"):
        text = render(document, fmt).decode()
        assert all(word in text for word in ("无需排查", "66.67%", "5.50%", "合计"))
    drawn = drawn_in_word(document)
    assert drawn[-1] == ["合计", "合计", "200", "11", "189", "5.50%", ""]
    assert drawn[9] == ["9", "房管局", "1", "0", "1", "0.00%", "无需排查"]
    sheet = load_workbook(BytesIO(render(document, "xlsx")))["附件"]
    [total] = [line for line in sheet.values if "合计" in line]
    assert total[2:5] == (200, 11, 189)
    assert render(document, "pdf").startswith(b"%PDF")


def test_the_sentences_are_the_published_ones(yindu: Bulletin) -> None:
    document, _source, _names = build_document(yindu, "2023-06")
    figures = all_figures(document)
    published = claims("C032", "C033", "C034")
    assert figures["total"]["display"] == str(published["C032"])
    for claim, figure in (("C033", "begun"), ("C034", "idle")):
        assert set(figures[figure]["display"].split("、")) == set(published[claim])
    assert figures["rate"]["display"] == "5.50%"
    assert figures["total"]["coverage"] == {"reported": 9, "expected": 9, "missing": []}
    assert figures["total"]["describe"].startswith("Σ 殷都区政务服务网第二批网办问题排查清单.总数")


def test_a_number_opens_to_the_entries_counted(yindu: Bulletin) -> None:
    admin = Entry.objects.first().created_by  # type: ignore[union-attr]
    issue = draft_issue(bulletin=yindu, period="2023-06", user=admin)
    document = json.loads(issue.content)
    origins = Origins(issue, document)
    assert origins.figure("total").entries.size == 200
    done = origins.cell(7, "U18", "done").entries
    assert [(row.key, row.unit, row.entry["status"]) for row in done.rows] == [
        (f"WB-{n:04}", "卫健委", "已完成") for n in (7, 8, 9)
    ]
    assert done.rows[0].entry["done_on"] == "2023-06-19"
    rate = origins.cell(7, "U18", "rate").entries
    assert (rate.size, rate.rows[0].counts, rate.rows[-1].counts) == (10, ("已完成", "总数"), ("总数",))
    assert len(document["registers"]["wangban"]["entries"]) == 200
    assert document["cells"]["wangban/U18/done"]["value"] == "3"
    assert gate(issue) == []


def drawn_in_word(document: dict[str, Any]) -> list[list[str]]:
    """The cells of the only annex in the Word file."""
    tables = docx.Document(BytesIO(render(document, "docx"))).tables
    [table] = [table for table in tables if table.rows[0].cells[0].text == "序号"]
    return [[cell.text for cell in row.cells] for row in table.rows]


class Small:
    """A register with three kinds of column over two units and one above them; four entries as of the end of March."""

    def __init__(self) -> None:
        self.office = build.office()
        self.group = build.group(self.office)
        for code, name in (("A", "甲局"), ("B", "乙局"), ("C", "丙局")):
            build.unit(self.office, code, name, self.group)
        windows = build.group(self.office, "windows", "窗口")
        self.below = build.unit(self.office, "A1", "甲局窗口", windows, self.office.units.get(code="A"))
        self.admin = build.person("admin", self.office, Role.ADMINISTRATOR)
        self.viewer = build.person("viewer", self.office, Role.VIEWER)
        self.register = save_register(
            office=self.office, code="apps", title="应用接入台账", name_label="应用名称"
        )
        save_column(register=self.register, code="cost", name="费用", kind=ItemKind.DECIMAL)
        save_column(register=self.register, code="phone", name="电话", personal=True)
        self.enter("1", "B", 20, 31, cost="12.5")
        self.enter("2", "A", 10, None)
        self.enter("3", "A", 12, 25)
        self.move("3", "done", 20)
        self.enter("4", "A1", 11, 28)

    def enter(self, key: str, unit: str, day: int, due: int | None, **values: str) -> Entry:
        return create_entry(
            register=self.register, unit=self.office.units.get(code=unit), key=key, name=f"应用{key}",
            user=self.admin, opened_on=dt.date(2022, 3, day), due_on=dt.date(2022, 3, due) if due else None,
            values=values, personal={"phone": "13900001234"}, at=build.at(day, month=3),
        )  # fmt: skip

    def entry(self, key: str) -> Entry:
        return Entry.objects.get(key=key)

    def move(self, key: str, status: str, day: int, month: int = 3) -> None:
        target = self.register.statuses.get(code=status)
        move_entry(
            entry=self.entry(key), target=target, user=self.admin, text="办", at=build.at(day, month=month)
        )

    def bulletin(self, *annexes: AnnexSpec) -> Bulletin:
        text = "仍有{open: 合计(apps.pending)}项未接入（附件1）。"
        return bulletin_of(self.office, self.group, text, *annexes)

    def entries(self, **changes: Any) -> AnnexSpec:
        fields: dict[str, Any] = {
            "number": 1,
            "title": "未接入应用清单",
            "form": None,
            "columns": (
                ColumnSpec("seq", "序号", "seq"),
                ColumnSpec("unit", "单位", "unit"),
                ColumnSpec("key", "编号", "text", "key"),
                ColumnSpec("name", "应用", "text", "应用名称"),
                ColumnSpec("status", "状态", "text", "状态"),
                ColumnSpec("opened", "交办", "text", "opened_on"),
                ColumnSpec("due", "到期", "text", "due_on"),
                ColumnSpec("cost", "费用", "text", "费用"),
            ),
            "register": self.register,
            "rows": AnnexRows.ENTRIES,
        }
        return AnnexSpec(**fields | changes)

    def counts(self, **changes: Any) -> AnnexSpec:
        fields: dict[str, Any] = {
            "number": 1,
            "title": "接入情况表",
            "form": None,
            "columns": (
                ColumnSpec("unit", "单位", "unit"),
                ColumnSpec("open", "未接入", "item", "apps.pending"),
                ColumnSpec("rate", "完成率", "rate", "100 * apps.done / apps.total", 1),
            ),
            "register": self.register,
            "total": "bottom",
        }
        return AnnexSpec(**fields | changes)


@pytest.fixture
def small(db: None) -> Small:
    return Small()


def rows_of(bulletin: Bulletin) -> list[list[str]]:
    document, _source, _names = build_document(bulletin, "2022-03")
    return [row["cells"] for row in document["annexes"][0]["rows"]]


def test_open_entries_are_rows_unit_after_unit_by_due_day(small: Small) -> None:
    bulletin = small.bulletin(small.entries())
    assert faults_of(bulletin, "2022-03") == []
    expected = [
        ["1", "甲局", "2", "应用2", "待整改", "2022-03-10", "", ""],
        ["2", "乙局", "1", "应用1", "待整改", "2022-03-20", "2022-03-31", "12.5"],
        ["3", "甲局窗口", "4", "应用4", "待整改", "2022-03-11", "2022-03-28", ""],
    ]
    assert rows_of(bulletin) == expected
    # As of the period's end, whatever became of them.
    small.move("2", "done", 5, month=4)
    hand_on(entry=small.entry("1"), unit=small.below, user=small.admin, text="划转", at=build.at(6))
    assert rows_of(bulletin) == expected
    document, _source, _names = build_document(bulletin, "2022-03")
    assert all_figures(document)["open"]["display"] == "3"
    for fmt in ("html", "txt"):
        assert "应用4" in render(document, fmt).decode()
    assert drawn_in_word(document)[1] == expected[0]
    assert load_workbook(BytesIO(render(document, "xlsx")))["附件"].max_row > 3
    assert render(document, "pdf").startswith(b"%PDF")


def test_another_count_chooses_the_entries_and_the_order_is_fixed(small: Small) -> None:
    assert [row[2] for row in rows_of(small.bulletin(small.entries(count="total", row_order="B")))] == [
        "1",
        "3",
        "2",
        "4",
    ]
    save_count(register=small.register, code="late", name="月末未办", basis=CountBasis.OVERDUE)
    assert [row[2] for row in rows_of(small.bulletin(small.entries(count="late")))] == ["1", "4"]


def test_personal_columns_and_unknown_ones_are_faults(small: Small) -> None:
    columns = (
        ColumnSpec("phone", "电话", "text", "电话"),
        ColumnSpec("what", "何", "text", "何物"),
        ColumnSpec("n", "数", "item", "apps.total"),
    )
    bulletin = small.bulletin(small.entries(columns=columns, count="none", order_by="apps.nothing"))
    places = {fault.where: fault.message for fault in faults_of(bulletin, "2022-03")}
    assert set(places) == {
        "附件1",
        "附件1第1列（phone）",
        "附件1第2列（what）",
        "附件1第3列（n）",
        "附件1行序",
    }
    assert "电话" in places["附件1第1列（phone）"]


def test_nothing_personal_reaches_a_document(small: Small) -> None:
    document, _source, _names = build_document(small.bulletin(small.entries(count="total")), "2022-03")
    assert "13900001234" not in json.dumps(document)


def test_units_with_entries_are_rows_and_stand_for_those_below(small: Small) -> None:
    """甲局窗口 stands below 甲局, so that the total counts it once; 丙局 has no entry."""
    assert rows_of(small.bulletin(small.counts())) == [
        ["甲局", "2", "33.3%"],
        ["乙局", "1", "0.0%"],
        ["合计", "3", "25.0%"],
    ]
    largest = rows_of(small.bulletin(small.counts(order_by="apps.total - apps.opened * 2")))
    assert [row[0] for row in largest] == ["乙局", "甲局", "合计"]


def test_an_empty_register_prints_an_empty_table(small: Small) -> None:
    document, _source, _names = build_document(small.bulletin(small.counts()), "2022-02")
    assert document["annexes"][0]["rows"] == []
    assert all_figures(document)["open"]["display"] == "0"


def test_what_is_frozen_stays_when_entries_move_on(small: Small) -> None:
    issue = draft_issue(bulletin=small.bulletin(small.counts()), period="2022-03", user=small.admin)
    before = json.loads(issue.content)
    small.move("2", "done", 5, month=4)
    again, _source, _names = build_document(issue.bulletin, "2022-03")
    assert figures_hash(again) == figures_hash(before)
    assert gate(issue) == []
    edit_entry(entry=small.entry("1"), user=small.admin, fields={"name": "改名"}, at=build.at(6))
    # The draft would now print another name, so it is to be drafted again; what was frozen stays.
    assert len(gate(issue)) == 1
    origin = Origins(issue, before).cell(1, "A", "open")
    assert [(row.key, row.unit, row.entry["name"]) for row in origin.entries.rows] == [
        ("2", "甲局", "应用2"),
        ("4", "甲局窗口", "应用4"),
    ]


def test_a_unit_s_excerpt_holds_its_own_entries_only(small: Small) -> None:
    document, _source, _names = build_document(small.bulletin(small.entries()), "2022-03")
    found = excerpt(document, "B", names_of_units(small.office), {})
    assert [(row["label"], row["cell"]) for row in found["annexes"][0]["rows"]] == [
        ("1", "应用1 · 待整改 · 2022-03-20 · 2022-03-31 · 12.5")
    ]
