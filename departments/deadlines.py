"""When a form opens, is due and closes for a period: the moments that a schedule's rule gives. Pure but for the words.

All moments are Asia/Shanghai. A due day without a time counts whole: its last instant is the due moment, so that
“by the 5th” includes the 5th (semantics “Periods”). So does the closing day.
"""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from departments.calendars import DAY, WorkCalendar
from departments.choices import DayBasis, RestDay
from departments.periods import Period

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_INSTANT = dt.time.max


class DeadlineError(ValueError):
    """The rule opens the form for this period only when it is already due."""


@dataclass(frozen=True)
class DueRule:
    """The rule of a schedule, field by field as departments.models.Schedule describes it."""

    due_basis: str
    due_number: int
    due_time: dt.time | None = None
    on_rest_day: str = RestDay.NEXT
    opens_day: int | None = None
    closes_days: int | None = None

    @property
    def asks_the_calendar(self) -> bool:
        """Whether working days decide anything; a fixed day that stays where it is needs none."""
        return (
            self.due_basis == DayBasis.WORKING_DAY
            or self.on_rest_day != RestDay.KEEP
            or self.closes_days is not None
        )


@dataclass(frozen=True)
class Moments:
    """Aware times, opens_at < due_at ≤ closes_at; closes_at None: never closes."""

    opens_at: dt.datetime
    due_at: dt.datetime
    closes_at: dt.datetime | None


def moments(rule: DueRule, period: Period, calendar: WorkCalendar) -> Moments:
    """The moments of a period. DeadlineError when it would be due before it opens."""
    opens_at = opening(rule, period)
    due_day = _due_day(rule, period, calendar)
    due_at = _at(due_day, rule.due_time or LAST_INSTANT)
    if due_at <= opens_at:
        raise DeadlineError(period.code)
    closes_at = None
    if rule.closes_days is not None:
        closes_at = _at(calendar.add_working_days(due_day, rule.closes_days), LAST_INSTANT)
    return Moments(opens_at, due_at, closes_at)


def opening(rule: DueRule, period: Period) -> dt.datetime:
    """The first instant of the day on which the form opens; that day asks no calendar."""
    if rule.opens_day is None:
        return _at(period.end + DAY, dt.time.min)
    return _at(period.start + (rule.opens_day - 1) * DAY, dt.time.min)


def guessed_years(rule: DueRule, period: Period, found: Moments, calendar: WorkCalendar) -> tuple[int, ...]:
    """The years between the period's end and its last moment whose holidays nobody has entered."""
    if not rule.asks_the_calendar:
        return ()
    last = (found.closes_at or found.due_at).year
    return tuple(year for year in range((period.end + DAY).year, last + 1) if not calendar.knows(year))


def _due_day(rule: DueRule, period: Period, calendar: WorkCalendar) -> dt.date:
    if rule.due_basis == DayBasis.WORKING_DAY:
        return calendar.nth_working_day_after(period.end, rule.due_number)
    day = _plain_day(rule, period.end)
    if rule.on_rest_day == RestDay.KEEP or calendar.is_working(day):
        return day
    before = calendar.previous_working(day)
    # A working day before that still lies in the period would be due before the figures are complete.
    if rule.on_rest_day == RestDay.PREVIOUS and before > period.end:
        return before
    return calendar.next_working(day)


def _plain_day(rule: DueRule, end: dt.date) -> dt.date:
    """The due day before rest days are looked at."""
    if rule.due_basis == DayBasis.DAY:
        return end + rule.due_number * DAY
    if rule.due_basis == DayBasis.WEEKDAY:
        return end + ((rule.due_number - end.isoweekday() - 1) % 7 + 1) * DAY
    year, month = (end.year + 1, 1) if end.month == 12 else (end.year, end.month + 1)
    return dt.date(year, month, min(rule.due_number, monthrange(year, month)[1]))


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, SHANGHAI)
