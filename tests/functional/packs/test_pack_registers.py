"""Registers, entries, contacts and requests of packs: what loading writes, leaves alone, refuses and dumps."""

import csv
import datetime as dt
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import ContactState, EntryAction, Meaning, Origin, RequestState
from departments.models import (
    Contact,
    Entry,
    EntryEvent,
    EntryPersonal,
    Notice,
    Office,
    Register,
    Request,
)
from departments.services.registers.closing import close_register
from departments.services.registers.definitions import save_count, save_move, save_status
from departments.services.registers.life import move_entry
from departments.services.registers.past import PastEntry, take_over
from govsvc import outbox
from govsvc.packs.dumping import dump_pack
from govsvc.packs.faults import PackError
from govsvc.packs.loading import apply_pack, left_alone
from govsvc.packs.reading import read_pack
from govsvc.packs.writing import write_files
from tests.functional.packs.rows import row_hash
from tests.unit.packs.manual_pack import example_files, write_example

ROOT = Path(__file__).parents[3]
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def edited(file: str, *changes: tuple[str, str]) -> dict[str, str | bytes | None]:
    """The example's file with some words changed."""
    text = example_files()[file]
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return {file: text}


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The manual's example, loaded."""
    return apply_pack(read_pack(write_example(tmp_path / "example")))


def entry(key: str) -> Entry:
    return Entry.objects.select_related("status", "unit", "register").get(key=key)


def test_the_entries_have_their_history(office: Office) -> None:
    found = entry("CP-002")
    assert (found.unit.code, found.status.code, found.type) == ("S2", "done", "网上差评")
    assert (found.opened_on, found.due_on, found.done_on) == (
        dt.date(2024, 3, 5),
        # The fifth working day: the office works on Saturday the 9th.
        dt.date(2024, 3, 11),
        dt.date(2024, 3, 14),
    )
    assert (found.origin, found.version, found.created_by.username) == (Origin.FILE, 2, "xinghe-admin")
    steps = [
        (step.action, step.from_status and step.from_status.code, step.to_status.code, step.effective_on)
        for step in found.events.order_by("version")
    ]
    assert steps == [
        (EntryAction.CREATE, None, "open", dt.date(2024, 3, 5)),
        (EntryAction.MOVE, "open", "done", dt.date(2024, 3, 14)),
    ]
    assert found.events.get(version=2).text == "已回访"
    waiting = entry("CP-003")
    assert (waiting.status.meaning, waiting.done_on, waiting.version) == (Meaning.OPEN, None, 1)
    assert waiting.due_on == dt.date(2024, 3, 27)


def test_personal_columns_lie_apart(office: Office) -> None:
    assert entry("CP-001").values == {"satisfied": "满意"}
    assert dict(EntryPersonal.objects.values_list("entry__key", "values")) == {
        "CP-001": {"phone": "00000000001"},
        "CP-002": {"phone": "00000000002"},
    }
    written = [str(step.changes) for step in EntryEvent.objects.all()]
    assert not [line for line in written if "0000000000" in line]
    assert sum("•••" in line for line in written) == 2


def test_entries_of_the_past_tell_nobody(tmp_path: Path) -> None:
    apply_pack(read_pack(write_example(tmp_path, {"requests.yaml": None})))
    assert Entry.objects.count() == 3
    assert not Notice.objects.exists()
    assert outbox.waiting() == 0


def test_what_people_have_done_since_stays(office: Office, tmp_path: Path) -> None:
    admin = User.objects.get(username="xinghe-admin")
    found = entry("CP-003")
    done = found.register.statuses.get(code="done")
    move_entry(entry=found, target=done, user=admin, text="已办")
    request = Request.objects.get(code="drill")
    Request.objects.filter(pk=request.pk).update(title="改过的题目")
    before = row_hash()
    apply_pack(read_pack(tmp_path / "example"))
    assert row_hash() == before


def test_a_new_row_is_added_to_those_that_are_there(office: Office, tmp_path: Path) -> None:
    more = example_files()["registers/reviews.csv"] + "CP-004,新差评（合成）,河口镇,电话差评,2024-03-21\n"
    apply_pack(read_pack(write_example(tmp_path / "more", {"registers/reviews.csv": more})))
    assert list(Entry.objects.order_by("key").values_list("key", flat=True)) == [
        "CP-001",
        "CP-002",
        "CP-003",
        "CP-004",
    ]


def test_a_closed_time_takes_no_entries(office: Office, tmp_path: Path) -> None:
    register = Register.objects.get(code="reviews")
    close_register(
        register=register, through=dt.date(2024, 3, 21), user=User.objects.get(username="xinghe-admin")
    )
    more = example_files()["registers/reviews.csv"] + "CP-004,新差评（合成）,河口镇,电话差评,2024-03-21\n"
    pack = read_pack(write_example(tmp_path / "more", {"registers/reviews.csv": more}))
    before = row_hash()
    with pytest.raises(PackError) as error:
        apply_pack(pack)
    (fault,) = error.value.faults
    assert (fault.file, fault.line) == ("registers/reviews.csv", 5)
    assert "2024-03-21" in fault.message
    assert row_hash() == before


def test_an_entry_of_the_future_is_refused(tmp_path: Path) -> None:
    changes = edited("registers/reviews.csv", ("2024-03-20", "2999-03-20"))
    with pytest.raises(PackError) as error:
        apply_pack(read_pack(write_example(tmp_path, changes)))
    assert [(fault.file, fault.line) for fault in error.value.faults] == [("registers/reviews.csv", 4)]
    assert not Office.objects.exists()


def test_an_administrator_whose_time_is_over_takes_nothing_over(tmp_path: Path) -> None:
    head, *rows = example_files()["accounts.csv"].splitlines()
    ended = "\n".join([f"{head},valid_to", f"{rows[0]},2024-12-31", *rows[1:]])
    with pytest.raises(PackError) as error:
        apply_pack(read_pack(write_example(tmp_path, {"accounts.csv": ended})))
    assert {fault.file for fault in error.value.faults} == {"contacts.csv"}
    assert not Office.objects.exists()


OWN_STATUSES = """due_days: 5
statuses:
  - {code: open, name: 待办, meaning: open}
  - {code: done, name: 办结, meaning: done}
moves:
  - {source: open, target: done, by: office, name: 销号, needs_text: 是}
"""


def test_statuses_become_what_the_file_says(office: Office, tmp_path: Path) -> None:
    """A status that something was ever in stays, and is named; its moves go."""
    register = Register.objects.get(code="reviews")
    move_entry(
        entry=entry("CP-003"),
        target=register.statuses.get(code="void"),
        user=User.objects.get(username="xinghe-admin"),
        text="误登",
    )
    changes = {
        **edited("registers/reviews.yaml", ("due_days: 5\n", OWN_STATUSES)),
        **edited("registers/reviews.csv", ("done,2024-03-07", "办结,2024-03-07"), ("已完成", "done")),
    }
    pack = read_pack(write_example(tmp_path / "own", changes))
    apply_pack(pack)
    assert dict(register.statuses.values_list("code", "name")) == {
        "open": "待办",
        "done": "办结",
        "void": "已撤销",
    }
    assert list(register.moves.values_list("source__code", "target__code", "name")) == [
        ("open", "done", "销号")
    ]
    assert entry("CP-003").status.code == "void"
    assert [line for line in left_alone(pack, office) if "reviews.void" in line]
    once = row_hash()
    apply_pack(pack)
    assert row_hash() == once


def test_what_a_register_has_besides_is_kept_and_named(office: Office, tmp_path: Path) -> None:
    register = Register.objects.get(code="reviews")
    save_count(register=register, code="extra", name="另外的", order=9)
    office.registers.create(code="other", title="别的台账")
    named = left_alone(read_pack(tmp_path / "example"), office)
    assert any("reviews.extra" in line for line in named)
    assert any(line.endswith("other") for line in named)


def test_a_register_edited_in_the_admin_comes_back(office: Office, tmp_path: Path) -> None:
    register = Register.objects.get(code="reviews")
    register.kind, register.least_times, register.units_may_add = "event", 2, True
    register.notes, register.levels = "第一行\n- 第二行: “引号”", "市级\n区级"
    register.save()
    register.groups.set(office.groups.all())
    checked = save_status(register=register, code="checked", name="已复核", meaning="answered", order=40)
    save_move(source=checked, target=register.statuses.get(code="void"), by="office", name="废", order=3)
    save_count(register=register, code="high", name="市级的", basis="opened", levels="市级", order=7)
    before = row_hash()
    write_files(dump_pack(office), tmp_path / "dump")
    assert not list((tmp_path / "dump").glob("registers/*.csv"))
    apply_pack(read_pack(tmp_path / "dump"))
    assert row_hash() == before


def test_contacts_are_entered_by_one_and_approved_by_another(office: Office) -> None:
    rows = Contact.objects.filter(unit__code="S1", kind="contact").order_by("valid_from")
    assert [(row.name, row.valid_from, row.valid_to, row.state) for row in rows] == [
        ("甲二（合成）", dt.date(2023, 1, 1), dt.date(2024, 1, 31), ContactState.APPROVED),
        ("甲三（合成）", dt.date(2024, 2, 1), None, ContactState.APPROVED),
    ]
    assert {(row.proposed_by.username, row.decided_by.username) for row in rows} == {
        ("xinghe-admin", "xinghe-admin2")
    }
    assert not Notice.objects.exclude(kind="request").exists()


def test_a_contact_between_others_ends_the_one_before(office: Office, tmp_path: Path) -> None:
    more = example_files()["contacts.csv"] + "S1,contact,,,,2023-07-01\nS1,contact,甲四,,,2023-09-01\n"
    apply_pack(read_pack(write_example(tmp_path / "more", {"contacts.csv": more})))
    rows = Contact.objects.filter(unit__code="S1", kind="contact").order_by("valid_from")
    assert [(row.name, row.valid_to) for row in rows] == [
        ("甲二（合成）", dt.date(2023, 6, 30)),
        ("", dt.date(2023, 8, 31)),
        ("甲四", dt.date(2024, 1, 31)),
        ("甲三（合成）", None),
    ]


def test_a_telephone_that_is_none_is_told(tmp_path: Path) -> None:
    changes = edited("contacts.csv", ("0519-00000002", "问值班室"))
    with pytest.raises(PackError) as error:
        apply_pack(read_pack(write_example(tmp_path, changes)))
    assert [(fault.file, fault.line) for fault in error.value.faults] == [("contacts.csv", 3)]


def test_requests_are_drafts_or_handed_out(office: Office) -> None:
    drill = Request.objects.get(code="drill")
    assert (drill.state, drill.takes_no_comment) == (RequestState.ISSUED, True)
    assert drill.opens_at == dt.datetime(2024, 3, 11, 1, tzinfo=dt.UTC)
    assert sorted(drill.answers.values_list("unit__code", flat=True)) == ["S1", "S2"]
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"xinghe-s1", "xinghe-s2"}
    holiday = Request.objects.get(code="holiday")
    assert (holiday.state, holiday.opens_at) == (RequestState.DRAFT, None)
    assert sorted(holiday.answers.values_list("unit__code", flat=True)) == ["S1", "S2"]


def test_annex_7_is_what_its_register_counts() -> None:
    """Every row of the published table, counted from the entries by hand: all, done, not done, remark."""
    with (ROOT / "tests/truth/yindu/annex7.csv").open(encoding="utf-8-sig", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["row_type"] == "data"]
    pack = read_pack(ROOT / "packs" / "yindu")
    office = apply_pack(pack)
    register = Register.objects.get(office=office, code="wangban")
    assert register.title == "殷都区政务服务网第二批网办问题排查清单"
    entries = list(register.entries.select_related("unit", "status"))
    by_unit = Counter(one.unit.code for one in entries)
    done = Counter(one.unit.code for one in entries if one.status.name == "已完成")
    published = {pack.unit_code(row["单位名称"]): row for row in truth}
    assert by_unit.keys() == published.keys()
    for code, row in published.items():
        counted = (by_unit[code], done[code], by_unit[code] - done[code])
        assert counted == tuple(int(row[name]) for name in ("排查事项总数", "已完成事项", "未完成事项"))
        own = [one for one in entries if one.unit.code == code]
        assert {one.status.name == "无需排查" for one in own} == {row["备注"] == "无需排查"}
    assert (len(entries), sum(done.values())) == (200, 11)
    assert [one.unit.code for one in entries if one.status.meaning == Meaning.EXEMPT] == ["U13"]
    assert all("（合成）" in one.name for one in entries)
    june = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
    assert all(june[0] <= one.opened_on <= (one.done_on or one.opened_on) <= june[1] for one in entries)
    assert {len({one.key for one in entries}), len({one.name for one in entries})} == {200}


def test_the_praise_of_june_is_as_published() -> None:
    office = apply_pack(read_pack(ROOT / "packs" / "yindu"))
    rows = Entry.objects.filter(register__office=office, register__code="biaoyang").order_by("key")
    assert [(row.unit.code, row.type, row.status.code) for row in rows] == [
        ("U02", "锦旗", "confirmed"),
        ("U16", "表扬信", "confirmed"),
    ]


def statements_of_take_over(register: Register, first: int, number: int) -> tuple[int, dict[str, int]]:
    """Taking over `number` entries from `first` on: how many statements were no INSERT, and the INSERTs by table."""
    unit = register.office.units.get(code="S1")
    rows = [PastEntry(f"X-{n}", f"事项{n}", unit, dt.date(2024, 1, 2)) for n in range(first, first + number)]
    with CaptureQueriesContext(connection) as captured:
        take_over(register=register, entries=rows, user=User.objects.get(username="xinghe-admin"))
    others, inserts = 0, Counter[str]()
    for query in captured:
        table = re.match(r'INSERT INTO "(\w+)"', query["sql"])
        if table:
            inserts[table[1]] += 1
        else:
            others += 1
    return others, dict(inserts)


def test_many_entries_take_few_queries(office: Office) -> None:
    register = Register.objects.get(code="reviews")
    few, _inserts = statements_of_take_over(register, 0, 10)
    many, inserts = statements_of_take_over(register, 10, 1000)
    assert many <= few < 12
    # As few as the database allows: SQLite takes so many values in a statement, PostgreSQL all of them.
    assert inserts == {
        model._meta.db_table: math.ceil(
            1000 / connection.ops.bulk_batch_size(model._meta.concrete_fields[1:], range(1000))
        )
        for model in (Entry, EntryEvent)
    }
    assert register.entries.count() == 1013
