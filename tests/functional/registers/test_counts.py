"""Counts of registers as figures: read from the history, by unit and period, up the tree, in indicators and rankings."""

import datetime as dt

import pytest

from departments.choices import CountBasis, ItemKind
from departments.exceptions import TransitionRefused
from departments.services.registers.closing import close_register
from departments.services.registers.counts import counted, registers_of
from departments.services.registers.definitions import save_column, save_count, save_register
from departments.services.registers.life import edit_entry, hand_on
from expressions.values import UNDEFINED
from indicators.models import Result
from indicators.services.calculation import calculate
from indicators.services.dataset import load_period
from indicators.services.definitions import check_definition, save_indicator, save_version
from indicators.services.names import office_names
from tests import build
from tests.functional.registers.counting_desk import LATER, MARCH, Desk, on

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_check_in_april_leaves_march_as_it_was(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 3, 1), dt.date(2022, 3, 31))
    desk.answer(entry, on(3, 30))
    desk.move(entry, "done", on(4, 5))
    march = {"total": 1, "open": 1, "pending": 1, "answered": 1, "opened": 1, "due": 1, "on_time": 1}
    assert desk.figures("A") == march
    assert desk.figures("A", "2022-04") == {"total": 1, "done": 1, "done_in": 1}
    desk.move(entry, "open", on(5, 2))
    assert desk.figures("A") == march
    assert desk.figures("A", "2022-04") == {"total": 1, "done": 1, "done_in": 1}
    assert desk.figures("A", "2022-05") == {"total": 1, "open": 1, "pending": 1, "overdue": 1}


def test_what_counts_from_an_earlier_day_counts_there(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 3, 1), dt.date(2022, 3, 31))
    desk.move(entry, "done", on(4, 5), dt.date(2022, 3, 31))
    assert desk.figures("A") == {"total": 1, "done": 1, "opened": 1, "due": 1, "on_time": 1, "done_in": 1}


def test_editing_does_not_pass_for_a_move(desk: Desk) -> None:
    """The history of an edit names the status of its day; a move dated before it still holds."""
    entry = desk.enter("1", "A", dt.date(2022, 3, 1))
    edit_entry(entry=entry, user=desk.admin, fields={"name": "新名"}, at=on(3, 31))
    desk.move(entry, "done", on(4, 5), dt.date(2022, 3, 20))
    assert desk.figures("A") == {"total": 1, "done": 1, "opened": 1, "done_in": 1}


def test_a_day_of_handing_out_put_right_moves_the_beginning(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 4, 3))
    edit_entry(entry=entry, user=desk.admin, fields={"opened_on": dt.date(2022, 3, 30)}, at=on(4, 4))
    assert desk.figures("A") == {"total": 1, "open": 1, "pending": 1, "opened": 1}
    assert "opened" not in desk.figures("A", "2022-04")


def test_handed_on_it_stays_where_it_was_in_the_months_before(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 3, 1))
    hand_on(entry=entry, unit=desk.units["B"], user=desk.admin, text="职责划转", at=on(4, 2))
    assert desk.figures("A")["total"] == 1
    assert desk.figures("B") == {}
    assert desk.figures("A", "2022-04") == {}
    assert desk.figures("B", "2022-04")["total"] == 1


def test_void_counts_nowhere_from_its_day_on(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 3, 1))
    desk.move(entry, "void", on(4, 2))
    assert desk.figures("A")["total"] == 1
    assert desk.figures("A", "2022-04") == {}


def test_a_closed_month_never_moves(desk: Desk) -> None:
    """Whatever is allowed after closing, and what is refused, leaves its counts alone."""
    entries = [
        desk.enter(str(n), "A", dt.date(2022, 3, 1 + n), dt.date(2022, 3, 20 + n), type="态度")
        for n in range(6)
    ]
    desk.answer(entries[0], on(3, 10))
    desk.answer(entries[1], on(3, 25))
    desk.move(entries[2], "exempt", on(3, 20))
    save_column(register=desk.register, code="visited", name="回访", kind=ItemKind.TICK)
    close_register(register=desk.register, through=MARCH.end, user=desk.admin, at=on(4, 1))
    before = desk.figures("A")
    desk.register.refresh_from_db()
    desk.move(entries[0], "done", on(4, 5))
    desk.move(entries[1], "open", on(4, 5))
    desk.move(entries[3], "void", on(4, 5))
    hand_on(entry=entries[4], unit=desk.units["B"], user=desk.admin, text="划转", at=on(4, 5))
    edit_entry(entry=entries[4], user=desk.admin, fields={"name": "新名"}, at=on(4, 5))
    desk.enter("new", "A", dt.date(2022, 4, 4), type="态度")
    refused = [
        lambda: desk.move(entries[5], "done", on(4, 6), dt.date(2022, 3, 31)),
        lambda: edit_entry(entry=entries[5], user=desk.admin, fields={"type": "时限"}, at=on(4, 6)),
        lambda: edit_entry(entry=entries[5], user=desk.admin, fields={"due_on": dt.date(2022, 5, 1)}, at=on(4, 6)),
        lambda: desk.enter("late", "A", dt.date(2022, 3, 30)),
    ]  # fmt: skip
    for attempt in refused:
        with pytest.raises(TransitionRefused):
            attempt()
    assert desk.figures("A") == before
    assert before["total"] == 6
    assert before["repeats"] == 5
    assert before["on_time"] == 1


def test_a_town_stands_for_its_villages(desk: Desk) -> None:
    desk.enter("1", "T", dt.date(2022, 3, 1))
    desk.enter("2", "V1", dt.date(2022, 3, 1))
    desk.move(desk.enter("3", "V2", dt.date(2022, 3, 1)), "exempt", on(3, 2))
    assert {unit: desk.figures(unit).get("total", 0) for unit in desk.units} == {
        "A": 0, "B": 0, "C": 0, "T": 3, "V1": 1, "V2": 1,
    }  # fmt: skip
    data = load_period(desk.office, "2022-03", LATER)
    assert data.expected["bad"] == data.reported["bad"] == {"T", "V1", "V2"}
    remarks = {unit.code: unit.figures["bad.remark"] for unit in data.units if unit.figures["bad.remark"]}
    assert remarks == {"V2": "无需整改"}


def rate(desk: Desk) -> None:
    indicator = save_indicator(office=desk.office, code="punctual", name="按期整改率", order=1)
    save_version(
        indicator=indicator,
        valid_from=dt.date(2022, 1, 1),
        numerator="差评台账.按期完成",
        denominator="bad.due",
        factor=100,
        decimals=1,
        unit_of_measure="%",
        direction="higher",
    )


def test_a_rate_is_ranked_and_without_entries_has_no_denominator(desk: Desk) -> None:
    rate(desk)
    desk.register.groups.set([desk.office.groups.get(code="depts")])
    for key, unit in (("1", "A"), ("2", "A"), ("3", "B")):
        entry = desk.enter(key, unit, dt.date(2022, 3, 1), dt.date(2022, 3, 20))
        if key != "2":
            desk.answer(entry, on(3, 20))
    data = load_period(desk.office, "2022-03", LATER)
    assert data.unit("C").pairs["punctual"].value() == UNDEFINED
    run = calculate(office=desk.office, period="2022-03", data=data)
    rows = Result.objects.filter(run=run, group__code="depts", unit__isnull=False).select_related("unit")
    assert {row.unit.code: (row.display, row.place, row.reason) for row in rows} == {
        "A": ("50.0%", 2, ""),
        "B": ("100.0%", 1, ""),
        "C": ("—", None, "分母为 0"),
    }
    whole = Result.objects.get(run=run, group__code="depts", unit__isnull=True)
    assert (whole.display, whole.reported, whole.expected) == ("66.7%", 3, 3)


def test_counts_of_its_own_narrow_and_replace(desk: Desk) -> None:
    visited = save_column(register=desk.register, code="visited", name="回访", kind=ItemKind.TICK)
    save_count(register=desk.register, code="visits", name="回访数", basis=CountBasis.DONE, column=visited)
    save_count(
        register=desk.register, code="manners", name="态度差评", basis=CountBasis.OPENED, types="态度", levels="严重\n一般"
    )  # fmt: skip
    save_count(
        register=desk.register,
        code="total",
        name="在办总数",
        basis=CountBasis.STOCK,
        statuses="open answered",
    )
    for key, kind, level, values in (
        ("1", "态度", "严重", {"visited": "是"}),
        ("2", "态度", "一般", {}),
        ("3", "时限", "严重", {"visited": "是"}),
        ("4", "态度", "", {}),
    ):
        entry = desk.enter(key, "A", dt.date(2022, 3, 1), type=kind, level=level, values=values)
        if key in "12":
            desk.move(entry, "done", on(3, 9))
    found = desk.figures("A")
    assert (found["visits"], found["manners"], found["total"], found["done"]) == (1, 2, 2, 2)
    labels = [symbol.label for symbol in office_names(desk.office).find("bad.total")]
    assert labels == ["差评台账.在办总数"]


def test_names_are_written_with_the_registers_own(desk: Desk) -> None:
    """Words every register has never take the short form from an item, and are never taken for one."""
    build.form(desk.office, code="items")
    save_register(office=desk.office, code="other", title="异常台账")
    assert check_definition(desk.office, "差评台账.总数 - bad.done + 异常台账.待办") is None
    assert check_definition(desk.office, "done") is None
    assert "总数" in (check_definition(desk.office, "总数") or "")


def test_a_running_month_is_counted_as_of_now(desk: Desk) -> None:
    entry = desk.enter("1", "A", dt.date(2022, 3, 1), dt.date(2022, 3, 10))
    assert desk.figures("A", at=on(3, 10)) == {"total": 1, "open": 1, "pending": 1, "opened": 1}
    assert desk.figures("A", at=on(3, 11))["overdue"] == 1
    desk.answer(entry, on(3, 12))
    assert desk.figures("A", at=on(3, 11))["overdue"] == 1
    assert desk.figures("A", at=on(3, 12))["answered"] == 1


def test_who_and_what_stands_behind_a_count(desk: Desk) -> None:
    entry = desk.enter("2", "A", dt.date(2022, 3, 1), dt.date(2022, 3, 20))
    desk.enter("1", "B", dt.date(2022, 3, 1))
    desk.answer(entry, on(3, 19))
    desk.move(entry, "done", on(3, 21))
    desk.move(entry, "open", on(4, 21))
    found = counted(registers_of(desk.office), MARCH, dt.date(2022, 12, 1))["bad"]
    assert [(one.content.key, one.status, one.by) for one in found] == [
        ("1", "待整改", "admin"),
        ("2", "已完成", "admin"),
    ]
    assert found[1].counts == {"total", "done", "opened", "due", "on_time", "done_in"}
    assert (found[1].standing.answered_on, found[1].standing.done_on) == (
        dt.date(2022, 3, 19),
        dt.date(2022, 3, 21),
    )
