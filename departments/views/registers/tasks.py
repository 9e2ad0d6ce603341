"""What registers add to 我的任务: a unit's open entries by due day, and for an office the answers that wait to be checked."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from departments.choices import UNIT_ROLES, Meaning, RegisterKind
from departments.models import Entry, Register
from departments.permissions import is_unit_staff, memberships_of, offices_of
from departments.register_filters import late
from departments.services.registers.moves import CHECKERS
from departments.services.schedules import calendar_of
from departments.views.registers.words import Due, DueWords

SHOWN = 15


@dataclass(frozen=True)
class EntryTask:
    """An open entry of the person's units."""

    entry: Entry
    due: Due


@dataclass(frozen=True)
class EntryTasks:
    """The entries due first, overdue ones before all; `total` is how many there are."""

    rows: list[EntryTask]
    total: int
    overdue: int


@dataclass(frozen=True)
class RegisterTask:
    """A register in which answers wait, or units are late."""

    register: Register
    answered: int
    overdue: int


def entry_tasks(user: Any) -> EntryTasks | None:
    """None for people who answer for no unit, and when no entry is open."""
    if not is_unit_staff(user):
        return None
    units = {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES and m.unit_id}
    entries = Entry.objects.filter(
        unit__in=units, status__meaning=Meaning.OPEN, register__kind=RegisterKind.WORK
    )
    numbers = entries.aggregate(total=Count("pk"), overdue=Count("pk", filter=late()))
    if not numbers["total"]:
        return None
    today = timezone.localdate()
    words: dict[int, DueWords] = {}
    rows = []
    first = entries.select_related("register__office", "unit", "status").order_by(
        F("due_on").asc(nulls_last=True), "pk"
    )
    for entry in first[:SHOWN]:
        office = entry.register.office
        if office.pk not in words:
            words[office.pk] = DueWords(calendar_of(office), today)
        rows.append(EntryTask(entry, words[office.pk].of(entry)))
    return EntryTasks(rows, **numbers)


def register_tasks(user: Any) -> list[RegisterTask]:
    """The registers of the offices the person administers in which something waits."""
    offices = offices_of(user, CHECKERS)
    registers = (
        Register.objects.filter(office__in=offices)
        .annotate(
            n_answered=Count("entries", filter=Q(entries__status__meaning=Meaning.ANSWERED)),
            n_overdue=Count(
                "entries",
                filter=Q(entries__status__meaning=Meaning.OPEN, entries__due_on__lt=timezone.localdate()),
            ),
        )
        .filter(Q(n_answered__gt=0) | Q(n_overdue__gt=0))
    )
    return [RegisterTask(row, row.n_answered, row.n_overdue) for row in registers]
