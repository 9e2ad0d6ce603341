"""The pages of registers as their people see them: lists with their filters, the entry, a new entry, several answers at once."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from departments.choices import Meaning, MoveBy
from departments.models import Entry, EntryEvent, EntryPersonal, Register
from departments.services.registers import definitions
from tests import build
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db


def address(name: str, *args: int) -> str:
    return reverse(f"admin:departments_{name}", args=args)


def page_of(entry: Entry) -> str:
    return address("entry_change", entry.pk)


def posted(entry: Entry, action: str, **more: str) -> dict[str, str]:
    entry.refresh_from_db()
    return {"action": action, "version": str(entry.version), **more}


def move_id(entry: Entry, target: str, by: MoveBy) -> str:
    entry.refresh_from_db()
    move = entry.register.moves.get(source=entry.status, target__code=target, by=by)
    return f"move-{move.pk}"


def many(register: Register, world: OfficeWorld, n: int) -> None:
    """`n` entries for each unit, three types, every third one done; written in two statements."""
    open_, done = (register.statuses.get(code=code) for code in ("open", "done"))
    today = timezone.localdate()
    Entry.objects.bulk_create(
        Entry(
            register=register,
            unit=unit,
            key=f"{unit.code}-{number:04d}",
            name=f"第{number}个问题",
            type=("材料", "时限", "态度")[number % 3],
            status=done if number % 3 == 0 else open_,
            opened_on=today - dt.timedelta(days=number % 200 + 30),
            due_on=today - dt.timedelta(days=number % 40 - 20),
            created_at=timezone.now(),
        )
        for unit in world.units
        for number in range(n)
    )


def test_the_list_of_registers_counts_what_the_person_sees(
    register: Register, entry: Entry, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    other = build.entry(register, office_a.units[1], office_a.people["administrator"], key="2")
    build.move(other, "answered", office_a.people["clerk1"])
    seen = {}
    for name, user in {**office_a.people, "stranger": office_b.people["administrator"]}.items():
        [*lines] = login(user).get(address("register_overview")).context["lines"]
        seen[name] = [
            (line.numbers.open, line.numbers.answered, line.numbers.overdue, line.numbers.total)
            for line in lines
        ]
    whole, first, second = [(1, 1, 1, 2)], [(1, 0, 1, 1)], [(0, 1, 0, 1)]
    assert seen == {
        "clerk0": first,
        "head0": first,
        "unitviewer0": first,
        "clerk1": second,
        "head1": second,
        "unitviewer1": second,
        "administrator": whole,
        "reviewer": whole,
        "issuer": whole,
        "viewer": whole,
        "stranger": [],
    }


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["a", "b", "c", "d", "e"]),
        ("meaning=open", ["a", "b", "c"]),
        ("status=answered", ["d"]),
        ("overdue=1", ["a", "b"]),
        ("type=时限", ["b", "d"]),
        ("level=重大", ["c"]),
        ("unit=1", ["e"]),
        ("group=g", ["a", "b", "c", "d", "e"]),
        ("since=2022-04-10", ["c", "d", "e"]),
        ("until=2022-04-09", ["a", "b"]),
        ("since=2022-04-02&until=2022-04-10", ["b", "c"]),
        ("due=2022-04-10", ["a"]),
        ("repeats=1", ["d"]),
        ("q=锅炉", ["c"]),
        ("q=D", ["d"]),
        ("since=nonsense", ["a", "b", "c", "d", "e"]),
        ("o=-key", ["e", "d", "c", "b", "a"]),
        ("o=password", ["a", "b", "c", "d", "e"]),
    ],
)
def test_filters_and_orders_stand_in_the_address(
    query: str, keys: list[str], register: Register, office_a: OfficeWorld, login: Any
) -> None:
    """Five entries; unknown filters and orders change nothing."""
    admin = office_a.people["administrator"]
    future = dt.date(2099, 1, 1)
    for key, unit, day, due, kind, name, level in (
        ("a", 0, 1, dt.date(2022, 4, 5), "材料", "窗口", "一般"),
        ("b", 0, 5, dt.date(2022, 5, 5), "时限", "超时", ""),
        ("c", 0, 10, future, "态度", "锅炉", "重大"),
        ("d", 0, 11, future, "时限", "又超时", ""),
        ("e", 1, 12, future, "材料", "材料", ""),
    ):
        build.entry(
            register,
            office_a.units[unit],
            admin,
            key=key,
            name=name,
            type=kind,
            level=level,
            opened_on=dt.date(2022, 4, day),
            due_on=due,
        )
    d, e = (Entry.objects.get(key=key) for key in "de")
    build.move(d, "answered", office_a.people["clerk0"])
    build.move(e, "done", admin)
    query = query.replace("status=answered", f"status={register.statuses.get(code='answered').pk}")
    query = query.replace("unit=1", f"unit={office_a.units[1].pk}").replace(
        "group=g", f"group={office_a.group.pk}"
    )
    response = login(admin).get(f"{address('register_entries', register.pk)}?{query}")
    assert [row.entry.key for row in response.context["rows"]] == keys
    assert response.context["numbers"].total == len(keys)
    export = login(admin).get(f"{address('register_export', register.pk)}?{query}&format=csv")
    table = list(csv.reader(io.StringIO(export.content.decode("utf-8-sig"))))
    assert [row[0] for row in table[1:]] == keys
    printed = login(admin).get(f"{address('register_print', register.pk)}?{query}")
    assert [row.entry.key for row in printed.context["rows"]] == keys


def test_the_number_of_queries_does_not_grow(register: Register, office_a: OfficeWorld, login: Any) -> None:
    client = login(office_a.people["administrator"])
    url = address("register_entries", register.pk)

    def queries(page: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(page).status_code == 200
        return len(found)

    many(register, office_a, 2)
    few = queries(url)
    Entry.objects.all().delete()
    many(register, office_a, 1000)
    assert queries(url) == few
    assert queries(f"{url}?page=9&o=-due&type=材料") <= few
    assert few < 40


def test_a_type_that_comes_again_is_counted(register: Register, office_a: OfficeWorld, login: Any) -> None:
    """By unit and type, in the order of handing out; void ones and those without a type count nothing."""
    admin = office_a.people["administrator"]
    made = {}
    for key, unit, day, kind in (
        ("third", 0, 9, "材料"),
        ("first", 0, 1, "材料"),
        ("second", 0, 5, "材料"),
        ("void", 0, 3, "材料"),
        ("elsewhere", 1, 2, "材料"),
        ("other", 0, 2, "时限"),
        ("none", 0, 2, ""),
        ("none again", 0, 3, ""),
    ):
        made[key] = build.entry(
            register, office_a.units[unit], admin, key=key, type=kind, opened_on=dt.date(2022, 4, day)
        )
    build.move(made["void"], "void", admin)
    rows = login(admin).get(address("register_entries", register.pk)).context["rows"]
    assert {row.entry.key: row.nth for row in rows if row.nth} == {
        "second": "第2次（同类）",
        "third": "第3次（同类）",
    }
    context = login(admin).get(page_of(made["third"])).context
    assert [entry.key for entry in context["earlier"]] == ["second", "first"]


def test_a_table_file_holds_no_formula_and_no_personal_column(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any, telephone: str
) -> None:
    Entry.objects.filter(pk=entry.pk).update(name="=HYPERLINK(1)")
    response = login(office_a.people["administrator"]).get(address("register_export", register.pk))
    [sheet] = load_workbook(io.BytesIO(response.content)).worksheets
    head, row = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert "联系电话" not in head
    assert telephone not in row
    assert row[head.index("名称")] == "'=HYPERLINK(1)"
    assert row[head.index("问题描述")] == "材料目录过期"


def test_a_unit_answers_and_the_office_accepts_on_one_page(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    clerk, admin = (login(office_a.people[name]) for name in ("clerk0", "administrator"))
    scan = SimpleUploadedFile("现场.pdf", b"%PDF-1.4 x")
    answer = posted(
        entry, move_id(entry, "answered", MoveBy.OWNER), text="已换新", **{"col-measures": "培训"}
    )
    assert clerk.post(page_of(entry), {**answer, "file": scan}).status_code == 302
    entry.refresh_from_db()
    assert (entry.status.code, entry.values["measures"], entry.files.count()) == ("answered", "培训", 1)
    accept = posted(entry, move_id(entry, "done", MoveBy.OFFICE), effective_on="2022-04-20")
    assert admin.post(page_of(entry), accept).status_code == 200, "before the answer was given"
    accept = posted(entry, move_id(entry, "done", MoveBy.OFFICE))
    assert admin.post(page_of(entry), accept).status_code == 302
    entry.refresh_from_db()
    assert (entry.status.code, entry.done_on) == ("done", timezone.localdate())
    history = admin.get(page_of(entry)).context["history"]
    assert [line.event.action for line in history] == ["move", "move", "file", "edit", "create"]
    assert history[3].changes == (("整改措施", "", "培训"),)


def test_nothing_happens_without_what_a_move_wants(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    """The text is wanted; what was typed beside it is still on the page and nothing of it is saved."""
    clerk = login(office_a.people["clerk0"])
    answer = posted(entry, move_id(entry, "answered", MoveBy.OWNER), text=" ", **{"col-measures": "培训"})
    response = clerk.post(page_of(entry), answer)
    assert response.status_code == 200
    assert "培训" in response.content.decode()
    entry.refresh_from_db()
    assert (entry.status.code, entry.values) == ("open", {"problem": "材料目录过期"})


def test_a_change_meanwhile_is_shown_and_nothing_typed_is_lost(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    clerk = login(office_a.people["clerk0"])
    seen = posted(entry, "save", **{"col-measures": "我的措施"})
    build.life.edit_entry(
        entry=entry, user=office_a.people["administrator"], values={"problem": "目录过期且缺页"}
    )
    response = clerk.post(page_of(entry), seen)
    page = response.content.decode()
    assert response.status_code == 409
    assert "我的措施" in page
    assert "目录过期且缺页" in page
    entry.refresh_from_db()
    assert "measures" not in entry.values
    assert f'name="version" value="{entry.version}"' in page
    assert clerk.post(page_of(entry), seen | {"version": str(entry.version)}).status_code == 302
    entry.refresh_from_db()
    assert entry.values == {"problem": "目录过期且缺页", "measures": "我的措施"}


@pytest.mark.parametrize("version", ["", "x", "99"])
def test_a_page_without_its_version_changes_nothing(
    version: str, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    data = posted(entry, "save", **{"col-measures": "x"}) | {"version": version}
    assert login(office_a.people["clerk0"]).post(page_of(entry), data).status_code == 409
    assert EntryEvent.objects.count() == 1


def test_the_office_changes_the_fields_and_is_told_what_is_wrong(
    entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    admin = login(office_a.people["administrator"])
    wrong = posted(entry, "save", **{"field-opened_on": "昨天", "field-name": "新名称"})
    response = admin.post(page_of(entry), wrong)
    assert response.status_code == 200
    assert "新名称" in response.content.decode()
    [part] = [part for part in response.context["fields"] if part.fault]
    assert part.name == "field-opened_on"
    wrong = posted(entry, "save", **{"field-type": "没有的类型", "field-key": ""})
    faults = {part.name for part in admin.post(page_of(entry), wrong).context["fields"] if part.fault}
    assert faults == {"field-type", "field-key"}
    admin.post(page_of(entry), posted(entry, "save", **{"field-name": "新名称", "field-level": "重大"}))
    entry.refresh_from_db()
    assert (entry.name, entry.level, entry.version) == ("新名称", "重大", 2)


def test_evidence_is_fetched_by_who_sees_the_entry_and_taken_off(
    entry: Entry, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    clerk = office_a.people["clerk0"]
    file = build.life.attach_file(entry=entry, file=SimpleUploadedFile("照片.pdf", b"%PDF-1.4 y"), user=clerk)
    url = address("entry_file", file.pk)
    codes = {name: login(user).get(url).status_code for name, user in office_a.people.items()}
    own = {"clerk0", "head0", "unitviewer0", "administrator", "reviewer", "issuer", "viewer"}
    assert {name for name, code in codes.items() if code == 200} == own
    assert login(office_b.people["administrator"]).get(url).status_code == 403
    response = login(clerk).get(url)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    bad = SimpleUploadedFile("坏.pdf", b"MZ program")
    assert login(clerk).post(page_of(entry), posted(entry, "save") | {"file": bad}).status_code == 200
    assert entry.files.count() == 1
    login(clerk).post(page_of(entry), posted(entry, f"remove-{file.pk}"))
    file.refresh_from_db()
    assert file.removed_by == clerk
    other = build.entry(entry.register, office_a.units[1], office_a.people["administrator"], key="9")
    login(office_a.people["clerk1"]).post(page_of(other), posted(other, f"remove-{file.pk}"))
    assert other.events.count() == 1


def test_an_entry_goes_to_another_unit(
    entry: Entry, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    admin = login(office_a.people["administrator"])
    unit = office_a.units[1]
    for wrong in ("", "x", str(office_b.units[0].pk), str(office_a.units[0].pk)):
        assert admin.post(page_of(entry), posted(entry, "hand-on", unit=wrong, why="职责")).status_code == 200
    assert admin.post(page_of(entry), posted(entry, "hand-on", unit=str(unit.pk), why=" ")).status_code == 200
    admin.post(page_of(entry), posted(entry, "hand-on", unit=str(unit.pk), why="职责划转"))
    entry.refresh_from_db()
    assert entry.unit == unit
    assert login(office_a.people["clerk0"]).get(page_of(entry)).status_code == 302
    assert login(office_a.people["clerk1"]).get(page_of(entry)).status_code == 200


def test_a_new_entry_by_hand(register: Register, office_a: OfficeWorld, login: Any) -> None:
    url = address("register_new", register.pk)
    data = {
        "unit": str(office_a.units[0].pk),
        "field-key": "N1",
        "field-name": "新问题",
        "field-opened_on": "2022-04-01",
        "field-due_on": "",
        "field-type": "材料",
        "col-problem": "说明",
        "col-phone": "138",
    }
    for name in ("clerk0", "head0", "unitviewer0", "viewer", "reviewer", "issuer"):
        assert login(office_a.people[name]).post(url, data).status_code == 403
    admin = login(office_a.people["administrator"])
    response = admin.post(url, data | {"field-name": "", "unit": ""})
    assert "说明" in response.content.decode()
    assert not Entry.objects.exists()
    assert admin.post(url, data).status_code == 302
    entry = Entry.objects.get()
    assert (entry.values, entry.due_on) == ({"problem": "说明"}, dt.date(2022, 4, 18))
    assert EntryPersonal.objects.get().values == {"phone": "138"}
    assert admin.post(url, data).status_code == 200, "the key is taken"
    register.units_may_add = True
    register.save()
    clerk = login(office_a.people["clerk0"])
    assert clerk.post(url, data | {"field-key": "N2"}).status_code == 302
    other = data | {"field-key": "N3", "unit": str(office_a.units[1].pk)}
    assert clerk.post(url, other).status_code == 200
    assert sorted(Entry.objects.values_list("key", flat=True)) == ["N1", "N2"]


def test_several_answers_are_accepted_each_on_its_own(
    register: Register, office_a: OfficeWorld, login: Any
) -> None:
    """One changed after the list was shown, one is the checker's own answer; the others are accepted."""
    admin, clerk = office_a.people["administrator"], office_a.people["clerk0"]
    entries = [build.entry(register, office_a.units[0], admin, key=str(n)) for n in range(4)]
    for entry in entries:
        build.move(entry, "answered", clerk, text=f"已改{entry.key}")
        entry.refresh_from_db()
    client = login(admin)
    shown = client.get(f"{address('register_entries', register.pk)}?meaning=answered").context["rows"]
    chosen = [row.chosen for row in shown]
    assert len(chosen) == 4
    build.life.edit_entry(entry=entries[1], user=admin, values={"problem": "改过"})
    Entry.objects.filter(pk=entries[2].pk).update(answered_by=admin)
    url = address("register_check", register.pk)
    page = client.post(url, {"chosen": chosen}).content.decode()
    assert "已改0" in page
    assert "已改3" in page
    client.post(url, {"chosen": chosen, "confirmed": "1"})
    states = {entry.key: entry.status.code for entry in Entry.objects.select_related("status")}
    assert states == {"0": "done", "1": "answered", "2": "answered", "3": "done"}
    for name in ("clerk0", "viewer", "reviewer", "issuer", "head0"):
        assert login(office_a.people[name]).post(url, {"chosen": chosen, "confirmed": "1"}).status_code == 403


def test_tasks_name_what_is_open_and_what_waits(
    register: Register, entry: Entry, office_a: OfficeWorld, login: Any
) -> None:
    admin = office_a.people["administrator"]
    late = build.entry(register, office_a.units[0], admin, key="0", due_on=dt.date(2022, 4, 2))
    later = build.entry(register, office_a.units[0], admin, key="9", due_on=dt.date(2099, 4, 2))
    tasks = login(office_a.people["clerk0"]).get("/admin/").context["entry_tasks"]
    assert [task.entry for task in tasks.rows] == [late, entry, later]
    assert (tasks.total, tasks.overdue) == (3, 2)
    assert tasks.rows[0].due.tone == "error"
    assert tasks.rows[2].due.tone == "info"
    assert login(office_a.people["clerk1"]).get("/admin/").context["entry_tasks"] is None
    build.move(later, "answered", office_a.people["clerk0"])
    [line] = login(admin).get("/admin/").context["register_tasks"]
    assert (line.answered, line.overdue) == (1, 2)
    assert login(office_a.people["viewer"]).get("/admin/").context["register_tasks"] == []


def test_an_events_register_speaks_of_confirming(office_a: OfficeWorld, login: Any) -> None:
    register = build.register(
        office_a.office, "praise", kind="event", title="表扬投诉", units_may_add=True, types="表扬\n投诉"
    )
    clerk, admin = office_a.people["clerk0"], office_a.people["administrator"]
    entry = build.entry(register, office_a.units[0], clerk, type="表扬")
    assert entry.status.meaning == Meaning.ANSWERED
    page = login(admin).get(address("register_entries", register.pk)).content.decode()
    assert "待确认" in page
    assert "整改" not in page.split("<main")[-1].split("gs-entries")[-1]
    assert login(clerk).get("/admin/").context["entry_tasks"] is None
    login(admin).post(page_of(entry), posted(entry, move_id(entry, "confirmed", MoveBy.OFFICE)))
    entry.refresh_from_db()
    assert entry.status.code == "confirmed"


def test_columns_of_every_kind_stand_on_the_page(
    register: Register, office_a: OfficeWorld, login: Any
) -> None:
    for order, (code, kind, more) in enumerate(
        (
            ("when", "date", {}),
            ("many", "whole", {}),
            ("rate", "decimal", {}),
            ("yes", "tick", {}),
            ("which", "choice", {"options": "甲\n乙"}),
        ),
        10,
    ):
        definitions.save_column(register=register, code=code, name=code, kind=kind, order=order, **more)
    admin = office_a.people["administrator"]
    entry = build.entry(register, office_a.units[0], admin)
    wrong = {"col-when": "x", "col-many": "1.5", "col-rate": "一", "col-yes": "也许", "col-which": "丙"}
    response = login(admin).post(page_of(entry), posted(entry, "save", **wrong))
    assert {p.name for p in response.context["columns"] if p.fault} == set(wrong)
    right = {
        "col-when": "2022-04-05",
        "col-many": "3",
        "col-rate": "0.10",
        "col-yes": "是",
        "col-which": "乙",
    }
    assert login(admin).post(page_of(entry), posted(entry, "save", **right)).status_code == 302
    entry.refresh_from_db()
    assert entry.values == {"when": "2022-04-05", "many": "3", "rate": "0.1", "yes": "是", "which": "乙"}
