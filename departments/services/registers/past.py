"""Taking over a register that was kept elsewhere: entries with what has become of them, in bulk. Nobody is told of the past."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import EntryAction, Meaning, MoveBy, Origin
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import (
    Entry,
    EntryEvent,
    EntryPersonal,
    Register,
    RegisterStatus,
    Unit,
)
from departments.permissions import has_role
from departments.services.registers.contents import (
    Contents,
    EntryRefused,
    content_changes,
    due_day,
    read_contents,
    refuse_faults,
)
from departments.services.registers.definitions import first_status
from departments.services.registers.moves import CHECKERS, acting_for, check_open
from departments.services.schedules import calendar_of


@dataclass(frozen=True)
class PastEntry:
    """An entry as it stood elsewhere; `status` (default: the first) counts from the day `since` (default: the opening)."""

    key: str
    name: str
    unit: Unit
    opened_on: dt.date
    type: str = ""
    level: str = ""
    due_on: dt.date | None = None
    status: RegisterStatus | None = None
    since: dt.date | None = None
    # What the history says of the change to `status`.
    text: str = ""
    # Contents of all columns by code, as texts; personal ones are put apart here.
    values: Mapping[str, str] = field(default_factory=dict)


class PastRefused(DepartmentsError):
    """Nothing was taken over; `faults` says by key why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("；".join(f"{key}：{fault}" for key, fault in self.faults.items()))


@transaction.atomic
def take_over(
    *, register: Register, entries: Iterable[PastEntry], user: Any, at: dt.datetime | None = None
) -> list[Entry]:
    """Creates the entries whose keys the register does not have; those it has are left as people have made them.

    By an administrator of the office. PastRefused names every entry that can't be taken (contents, days, closed time).
    No signal is sent, so nobody gets a notice; what is open shows among the tasks.
    """
    at = at or timezone.now()
    if not has_role(user, CHECKERS, office=register.office):
        raise TransitionRefused(_("Only an administrator of the office takes entries over."))
    known = set(register.entries.values_list("key", flat=True))
    new = [row for row in entries if row.key not in known]
    if not new:
        return []
    job = _TakeOver(register, user, at)
    drafts = job.drafts(new)
    created = Entry.objects.bulk_create([draft for draft, _contents, _row in drafts])
    EntryPersonal.objects.bulk_create(
        EntryPersonal(entry=draft, values=contents.personal)
        for draft, contents, _row in drafts
        if contents.personal
    )
    EntryEvent.objects.bulk_create(event for triple in drafts for event in job.events(*triple))
    return created


class _TakeOver:
    """What all entries of one take-over share, read once."""

    def __init__(self, register: Register, user: Any, at: dt.datetime) -> None:
        self.register, self.user, self.at = register, user, at
        self.today = timezone.localdate(at)
        self.columns = list(register.columns.all())
        self.calendar = calendar_of(register.office)
        self.first = first_status(register)
        self.places: dict[int, Any] = {}

    def drafts(self, rows: Sequence[PastEntry]) -> list[tuple[Entry, Contents, PastEntry]]:
        """The rows as unsaved entries with their contents; PastRefused with every row that can't be taken."""
        found, faults, seen = [], {}, set()
        for row in rows:
            try:
                if row.key in seen:
                    raise DepartmentsError(_("“%s” is named twice.") % row.key)
                seen.add(row.key)
                found.append((*self._draft(row), row))
            except DepartmentsError as error:
                faults[row.key] = str(error)
        if faults:
            raise PastRefused(faults)
        return found

    def _draft(self, row: PastEntry) -> tuple[Entry, Contents]:
        status, since = row.status or self.first, row.since or row.opened_on
        if status.register_id != self.register.pk:
            raise DepartmentsError(_("The status is of another register."))
        if not row.opened_on <= since <= self.today:
            raise EntryRefused({"since": _("It can count from the day it was handed out to today.")})
        check_open(self.register, row.opened_on, since)
        contents = read_contents(self.columns, row.values, {}, Contents())
        entry = Entry(
            register=self.register,
            unit=row.unit,
            key=row.key,
            name=row.name,
            type=row.type,
            level=row.level,
            status=status,
            opened_on=row.opened_on,
            due_on=row.due_on or due_day(self.register, row.opened_on, self.calendar),
            done_on=since if status.meaning == Meaning.DONE else None,
            values=contents.values,
            origin=Origin.FILE,
            version=1 if status == self.first else 2,
            created_by=self.user,
            created_at=self.at,
        )
        refuse_faults(entry, self.today)
        return entry, contents

    def events(self, entry: Entry, contents: Contents, row: PastEntry) -> list[EntryEvent]:
        """Entered in the first status on its day, then moved to the present one on the day that counts."""
        entered = self._event(entry, EntryAction.CREATE, None, self.first, row.opened_on)
        entered.changes = content_changes(Contents(), contents)
        if entry.status == self.first:
            entered.text = row.text
            return [entered]
        moved = self._event(
            entry, EntryAction.MOVE, self.first, entry.status, row.since or row.opened_on, version=2
        )
        moved.text = row.text
        return [entered, moved]

    def _event(
        self,
        entry: Entry,
        action: EntryAction,
        before: RegisterStatus | None,
        status: RegisterStatus,
        day: dt.date,
        version: int = 1,
    ) -> EntryEvent:
        if entry.unit_id not in self.places:
            self.places[entry.unit_id] = acting_for(self.user, MoveBy.OFFICE, entry.unit)
        return EntryEvent(
            entry=entry,
            action=action,
            from_status=before,
            to_status=status,
            unit=entry.unit,
            effective_on=day,
            user=self.user,
            acting_for=self.places[entry.unit_id],
            at=self.at,
            version=version,
        )
