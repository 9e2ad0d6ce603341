"""When a schedule comes due: one rule of days and a time of day, in office time. Pure.

A month without the day (the 31st), or with fewer working days than asked, is served on its last one. Working days are
those of the calendar given, so days worked in exchange for a holiday (调休) count.
"""

import calendar as months
import datetime as dt
from collections.abc import Iterator
from itertools import islice

from departments.calendars import DAY, WorkCalendar
from departments.deadlines import SHANGHAI

# Rules, as reports.choices.ScheduleRule writes them.
DAY_OF_MONTH, LAST_DAY, WORKING_DAY, LAST_WORKING_DAY, WEEKDAY = (
    "day",
    "last_day",
    "working_day",
    "last_working_day",
    "weekday",
)


def due_times(
    *,
    rule: str,
    number: int,
    time: dt.time,
    since: dt.datetime,
    until: dt.datetime,
    calendar: WorkCalendar,
) -> Iterator[dt.datetime]:
    """Every due moment after `since` and not after `until`, in order, in office time. ValueError for an unknown rule."""
    last = until.astimezone(SHANGHAI).date()
    for day in _days(rule, number, since.astimezone(SHANGHAI).date(), calendar):
        if day > last:
            return
        moment = dt.datetime.combine(day, time, SHANGHAI)
        if since < moment <= until:
            yield moment


def next_times(
    *, rule: str, number: int, time: dt.time, after: dt.datetime, count: int, calendar: WorkCalendar
) -> list[dt.datetime]:
    """The next `count` due moments after a moment."""
    # A year and a month more than any `count` months can take.
    until = after + dt.timedelta(days=31 * (count + 13))
    times = due_times(rule=rule, number=number, time=time, since=after, until=until, calendar=calendar)
    return list(islice(times, count))


def _days(rule: str, number: int, first: dt.date, calendar: WorkCalendar) -> Iterator[dt.date]:
    """The days of a rule from the week or month of `first` on, without end."""
    if rule == WEEKDAY:
        day = first + (number - first.isoweekday()) * DAY
        while True:
            yield day
            day += 7 * DAY
    month = first.replace(day=1)
    while True:
        day_or_none = _day_in(month, rule, number, calendar)
        if day_or_none is not None:
            yield day_or_none
        month = (month + 31 * DAY).replace(day=1)


def _day_in(month: dt.date, rule: str, number: int, calendar: WorkCalendar) -> dt.date | None:
    """The rule's day in the month that begins so; None in a month without a working day."""
    length = months.monthrange(month.year, month.month)[1]
    if rule == DAY_OF_MONTH:
        return month.replace(day=min(number, length))
    if rule == LAST_DAY:
        return month.replace(day=length)
    if rule not in (WORKING_DAY, LAST_WORKING_DAY):
        raise ValueError(f"unknown rule {rule!r}")
    days = (month + step * DAY for step in range(length))
    working = [day for day in days if calendar.is_working(day)]
    if not working:
        return None
    return working[-1] if rule == LAST_WORKING_DAY else working[min(number, len(working)) - 1]
