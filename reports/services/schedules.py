"""Schedules that people edit in the admin; a pack only brings the first version. What a run does stands in schedule_runs.py."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from departments.calendars import WorkCalendar
from departments.services.schedules import calendar_of
from reports.choices import ScheduleRule
from reports.due_times import due_times, next_times
from reports.models import Bulletin, Schedule

# What changes when a schedule comes due, and so begins it anew.
_TIMES = ("action", "rule", "number", "time")


@transaction.atomic
def save_schedule(
    *, schedule: Schedule, former: Schedule | None = None, at: dt.datetime | None = None
) -> Schedule:
    """Stores a schedule; made, switched on or with other times it counts from now on and never runs for the past."""
    same_times = former is not None and all(
        getattr(former, name) == getattr(schedule, name) for name in _TIMES
    )
    if former is None or not same_times or (schedule.enabled and not former.enabled):
        schedule.since = at or timezone.now()
    if schedule.rule in (ScheduleRule.LAST_DAY, ScheduleRule.LAST_WORKING_DAY):
        schedule.number = 1
    schedule.full_clean()
    schedule.save()
    return schedule


def ensure_schedule(
    *, bulletin: Bulletin, name: str, at: dt.datetime | None = None, **fields: Any
) -> Schedule:
    """The bulletin's schedule of that name, as people left it; made from `fields` only when there is none."""
    found = Schedule.objects.filter(bulletin=bulletin, name=name).first()
    return found or save_schedule(schedule=Schedule(bulletin=bulletin, name=name, **fields), at=at)


def done_until(schedule: Schedule) -> dt.datetime:
    """The moment up to which every due time is dealt with: by a run, or because the schedule began later."""
    last: dt.datetime | None = schedule.runs.aggregate(last=Max("due_at"))["last"]
    return max(schedule.since, last) if last else schedule.since


def due(schedule: Schedule, at: dt.datetime) -> list[dt.datetime]:
    """The moments not yet dealt with, in order; none of a schedule that is switched off."""
    if not schedule.enabled:
        return []
    return list(
        due_times(
            rule=schedule.rule,
            number=schedule.number,
            time=schedule.time,
            since=done_until(schedule),
            until=at,
            calendar=_calendar(schedule),
        )
    )


def upcoming(schedule: Schedule, count: int, at: dt.datetime | None = None) -> list[dt.datetime]:
    """The next moments, also of a schedule that is switched off: what it would do."""
    return next_times(
        rule=schedule.rule,
        number=schedule.number,
        time=schedule.time,
        after=at or timezone.now(),
        count=count,
        calendar=_calendar(schedule),
    )


def guessed_years(schedule: Schedule, times: list[dt.datetime]) -> set[int]:
    """The years among the moments whose holidays nobody has entered, where the rule asks for working days."""
    if schedule.rule not in (ScheduleRule.WORKING_DAY, ScheduleRule.LAST_WORKING_DAY):
        return set()
    calendar = _calendar(schedule)
    return {moment.year for moment in times if not calendar.knows(moment.year)}


def _calendar(schedule: Schedule) -> WorkCalendar:
    return calendar_of(schedule.bulletin.office)
