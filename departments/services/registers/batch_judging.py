"""The rows of a file beside the register's entries: what is new, changed, gone, unchanged, and what may not be done.

A row is judged by the rules of departments.services.registers.life and moves, as if somebody typed it on the entry's page.
A blank cell leaves what is there. What the unit fills in stays, and so does its status unless the file has one.
"""

import copy
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from departments.choices import MoveBy, Origin
from departments.exceptions import TransitionRefused
from departments.models import Entry, RegisterColumn, RegisterStatus
from departments.services.registers.batch_plan import Faults, Line
from departments.services.registers.batch_reading import (
    LEVEL,
    NAME,
    OPENED,
    STATUS,
    TYPE,
    UNIT,
    FileRow,
    Head,
)
from departments.services.registers.batch_stored import Stored
from departments.services.registers.contents import (
    FIELDS,
    HIDDEN,
    Contents,
    content_changes,
    due_day,
    faults_of,
    field_changes,
    refuse_counted,
)
from departments.services.registers.moves import FINISHED, check_edit, check_open, refusal


@dataclass
class Judge:
    """Sets rows beside entries for one person, with the day of the file; fills the lists of lines and the faults."""

    stored: Stored
    head: Head
    user: Any
    today: dt.date
    day: dt.date
    faults: Faults
    new: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    same: list[Line] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    personal: dict[str, dict[str, str]] = field(default_factory=dict)
    _due: dict[dt.date, dt.date | None] = field(default_factory=dict)

    def judge(self, rows: Iterable[FileRow]) -> None:
        for row in rows:
            entry = self.stored.entries.get(row.key)
            if entry is None:
                self._new(row)
            else:
                self._known(row, entry)

    def judge_spoilt(self, rows: Iterable[FileRow]) -> None:
        """Says what else is wrong with rows that have faults already; whether they are new or changed is not asked."""
        for row in rows:
            stored = self.stored.entries.get(row.key)
            entry = Entry(
                register=self.stored.register,
                unit=row.unit,
                key=row.key or "-",
                name=row.texts.get(NAME, "") or (stored.name if stored else ""),
                type=row.texts.get(TYPE, ""),
                level=row.texts.get(LEVEL, ""),
                opened_on=row.opened_on or row.due_on or self.day,
                due_on=row.due_on,
            )
            self._clean(row, self.stored.columns)
            self._fields_clean(row, entry)

    def find_gone(self, named: Iterable[str], gone_to: RegisterStatus | None) -> None:
        """Entries that came from a file, are not among the named keys, and were not gone before.

        Those that are not finished become `gone_to` where the register has such a move of the office.
        """
        keys = set(named)
        for key, entry in self.stored.entries.items():
            if entry.origin == Origin.FILE and entry.gone_in_id is None and key not in keys:
                self.gone.append(self._gone(entry, gone_to))

    def _new(self, row: FileRow) -> None:
        first = min(self.stored.statuses.values(), key=lambda status: status.order)
        opened_on = row.opened_on or self.day
        entry = Entry(
            register=self.stored.register,
            unit=row.unit,
            key=row.key,
            name=row.texts.get(NAME, ""),
            type=row.texts.get(TYPE, ""),
            level=row.texts.get(LEVEL, ""),
            status=row.status or first,
            opened_on=opened_on,
            due_on=row.due_on or self._due_day(opened_on),
        )
        contents = self._merged(row, Contents(), self.stored.columns)
        clean = self._clean(row, self.stored.columns) & self._fields_clean(row, entry)
        for column in self.stored.columns:
            missing = column.required and column.by == MoveBy.OFFICE and column.code not in row.values
            if missing and column.code not in row.wrong:
                clean = self._fault(row, column.code, "", _("“%s” must be filled.") % column.name)
        try:
            check_open(self.stored.register, opened_on)
        except TransitionRefused as refused:
            clean = self._fault(row, OPENED, row.texts.get(OPENED, ""), str(refused))
        if clean:
            hidden = {code: ["", HIDDEN] for code in contents.personal}
            self._add_personal(row, contents)
            self.new.append(self._line(row, entry, contents.values, hidden, opened_on))

    def _known(self, row: FileRow, entry: Entry) -> None:
        after = copy.copy(entry)
        for name, role in (("name", NAME), ("type", TYPE), ("level", LEVEL)):
            setattr(after, name, row.texts.get(role, "") or getattr(entry, name))
        after.opened_on = row.opened_on or entry.opened_on
        moved = after.opened_on != entry.opened_on
        after.due_on = row.due_on or (self._due_day(after.opened_on) if moved else None) or entry.due_on
        after.unit = row.unit
        after.status = self._status(row, entry)
        columns = [column for column in self.stored.columns if column.by == MoveBy.OFFICE]
        old = Contents(dict(entry.values), self.stored.personal.get(entry.pk, {}))
        new = self._merged(row, old, columns)
        self._keep(row, old)
        before = {name: getattr(entry, name) for name in FIELDS}
        changes = field_changes(before, after) | content_changes(old, new)
        if not self._clean(row, columns):
            return
        if after.unit_id != entry.unit_id:
            changes["unit"] = [entry.unit.name, row.unit.name]
        moves = after.status_id != entry.status_id
        if not (changes or moves or entry.gone_in_id):
            self.same.append(Line(row.number, entry.key, entry.name, entry.unit_id, entry.status_id))
            return
        clean = not changes or self._fields_clean(row, after)
        if clean and self._allowed(row, entry, after, before, changes):
            lasting = self.stored.effective.get(entry.pk, entry.opened_on)
            day = self.day if moves or "unit" in changes else lasting
            if new.personal != old.personal:
                self._add_personal(row, new)
            values = {code: content for code, content in new.values.items() if code in changes}
            self.changed.append(self._line(row, after, values, changes, day, entry))

    def _status(self, row: FileRow, entry: Entry) -> RegisterStatus:
        """What the file says; else what it was before a file found it gone; else what it is."""
        before = self.stored.before_gone.get(entry.pk)
        if before is not None and row.status in (None, entry.status):
            return self.stored.statuses[before]
        return row.status or entry.status

    def _allowed(
        self, row: FileRow, entry: Entry, after: Entry, before: Mapping[str, Any], changes: Mapping[str, Any]
    ) -> bool:
        """Whether the entry may change so; what stands in the way is a fault of the row."""
        moves = after.status_id != entry.status_id
        if moves and (refused := self._move_refused(entry, after.status)):
            return self._fault(row, STATUS, after.status.name, refused)
        first = next(iter(changes), STATUS)
        try:
            if changes and not moves:
                check_edit(entry, self.user)
            refuse_counted(after, before, changes, self.stored.counted)
            if moves or "unit" in changes:
                check_open(entry.register, self.day)
        except TransitionRefused as refused:
            return self._fault(row, first, changes.get(first, ["", ""])[1], str(refused))
        since = self.stored.effective.get(entry.pk, entry.opened_on)
        if (moves or "unit" in changes) and since > self.day:
            message = _(
                "Its state counts from %(since)s, after the day of the file (%(day)s): an older file does not change it."
            ) % {"since": since.isoformat(), "day": self.day.isoformat()}
            role, content = (STATUS, after.status.name) if moves else (UNIT, row.unit.name)
            return self._fault(row, role, content, message)
        return True

    def _move_refused(self, entry: Entry, target: RegisterStatus) -> str:
        """Why the office can't bring the entry to that status by a file; "" when it can."""
        if self.stored.before_gone.get(entry.pk) == target.pk:
            return ""
        move = self.stored.moves.get((entry.status_id, target.pk))
        if move is None:
            return _("“%(key)s” is %(state)s: from there it does not become %(target)s.") % {
                "key": entry.key,
                "state": entry.status.name,
                "target": target.name,
            }
        if move.needs_file and entry.pk not in self.stored.with_files:
            return _("“%s” wants evidence: add a file first.") % move.name
        return refusal(entry, move, self.user, self.day)

    def _gone(self, entry: Entry, gone_to: RegisterStatus | None) -> Line:
        since = self.stored.effective.get(entry.pk, entry.opened_on)
        day, target = since, entry.status
        if gone_to is not None and entry.status.meaning not in FINISHED:
            move = self.stored.moves.get((entry.status_id, gone_to.pk))
            if move is not None and not refusal(entry, move, self.user, max(since, self.day)):
                day, target = max(since, self.day), gone_to
        return Line(
            row=0,
            key=entry.key,
            name=entry.name,
            unit=entry.unit_id,
            status=target.pk,
            from_status=entry.status_id,
            entry=entry.pk,
            version=entry.version,
            effective_on=day.isoformat(),
        )

    def _merged(self, row: FileRow, old: Contents, columns: Iterable[RegisterColumn]) -> Contents:
        new = Contents(dict(old.values), dict(old.personal))
        for column in columns:
            if column.code in row.values:
                side = new.personal if column.personal else new.values
                side[column.code] = row.values[column.code]
        return new

    def _keep(self, row: FileRow, old: Contents) -> None:
        """Remembers that the file differs from what the unit wrote, which stays."""
        for column in self.stored.columns:
            content = row.values.get(column.code)
            there = (old.personal if column.personal else old.values).get(column.code)
            if column.by == MoveBy.OWNER and content is not None and content != there:
                self.kept.append(row.number)
                return

    def _clean(self, row: FileRow, columns: Iterable[RegisterColumn]) -> bool:
        """Whether the contents of these columns can be taken; otherwise their faults are the file's."""
        wrong = [row.wrong[column.code] for column in columns if column.code in row.wrong]
        for fault in wrong:
            self.faults.add(fault.row, fault.column, fault.content, fault.message)
        return not wrong

    def _fields_clean(self, row: FileRow, entry: Entry) -> bool:
        faults = faults_of(entry, self.today)
        for name, message in faults.items():
            self._fault(row, name, row.texts.get(name, ""), message)
        return not faults

    def _due_day(self, opened_on: dt.date) -> dt.date | None:
        if opened_on not in self._due:
            self._due[opened_on] = due_day(self.stored.register, opened_on, self.stored.calendar)
        return self._due[opened_on]

    def _add_personal(self, row: FileRow, contents: Contents) -> None:
        if contents.personal:
            self.personal[row.key] = contents.personal

    def _fault(self, row: FileRow, where: str, content: str, message: str) -> bool:
        """Adds a fault at a role's or a column's cell; False, as the row is then not clean."""
        self.faults.add(row.number, self.head.label_of(where) or self._name_of(where), content, message)
        return False

    def _name_of(self, where: str) -> str:
        """What a column that the file does not have would be called."""
        names = {column.code: column.name for column in self.stored.columns}
        return names.get(where, self.stored.register.name_label if where == NAME else "")

    @staticmethod
    def _line(
        row: FileRow,
        after: Entry,
        values: dict[str, str],
        changes: dict[str, list[str]],
        day: dt.date,
        before: Entry | None = None,
    ) -> Line:
        return Line(
            row=row.number,
            key=after.key,
            name=after.name,
            unit=after.unit_id,
            status=after.status_id,
            from_status=before.status_id if before else None,
            type=after.type,
            level=after.level,
            opened_on=after.opened_on.isoformat(),
            due_on=after.due_on.isoformat() if after.due_on else "",
            values=values,
            entry=before.pk if before else None,
            version=before.version if before else 0,
            effective_on=day.isoformat(),
            changes=changes,
            returns=before is not None and before.gone_in_id is not None,
        )
