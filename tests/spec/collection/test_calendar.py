"""Spec of working days and of the moments a schedule gives; the rows are also computed a second, plainer way."""

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.calendars import DAY, WorkCalendar
from departments.choices import DayBasis, RestDay
from departments.deadlines import (
    LAST_INSTANT,
    SHANGHAI,
    DeadlineError,
    DueRule,
    guessed_years,
    moments,
)
from departments.periods import Period
from tests.spec.collection import calendar_tables as tables

PUBLISHED = WorkCalendar()
BASES = (
    (re.compile(r"期后第(\d+)个工作日"), DayBasis.WORKING_DAY),
    (re.compile(r"期后第(\d+)日"), DayBasis.DAY),
    (re.compile(r"次月(\d+)日"), DayBasis.MONTH_DAY),
    (re.compile(r"周([一二三四五六日])"), DayBasis.WEEKDAY),
)
REST = {"顺延": RestDay.NEXT, "提前": RestDay.PREVIOUS, "不变": RestDay.KEEP}


def rule(text: str) -> DueRule:
    """The rule a row writes."""
    due, rest, *limits = text.split("，")
    basis, said = next((basis, match) for pattern, basis in BASES if (match := pattern.match(due)))
    number = "一二三四五六日".index(said[1]) + 1 if basis == DayBasis.WEEKDAY else int(said[1])
    time = due[said.end() :]
    opens = [int(found[1]) for limit in limits if (found := re.fullmatch(r"第(\d+)日开放", limit))]
    closes = [int(found[1]) for limit in limits if (found := re.fullmatch(r"(\d+)个工作日后关闭", limit))]
    assert len(opens) + len(closes) == len(limits)
    return DueRule(
        due_basis=basis,
        due_number=number,
        due_time=dt.time.fromisoformat(time) if time else None,
        on_rest_day=REST[rest],
        opens_day=opens[0] if opens else None,
        closes_days=closes[0] if closes else None,
    )


def moment(text: str) -> dt.datetime | None:
    """What a row says: a day alone is its first instant, 24:00 its last."""
    if not text:
        return None
    day, _blank, time = text.partition(" ")
    clock = LAST_INSTANT if time == "24:00" else dt.time.fromisoformat(time or "00:00")
    return dt.datetime.combine(dt.date.fromisoformat(day), clock, SHANGHAI)


@pytest.mark.parametrize(("day", "worked", "why"), tables.CALENDAR.rows)
def test_working_days(day: str, worked: str, why: str) -> None:
    date = dt.date.fromisoformat(day)
    assert PUBLISHED.is_working(date) is (worked == "是")
    assert why.startswith("周" + "一二三四五六日"[date.weekday()])


@pytest.mark.parametrize(("period", "text", "opens", "due", "closes", "years"), tables.MOMENTS.rows)
def test_moments(period: str, text: str, opens: str, due: str, closes: str, years: str) -> None:
    when, written = Period.parse(period), rule(text)
    found = moments(written, when, PUBLISHED)
    assert (found.opens_at, found.due_at, found.closes_at) == (moment(opens), moment(due), moment(closes))
    guessed = guessed_years(written, when, found, PUBLISHED)
    assert "、".join(str(year) for year in guessed) == years


def test_by_the_fifth_includes_all_of_the_fifth_in_shanghai() -> None:
    due = moments(rule("次月5日，不变"), Period.parse("2022-04"), PUBLISHED).due_at
    assert due.utcoffset() == dt.timedelta(hours=8)
    assert dt.datetime(2022, 5, 5, 15, 59, 59, tzinfo=dt.UTC) <= due
    assert due < dt.datetime(2022, 5, 5, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("year", "known"), [(2003, False), (2004, True), (2022, True), (2026, True), (2030, False)]
)
def test_a_calendar_says_which_years_it_knows(year: int, known: bool) -> None:
    assert PUBLISHED.knows(year) is known


def test_an_offices_own_days_overrule_the_published_ones() -> None:
    flood, national_day = dt.date(2022, 7, 6), dt.date(2030, 10, 1)
    entered = WorkCalendar({flood: False, dt.date(2022, 7, 9): True, national_day: False})
    assert not entered.is_working(flood)
    assert entered.nth_working_day_after(dt.date(2022, 7, 5), 3) == dt.date(2022, 7, 9)
    assert entered.knows(2030)
    assert not entered.knows(2031)
    assert moments(rule("期后第1个工作日，顺延"), Period.parse("2030-09"), entered).due_at == moment(
        "2030-10-02 24:00"
    )


def test_a_form_is_never_due_before_it_opens() -> None:
    late = DueRule(DayBasis.DAY, 1, dt.time(0, 0), RestDay.KEEP)
    with pytest.raises(DeadlineError):
        moments(late, Period.parse("2022-03"), PUBLISHED)


def test_working_days_are_counted_from_one() -> None:
    with pytest.raises(ValueError):
        PUBLISHED.nth_working_day_after(dt.date(2022, 3, 31), 0)


days = st.dates(dt.date(2004, 1, 1), dt.date(2030, 12, 31))


@given(days, st.integers(1, 40))
def test_the_nth_working_day_has_n_behind_it(day: dt.date, n: int) -> None:
    found = PUBLISHED.nth_working_day_after(day, n)
    between = [day + i * DAY for i in range(1, (found - day).days + 1)]
    assert sum(PUBLISHED.is_working(d) for d in between) == n
    assert PUBLISHED.is_working(found)
    assert PUBLISHED.add_working_days(found, -n) <= day


@given(days)
def test_next_and_previous_are_nearest(day: dt.date) -> None:
    after, before = PUBLISHED.next_working(day), PUBLISHED.previous_working(day)
    assert before <= day <= after
    assert (before == after == day) is PUBLISHED.is_working(day)
    assert not any(PUBLISHED.is_working(before + i * DAY) for i in range(1, (after - before).days))


frequencies = st.sampled_from(
    ["day", "week", "split_week", "ten_days", "month", "quarter", "half_year", "year"]
)


@given(
    days,
    frequencies,
    st.sampled_from(DayBasis.values),
    st.sampled_from(RestDay.values),
    st.integers(1, 7),
    st.none() | st.integers(0, 10),
)  # fmt: skip
def test_due_comes_after_the_period_and_closing_after_due(
    day: dt.date, frequency: str, basis: str, rest: str, number: int, closes: int | None
) -> None:
    period = Period.containing(day, frequency)
    written = DueRule(basis, number, None, rest, None, closes)
    found = moments(written, period, PUBLISHED)
    assert found.opens_at.date() == period.end + DAY
    assert found.opens_at < found.due_at
    assert found.closes_at is None or found.due_at <= found.closes_at
    if basis == DayBasis.WORKING_DAY or rest != RestDay.KEEP:
        assert PUBLISHED.is_working(found.due_at.date())
    if basis == DayBasis.WEEKDAY and rest == RestDay.KEEP:
        assert found.due_at.isoweekday() == number
        assert found.due_at.date() - period.end <= 7 * DAY
