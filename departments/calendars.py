"""Working days on the Chinese calendar (调休 included), overruled day by day by what an office has entered. Pure.

The published arrangement comes from the package chinese_calendar, which is touched here only. A year it does not hold
counts Monday to Friday, and `knows` says so, until the office has entered that year itself.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import chinese_calendar

DAY = dt.timedelta(days=1)
# 国庆节 closes every year's arrangement (国务院令第270号): an office that has entered it has entered the year.
_LAST_HOLIDAY = (10, 1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are worked; `overrides` maps a day to whether it is worked, whatever the published calendar says."""

    overrides: Mapping[dt.date, bool] = field(default_factory=dict)

    def is_working(self, day: dt.date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        if _is_published(day.year):
            return chinese_calendar.is_workday(day)
        return day.isoweekday() <= 5

    def knows(self, year: int) -> bool:
        """Whether the year's holidays are published in the package or entered by the office (its 1 October is)."""
        return _is_published(year) or dt.date(year, *_LAST_HOLIDAY) in self.overrides

    def nth_working_day_after(self, day: dt.date, n: int) -> dt.date:
        """The n-th working day after `day`, which is not counted itself. ValueError unless n ≥ 1."""
        if n < 1:
            raise ValueError(f"working days are counted from 1, not {n}")
        return self.add_working_days(day, n)

    def add_working_days(self, day: dt.date, n: int) -> dt.date:
        """`n` working days later, or earlier when negative; 0 is the day itself, worked or not."""
        step = DAY if n >= 0 else -DAY
        for _count in range(abs(n)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def next_working(self, day: dt.date) -> dt.date:
        """The day itself when it is worked, else the first working day after it."""
        return day if self.is_working(day) else self.add_working_days(day, 1)

    def previous_working(self, day: dt.date) -> dt.date:
        """The day itself when it is worked, else the last working day before it."""
        return day if self.is_working(day) else self.add_working_days(day, -1)


def last_published_year() -> int:
    """The last year whose holidays the package holds."""
    return _published()[-1]


@cache
def _published() -> range:
    """The years the package holds, first to last."""
    years = [day.year for day in chinese_calendar.holidays]
    return range(min(years), max(years) + 1)


def _is_published(year: int) -> bool:
    return year in _published()
