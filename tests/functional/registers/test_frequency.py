"""Minimum frequency: who is asked for how many, what counts, and the figures and alerts that come of it."""

from fractions import Fraction

import pytest

from departments.choices import AlertKind, RegisterKind
from departments.models import Register
from departments.periods import Period
from departments.services.alerts.daily import run_morning
from departments.services.organisation import change_unit
from departments.services.registers.definitions import save_count, save_register
from departments.services.registers.frequency import last_period, periods_within, short_now, standing
from departments.services.registers.life import create_entry, move_entry
from indicators.services.dataset import load_period
from indicators.services.names import office_names
from tests import build
from tests.functional.alerts.scene import Scene, date, events, june, make

# 12 to 18 June 2023.
WEEK = Period.parse("2023-W24")


@pytest.fixture
def scene(db: None) -> Scene:
    return make()


@pytest.fixture
def news(scene: Scene) -> Register:
    """Every unit at least twice a week."""
    return events(scene)


def sent(scene: Scene, register: Register, unit: int, *days: int, month: int = 6) -> None:
    for day in days:
        create_entry(
            register=register,
            unit=scene.units[unit],
            key=f"{unit}-{month}-{day}-{register.entries.count()}",
            name="经验做法",
            user=scene.administrator,
            opened_on=date(day, month),
            at=june(30),
        )


def short(register: Register, *periods: Period) -> dict[str, int]:
    return {one.unit.name: one.short for one in standing(register, periods, june(30))}


def test_each_unit_of_the_groups_is_asked(scene: Scene, news: Register) -> None:
    sent(scene, news, 0, 12, 18)
    sent(scene, news, 1, 11, 14, 19)
    sent(scene, news, 2, 13, 13, 13)
    assert short(news, WEEK) == {"区人社局": 0, "区市场监管局": 1, "湖塘镇": 0}
    build.unit(scene.office, "X", "不在组内的局")
    assert len(short(news, WEEK)) == 3


def test_void_entries_do_not_count_unconfirmed_ones_do(scene: Scene, news: Register) -> None:
    sent(scene, news, 0, 12, 13)
    move_entry(
        entry=news.entries.all()[0],
        target=news.statuses.get(code="refused"),
        user=scene.administrator,
        text="重复报送",
        at=june(30),
    )
    assert short(news, WEEK)["区人社局"] == 1


def test_the_group_is_that_of_the_periods_last_day(scene: Scene, news: Register) -> None:
    unit = scene.units[0]
    other = build.group(scene.office, "others", "其他")
    change_unit(unit=unit, valid_from=date(18), full_name="x", short_name=unit.name, parent=None, group=other)
    assert unit.name not in short(news, WEEK)
    assert unit.name in short(news, WEEK.previous())


@pytest.mark.parametrize(
    ("opened_on", "closed_on", "asked"),
    [
        (date(12), None, True),
        (date(13), None, False),
        (date(1), date(18), True),
        (date(1), date(17), False),
    ],
)
def test_a_unit_that_was_not_open_for_the_whole_period_is_not_asked(
    scene: Scene, news: Register, opened_on, closed_on, asked: bool
) -> None:
    unit = scene.units[1]
    unit.opened_on, unit.closed_on = opened_on, closed_on
    unit.save()
    assert (unit.name in short(news, WEEK)) is asked


def test_the_running_period_so_far(scene: Scene, news: Register) -> None:
    sent(scene, news, 0, 26, 27)
    assert [one.unit.name for one in short_now(news, june(28))] == ["区市场监管局", "湖塘镇"]


# Frequency, today → the last period that is over.
LAST = [
    ("week", date(1, 1, 2024), "2023-W52"),
    ("week", date(7, 1, 2024), "2023-W52"),
    ("week", date(8, 1, 2024), "2024-W01"),
    ("month", date(31, 12), "2023-11"),
    ("month", date(1, 1, 2024), "2023-12"),
    ("ten_days", date(1, 1, 2024), "2023-12-T3"),
    ("year", date(1, 1, 2024), "2023"),
]


@pytest.mark.parametrize(("frequency", "today", "last"), LAST)
def test_the_last_period_over_the_years_end(news: Register, frequency: str, today, last: str) -> None:
    news.least_per = frequency
    assert last_period(news, today).code == last


def test_a_month_has_the_weeks_that_end_in_it_and_are_over(news: Register) -> None:
    june_2023 = Period.parse("2023-06")
    assert [one.code for one in periods_within(news, june_2023, date(30, 9))] == [
        "2023-W22",
        "2023-W23",
        "2023-W24",
        "2023-W25",
    ]
    assert len(periods_within(news, june_2023, date(18))) == 2
    # The last week of 2022 ends on 1 January 2023, so it belongs to 2023.
    assert len(periods_within(news, Period.parse("2023"), date(1, 1, 2024))) == 53


def test_figures_of_a_month(scene: Scene, news: Register, django_assert_max_num_queries) -> None:
    sent(scene, news, 0, 1, 2, 5, 6, 12, 13, 19, 20)
    sent(scene, news, 1, 5, 5, 5, 5, 5, 5, 5, 5)
    parent = scene.units[2]
    change_unit(
        unit=scene.units[1],
        valid_from=date(1, 1),
        full_name="x",
        short_name="区市场监管局",
        parent=parent,
        group=scene.group,
    )
    data = load_period(scene.office, "2023-06", june(1, month=7))
    found = {unit.name: (unit.figures["news.least"], unit.figures["news.short"]) for unit in data.units}
    assert found == {
        "区人社局": (Fraction(8), Fraction(0)),
        "区市场监管局": (Fraction(8), Fraction(6)),
        "湖塘镇": (Fraction(16), Fraction(14)),
    }
    running = load_period(scene.office, "2023-06", june(18)).unit(parent.code).figures["news.least"]
    assert running == 8
    # However many weeks: the groups, their units, the entries.
    with django_assert_max_num_queries(3):
        standing(news, periods_within(news, Period.parse("2023"), date(1, 1, 2024)))


def test_the_names_in_expressions(scene: Scene, news: Register) -> None:
    names = office_names(scene.office)
    assert [symbol.code for symbol in names.find("信息报送.欠缺次数")] == ["news.short"]
    assert [symbol.code for symbol in names.find("预警.提醒次数")] == ["alerts.reminders"]
    save_count(register=news, code="short", name="短讯", basis="opened")
    codes = [symbol.code for symbol in office_names(scene.office).symbols]
    assert codes.count("news.short") == 1
    assert "mending.least" not in codes


def test_an_alert_when_the_period_is_over_until_the_next_is(scene: Scene, news: Register) -> None:
    sent(scene, news, 0, 12, 13)
    sent(scene, news, 1, 12)

    def morning(day: int) -> dict[str, int]:
        run_morning(office=scene.office, further=(), kinds=frozenset(), at=june(day, 8))
        return {
            alert.title: alert.reminders
            for number in range(3)
            for alert in scene.alerts(number)
            if alert.ended_on is None and alert.kind == AlertKind.TOO_FEW
        }

    assert "信息报送（2023年第24周）：应不少于2次，实有1次" not in morning(16)
    assert morning(19) == {
        "信息报送（2023年第24周）：应不少于2次，实有1次": 0,
        "信息报送（2023年第24周）：应不少于2次，实有0次": 0,
    }
    sent(scene, news, 1, 18)
    assert morning(20) == {"信息报送（2023年第24周）：应不少于2次，实有0次": 1}
    assert all("第25周" in title for title in morning(26))
    save_register(office=scene.office, code="other", title="另一本", kind=RegisterKind.EVENT)
    assert all("第25周" in title for title in morning(27))
