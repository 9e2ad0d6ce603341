"""Reminders of an entry's due day, and its escalation: in the morning, one notice with a unit's entries, nobody told twice.

The unit's clerks hear of it on the working day before, on the day and on the working day after; after the register's own
number of working days the unit head and the office's administrators do. Only the entry's key, title and day are told.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.calendars import WorkCalendar
from departments.choices import Meaning, NoticeKind, RegisterKind, Role
from departments.models import Entry, EntryReminder, MorningRun, Office, Unit
from departments.services.mornings import due_offices, run_once
from departments.services.notices import notify, staff_by_unit
from departments.templatetags.moments import day as day_words

SINCE = dt.time(8, 30)
# Before this many working days nothing is told of an entry.
_AHEAD = 1
# So many entries are named in a notice; the page has them all.
_NAMED = 20
Stage = EntryReminder.Stage


@dataclass(frozen=True)
class _Told:
    """An entry and what is told of it this morning: the stages whose day has come and that nobody was told of."""

    entry: Entry
    due_on: dt.date
    stages: frozenset[int]


def remind_entries(*, now: dt.datetime | None = None) -> int:
    """Every minute: from 8:30 on a working day, tells what has not been told; how many notices.

    Mornings that were missed are made up for by the next one, once: of each entry the present state is told.
    """
    now = now or timezone.now()
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        for office, calendar in due_offices(MorningRun.Job.ENTRIES, SINCE, now):

            def work(office: Office = office, calendar: WorkCalendar = calendar) -> int:
                return _remind(office, calendar, now)

            written += run_once(office=office, job=MorningRun.Job.ENTRIES, now=now, work=work) or 0
    return written


def _remind(office: Office, calendar: WorkCalendar, now: dt.datetime) -> int:
    today = timezone.localdate(now)
    told = _due_now(office, calendar, today)
    if not told:
        return 0
    EntryReminder.objects.bulk_create(
        EntryReminder(entry=one.entry, due_on=one.due_on, stage=stage, on=today)
        for one in told
        for stage in sorted(one.stages)
    )
    clerks, heads, administrators = (
        staff_by_unit(office, {role}, now) for role in (Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR)
    )
    reminded = [one for one in told if one.stages - {Stage.ESCALATED}]
    escalated = [one for one in told if Stage.ESCALATED in one.stages]
    written = 0
    for unit, own in _by_unit(reminded).items():
        people = clerks.get(unit.pk, []) or heads.get(unit.pk, [])
        written += _tell_unit(office, unit, own, people, "clerk", now)
    for unit, own in _by_unit(escalated).items():
        written += _tell_unit(office, unit, own, heads.get(unit.pk, []), "head", now)
    # Of entries that nobody in the unit hears of, the office hears at once.
    unheard = [
        one for one in reminded if not clerks.get(one.entry.unit_id) and not heads.get(one.entry.unit_id)
    ]
    return written + _tell_office(office, [*escalated, *unheard], administrators.get(None, []), now)


def _due_now(office: Office, calendar: WorkCalendar, today: dt.date) -> list[_Told]:
    """What is to be told today, in the order of units and due days; answered entries wait for the office, not for the unit."""
    until = calendar.add_working_days(today, _AHEAD)
    entries = list(
        Entry.objects.filter(
            register__office=office,
            register__kind=RegisterKind.WORK,
            status__meaning=Meaning.OPEN,
            due_on__lte=until,
        )
        .select_related("register", "unit")
        .order_by("unit__protocol_order", "unit", "due_on", "key")
    )
    known = set(EntryReminder.objects.filter(entry__in=entries).values_list("entry", "due_on", "stage"))
    found = []
    for entry in entries:
        assert entry.due_on is not None
        stages = frozenset(
            stage
            for stage, day in _moments(entry, entry.due_on, calendar).items()
            if day <= today and (entry.pk, entry.due_on, stage) not in known
        )
        if stages:
            found.append(_Told(entry, entry.due_on, stages))
    return found


def _moments(entry: Entry, due_on: dt.date, calendar: WorkCalendar) -> Mapping[int, dt.date]:
    """Stage → the first day on which it is told."""
    days = {
        int(Stage.BEFORE): calendar.add_working_days(due_on, -1),
        int(Stage.DUE): due_on,
        int(Stage.AFTER): calendar.add_working_days(due_on, 1),
    }
    if entry.register.escalate_days is not None:
        days[int(Stage.ESCALATED)] = calendar.add_working_days(due_on, max(entry.register.escalate_days, 1))
    return days


def _by_unit(told: Iterable[_Told]) -> dict[Unit, list[_Told]]:
    found: dict[Unit, list[_Told]] = {}
    for one in told:
        found.setdefault(one.entry.unit, []).append(one)
    return found


def _tell_unit(
    office: Office, unit: Unit, told: list[_Told], people: list[User], whom: str, now: dt.datetime
) -> int:
    today = timezone.localdate(now)
    overdue = sum(one.due_on < today for one in told)
    words = {"unit": unit.name, "n": len(told), "overdue": overdue}
    if whom == "head":
        title = _("%(unit)s: %(n)s entries long overdue") % words
    elif overdue:
        title = _("%(unit)s: %(n)s entries due, %(overdue)s of them overdue") % words
    else:
        title = _("%(unit)s: %(n)s entries due") % words
    lines = _lines(told, today)
    if whom == "head":
        lines.append(_("Please see to it that they are dealt with as soon as possible."))
    notices = notify(
        people,
        office=office,
        kind=NoticeKind.ENTRY,
        title=title,
        text="\n".join(lines),
        url=_url(told),
        key=f"entries:{office.pk}:{today:%y%m%d}:{whom}/{unit.pk}",
        at=now,
        unit=unit,
    )
    return len(notices)


def _tell_office(office: Office, told: list[_Told], people: list[User], now: dt.datetime) -> int:
    """One notice for the office with all units: thirty-six mails in a morning nobody reads."""
    if not told:
        return 0
    today = timezone.localdate(now)
    units = _by_unit({one.entry.pk: one for one in told}.values())
    lines = [
        "{}（{}）：{}".format(
            unit.name,
            len(own),
            "、".join(one.entry.key for one in own[:_NAMED]) + ("…" if len(own) > _NAMED else ""),
        )
        for unit, own in units.items()
    ]
    notices = notify(
        people,
        office=office,
        kind=NoticeKind.ENTRY,
        title=_("%(n)s entries overdue or without anybody to tell, in %(units)s units")
        % {"n": sum(map(len, units.values())), "units": len(units)},
        text="\n".join(lines),
        url=_url(told),
        key=f"entries:{office.pk}:{today:%y%m%d}:office",
        at=now,
    )
    return len(notices)


def _lines(told: list[_Told], today: dt.date) -> list[str]:
    lines = []
    for one in told[:_NAMED]:
        entry = one.entry
        words = {"key": entry.key, "name": entry.name, "due": day_words(one.due_on)}
        line = (
            _("%(key)s %(name)s: was due %(due)s")
            if one.due_on < today
            else _("%(key)s %(name)s: due %(due)s")
        )
        lines.append(line % words)
    if len(told) > _NAMED:
        lines.append(_("and %s more") % (len(told) - _NAMED))
    return lines


def _url(told: list[_Told]) -> str:
    """The entry itself when it is only one, its register when they are of one, else all registers."""
    if len(told) == 1:
        return reverse("admin:departments_entry_change", args=[told[0].entry.pk])
    registers = {one.entry.register_id for one in told}
    if len(registers) == 1:
        return reverse("admin:departments_register_entries", args=[*registers])
    return reverse("admin:departments_register_overview")
