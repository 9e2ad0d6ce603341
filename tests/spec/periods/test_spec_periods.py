"""Reporting periods: notation, bounds, arithmetic and Chinese labels; every day of 26 years against the calendar."""

import calendar
import datetime as dt

import pytest

from departments.periods import Period, PeriodError

# code, first day, last day, label, previous, year ago
SPEC = [
    ("2022-03-31", "2022-03-31", "2022-03-31", "2022年3月31日", "2022-03-30", "2021-03-31"),
    ("2024-02-29", "2024-02-29", "2024-02-29", "2024年2月29日", "2024-02-28", "2023-02-28"),
    ("2022-W13", "2022-03-28", "2022-04-03", "2022年第13周", "2022-W12", "2021-W13"),
    ("2025-W01", "2024-12-30", "2025-01-05", "2025年第1周", "2024-W52", "2024-W01"),
    ("2020-W53", "2020-12-28", "2021-01-03", "2020年第53周", "2020-W52", "2019-W52"),
    ("2022-03-T1", "2022-03-01", "2022-03-10", "2022年3月上旬", "2022-02-T3", "2021-03-T1"),
    ("2022-02-T3", "2022-02-21", "2022-02-28", "2022年2月下旬", "2022-02-T2", "2021-02-T3"),
    ("2022-03", "2022-03-01", "2022-03-31", "2022年3月", "2022-02", "2021-03"),
    ("2022-01", "2022-01-01", "2022-01-31", "2022年1月", "2021-12", "2021-01"),
    ("2022Q1", "2022-01-01", "2022-03-31", "2022年一季度", "2021Q4", "2021Q1"),
    ("2022H2", "2022-07-01", "2022-12-31", "2022年下半年", "2022H1", "2021H2"),
    ("2022", "2022-01-01", "2022-12-31", "2022年", "2021", "2021"),
    ("2022-01..2022-03", "2022-01-01", "2022-03-31", "2022年1-3月", "2021-10..2021-12", "2021-01..2021-03"),
    ("2022-03..2022-04", "2022-03-01", "2022-04-30", "2022年3-4月", "2022-01..2022-02", "2021-03..2021-04"),
]


@pytest.mark.parametrize(("code", "first", "last", "label", "previous", "year_ago"), SPEC)
def test_period(code, first, last, label, previous, year_ago):
    period = Period.parse(code)
    assert (period.start.isoformat(), period.end.isoformat(), period.label) == (first, last, label)
    assert period.previous().code == previous
    assert period.previous().previous(-1) == period
    assert period.year_ago().code == year_ago


@pytest.mark.parametrize(
    "text",
    ["", "2022-13", "2022-02-30", "2022-W54", "2021-W53", "2022Q5", "2022-00", "22Q1", "2022-03..2022-01", "2022-01..2022Q1", "2022-03-T4", "２０２２"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_notation(text):
    with pytest.raises(PeriodError, match="2022Q1"):
        Period.parse(text)


def test_every_day_from_2015_to_2040():
    day = dt.date(2015, 1, 1)
    before: dict[str, Period] = {}
    while day.year <= 2040:
        week = Period.containing(day, "week")
        assert week.start.weekday() == 0
        assert week.start <= day <= week.end
        assert f"{day.isocalendar().year}-W{day.isocalendar().week:02}" == week.code
        month = Period.containing(day, "month")
        assert month.end.day == calendar.monthrange(day.year, day.month)[1]
        for frequency in ("day", "week", "ten_days", "month", "quarter", "half_year", "year"):
            period = Period.containing(day, frequency)
            assert period.start <= day <= period.end
            last = before.get(frequency, period)
            # Periods follow each other without a gap, and going back leads to the one before.
            assert period == last or (
                period.previous() == last and period.start - last.end == dt.timedelta(1)
            )
            before[frequency] = period
        day += dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("outer", "inner", "inside"),
    [
        ("2022Q1", "2022-03", True),
        ("2022Q1", "2022-W13", False),
        ("2022Q2", "2022-W13", True),
        ("2022-03", "2022-W09", True),
        ("2022Q1", "2022-04", False),
        ("2022", "2022-01..2022-03", True),
    ],
)
def test_a_week_belongs_where_its_last_day_falls(outer, inner, inside):
    assert Period.parse(outer).contains(Period.parse(inner)) is inside
