"""Columns and unit names: exact or remembered; everything else is asked, never guessed."""

import pytest

from departments.models import ColumnMapping
from departments.services import organisation
from departments.services.mappings import (
    CATEGORY,
    DASH,
    IGNORED,
    UNIT,
    faults,
    has_dashes,
    match_units,
    remember,
    remembered_left_out,
    settle,
    suggest,
)
from departments.services.organisation import UnitNames
from departments.sheets import load_sheet
from departments.tables import read_pasted_table, read_table
from tests import build
from tests.functional.tables.offices import Yindu, build_yindu
from tests.unit.tables.annexes import yindu_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def yindu(db: None) -> Yindu:
    return build_yindu("attendance", "supervision", "licences")


@pytest.mark.parametrize(("code", "annex"), [("attendance", 8), ("supervision", 5), ("licences", 3)])
def test_every_column_of_the_real_annexes_is_known_by_its_name(yindu: Yindu, code: str, annex: int) -> None:
    sheet = load_sheet(yindu.window(code).form)
    table = read_table(yindu_workbook(annex), "t.xlsx")
    columns = suggest(sheet=sheet, table=table)
    first = [IGNORED, UNIT] + ([CATEGORY] if annex == 3 else [])
    assert [column.target for column in columns] == [*first, *(item.code for item in sheet.items)]
    assert faults(columns, sheet) == []


NAMED = [
    # head of the second column → what it answers (None: asked)
    ("请假人数", "leave"),
    ("请 假 人 数", "leave"),
    ("leave", "leave"),
    ("累计公出（小时）", "out_hours"),
    ("累计公出", "out_hours"),
    ("请假数", None),
    ("请假人数（人）", None),
    ("请假", None),
    ("备注", None),
]


@pytest.mark.parametrize(("head", "target"), NAMED)
def test_a_column_is_known_only_by_an_exact_name(yindu: Yindu, head: str, target: str | None) -> None:
    sheet = load_sheet(yindu.window("attendance").form)
    [unit, column] = suggest(sheet=sheet, table=read_pasted_table(f"单位\t{head}\n教育局\t3"))
    assert (unit.target, column.target) == (UNIT, target)


def test_a_name_of_several_items_is_asked_unless_its_headings_tell(yindu: Yindu) -> None:
    sheet = load_sheet(yindu.window("supervision").form)
    flat = suggest(sheet=sheet, table=read_pasted_table("部门\t个数\t事项主项数\n区商务局\t3\t4"))
    assert [column.target for column in flat] == [UNIT, None, "main"]
    nested = suggest(sheet=sheet, table=read_pasted_table("部门\t行政检查\t\n\t个数\t覆盖数\n区商务局\t3\t4"))
    assert [column.target for column in nested] == [UNIT, "check_count", "check_covered"]


def test_two_columns_of_one_name_are_both_asked(yindu: Yindu) -> None:
    sheet = load_sheet(yindu.window("attendance").form)
    columns = suggest(sheet=sheet, table=read_pasted_table("单位\t请假人数\t请假人数\n教育局\t3\t3"))
    assert [column.target for column in columns] == [UNIT, None, None]
    both = settle(columns, {"请假人数": "leave", "请假人数#2": "leave"}, sheet)
    assert len(faults(both, sheet)) == 1


def test_answers_are_remembered_for_the_same_head_only(yindu: Yindu) -> None:
    form = yindu.window("attendance").form
    sheet = load_sheet(form)
    table = read_pasted_table("大厅窗口名\t请假\n教育局\t—")
    columns = suggest(sheet=sheet, table=table)
    assert [column.target for column in columns] == [None, None]
    settled = settle(columns, {"大厅窗口名": UNIT, "请假": "leave"}, sheet)
    assert has_dashes(table, settled, sheet)
    remember(
        form=form,
        table=table,
        columns=settled,
        dash="",
        left_out=["殷都区"],
        user=yindu.people["enters"],
    )
    again = read_pasted_table("大厅窗口名\t请　假\n民政局\t3\n财政局\t4")
    assert [column.target for column in suggest(sheet=sheet, table=again)] == [UNIT, "leave"]
    assert remembered_left_out(form, again) == {"殷都区"}
    other = read_pasted_table("大厅窗口名\t请假\t迟到人数\n民政局\t3\t1")
    assert [column.target for column in suggest(sheet=sheet, table=other)] == [None, None, "late"]
    assert ColumnMapping.objects.get().columns[DASH] == ""


def test_an_answer_that_names_no_item_stays_a_question(yindu: Yindu) -> None:
    sheet = load_sheet(yindu.window("attendance").form)
    columns = suggest(sheet=sheet, table=read_pasted_table("单位\t请假\n教育局\t3"))
    assert settle(columns, {"请假": "no-such-item"}, sheet)[1].target is None


def test_units_are_found_by_any_of_their_names_and_others_asked(yindu: Yindu) -> None:
    organisation.save_alias(unit=yindu.units["水利局"], name="水务")
    organisation.save_alias(unit=yindu.units["水务公司"], name="水务")
    table = read_pasted_table(
        "单位\t请假人数\n区教育局\t1\n殷都区 交通局\t2\n教育\t3\n水务\t4\n教育\t5\n殷都区\t6"
    )
    found, questions = match_units(table, 0, UnitNames(yindu.office), {})
    assert {row: unit.name for row, unit in found.items() if unit} == {2: "教育局", 3: "交通局"}
    assert [(q.name, q.rows, q.may_remember) for q in questions] == [
        ("教育", (4, 6), True),
        ("水务", (5,), False),
        ("殷都区", (7,), True),
    ]
    assert yindu.units["教育局"] in questions[0].suggestions
    assert {unit.name for unit in questions[1].suggestions} == {"水利局", "水务公司"}
    answers = {"教育": yindu.units["教育局"], "水务": yindu.units["水利局"], "殷都区": None}
    found, questions = match_units(table, 0, UnitNames(yindu.office), answers)
    assert questions == []
    assert [found[row] and found[row].name for row in range(2, 8)] == [
        "教育局",
        "交通局",
        "教育局",
        "水利局",
        "教育局",
        None,
    ]


def test_another_offices_units_are_unknown(yindu: Yindu) -> None:
    other = build.office("other", "别区")
    build.unit(other, "X", "别区教育处")
    table = read_pasted_table("单位\t请假人数\n别区教育处\t1")
    found, [question] = match_units(table, 0, UnitNames(yindu.office), {})
    assert found == {}
    assert all(unit.office_id == yindu.office.pk for unit in question.suggestions)
