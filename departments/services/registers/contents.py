"""What an entry holds: its own fields and the contents of its columns, read, judged and compared.

Nothing personal is written to what is compared: only that it changed.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from departments.calendars import WorkCalendar
from departments.cells import CellError
from departments.choices import MoveBy
from departments.exceptions import DepartmentsError
from departments.models import Entry, Register, RegisterColumn
from departments.services.registers.definitions import read_column
from departments.services.registers.moves import check_open
from departments.services.schedules import calendar_of

# Fields of an entry the office may change; what else there is changes by moves.
FIELDS = ("key", "name", "type", "level", "opened_on", "due_on")
# What counts hang on besides status and unit, whose history is kept.
_COUNTED = ("type", "level", "opened_on")
LONGEST = {"key": 100, "name": 300, "type": 60, "level": 60}
# Stands for personal contents wherever they would be read by others than the entry's page.
HIDDEN = "•••"


class EntryRefused(DepartmentsError):
    """The contents can't be taken; `faults` by field or column code says why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("；".join(self.faults.values()))


@dataclass(frozen=True)
class Contents:
    """What the columns of an entry hold, by column code: texts as `read_column` keeps them, personal ones apart."""

    values: dict[str, str] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)


def due_day(register: Register, opened_on: dt.date, calendar: WorkCalendar | None = None) -> dt.date | None:
    """The day an entry handed out that day is due by the register's working days; None when it sets none.

    `calendar` is the office's, where it has been read already.
    """
    if register.due_days is None:
        return None
    return (calendar or calendar_of(register.office)).add_working_days(opened_on, register.due_days)


def read_contents(
    columns: list[RegisterColumn],
    values: Mapping[str, str],
    personal: Mapping[str, str],
    old: Contents,
    *,
    by: MoveBy = MoveBy.OFFICE,
) -> Contents:
    """The contents after the named columns are read; EntryRefused with every column that can't be taken.

    A column goes to its own side whatever the caller put it under, so that nothing personal lands among the others. What the
    office must fill is wanted when it is the office that writes; what the unit must fill is wanted when it answers.
    """
    given = {**values, **personal}
    known = {column.code: column for column in columns}
    faults = {code: _("There is no column “%s”.") % code for code in given if code not in known}
    new = Contents(dict(old.values), dict(old.personal))
    for code, column in known.items():
        side = new.personal if column.personal else new.values
        if code not in given and (code in side or not column.required):
            continue
        try:
            content = read_column(column, given.get(code, ""))
        except CellError as error:
            if given.get(code, "").strip() or column.by == by == MoveBy.OFFICE:
                faults[code] = str(error)
            continue
        if content:
            side[code] = content
        else:
            side.pop(code, None)
    if faults:
        raise EntryRefused(faults)
    return new


def refuse_faults(entry: Entry, today: dt.date) -> None:
    """EntryRefused with what is wrong with the entry's own fields."""
    faults = faults_of(entry, today)
    if faults:
        raise EntryRefused(faults)


def faults_of(entry: Entry, today: dt.date) -> dict[str, str]:
    """What is wrong with an entry's own fields, by field; a register that names types or levels takes no others."""
    register = entry.register
    faults = {
        name: _("At most %s characters.") % most
        for name, most in LONGEST.items()
        if len(getattr(entry, name)) > most
    }
    if not entry.key:
        faults["key"] = _("“%s” must be filled.") % register.key_label
    if not entry.name:
        faults["name"] = _("“%s” must be filled.") % register.name_label
    for name, known, content in (
        ("type", register.type_names, entry.type),
        ("level", register.level_names, entry.level),
    ):
        if known and content and content not in known:
            faults[name] = _("“%(content)s” is not one of: %(known)s.") % {
                "content": content,
                "known": "、".join(known),
            }
    if entry.opened_on > today:
        faults["opened_on"] = _("It can't be handed out after today.")
    if entry.due_on and entry.due_on < entry.opened_on:
        faults["due_on"] = _("It can't be due before it is handed out.")
    if entry.unit.office_id != register.office_id:
        faults["unit"] = _("This unit belongs to another office.")
    return faults


def field_changes(before: Mapping[str, Any], after: Entry) -> dict[str, list[str]]:
    """FIELDS that differ: {name: [old text, new text]}."""
    return {
        name: [_text(before[name]), _text(getattr(after, name))]
        for name in FIELDS
        if before[name] != getattr(after, name)
    }


def content_changes(old: Contents, new: Contents) -> dict[str, list[str]]:
    """Columns that differ: {code: [old text, new text]}; of personal ones only whether they were and are filled."""
    changed = {
        code: [old.values.get(code, ""), new.values.get(code, "")]
        for code in {**old.values, **new.values}
        if old.values.get(code, "") != new.values.get(code, "")
    }
    hidden = {
        code: [
            HIDDEN if code in old.personal else "",
            HIDDEN if code in new.personal else "",
        ]
        for code in {**old.personal, **new.personal}
        if old.personal.get(code, "") != new.personal.get(code, "")
    }
    return changed | hidden


def counted_columns(register: Register) -> frozenset[str]:
    """Codes of the columns that a count of the register looks at."""
    return frozenset(register.counts.exclude(column=None).values_list("column__code", flat=True))


def refuse_counted(
    locked: Entry, before: Mapping[str, Any], changes: Mapping[str, list[str]], counted: Collection[str]
) -> None:
    """What a closed time's counts hang on stays: type, level, day of handing out and due day in it, `counted` columns."""
    if {*_COUNTED, *counted} & changes.keys():
        check_open(locked.register, before["opened_on"], locked.opened_on)
    if "due_on" in changes:
        check_open(locked.register, before["due_on"], locked.due_on)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value or "")
