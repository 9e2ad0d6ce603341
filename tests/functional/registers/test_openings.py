"""整改 opened because of something: once per cause and unit, under the next free key, by administrators only."""

import threading

import pytest
from django.db import connection

from departments.choices import Meaning, Origin, RegisterKind, Role
from departments.exceptions import TransitionRefused
from departments.models import Entry
from departments.services.registers import openings
from departments.services.registers.definitions import save_register
from departments.services.registers.openings import Cause, open_entries, plan_opening
from tests.functional.alerts.scene import Scene, date, june, make, person

TODAY = june(15)
CAUSE = Cause(Origin.RANKING, "ranking:online:2023-05:depts", "网上可办率排名靠后（2023年5月）", "/admin/x/")


@pytest.fixture
def scene(db: None) -> Scene:
    return make()


def opened(scene: Scene, *units: int, cause: Cause = CAUSE, at=TODAY, **fields) -> openings.Opened:
    return open_entries(
        register=scene.register,
        units=[scene.units[n] for n in units],
        cause=cause,
        name="网上可办率排名靠后",
        user=scene.administrator,
        at=at,
        **fields,
    )


def test_each_unit_gets_an_entry_due_after_the_registers_working_days(scene: Scene) -> None:
    done = opened(scene, 0, 2)
    assert [(entry.key, entry.unit.name) for entry in done.new] == [
        ("ZG-2023-001", "区人社局"),
        ("ZG-2023-002", "湖塘镇"),
    ]
    entry = done.new[0]
    # 16, 19, 20, 21 June, then the holidays, and Sunday the 25th is worked.
    assert (entry.opened_on, entry.due_on) == (date(15), date(25))
    assert entry.status.meaning == Meaning.OPEN
    assert (entry.origin, entry.origin_label, entry.origin_url) == (CAUSE.origin, CAUSE.label, CAUSE.url)
    assert entry.events.get().text == CAUSE.label


def test_again_opens_nothing_and_says_which_exist(scene: Scene) -> None:
    first = opened(scene, 0, 1)
    again = opened(scene, 0, 1, 2, at=june(16))
    assert [entry.pk for entry in again.existing] == [entry.pk for entry in first.new]
    assert [entry.unit for entry in again.new] == [scene.units[2]]
    assert opened(scene, 0, 1, 2).new == ()
    assert Entry.objects.count() == 3


def test_another_cause_or_register_is_another_matter(scene: Scene) -> None:
    opened(scene, 0)
    next_month = Cause(Origin.RANKING, "ranking:online:2023-06:depts", "（2023年6月）", "/")
    assert [entry.key for entry in opened(scene, 0, cause=next_month).new] == ["ZG-2023-002"]
    scene.register = save_register(office=scene.office, code="second", title="督办台账")
    done = opened(scene, 0)
    assert [(entry.key, entry.due_on) for entry in done.new] == [("ZG-2023-001", None)]


def test_the_plan_is_what_will_be_done(scene: Scene) -> None:
    opened(scene, 1)
    plan = plan_opening(register=scene.register, units=scene.units, cause=CAUSE, at=june(15))
    assert plan.keys == ((scene.units[0], "ZG-2023-002"), (scene.units[2], "ZG-2023-003"))
    assert plan.due_on == date(25)
    assert [entry.unit for entry in plan.existing] == [scene.units[1]]
    assert Entry.objects.count() == 1


# Keys in use → the next one. Numbers go on after the largest, other keys do not count, four digits follow 999.
NEXT_KEYS = [
    ((), "ZG-2023-001"),
    (("ZG-2023-007", "ZG-2023-002"), "ZG-2023-008"),
    (("ZG-2022-040",), "ZG-2023-001"),
    (("ZG-2023-009a", "ZG-2023-", "问题1"), "ZG-2023-001"),
    (("ZG-2023-999",), "ZG-2023-1000"),
    (("ZG-2023-1000", "ZG-2023-999"), "ZG-2023-1001"),
]


@pytest.mark.parametrize(("used", "following"), NEXT_KEYS)
def test_the_next_free_key(scene: Scene, used: tuple[str, ...], following: str) -> None:
    for key in used:
        scene.entry(key)
    assert opened(scene, 1).new[0].key == following


def test_at_the_years_end_numbers_begin_anew_and_working_days_go_on(scene: Scene) -> None:
    old = opened(scene, 0, at=june(29, month=12)).new[0]
    other = Cause(Origin.RANKING, "other", "其他", "/")
    new = opened(scene, 0, cause=other, at=june(2, month=1, year=2024)).new[0]
    assert (old.key, new.key) == ("ZG-2023-001", "ZG-2024-001")
    # 1 January 2024 is a holiday: 2, 3, 4, 5, 8 January.
    assert old.due_on == date(8, month=1, year=2024)


def test_who_may_not_and_what_cannot(scene: Scene) -> None:
    viewer = person("viewer", "看", scene.office, Role.VIEWER)
    stranger = make("p").administrator
    for who in (scene.clerks[0], scene.heads[0], viewer, stranger):
        with pytest.raises(TransitionRefused, match="管理员"):
            open_entries(
                register=scene.register, units=scene.units, cause=CAUSE, name="x", user=who, at=june(15)
            )
    events = save_register(office=scene.office, code="events", title="巡查", kind=RegisterKind.EVENT)
    with pytest.raises(TransitionRefused, match="巡查"):
        open_entries(
            register=events, units=scene.units, cause=CAUSE, name="x", user=scene.administrator, at=june(15)
        )
    assert not Entry.objects.exists()


def test_a_unit_of_another_office_is_refused_and_nothing_opened(scene: Scene) -> None:
    other = make("p")
    with pytest.raises(Exception, match="其他"):
        open_entries(
            register=scene.register,
            units=[scene.units[0], other.units[0]],
            cause=CAUSE,
            name="x",
            user=scene.administrator,
            at=june(15),
        )
    assert not Entry.objects.exists()


def test_a_closed_unit_is_named_and_nothing_opened(scene: Scene) -> None:
    scene.units[1].closed_on = date(14)
    scene.units[1].save()
    with pytest.raises(TransitionRefused, match="区市场监管局"):
        opened(scene, 0, 1)
    assert not Entry.objects.exists()
    assert len(opened(scene, 0, 1, at=june(14)).new) == 2


def test_the_way_back_ends_at_ones_scope(scene: Scene) -> None:
    opened(scene, 0, 1)
    seen = {
        who.username: [entry.key for entry in openings.opened_for(who, [CAUSE.key, "x"]).get(CAUSE.key, [])]
        for who in (scene.administrator, scene.clerks[0], scene.clerks[2], make("p").administrator)
    }
    assert seen == {
        "o-admin": ["ZG-2023-001", "ZG-2023-002"],
        "o-clerk0": ["ZG-2023-001"],
        "o-clerk2": [],
        "p-admin": [],
    }
    assert openings.registers_for(scene.clerks[0], scene.office) == []
    assert openings.registers_for(scene.administrator, scene.office) == [scene.register]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_two_people_at_once_get_different_keys_and_one_entry_per_cause() -> None:
    scene = make()
    start = threading.Barrier(8, timeout=60)

    def opens(number: int) -> None:
        # Half of them for the same cause.
        cause = CAUSE if number % 2 else Cause(Origin.RANKING, f"other-{number}", "其他", "/")
        try:
            start.wait()
            opened(scene, 0, 1, cause=cause)
        finally:
            connection.close()

    threads = [threading.Thread(target=opens, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    keys = sorted(Entry.objects.values_list("key", flat=True))
    assert keys == [f"ZG-2023-{number:03d}" for number in range(1, 11)]
    assert Entry.objects.filter(origin_key=CAUSE.key).count() == 2
