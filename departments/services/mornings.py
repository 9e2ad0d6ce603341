"""Work of the morning: once on every working day of an office, from a time on, whole or not at all."""

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from departments.calendars import WorkCalendar
from departments.models import MorningRun, Office
from departments.services.schedules import calendar_of


def due_offices(job: str, since: dt.time, now: dt.datetime) -> Iterator[tuple[Office, WorkCalendar]]:
    """The offices whose run of today is due and not done: today is worked there and it is `since` or later."""
    local = timezone.localtime(now)
    if local.time() < since:
        return
    done = MorningRun.objects.filter(job=job, day=local.date())
    for office in Office.objects.exclude(pk__in=done.values("office")).order_by("pk"):
        calendar = calendar_of(office)
        if calendar.is_working(local.date()):
            yield office, calendar


def run_once(*, office: Office, job: str, now: dt.datetime, work: Callable[[], int]) -> int | None:
    """Does the work and marks the morning in one transaction; None when another clock has done it.

    A kill half-way leaves neither the work nor the mark, so the next clock does all of it. A morning that was missed is
    not run later: what it would have told, the next one finds still standing.
    """
    day = timezone.localdate(now)
    with transaction.atomic():
        # Two clocks at once: the second waits here and finds the mark.
        Office.objects.select_for_update(no_key=True).get(pk=office.pk)
        if MorningRun.objects.filter(office=office, job=job, day=day).exists():
            return None
        done = work()
        MorningRun.objects.create(office=office, job=job, day=day, at=now)
    return done
