"""Windows that open by themselves: the rules of a form, the office's working calendar, and the clock that follows them."""

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.calendars import DAY, WorkCalendar
from departments.choices import DayBasis, Frequency
from departments.deadlines import DeadlineError, DueRule, Moments, guessed_years, moments, opening
from departments.models import CalendarDay, Form, Office, Schedule, Window
from departments.periods import Period
from departments.services.organisation import expected_units
from departments.services.submissions import open_window

log = logging.getLogger("govsvc.schedules")

# How many periods back a clock that stood still (or a rule that begins in the past) is made up for.
CATCH_UP = 400
# Within so many periods a rule is tried out when it is saved.
_TRIED = 60
_LARGEST = {DayBasis.WEEKDAY: 7, DayBasis.MONTH_DAY: 31}
_YEAR = 366


@dataclass(frozen=True)
class Upcoming:
    """One period as a schedule will open it; `guessed` are the years whose holidays nobody has entered."""

    period: Period
    moments: Moments
    guessed: tuple[int, ...]


@transaction.atomic
def save_schedule(*, form: Form, valid_from: dt.date, **fields: Any) -> Schedule:
    """Creates a form's rule from a day on, or changes the one that begins that day; ValidationError when it can't work."""
    schedule = Schedule.objects.filter(form=form, valid_from=valid_from).first() or Schedule(
        form=form, valid_from=valid_from
    )
    for name, value in fields.items():
        setattr(schedule, name, value)
    schedule.clean_fields()
    check_schedule(schedule)
    schedule.full_clean()
    schedule.save()
    return schedule


def check_schedule(schedule: Schedule) -> None:
    """ValidationError by field: a number out of range, an end before the beginning, due before it opens."""
    if schedule.form.frequency == Frequency.SPAN:
        raise ValidationError(
            _("A form for named spans has no rule: open its windows one by one, or choose another frequency.")
        )
    faults: dict[str, str] = {}
    largest = _LARGEST.get(DayBasis(schedule.due_basis), _YEAR)
    if not 1 <= schedule.due_number <= largest:
        faults["due_number"] = _("Write a number from 1 to %s.") % largest
    if schedule.opens_day is not None and not -_YEAR <= schedule.opens_day <= _YEAR:
        faults["opens_day"] = _("Write a number from %(first)s to %(last)s.") % {
            "first": -_YEAR,
            "last": _YEAR,
        }
    if (schedule.closes_days or 0) > _YEAR:
        faults["closes_days"] = _("Write a number from %(first)s to %(last)s.") % {"first": 0, "last": _YEAR}
    if schedule.valid_to and schedule.valid_to < schedule.valid_from:
        faults["valid_to"] = _("The last day lies before the first.")
    if not faults:
        _try_out(schedule, faults)
    if faults:
        raise ValidationError(faults)


def _try_out(schedule: Schedule, faults: dict[str, str]) -> None:
    calendar, rule = calendar_of(schedule.form.office), rule_of(schedule)
    period = Period.containing(schedule.valid_from, schedule.form.frequency)
    for _step in range(_TRIED):
        try:
            moments(rule, period, calendar)
        except DeadlineError:
            faults["opens_day"] = _("For %s the form would open only after it is due.") % period.label
            return
        period = _period_after(schedule.form, period)


@transaction.atomic
def save_calendar_day(*, office: Office, day: dt.date, is_working: bool, name: str = "") -> CalendarDay:
    """Enters a day of the office's calendar, or changes it; from then on it counts before the published one."""
    entered = CalendarDay.objects.filter(office=office, day=day).first() or CalendarDay(
        office=office, day=day
    )
    entered.is_working, entered.name = is_working, name
    entered.full_clean()
    entered.save()
    return entered


def calendar_of(office: Office) -> WorkCalendar:
    """The published calendar with the office's own days (one query)."""
    return WorkCalendar(dict(office.calendar_days.values_list("day", "is_working")))


def rule_of(schedule: Schedule) -> DueRule:
    return DueRule(
        due_basis=schedule.due_basis,
        due_number=schedule.due_number,
        due_time=schedule.due_time,
        on_rest_day=schedule.on_rest_day,
        opens_day=schedule.opens_day,
        closes_days=schedule.closes_days,
    )


def in_force(schedules: Iterable[Schedule], period: Period) -> Schedule | None:
    """The rule for a period: of those begun by its last day the latest, unless that one has ended before its first."""
    begun = [schedule for schedule in schedules if schedule.valid_from <= period.end]
    if not begun:
        return None
    latest = max(begun, key=lambda schedule: schedule.valid_from)
    return latest if latest.valid_to is None or latest.valid_to >= period.start else None


def open_due_windows(*, now: dt.datetime | None = None) -> list[Window]:
    """Opens every window whose opening has come and returns the new ones; harmless when run twice or by two clocks.

    Windows that exist are left as they are, whoever made or changed them; units that joined before the due moment get
    their draft. What was missed while the clock stood still is made up for, at most CATCH_UP periods back; a window
    that would have closed meanwhile is opened closed, so that what is missing stays on the record.
    """
    now = now or timezone.now()
    calendars: dict[int, WorkCalendar] = {}
    opened: list[Window] = []
    forms = Form.objects.filter(schedules__isnull=False).exclude(frequency=Frequency.SPAN).distinct()
    for form in forms.select_related("office").prefetch_related("schedules"):
        if form.office_id not in calendars:
            calendars[form.office_id] = calendar_of(form.office)
        opened += _open_form(form, calendars[form.office_id], now)
        _add_joined(form, now)
    return opened


def preview(
    schedule: Schedule,
    count: int = 6,
    *,
    now: dt.datetime | None = None,
    calendar: WorkCalendar | None = None,
) -> list[Upcoming]:
    """The next periods of a stored schedule that are not due yet, in order."""
    now = now or timezone.now()
    form, rule = schedule.form, rule_of(schedule)
    calendar = calendar or calendar_of(form.office)
    schedules = list(form.schedules.all())
    start = max(schedule.valid_from, timezone.localdate(now) - _YEAR * DAY)
    period = Period.containing(start, form.frequency)
    found: list[Upcoming] = []
    for _step in range(CATCH_UP + count):
        if len(found) == count or in_force(schedules, period) != schedule:
            break
        with suppress(DeadlineError):
            due = moments(rule, period, calendar)
            if due.due_at > now:
                found.append(Upcoming(period, due, guessed_years(rule, period, due, calendar)))
        period = _period_after(form, period)
    return found


def guess_warning(years: Iterable[int]) -> str:
    """What a page says about years whose holidays nobody has entered; "" when there are none."""
    named = "、".join(str(year) for year in sorted(set(years)))
    if not named:
        return ""
    return (
        _("The holidays of %s are not entered yet; Monday to Friday count as working days for now.") % named
    )


def _open_form(form: Form, calendar: WorkCalendar, now: dt.datetime) -> list[Window]:
    schedules = list(form.schedules.all())
    missing = _missing(form, schedules, now)
    if not missing:
        return []
    with transaction.atomic():
        # A second clock waits here and then finds the windows.
        Form.objects.select_for_update().get(pk=form.pk)
        still_missing = {period.code for period, _schedule in _missing(form, schedules, now)}
        opened = []
        for period, schedule in reversed(missing):
            due = _moments(schedule, period, calendar)
            if due is None or period.code not in still_missing:
                continue
            opened.append(
                open_window(
                    form=form,
                    period=period.code,
                    opens_at=due.opens_at,
                    due_at=due.due_at,
                    closes_at=due.closes_at,
                )
            )
    return opened


def _missing(form: Form, schedules: Sequence[Schedule], now: dt.datetime) -> list[tuple[Period, Schedule]]:
    """The periods that should be open and have no window, latest first, with the rule for each."""
    existing = set(form.windows.values_list("period", flat=True))
    return [
        (period, schedule)
        for period in _latest_periods(form, schedules, timezone.localdate(now))
        if period.code not in existing
        and (schedule := in_force(schedules, period))
        and opening(rule_of(schedule), period) <= now
    ]


def _latest_periods(form: Form, schedules: Sequence[Schedule], today: dt.date) -> Iterator[Period]:
    """Back from the last period that can have opened to the one in which the first rule begins."""
    first = min(schedule.valid_from for schedule in schedules)
    ahead = max(0, *(1 - schedule.opens_day for schedule in schedules if schedule.opens_day is not None), 0)
    period = Period.containing(today + ahead * DAY, form.frequency)
    for _step in range(CATCH_UP):
        if period.end < first:
            return
        yield period
        period = form.period_before(period)


def _moments(schedule: Schedule, period: Period, calendar: WorkCalendar) -> Moments | None:
    """None, and a line in the log, for a period the rule can't serve; the other periods go on."""
    try:
        return moments(rule_of(schedule), period, calendar)
    except DeadlineError:
        log.error("schedule %s opens %s only after it is due: no window", schedule.pk, period.code)
        return None


def _add_joined(form: Form, now: dt.datetime) -> None:
    """Drafts for units that came to be expected while the window was open; nobody gets a form that is already late."""
    for window in form.windows.filter(opens_at__lte=now, due_at__gt=now):
        if not expected_units(form, window.when).exclude(submissions__window=window).exists():
            continue
        with transaction.atomic():
            current = Window.objects.select_for_update().get(pk=window.pk)
            open_window(
                form=form,
                period=current.period,
                opens_at=current.opens_at,
                due_at=current.due_at,
                closes_at=current.closes_at,
            )


def _period_after(form: Form, period: Period) -> Period:
    return Period.containing(period.end + DAY, form.frequency)
