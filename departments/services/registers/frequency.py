"""Minimum frequency (至少每周两次): how often the units asked have entries of a register in a period, and who is short.

Asked are the units of the register's groups as of the period's last day, or as of today while it runs; what happened or
was handed out in the period counts, whatever became of it, except void entries.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from departments.choices import Frequency, Meaning
from departments.models import Entry, Office, Register, Unit, UnitVersion
from departments.periods import Period

DAY = dt.timedelta(days=1)
# Beyond this many periods at once (a year of days) nobody asks.
_MOST = 400


@dataclass(frozen=True)
class Shortfall:
    """One unit's entries in one period of a register: how many there are of how many asked."""

    register: Register
    unit: Unit
    period: Period
    times: int
    least: int

    @property
    def short(self) -> int:
        """How many are lacking; 0 when enough."""
        return max(0, self.least - self.times)


def asks(register: Register) -> bool:
    """Whether the register asks for a minimum."""
    return bool(register.least_times) and register.least_per not in ("", Frequency.SPAN)


def asking(office: Office) -> list[Register]:
    """The registers of an office that ask for a minimum."""
    return [register for register in office.registers.prefetch_related("groups") if asks(register)]


def period_of(register: Register, day: dt.date) -> Period:
    """The period of the register's frequency that holds the day."""
    return Period.containing(day, register.least_per)


def last_period(register: Register, today: dt.date) -> Period:
    """The last period that is over."""
    return period_of(register, period_of(register, today).start - DAY)


def periods_within(register: Register, when: Period, today: dt.date) -> list[Period]:
    """The register's periods inside another one that are over, first to last."""
    found: list[Period] = []
    period = period_of(register, when.start)
    while period.start <= when.end and period.end < today and len(found) < _MOST:
        if when.contains(period):
            found.append(period)
        period = period_of(register, period.end + DAY)
    return found


def standing(register: Register, periods: Sequence[Period], at: dt.datetime | None = None) -> list[Shortfall]:
    """Every unit asked in every period, in the order of periods and units (three queries at most).

    A unit that opened during a period is not asked in it: it could not have had so many.
    """
    if not periods or not register.least_times:
        return []
    today = timezone.localdate(at or timezone.now())
    members, times = _members(register, periods), _times(register, periods)
    return [
        Shortfall(register, unit, period, times.get((unit.pk, period), 0), register.least_times)
        for period in periods
        for unit in _asked(members, period, min(period.end, today))
    ]


def short_now(register: Register, at: dt.datetime | None = None) -> list[Shortfall]:
    """Who is short in the running period so far: for the list of registers."""
    today = timezone.localdate(at or timezone.now())
    return [one for one in standing(register, [period_of(register, today)], at) if one.short]


def _members(register: Register, periods: Sequence[Period]) -> list[UnitVersion]:
    """The units of the register's groups at any time of the periods, with the days from which and up to which."""
    first, last = min(period.start for period in periods), max(period.end for period in periods)
    return list(
        UnitVersion.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=first),
            group__in=[group.pk for group in register.groups.all()],
            unit__office=register.office_id,
            valid_from__lte=last,
        )
        .select_related("unit")
        .order_by("unit__protocol_order", "unit__code")
    )


def _asked(members: Iterable[UnitVersion], period: Period, day: dt.date) -> Iterator[Unit]:
    for member in members:
        unit = member.unit
        in_group = member.valid_from <= day and (member.valid_to is None or member.valid_to >= day)
        is_open = unit.opened_on <= period.start and (unit.closed_on is None or unit.closed_on >= day)
        if in_group and is_open:
            yield unit


def _times(register: Register, periods: Sequence[Period]) -> dict[tuple[int, Period], int]:
    first, last = min(period.start for period in periods), max(period.end for period in periods)
    rows = (
        Entry.objects.filter(register=register, opened_on__gte=first, opened_on__lte=last)
        .exclude(status__meaning=Meaning.VOID)
        .values_list("unit", "opened_on")
    )
    wanted = set(periods)
    found: dict[tuple[int, Period], int] = {}
    for unit, day in rows:
        period = period_of(register, day)
        if period in wanted:
            found[unit, period] = found.get((unit, period), 0) + 1
    return found
