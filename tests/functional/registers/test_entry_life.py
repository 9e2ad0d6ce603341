"""The life of an entry by the services: what is kept, from which day it counts, and what two people at once can't spoil."""

import datetime as dt
import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from departments.choices import EntryAction
from departments.exceptions import Conflict, DepartmentsError, TransitionRefused
from departments.models import Entry, EntryEvent, EntryPersonal, Register
from departments.services.registers import definitions, life
from departments.services.registers.checking import Typed, save_page
from departments.services.registers.contents import EntryRefused
from departments.services.schedules import save_calendar_day
from tests import build
from tests.functional.departments.world import OfficeWorld, build_office


@pytest.mark.django_db
def test_it_is_due_by_the_offices_working_days(register: Register, office_a: OfficeWorld) -> None:
    """Ten working days after Friday 1 April 2022: Saturday the 2nd is worked, Qingming is off from
    the 3rd to the 5th, and the office has entered one day more."""
    admin, unit = office_a.people["administrator"], office_a.units[0]
    assert build.entry(register, unit, admin).due_on == dt.date(2022, 4, 18)
    save_calendar_day(office=office_a.office, day=dt.date(2022, 4, 11), is_working=False)
    moved = build.entry(register, unit, admin, key="2")
    assert moved.due_on == dt.date(2022, 4, 19)
    assert build.entry(register, unit, admin, key="3", due_on=dt.date(2022, 4, 6)).due_on == dt.date(
        2022, 4, 6
    )
    changed = life.edit_entry(entry=moved, user=admin, fields={"opened_on": dt.date(2022, 3, 31)})
    assert changed.due_on == dt.date(2022, 4, 18)
    register.due_days = None
    register.save()
    assert build.entry(register, unit, admin, key="4").due_on is None


@pytest.mark.django_db
def test_personal_contents_lie_apart_and_the_history_only_knows_that_they_changed(
    register: Register, office_a: OfficeWorld, telephone: str
) -> None:
    """Whatever side a caller puts a column under."""
    admin = office_a.people["administrator"]
    entry = build.entry(register, office_a.units[0], admin, values={"phone": telephone, "problem": "甲"})
    assert entry.values == {"problem": "甲"}
    assert EntryPersonal.objects.get(entry=entry).values == {"phone": telephone}
    life.edit_entry(entry=entry, user=admin, values={"phone": "139"})
    life.edit_entry(entry=entry, user=admin, personal={"phone": ""})
    changes = list(entry.events.values_list("changes", flat=True))
    assert changes == [
        {"problem": ["", "甲"], "phone": ["", "•••"]},
        {"phone": ["•••", "•••"]},
        {"phone": ["•••", ""]},
    ]
    assert EntryPersonal.objects.get(entry=entry).values == {}


@pytest.mark.django_db
def test_what_must_be_filled_is_wanted_of_whoever_fills_it(register: Register, office_a: OfficeWorld) -> None:
    """The unit's column when it answers; the office's when the office writes, even if it became a duty later."""
    admin, clerk = office_a.people["administrator"], office_a.people["clerk0"]
    entry = build.entry(register, office_a.units[0], admin)
    for column in ("measures", "problem"):
        definitions.save_column(register=register, code=column, required=True)
    with pytest.raises(TransitionRefused, match="整改措施"):
        build.move(entry, "answered", clerk)
    life.edit_entry(entry=entry, user=clerk, values={"measures": "已换新"})
    assert build.move(entry, "answered", clerk).status.code == "answered"
    build.move(entry, "open", admin)
    with pytest.raises(DepartmentsError, match="问题描述"):
        life.edit_entry(entry=entry, user=admin, fields={"name": "另一个名称"})


@pytest.mark.django_db
def test_an_accepted_answer_was_done_when_it_was_given(register: Register, office_a: OfficeWorld) -> None:
    """A check that takes the office three weeks does not make the unit late."""
    admin, clerk = office_a.people["administrator"], office_a.people["clerk0"]
    entry = build.entry(register, office_a.units[0], admin)
    build.move(entry, "answered", clerk, at=build.at(15))
    assert build.move(entry, "done", admin, at=build.at(6, month=5)).done_on == dt.date(2022, 4, 15)
    reopened = build.move(entry, "open", admin, at=build.at(7, month=5))
    assert reopened.done_on is None
    again = build.move(entry, "done", admin, at=build.at(9, month=5), effective_on=dt.date(2022, 5, 8))
    assert again.done_on == dt.date(2022, 5, 8), "without a new answer the office says when"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "day", "allowed"),
    [
        ("administrator", dt.date(2022, 4, 1), True),
        ("administrator", dt.date(2022, 4, 10), True),
        ("administrator", dt.date(2022, 4, 20), True),
        ("administrator", dt.date(2022, 3, 31), False),
        ("administrator", dt.date(2022, 4, 21), False),
        ("clerk0", dt.date(2022, 4, 20), True),
        ("clerk0", dt.date(2022, 4, 10), False),
    ],
)
def test_from_which_day_a_move_may_count(
    who: str, day: dt.date, allowed: bool, register: Register, office_a: OfficeWorld
) -> None:
    """Between the last move and today (20 April); another day than today is for the office only."""
    entry = build.entry(register, office_a.units[0], office_a.people["administrator"], at=build.at(1))
    target = "answered" if who == "clerk0" else "exempt"
    try:
        build.move(entry, target, office_a.people[who], effective_on=day, at=build.at(20))
        happened = True
    except TransitionRefused:
        happened = False
    assert happened == allowed
    assert EntryEvent.objects.filter(action=EntryAction.MOVE, effective_on=day).exists() == allowed


@pytest.mark.django_db
def test_what_is_wrong_is_said_for_every_field_at_once(register: Register, office_a: OfficeWorld) -> None:
    admin, unit = office_a.people["administrator"], office_a.units[0]
    definitions.save_column(register=register, code="must", name="必填列", required=True)
    wrong = {"key": " ", "name": "x" * 301, "type": "别的", "level": "别的", "due_on": dt.date(2022, 3, 1)}
    with pytest.raises(EntryRefused) as refused:
        build.entry(register, unit, admin, **wrong, values={"must": "x", "none": "y"})
    assert set(refused.value.faults) == {"none"}
    with pytest.raises(EntryRefused) as refused:
        build.entry(register, unit, admin, **wrong, values={"must": "x"})
    assert set(refused.value.faults) == {"key", "name", "type", "level", "due_on"}
    with pytest.raises(EntryRefused) as refused:
        build.entry(register, unit, admin)
    assert set(refused.value.faults) == {"must"}
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_key_and_a_reason_are_there_once(
    register: Register, office_a: OfficeWorld, office_b: OfficeWorld
) -> None:
    admin, unit = office_a.people["administrator"], office_a.units[0]
    build.entry(register, unit, admin, origin="ranking", origin_key="2022Q1")
    for same in ({"key": "1"}, {"key": "2", "origin": "ranking", "origin_key": "2022Q1"}):
        with pytest.raises(life.DuplicateEntry):
            build.entry(register, unit, admin, **same)
    with pytest.raises(DepartmentsError):
        build.entry(register, office_b.units[0], admin, key="3")
    other = build.register(office_a.office, "other")
    assert build.entry(other, unit, admin).key == "1"


@pytest.mark.django_db
def test_a_page_is_saved_whole_or_not_at_all(entry: Entry, office_a: OfficeWorld) -> None:
    """A file that can't be taken, or a move that is not allowed, undoes what was typed beside it."""
    clerk = office_a.people["clerk0"]
    statuses = {status.code: status for status in entry.register.statuses.all()}
    bad = SimpleUploadedFile("x.pdf", b"MZ")
    good = SimpleUploadedFile("x.pdf", b"%PDF-1.4")
    typed = {"measures": "措施"}
    for attempt, target in (
        (Typed(values=typed, files=(bad,)), "answered"),
        (Typed(values=typed, files=(good,)), "done"),
    ):
        with pytest.raises(DepartmentsError):
            save_page(
                entry=entry,
                user=clerk,
                version=entry.version,
                typed=attempt,
                target=statuses[target],
                text="x",
            )
        kept = Entry.objects.get(pk=entry.pk)
        assert (kept.values, kept.version, kept.files.count()) == ({"problem": "材料目录过期"}, 1, 0)
    with pytest.raises(Conflict):
        save_page(entry=entry, user=clerk, version=0, typed=Typed(values=typed))
    saved = save_page(
        entry=entry,
        user=clerk,
        version=1,
        typed=Typed(values=typed, files=(good,)),
        target=statuses["answered"],
        text="x",
    )
    assert (saved.status.code, saved.version, saved.answered_by) == ("answered", 4, clerk)


@pytest.mark.django_db
def test_a_move_may_want_evidence(entry: Entry, office_a: OfficeWorld) -> None:
    move = entry.register.moves.get(source__code="open", target__code="answered")
    move.needs_file = True
    move.save()
    clerk = office_a.people["clerk0"]
    with pytest.raises(TransitionRefused):
        build.move(entry, "answered", clerk)
    file = life.attach_file(entry=entry, file=SimpleUploadedFile("x.pdf", b"%PDF-1.4"), user=clerk)
    life.remove_file(file=file, user=clerk)
    with pytest.raises(TransitionRefused):
        build.move(entry, "answered", clerk)
    life.attach_file(entry=entry, file=SimpleUploadedFile("x.pdf", b"%PDF-1.4"), user=clerk)
    assert build.move(entry, "answered", clerk).status.code == "answered"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_at_once_one_wins() -> None:
    """Two administrators press different buttons on the same page: one is made, the other is told to look again."""
    world = build_office("A")
    register = build.register(world.office)
    entry = build.entry(register, world.units[0], world.people["administrator"])
    second = build.person("second", world.office, "administrator")
    start = threading.Barrier(2, timeout=60)
    outcomes: dict[str, str] = {}

    def press(user: User, target: str) -> None:
        try:
            mine = Entry.objects.get(pk=entry.pk)
            status = register.statuses.get(code=target)
            start.wait()
            life.move_entry(entry=mine, target=status, user=user, text="由", version=mine.version)
            outcomes[target] = "done"
        except Conflict:
            outcomes[target] = "conflict"
        finally:
            connection.close()

    presses: Any = ((world.people["administrator"], "exempt"), (second, "void"))
    threads = [threading.Thread(target=press, args=each) for each in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes.values()) == ["conflict", "done"]
    entry.refresh_from_db()
    assert outcomes[entry.status.code] == "done"
    assert entry.events.filter(action=EntryAction.MOVE).count() == 1
