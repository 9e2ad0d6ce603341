"""整改 opened because of something seen elsewhere: the end of a ranking, a contradiction, an inspection, a bad review.

What it was opened for has a key, so that the same thing opens one entry per unit, whoever asks and however often.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import RegisterKind, Role
from departments.exceptions import TransitionRefused
from departments.models import Entry, Office, Register, Unit
from departments.permissions import has_role, offices_of, visible
from departments.services.registers.contents import due_day
from departments.services.registers.life import create_entry

# 整改: keys read ZG-2023-001, counted through per register and year.
PREFIX = "ZG"
_DIGITS = 3


@dataclass(frozen=True)
class Cause:
    """What entries are opened for: `key` tells causes apart, `label` and `url` lead people back to it."""

    origin: str
    key: str
    label: str
    url: str


@dataclass(frozen=True)
class Opened:
    """What became of it: the new entries, and those opened for the same cause before."""

    new: tuple[Entry, ...]
    existing: tuple[Entry, ...]


@dataclass(frozen=True)
class Plan:
    """What opening would do today: unit and key of every new entry, the due day (None: none), what exists already."""

    keys: tuple[tuple[Unit, str], ...]
    due_on: dt.date | None
    existing: tuple[Entry, ...]


def open_entries(
    *,
    register: Register,
    units: Iterable[Unit],
    cause: Cause,
    name: str,
    user: Any,
    due_on: dt.date | None = None,
    type: str = "",
    level: str = "",
    at: dt.datetime | None = None,
) -> Opened:
    """An entry for each of the units that has none for this cause yet, under the next free keys of the year.

    Due after the register's working days unless `due_on` says otherwise. TransitionRefused: not an administrator of the
    office, a register of events, a closed unit; EntryRefused: contents that can't be taken. All or nothing.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    wanted = tuple(dict.fromkeys(units))
    with transaction.atomic():
        # Two people at once: the second counts on from, and finds, what the first has opened.
        locked = (
            Register.objects.select_for_update(of=("self",), no_key=True)
            .select_related("office")
            .get(pk=register.pk)
        )
        _refuse(locked, wanted, user, today)
        plan = _plan(locked, wanted, cause, today)
        new = tuple(
            create_entry(
                register=locked,
                unit=unit,
                key=key,
                name=name,
                user=user,
                type=type,
                level=level,
                opened_on=today,
                due_on=due_on,
                origin=cause.origin,
                origin_key=cause.key,
                origin_label=cause.label,
                origin_url=cause.url,
                text=cause.label,
                at=at,
            )
            for unit, key in plan.keys
        )
    return Opened(new, plan.existing)


def plan_opening(
    *, register: Register, units: Iterable[Unit], cause: Cause, at: dt.datetime | None = None
) -> Plan:
    """What `open_entries` would do now, for the page that asks before; nothing is kept free for it."""
    return _plan(register, tuple(dict.fromkeys(units)), cause, timezone.localdate(at or timezone.now()))


def registers_for(user: Any, office: Office) -> list[Register]:
    """The registers of an office in which the person may open such entries."""
    if not offices_of(user, {Role.ADMINISTRATOR}).filter(pk=office.pk).exists():
        return []
    return list(office.registers.filter(kind=RegisterKind.WORK).select_related("office"))


def opened_for(user: Any, keys: Iterable[str]) -> dict[str, list[Entry]]:
    """The entries the person sees that were opened for these causes, by their keys: the way back from the cause."""
    rows = (
        visible(Entry.objects.filter(origin_key__in=list(keys)), user)
        .select_related("unit", "status", "register")
        .order_by("register", "key")
    )
    found: dict[str, list[Entry]] = {}
    for entry in rows:
        found.setdefault(entry.origin_key, []).append(entry)
    return found


def _refuse(register: Register, units: Sequence[Unit], user: Any, today: dt.date) -> None:
    if not has_role(user, {Role.ADMINISTRATOR}, office=register.office):
        raise TransitionRefused(_("Only an administrator of the office opens such entries."))
    if register.kind != RegisterKind.WORK:
        raise TransitionRefused(
            _("“%s” only records what happened: choose a register whose entries are dealt with.") % register
        )
    closed = [
        unit.name
        for unit in units
        if unit.opened_on > today or (unit.closed_on is not None and unit.closed_on < today)
    ]
    if closed:
        raise TransitionRefused(
            _("Closed, so nobody would answer: %s. Choose the unit that has taken over.") % "、".join(closed)
        )


def _plan(register: Register, units: Sequence[Unit], cause: Cause, today: dt.date) -> Plan:
    existing = {
        entry.unit_id: entry
        for entry in Entry.objects.filter(register=register, origin_key=cause.key, unit__in=units)
        .select_related("unit", "status", "register")
        .order_by("pk")
    }
    fresh = [unit for unit in units if unit.pk not in existing]
    keys = _next_keys(register, today.year, len(fresh))
    return Plan(
        tuple(zip(fresh, keys, strict=True)),
        due_day(register, today),
        tuple(existing[unit.pk] for unit in units if unit.pk in existing),
    )


def _next_keys(register: Register, year: int, n: int) -> list[str]:
    """The keys after the largest number in use; gaps stay gaps."""
    start = f"{PREFIX}-{year}-"
    numbers = [
        int(match[1])
        for key in register.entries.filter(key__startswith=start).values_list("key", flat=True)
        if (match := re.fullmatch(r"(\d+)", key.removeprefix(start)))
    ]
    last = max(numbers, default=0)
    return [f"{start}{number:0{_DIGITS}d}" for number in range(last + 1, last + 1 + n)]
