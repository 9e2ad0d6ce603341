"""Saving a checked file of entries: a number of statements that grows with blocks of 500 rows, not with rows."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from departments.choices import EntryAction, Meaning, MoveBy, Origin
from departments.exceptions import Conflict, DepartmentsError, TransitionRefused
from departments.models import Entry, EntryBatch, EntryEvent, EntryPersonal, RegisterStatus
from departments.services.registers.batch_plan import Line, Plan
from departments.services.registers.life import done_day
from departments.services.registers.moves import FINISHED, acting_for

BLOCK = 500
# What a file may change of an entry that is there; Entry.key is what finds it.
_WRITTEN = (
    "unit",
    "name",
    "type",
    "level",
    "status",
    "opened_on",
    "due_on",
    "done_on",
    "values",
    "gone_in",
    "version",
)


class StaleBatch(Conflict):
    """The register or one of its entries changed after the file was checked; nothing was saved."""

    def __init__(self, key: str = "") -> None:
        self.theirs = {}
        what = (
            _("“%s” has been changed since the file was checked.") % key
            if key
            else _("The register has been changed since the file was checked.")
        )
        DepartmentsError.__init__(self, what + _(" Nothing was saved: choose the file again."))


@dataclass
class Writer:
    """Writes a plan for one person at one moment, in the caller's transaction."""

    batch: EntryBatch
    plan: Plan
    statuses: Mapping[int, RegisterStatus]
    user: Any
    at: dt.datetime

    def write(self) -> None:
        """Entries, personal contents and one event for each. StaleBatch when the plan no longer fits."""
        known = self._locked()
        new = self._create()
        changed = [(line, self._change(known[line.entry], line)) for line in self.plan.changed]
        gone = [(line, self._leave(known[line.entry], line)) for line in self.plan.gone]
        self._update([entry for _line, entry in (*changed, *gone)])
        self._write_personal([*new, *changed])
        events = [
            *(self._event(line, entry, EntryAction.IMPORT) for line, entry in (*new, *changed)),
            *(self._event(line, entry, EntryAction.GONE) for line, entry in gone),
        ]
        EntryEvent.objects.bulk_create(events, batch_size=BLOCK)

    def _locked(self) -> dict[int | None, Entry]:
        """The entries the plan changes, locked and as they were when it was made."""
        lines = {line.entry: line for line in (*self.plan.changed, *self.plan.gone)}
        found: dict[int | None, Entry] = {}
        for part in _blocks(list(lines)):
            rows = Entry.objects.select_for_update().filter(pk__in=part)
            found |= {entry.pk: entry for entry in rows.order_by("pk")}
        for pk, line in lines.items():
            if pk not in found or found[pk].version != line.version:
                raise StaleBatch(line.key)
            self._refuse_own_answer(found[pk], line)
        return found

    def _refuse_own_answer(self, entry: Entry, line: Line) -> None:
        """Whoever saves the file need not be who checked it."""
        decides = line.moves and self.statuses[line.status].meaning in FINISHED
        answered = self.statuses[entry.status_id].meaning == Meaning.ANSWERED
        if decides and answered and entry.answered_by_id == self.user.pk:
            raise TransitionRefused(_("Nobody checks their own answer: somebody else must decide on it."))

    def _create(self) -> list[tuple[Line, Entry]]:
        new = [(line, self._entry(line)) for line in self.plan.new]
        try:
            with transaction.atomic():
                Entry.objects.bulk_create([entry for _line, entry in new], batch_size=BLOCK)
        except IntegrityError as error:
            raise StaleBatch(self._taken()) from error
        return new

    def _taken(self) -> str:
        """A key of the plan's that somebody entered meanwhile."""
        for part in _blocks([line.key for line in self.plan.new]):
            found = Entry.objects.filter(register=self.batch.register_id, key__in=part).first()
            if found:
                return found.key
        return ""

    def _entry(self, line: Line) -> Entry:
        status, opened_on = self.statuses[line.status], dt.date.fromisoformat(line.opened_on)
        return Entry(
            register_id=self.batch.register_id,
            unit_id=line.unit,
            key=line.key,
            name=line.name,
            type=line.type,
            level=line.level,
            status=status,
            opened_on=opened_on,
            due_on=_day(line.due_on),
            done_on=opened_on if status.meaning == Meaning.DONE else None,
            values=line.values,
            origin=Origin.FILE,
            origin_label=self.batch.name[:300],
            version=1,
            created_by=self.user,
            created_at=self.at,
        )

    def _change(self, entry: Entry, line: Line) -> Entry:
        entry.unit_id, entry.name, entry.type, entry.level = line.unit, line.name, line.type, line.level
        entry.opened_on, entry.due_on = dt.date.fromisoformat(line.opened_on), _day(line.due_on)
        entry.values = {**entry.values, **line.values}
        entry.gone_in_id = None
        return self._moved(entry, line)

    def _leave(self, entry: Entry, line: Line) -> Entry:
        entry.gone_in_id = self.batch.pk
        return self._moved(entry, line)

    def _moved(self, entry: Entry, line: Line) -> Entry:
        before, after = self.statuses[entry.status_id], self.statuses[line.status]
        if after.meaning != Meaning.DONE:
            entry.done_on = None
        elif before.meaning != Meaning.DONE:
            entry.done_on = done_day(entry, dt.date.fromisoformat(line.effective_on), self.at)
        entry.status = after
        entry.version += 1
        return entry

    def _update(self, entries: list[Entry]) -> None:
        """One INSERT … ON CONFLICT per block: a CASE per field and row would take longer than all the rest."""
        Entry.objects.bulk_create(
            entries,
            batch_size=BLOCK,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=list(_WRITTEN),
        )

    def _write_personal(self, lines: Iterable[tuple[Line, Entry]]) -> None:
        rows = [
            EntryPersonal(entry=entry, values=self.plan.personal[line.key])
            for line, entry in lines
            if line.key in self.plan.personal
        ]
        EntryPersonal.objects.bulk_create(
            rows, batch_size=BLOCK, update_conflicts=True, unique_fields=["entry"], update_fields=["values"]
        )

    def _event(self, line: Line, entry: Entry, action: EntryAction) -> EntryEvent:
        created = {code: ["", content] for code, content in line.values.items()} if line.entry is None else {}
        return EntryEvent(
            entry=entry,
            action=action,
            from_status_id=line.from_status,
            to_status_id=line.status,
            unit_id=line.unit,
            effective_on=dt.date.fromisoformat(line.effective_on),
            user=self.user,
            acting_for=self._acting_for,
            at=self.at,
            changes={**created, **line.changes},
            batch=self.batch,
            version=entry.version,
        )

    def __post_init__(self) -> None:
        unit = self.batch.register.office.units.first()
        self._acting_for = acting_for(self.user, MoveBy.OFFICE, unit) if unit else None


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _blocks(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[place : place + BLOCK] for place in range(0, len(rows), BLOCK))
