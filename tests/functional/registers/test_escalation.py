"""Who is told when of an entry's due day: on working mornings from 8:30, one notice per unit, nobody twice."""

import datetime as dt
import threading

import pytest
from django.db import connection

from departments.choices import ItemKind, NoticeKind, Role
from departments.models import EntryReminder, Membership, MorningRun
from departments.services.mornings import run_once
from departments.services.registers import escalation
from departments.services.registers.definitions import save_column
from departments.services.registers.escalation import remind_entries
from departments.services.registers.life import edit_entry, hand_on
from departments.services.schedules import save_calendar_day
from tests.functional.alerts.scene import Scene, date, june, make, mornings


@pytest.fixture
def scene(db: None) -> Scene:
    return make()


def counts(scene: Scene) -> tuple[int, int, int]:
    """Notices of the first unit's clerk and head, and of the administrator."""
    return (
        len(scene.told(scene.clerks[0])),
        len(scene.told(scene.heads[0])),
        len(scene.told(scene.administrator)),
    )


# Due on Wednesday 14 June 2023, escalated after two working days: the clock at this moment, and how many notices the
# clerk, the head and the administrator have got by then.
TIMELINE = [
    (june(12, 12), (0, 0, 0)),
    (june(13, 8, 29), (0, 0, 0)),
    (june(13, 8, 30), (1, 0, 0)),
    (june(13, 17), (1, 0, 0)),
    (june(14, 8, 30), (2, 0, 0)),
    (june(15, 8, 30), (3, 0, 0)),
    (june(16, 8, 29), (3, 0, 0)),
    (june(16, 8, 30), (3, 1, 1)),
    (june(17, 9), (3, 1, 1)),
    (june(19, 9), (3, 1, 1)),
    (june(30, 9), (3, 1, 1)),
]


def test_morning_by_morning(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    for moment, expected in TIMELINE:
        remind_entries(now=moment)
        remind_entries(now=moment)
        assert counts(scene) == expected, moment
    assert set(mornings().values_list("kind", flat=True)) == {NoticeKind.ENTRY}
    assert scene.told(scene.clerks[0])[::2] == ["区人社局：1条到期", "区人社局：1条到期，其中1条已逾期"]


def test_one_notice_with_all_entries_of_a_unit(scene: Scene) -> None:
    for number in range(25):
        scene.entry(f"{number:02d}", due_on=date(14))
    scene.entry("99", unit=1, due_on=date(14))
    assert remind_entries(now=june(14)) == 2
    text = mornings().get(user=scene.clerks[0]).text
    assert "00 窗口未公示办事指南00" in text
    assert len(text.splitlines()) == 21
    assert text.endswith("另有5条")
    assert mornings().get(user=scene.clerks[1]).url.endswith("/change/")
    remind_entries(now=june(16))
    summary = mornings().get(user=scene.administrator)
    assert "区人社局（25）" in summary.text
    assert "区市场监管局（1）：99" in summary.text


def test_mornings_that_were_missed_are_made_up_for_once(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    assert remind_entries(now=june(30)) == 3
    assert counts(scene) == (1, 1, 1)
    assert remind_entries(now=june(3, month=7)) == 0
    assert EntryReminder.objects.count() == 4


def test_holidays_are_passed_over_and_the_worked_sunday_counts(scene: Scene) -> None:
    # Due on Sunday 25 June, which is worked; the working day before is Wednesday the 21st.
    scene.entry("1", due_on=date(25))
    for day, expected in ((20, 0), (21, 1), (22, 1), (24, 1), (25, 2), (26, 3)):
        remind_entries(now=june(day))
        assert counts(scene)[0] == expected, day
    save_calendar_day(office=scene.office, day=date(27), is_working=False, name="市里停工")
    remind_entries(now=june(27))
    assert counts(scene) == (3, 0, 0)
    remind_entries(now=june(28))
    assert counts(scene) == (3, 1, 1)


def test_answered_and_moved_entries(scene: Scene) -> None:
    answered, postponed = scene.entry("1", due_on=date(14)), scene.entry("2", due_on=date(14))
    scene.answers(answered, june(12))
    remind_entries(now=june(13))
    assert "窗口未公示办事指南1" not in mornings().get(user=scene.clerks[0]).text
    edit_entry(entry=postponed, user=scene.administrator, fields={"due_on": date(20)}, at=june(13, 10))
    remind_entries(now=june(16))
    assert counts(scene) == (1, 0, 0)
    remind_entries(now=june(19))
    assert counts(scene) == (2, 0, 0)


def test_an_entry_that_comes_already_late_is_told_once(scene: Scene) -> None:
    scene.entry("1", due_on=date(5), at=june(14))
    remind_entries(now=june(15))
    assert counts(scene) == (1, 1, 1)
    remind_entries(now=june(16))
    assert counts(scene) == (1, 1, 1)


def test_a_register_without_escalation_tells_nobody_above(scene: Scene) -> None:
    scene.register.escalate_days = None
    scene.register.save()
    scene.entry("1", due_on=date(5))
    remind_entries(now=june(30))
    assert counts(scene) == (1, 0, 0)


def test_without_clerks_the_head_without_anybody_the_office(scene: Scene) -> None:
    scene.entry("1", due_on=date(14))
    Membership.objects.filter(unit=scene.units[0], role=Role.CLERK).delete()
    remind_entries(now=june(14))
    assert counts(scene) == (0, 1, 0)
    Membership.objects.filter(unit=scene.units[0]).delete()
    remind_entries(now=june(15))
    assert counts(scene) == (0, 1, 1)


def test_a_closed_units_entries_come_to_the_office_and_follow_when_handed_on(scene: Scene) -> None:
    """并入: the unit is closed, its people are gone; the office hears of its entries and hands them on."""
    entry = scene.entry("1", due_on=date(14))
    scene.units[0].closed_on = date(10)
    scene.units[0].save()
    Membership.objects.filter(unit=scene.units[0]).update(valid_to=date(10))
    remind_entries(now=june(13))
    assert counts(scene) == (0, 0, 1)
    hand_on(entry=entry, unit=scene.units[1], user=scene.administrator, text="机构合并", at=june(13, 10))
    remind_entries(now=june(14))
    assert len(scene.told(scene.clerks[1])) == 1


def test_at_the_years_end(scene: Scene) -> None:
    # Due on Friday 29 December; 30 December to 1 January are no working days.
    scene.entry("1", due_on=date(29, month=12))
    for day, month, year, expected in (
        (28, 12, 2023, (1, 0, 0)),
        (29, 12, 2023, (2, 0, 0)),
        (1, 1, 2024, (2, 0, 0)),
        (2, 1, 2024, (3, 0, 0)),
        (3, 1, 2024, (3, 1, 1)),
    ):
        remind_entries(now=june(day, month=month, year=year))
        assert counts(scene) == expected, (day, month)


def test_nothing_personal_is_told(scene: Scene) -> None:
    save_column(register=scene.register, code="phone", name="申请人电话", kind=ItemKind.TEXT, personal=True)
    scene.entry("1", due_on=date(14), personal={"phone": "13800000000"})
    remind_entries(now=june(30))
    assert mornings().exists()
    assert not any("13800000000" in notice.title + notice.text for notice in mornings())


def test_a_kill_half_way_leaves_nothing_and_the_next_clock_does_all(scene: Scene, monkeypatch) -> None:
    scene.entry("1", due_on=date(14))
    scene.entry("2", unit=1, due_on=date(14))
    genuine, calls = escalation.notify, []

    def dies(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return genuine(*args, **kwargs)

    monkeypatch.setattr(escalation, "notify", dies)
    with pytest.raises(KeyboardInterrupt):
        remind_entries(now=june(14))
    assert not mornings().exists()
    assert not EntryReminder.objects.exists()
    assert not MorningRun.objects.exists()
    monkeypatch.undo()
    assert remind_entries(now=june(14, 9, 1)) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer")
def test_two_clocks_at_once() -> None:
    scene = make()
    scene.entry("1", due_on=date(14))
    start, written = threading.Barrier(4, timeout=60), []

    def ticks() -> None:
        try:
            start.wait()
            written.append(remind_entries(now=june(16)))
        finally:
            connection.close()

    threads = [threading.Thread(target=ticks) for _clock in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 0, 0, 3]
    assert counts(scene) == (1, 1, 1)


def test_a_run_that_somebody_else_has_done_is_left_alone(scene: Scene) -> None:
    job = MorningRun.Job.ENTRIES
    assert run_once(office=scene.office, job=job, now=june(14), work=lambda: 7) == 7
    assert run_once(office=scene.office, job=job, now=june(14, 20), work=lambda: 7) is None
    tomorrow = june(14) + dt.timedelta(days=1)
    assert run_once(office=scene.office, job=job, now=tomorrow, work=lambda: 0) == 0
