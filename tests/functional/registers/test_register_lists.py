"""The lists of registers as their people see them: filters, orders and files, several answers at once, the tasks."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from departments.models import Entry, Register
from tests import build
from tests.functional.departments.world import OfficeWorld
from tests.functional.registers.register_pages import address, page_of

pytestmark = pytest.mark.django_db


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
