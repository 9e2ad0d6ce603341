"""Writing to an entry: the lock, and the event that records each change."""

import datetime as dt
from typing import Any

from django.utils import timezone

from departments.choices import EntryAction, MoveBy
from departments.exceptions import Conflict
from departments.models import Entry, EntryEvent, RegisterStatus
from departments.services.registers.moves import acting_for

# What may change status or unit, and so has a day from which that counts.
EFFECTIVE = (
    EntryAction.CREATE,
    EntryAction.IMPORT,
    EntryAction.MOVE,
    EntryAction.HAND_ON,
    EntryAction.GONE,
)


def lock(entry: Entry) -> Entry:
    """The row as it is now, locked until the transaction ends."""
    # Locked without joins: PostgreSQL drops a row it waited for when the joined status or unit has been exchanged meanwhile.
    Entry.objects.select_for_update().get(pk=entry.pk)
    return Entry.objects.select_related("register__office", "unit__office", "status").get(pk=entry.pk)


def refuse_unseen(locked: Entry, version: int | None) -> None:
    """Conflict when the entry has changed since the version the person has seen."""
    if version is not None and version != locked.version:
        raise Conflict({})


def last_effective(entry: Entry) -> dt.date:
    """The day from which the entry's last change of status or unit counts."""
    last = (
        entry.events.filter(action__in=EFFECTIVE)
        .order_by("-effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    return last or entry.opened_on


def record(
    locked: Entry,
    action: EntryAction,
    before: RegisterStatus | None,
    user: Any,
    at: dt.datetime,
    *,
    side: MoveBy,
    effective_on: dt.date | None = None,
    text: str = "",
    changes: dict[str, list[str]] | None = None,
) -> EntryEvent:
    """Saves the entry with its next version and logs who did what, and for whom when acting for somebody."""
    locked.version += 1
    locked.save()
    return EntryEvent.objects.create(
        entry=locked,
        action=action,
        from_status=before,
        to_status=locked.status,
        unit=locked.unit,
        effective_on=effective_on or timezone.localdate(at),
        user=user,
        acting_for=acting_for(user, side, locked.unit),
        at=at,
        text=text[:2000],
        changes=changes or {},
        version=locked.version,
    )
