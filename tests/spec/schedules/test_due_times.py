"""Spec of the moments schedules come due; drawn rules are also computed a second, plainer way, day by day."""

import calendar as months
import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.calendars import DAY, WorkCalendar
from departments.deadlines import SHANGHAI
from reports.choices import ScheduleRule
from reports.due_times import due_times, next_times
from tests.spec.schedules.due_tables import DUE, MISSED

PUBLISHED = WorkCalendar()
RULES = (
    (re.compile(r"每月(\d+)日"), ScheduleRule.DAY),
    (re.compile(r"每月最后一日"), ScheduleRule.LAST_DAY),
    (re.compile(r"每月第(\d+)个工作日"), ScheduleRule.WORKING_DAY),
    (re.compile(r"每月最后一个工作日"), ScheduleRule.LAST_WORKING_DAY),
    (re.compile(r"每周([一二三四五六日])"), ScheduleRule.WEEKDAY),
)


def moment(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def rule_of(text: str) -> dict[str, object]:
    words, _blank, clock = text.partition(" ")
    for pattern, rule in RULES:
        if match := pattern.fullmatch(words):
            which = match.group(1) if match.groups() else "1"
            number = int(which) if which.isdecimal() else "一二三四五六日".index(which) + 1
            return {"rule": rule.value, "number": number, "time": dt.time.fromisoformat(clock)}
    raise AssertionError(words)


@pytest.mark.parametrize(("rule", "after", "first", "second", "third", "_why"), DUE.rows)
def test_next_times(rule: str, after: str, first: str, second: str, third: str, _why: str) -> None:
    found = next_times(**rule_of(rule), after=moment(after), count=3, calendar=PUBLISHED)
    assert [f"{one:%Y-%m-%d %H:%M}" for one in found] == [first, second, third]


@pytest.mark.parametrize(("rule", "since", "until", "last", "missed"), MISSED.rows)
def test_missed_times(rule: str, since: str, until: str, last: str, missed: str) -> None:
    found = list(due_times(**rule_of(rule), since=moment(since), until=moment(until), calendar=PUBLISHED))
    assert (f"{found[-1]:%Y-%m-%d %H:%M}" if found else "—") == last
    assert max(0, len(found) - 1) == int(missed)


def plain_days(
    rule: str, number: int, first: dt.date, last: dt.date, calendar: WorkCalendar
) -> list[dt.date]:
    """Asks of each day by itself whether it is the one."""
    found = []
    day = first
    while day <= last:
        length = months.monthrange(day.year, day.month)[1]
        month = [day.replace(day=n) for n in range(1, length + 1)]
        worked = [one for one in month if calendar.is_working(one)]
        is_it = {
            "day": day.day == number or (number > length and day.day == length),
            "last_day": day.day == length,
            "working_day": bool(worked) and day == worked[min(number, len(worked)) - 1],
            "last_working_day": bool(worked) and day == worked[-1],
            "weekday": day.isoweekday() == number,
        }[rule]
        if is_it:
            found.append(day)
        day += DAY
    return found


days = st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31))


@given(
    rule=st.sampled_from([rule.value for rule in ScheduleRule]),
    number=st.integers(1, 31),
    time=st.times().map(lambda one: one.replace(microsecond=0)),
    first=days,
    length=st.integers(0, 400),
    overrides=st.dictionaries(days, st.booleans(), max_size=20),
)
def test_the_same_as_day_by_day(
    rule: str, number: int, time: dt.time, first: dt.date, length: int, overrides: dict[dt.date, bool]
) -> None:
    number = {"working_day": min(number, 23), "weekday": (number - 1) % 7 + 1}.get(rule, number)
    calendar = WorkCalendar(overrides)
    since = dt.datetime.combine(first, dt.time.min, SHANGHAI) - dt.timedelta(seconds=1)
    until = dt.datetime.combine(first + length * DAY, dt.time(23, 59, 59), SHANGHAI)
    found = list(due_times(rule=rule, number=number, time=time, since=since, until=until, calendar=calendar))
    assert [one.date() for one in found] == plain_days(rule, number, first, first + length * DAY, calendar)
    assert {one.time() for one in found} <= {time}


def test_a_month_without_a_working_day_is_left_out() -> None:
    idle = WorkCalendar({dt.date(2023, 2, n): False for n in range(1, 29)})
    found = next_times(
        rule="last_working_day",
        number=1,
        time=dt.time(9),
        after=moment("2023-01-31 10:00"),
        count=1,
        calendar=idle,
    )
    assert found == [moment("2023-03-31 09:00")]


def test_moments_of_any_zone_are_compared() -> None:
    given_in_utc = moment("2023-02-05 09:00").astimezone(dt.UTC)
    rule = {"rule": "day", "number": 5, "time": dt.time(9)}
    assert next_times(**rule, after=given_in_utc, count=1, calendar=PUBLISHED) == [moment("2023-03-05 09:00")]
    earlier = given_in_utc - dt.timedelta(seconds=1)
    assert next_times(**rule, after=earlier, count=1, calendar=PUBLISHED) == [moment("2023-02-05 09:00")]


def test_an_unknown_rule() -> None:
    with pytest.raises(ValueError, match="moon"):
        next_times(
            rule="moon",
            number=1,
            time=dt.time(9),
            after=moment("2023-01-01 00:00"),
            count=1,
            calendar=PUBLISHED,
        )
