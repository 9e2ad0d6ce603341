"""Files of entries: what is new, changed, gone, unchanged; saved exactly as shown, once, by the rules of an entry's page."""

import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter

from departments.choices import BatchState, EntryAction, Origin
from departments.exceptions import Conflict, DepartmentsError, TransitionRefused
from departments.models import Entry, EntryBatch, EntryBatchPersonal, EntryEvent, EntryPersonal, Notice
from departments.services.organisation import grant
from departments.services.registers import batches, closing, definitions, life
from tests.functional.registers.batch_office import (
    FIRST,
    HEAD,
    TELEPHONE,
    UNITS,
    Problems,
    answer,
    at,
    everything,
    problems,
    row,
    workbook,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def yindu(db: None) -> Problems:
    return problems()


def keys(batch: EntryBatch, part: str) -> list[str]:
    return [line["key"] for line in batch.plan[part]]


def numbers(batch: EntryBatch) -> tuple[int, int, int, int]:
    return batch.n_new, batch.n_changed, batch.n_gone, batch.n_same


def test_a_first_file_is_shown_then_becomes_entries(yindu: Problems) -> None:
    batch = yindu.check(
        row(1, "卫生健康委", 整改时限="2023年6月9日", 申请人电话=TELEPHONE),
        row(2, "公安分局", 状态="已完成", 交办日期="2023-06-05 08:30:00"),
        row(3, "人社局", 交办日期="", 类型=""),
    )
    assert (batch.state, numbers(batch)) == (BatchState.CHECKED, (3, 0, 0, 0))
    assert not Entry.objects.exists()
    batches.apply_batch(batch=batch, user=yindu.administrator, at=at(10, 11))
    first, second, third = (yindu.entry(f"P000{n}") for n in (1, 2, 3))
    assert (first.unit.name, first.status.code, first.type, first.level) == (
        "卫健委",
        "open",
        "材料过多",
        "区级",
    )
    assert (first.opened_on, first.due_on, first.values) == (FIRST, dt.date(2023, 6, 9), {"source": "自查"})
    assert (first.origin, first.version, first.created_by) == (Origin.FILE, 1, yindu.administrator)
    assert EntryPersonal.objects.get(entry=first).values == {"telephone": TELEPHONE}
    assert (second.status.code, second.opened_on, second.done_on) == (
        "done",
        dt.date(2023, 6, 5),
        dt.date(2023, 6, 5),
    )
    # Without a day of its own it is handed out on the day of the file, and due as the register says.
    assert (third.opened_on, third.due_on) == (dt.date(2023, 6, 10), dt.date(2023, 6, 26))
    [event] = first.events.all()
    assert (event.action, event.batch_id, event.effective_on) == (EntryAction.IMPORT, batch.pk, FIRST)
    assert event.changes == {"source": ["", "自查"], "telephone": ["", "•••"]}


def test_a_units_clerks_are_told_once_of_what_came_to_them(yindu: Problems) -> None:
    yindu.load(row(1), row(2), row(3, 状态="已完成"), row(4, "公安分局"), row(5, "公安分局"))
    clerk = Notice.objects.filter(user=yindu.people["clerk"])
    assert [("2" in one.title, TELEPHONE in one.text) for one in clerk] == [(True, False)]
    # A field that changes asks nothing of the unit; an entry that is handed to it does.
    yindu.load(
        row(1, 来源="群众投诉"), row(2), row(4), row(5, "公安分局"), opened_on=dt.date(2023, 6, 12), at=at(12)
    )
    assert ["1" in one.title for one in clerk.order_by("pk")[1:]] == [True]


def test_what_changed_is_said_field_by_field_and_saved_so(yindu: Problems) -> None:
    yindu.load(*(row(n) for n in range(1, 5)))
    batch = yindu.check(
        row(1, 问题名称="改了名的问题", 来源="群众投诉", 整改时限="2023-06-30"),
        row(2, "公安分局"),
        row(3, 状态="已撤销"),
        row(4),
        opened_on=dt.date(2023, 6, 12),
        at=at(12),
    )
    assert (numbers(batch), keys(batch, "changed"), keys(batch, "same")) == (
        (0, 3, 0, 1),
        ["P0001", "P0002", "P0003"],
        ["P0004"],
    )
    assert [line["changes"] for line in batch.plan["changed"][:2]] == [
        {
            "name": ["第1号问题", "改了名的问题"],
            "due_on": ["2023-06-15", "2023-06-30"],
            "source": ["自查", "群众投诉"],
        },
        {"unit": ["卫健委", "公安分局"]},
    ]
    batches.apply_batch(batch=batch, user=yindu.administrator, at=at(12, 11))
    renamed, handed, dropped, same = (yindu.entry(f"P000{n}") for n in (1, 2, 3, 4))
    assert (renamed.name, renamed.values, renamed.due_on) == (
        "改了名的问题",
        {"source": "群众投诉"},
        dt.date(2023, 6, 30),
    )
    assert (handed.unit.name, dropped.status.code) == ("公安分局", "void")
    assert [one.version for one in (renamed, handed, dropped, same)] == [2, 2, 2, 1]
    events = {one.key: one.events.last() for one in (renamed, handed, dropped, same)}
    assert [events[key].changes for key in ("P0001", "P0002")] == [
        line["changes"] for line in batch.plan["changed"][:2]
    ]
    # What changes neither status nor unit moves no day from which they count.
    assert [event.effective_on.day for event in events.values()] == [1, 12, 12, 1]
    moved = events["P0003"]
    assert (moved.from_status.code, moved.to_status.code, moved.unit.name) == ("open", "void", "卫健委")
    assert events["P0002"].unit.name == "公安分局"


def test_a_blank_cell_and_a_missing_column_leave_what_is_there(yindu: Problems) -> None:
    yindu.load(row(1, 申请人电话=TELEPHONE, 整改时限="2023-06-20", 状态="待核查"))
    blank = ["P0001", "", "卫健委", *[""] * 7]
    assert numbers(yindu.check(blank)) == (0, 0, 0, 1)
    assert numbers(yindu.check(["P0001", "卫健委"], head=("编号", "责任单位"))) == (0, 0, 0, 1)


def test_columns_are_known_by_their_names_and_codes_others_are_named(yindu: Problems) -> None:
    head = ("序号", "编 号", "问题名称", "单位名称", "source", "反映次数", "领导批示")
    batch = yindu.load(
        [1, "A-1", "缺号", "卫健委", "自查", 3, "请办"],
        [2, 17, "数字编号", "公安分局", "自查", 0, ""],
        head=head,
    )
    assert batch.plan["ignored"] == ["序号", "领导批示"]
    assert yindu.entry("A-1").values == {"source": "自查", "times": "3"}
    assert yindu.entry("17").values == {"source": "自查", "times": "0"}


def test_title_lines_merged_units_totals_and_notes_are_understood(yindu: Problems) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet("6月")
        page.merge_range(0, 0, 0, 3, "问题整改清单（6月）")
        page.write_row(2, 0, ("责任单位", "编号", "问题名称", "级别"))
        page.merge_range(3, 0, 5, 0, "公安分局")
        for place in (3, 4, 5):
            page.write_row(place, 1, (f"P{place}", "某问题", "区级"))
        page.write_row(6, 0, ("卫健委", "P6", "某问题", "区级"))
        page.write_row(7, 0, ("合计", "", "4件", ""))
        page.write_row(8, 0, ("注：截至6月底",))
    batch = yindu.load(data=stream.getvalue())
    assert (numbers(batch), batch.plan["left_out"], batch.plan["sheet"]) == ((4, 0, 0, 0), [8, 9], "6月")
    assert [yindu.entry(f"P{n}").unit.name for n in (3, 4, 5, 6)] == ["公安分局"] * 3 + ["卫健委"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_says_the_same(yindu: Problems, encoding: str) -> None:
    text = "编号,问题名称,责任单位\nP1,“一件”问题,卫健委\n"
    batch = yindu.load(data=text.encode(encoding), name="清单.csv")
    assert (numbers(batch), yindu.entry("P1").name) == ((1, 0, 0, 0), "“一件”问题")


def test_the_whole_list_tells_what_is_gone_a_part_does_not(yindu: Problems) -> None:
    yindu.load(*(row(n) for n in range(1, 5)))
    by_hand = life.create_entry(
        register=yindu.register, unit=yindu.units["公安分局"], key="手工1", name="手工", user=yindu.administrator,
        opened_on=FIRST, at=at(10),
    )  # fmt: skip
    assert numbers(yindu.check(row(1), is_complete=False)) == (0, 0, 0, 1)
    batch = yindu.load(row(1), row(2))
    assert (numbers(batch), keys(batch, "gone")) == ((0, 0, 2, 2), ["P0003", "P0004"])
    gone = yindu.entry("P0003")
    assert (gone.gone_in, gone.status.code, gone.events.last().action) == (batch, "open", EntryAction.GONE)
    assert yindu.entry(by_hand.key).gone_in is None
    # Gone once is gone: the next file does not say it again.
    assert numbers(yindu.check(row(1), row(2))) == (0, 0, 0, 2)


def test_gone_ones_become_what_was_chosen_where_a_move_leads_there_and_come_back(yindu: Problems) -> None:
    yindu.load(row(1), row(2), row(3), row(4, 状态="已完成"))
    answer(yindu.entry("P0002"), yindu.people["clerk"], at(11))
    later = {"opened_on": dt.date(2023, 6, 14), "at": at(14)}
    batch = yindu.load(row(3), gone_to=yindu.status("void"), **later)
    # From “answered” no move of the office leads to “void”; what is done stays done.
    found = {key: yindu.entry(key) for key in ("P0001", "P0002", "P0004")}
    assert {key: one.status.code for key, one in found.items()} == {
        "P0001": "void",
        "P0002": "answered",
        "P0004": "done",
    }
    assert {one.gone_in for one in found.values()} == {batch}
    event = found["P0001"].events.last()
    assert (event.action, event.from_status.code, event.effective_on.day) == (EntryAction.GONE, "open", 14)
    back = yindu.load(row(1), row(3), row(4), is_complete=False, opened_on=dt.date(2023, 6, 15), at=at(15))
    assert (numbers(back), keys(back, "changed")) == ((0, 2, 0, 1), ["P0001", "P0004"])
    found = {key: yindu.entry(key) for key in ("P0001", "P0002", "P0004")}
    assert {key: one.status.code for key, one in found.items()} == {
        "P0001": "open",
        "P0002": "answered",
        "P0004": "done",
    }
    assert [one.gone_in_id is None for one in found.values()] == [True, False, True]


def test_what_the_unit_writes_and_its_status_stay(yindu: Problems) -> None:
    head = (*HEAD, "整改措施")
    yindu.load([*row(1), "初始措施"], head=head)
    entry = yindu.entry("P0001")
    life.edit_entry(entry=entry, user=yindu.people["clerk"], values={"measures": "增设窗口"}, at=at(11))
    answer(entry, yindu.people["clerk"], at(11))
    batch = yindu.load(
        [*row(1, 来源="市级督查"), "上级写的措施"], head=head, opened_on=dt.date(2023, 6, 12), at=at(12)
    )
    entry.refresh_from_db()
    assert (entry.values, entry.status.code) == ({"source": "市级督查", "measures": "增设窗口"}, "answered")
    assert batch.plan["kept"] == [2]


def test_a_status_in_the_file_moves_as_the_office_may_and_keeps_the_day_of_the_answer(
    yindu: Problems,
) -> None:
    yindu.load(row(1), row(2))
    answer(yindu.entry("P0001"), yindu.people["clerk"], at(12))
    yindu.load(row(1, 状态="已完成"), row(2, 状态="done"), opened_on=dt.date(2023, 6, 20), at=at(20))
    first, second = yindu.entry("P0001"), yindu.entry("P0002")
    assert (first.status.code, first.done_on.day) == ("done", 12)
    assert (second.status.code, second.done_on.day) == ("done", 20)


def test_saving_twice_is_saving_once(yindu: Problems) -> None:
    batch = yindu.load(row(1), row(2))
    before = everything(yindu.register)
    again = batches.apply_batch(batch=batch, user=yindu.people["wang"], at=at(11))
    assert (again.applied_at, everything(yindu.register)) == (at(10), before)
    assert numbers(yindu.check(row(1), row(2))) == (0, 0, 0, 2)


def test_a_file_that_was_put_away_or_has_faults_saves_nothing(yindu: Problems) -> None:
    dropped, faulty = yindu.check(row(1, 申请人电话=TELEPHONE)), yindu.check(row(1, "没有的局"))
    assert EntryBatchPersonal.objects.get().values == {"P0001": {"telephone": TELEPHONE}}
    batches.drop_batch(batch=dropped, user=yindu.administrator)
    for batch in (dropped, faulty):
        with pytest.raises(TransitionRefused):
            batches.apply_batch(batch=batch, user=yindu.administrator)
    assert not Entry.objects.exists()
    assert not EntryBatchPersonal.objects.exists()


def test_a_file_nobody_saved_is_forgotten_after_a_week(yindu: Problems) -> None:
    batch = yindu.check(row(1, 申请人电话=TELEPHONE))
    assert batches.drop_forgotten(at=at(17, 9)) == 0
    assert batches.drop_forgotten(at=at(17, 11)) == 1
    batch.refresh_from_db()
    assert (batch.state, batch.plan, EntryBatchPersonal.objects.count()) == (BatchState.DROPPED, {}, 0)


CHANGES_BETWEEN = {
    "edited": lambda yindu: life.edit_entry(
        entry=yindu.entry("P0001"), user=yindu.administrator, fields={"name": "别的"}, at=at(11)
    ),
    "answered": lambda yindu: answer(yindu.entry("P0001"), yindu.people["clerk"], at(11)),
    "gone one answered": lambda yindu: answer(yindu.entry("P0003"), yindu.people["clerk"], at(11)),
    "entered": lambda yindu: life.create_entry(
        register=yindu.register,
        unit=yindu.units["卫健委"],
        key="P0002",
        name="x",
        user=yindu.administrator,
        at=at(11),
    ),
    "closed": lambda yindu: closing.close_register(
        register=yindu.register, through=dt.date(2023, 6, 9), user=yindu.administrator, at=at(11)
    ),
    "column": lambda yindu: definitions.save_column(register=yindu.register, code="source", personal=True),
    "other file": lambda yindu: yindu.load(row(2), is_complete=False),
}


@pytest.mark.parametrize("change", CHANGES_BETWEEN)
def test_whoever_came_between_wins_and_the_file_is_checked_again(yindu: Problems, change: str) -> None:
    yindu.load(row(1), row(3))
    batch = yindu.check(row(1, 问题名称="新名"), row(2))
    CHANGES_BETWEEN[change](yindu)
    before = everything(yindu.register)
    with pytest.raises(Conflict):
        batches.apply_batch(batch=batch, user=yindu.administrator, at=at(12))
    assert everything(yindu.register) == before
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_nobody_decides_on_their_own_answer_by_a_file(yindu: Problems) -> None:
    yindu.load(row(1))
    both = yindu.people["wang"]
    grant(user=both, office=yindu.office, role="clerk", unit=yindu.units["卫健委"])
    both.__dict__.pop("_memberships", None)
    answer(yindu.entry("P0001"), both, at(11))
    later = {"opened_on": dt.date(2023, 6, 12), "at": at(12)}
    assert yindu.check(row(1, 状态="已完成"), user=both, **later).state == BatchState.FAULTY
    batch = yindu.check(row(1, 状态="已完成"), **later)
    with pytest.raises(TransitionRefused):
        batches.apply_batch(batch=batch, user=both, at=at(12))
    batches.apply_batch(batch=batch, user=yindu.administrator, at=at(12))
    assert yindu.entry("P0001").status.code == "done"


@pytest.mark.parametrize("who", ["clerk", "viewer", "elsewhere"])
def test_only_administrators_of_the_office_import(yindu: Problems, who: str) -> None:
    person = problems("other").administrator if who == "elsewhere" else yindu.people[who]
    batch = yindu.check(row(1))
    for act in (
        lambda: yindu.check(row(1), user=person),
        lambda: batches.apply_batch(batch=batch, user=person),
        lambda: batches.drop_batch(batch=batch, user=person),
    ):
        with pytest.raises(TransitionRefused):
            act()
    assert not Entry.objects.exists()


def test_the_answers_about_a_file_must_fit(yindu: Problems) -> None:
    foreign = problems("other").status("void")
    for answers in ({"opened_on": dt.date(2023, 6, 11)}, {"gone_to": foreign}):
        with pytest.raises(DepartmentsError):
            yindu.check(row(1), **answers)
    assert not EntryBatch.objects.exists()


def test_a_weekly_file_of_a_thousand_says_exactly_what_changed(
    yindu: Problems, django_assert_max_num_queries: Any
) -> None:
    first = [row(n, UNITS[n % 9], 申请人电话=TELEPHONE) for n in range(1, 1001)]
    yindu.load(*first)
    changed = {f"P{n:04}" for n in range(10, 1000, 20)}
    gone = {f"P{n:04}" for n in range(15, 1000, 40)}
    new = {f"P{n:04}" for n in range(1001, 1026)}
    second = [
        row(
            n,
            UNITS[n % 9],
            问题名称="变更后的问题" if f"P{n:04}" in changed else f"第{n}号问题",
            申请人电话=TELEPHONE,
        )
        for n in range(1, 1026)
        if f"P{n:04}" not in gone
    ]
    data = workbook(HEAD, second)
    with django_assert_max_num_queries(30):
        batch = yindu.check(data=data, opened_on=dt.date(2023, 6, 17), at=at(17))
    assert [set(keys(batch, part)) for part in ("new", "changed", "gone")] == [new, changed, gone]
    assert numbers(batch) == (25, 50, 25, 925)
    # Notices go out by unit, nine here.
    with django_assert_max_num_queries(30 + 3 * 9):
        batches.apply_batch(batch=batch, user=yindu.administrator, at=at(17))
    events = EntryEvent.objects.filter(batch=batch)
    assert {event.entry.key for event in events.select_related("entry")} == new | changed | gone
    assert set(Entry.objects.filter(gone_in=batch).values_list("key", flat=True)) == gone
    assert Entry.objects.filter(name="变更后的问题", version=2).count() == 50
    assert EntryPersonal.objects.count() == 1025
