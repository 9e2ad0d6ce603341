"""The life of an entry: entered, changed, moved from status to status, handed on. Each locks the row it changes.

Nothing personal is written to the history, to signals or to messages: only that it changed.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.calendars import WorkCalendar
from departments.cells import CellError
from departments.choices import EntryAction, Meaning, MoveBy, Origin
from departments.exceptions import Conflict, DepartmentsError, TransitionRefused
from departments.models import (
    Entry,
    EntryEvent,
    EntryFile,
    EntryPersonal,
    Register,
    RegisterColumn,
    RegisterStatus,
    Unit,
)
from departments.services.registers.definitions import read_column
from departments.services.registers.moves import (
    acting_for,
    check_create,
    check_edit,
    check_move,
    check_open,
)
from departments.services.schedules import calendar_of
from departments.services.stored_files import keep, take_away
from departments.signals import entry_moved

# Fields of an entry the office may change; what else there is changes by moves.
FIELDS = ("key", "name", "type", "level", "opened_on", "due_on")
# What counts hang on besides status and unit, whose history is kept.
_COUNTED = ("type", "level", "opened_on")
# What may change status or unit, and so has a day from which that counts.
EFFECTIVE = (
    EntryAction.CREATE,
    EntryAction.IMPORT,
    EntryAction.MOVE,
    EntryAction.HAND_ON,
    EntryAction.GONE,
)
LONGEST = {"key": 100, "name": 300, "type": 60, "level": 60}
PERSONAL_CHANGED = "•••"


class EntryRefused(DepartmentsError):
    """The contents can't be taken; `faults` by field or column code says why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("；".join(self.faults.values()))


class DuplicateEntry(DepartmentsError):
    """The register has an entry of that key, or one opened for the same reason, already."""


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


@transaction.atomic
def create_entry(
    *,
    register: Register,
    unit: Unit,
    key: str,
    name: str,
    user: Any,
    type: str = "",
    level: str = "",
    opened_on: dt.date | None = None,
    due_on: dt.date | None = None,
    values: Mapping[str, str] | None = None,
    personal: Mapping[str, str] | None = None,
    status: RegisterStatus | None = None,
    origin: str = Origin.HAND,
    origin_key: str = "",
    origin_label: str = "",
    origin_url: str = "",
    text: str = "",
    at: dt.datetime | None = None,
) -> Entry:
    """A new entry in the register's first status (or `status`, which only the office may choose).

    EntryRefused lists what can't be taken, DuplicateEntry a key that is taken, TransitionRefused who may not enter it or a
    closed time. Without `due_on` it is due as the register says.
    """
    at = at or timezone.now()
    opened_on = opened_on or timezone.localdate(at)
    side = check_create(register, unit, user)
    check_open(register, opened_on)
    if status is not None and side != MoveBy.OFFICE:
        raise TransitionRefused(_("Only the office chooses the status of a new entry."))
    first = register.statuses.order_by("order").first()
    assert first is not None, "a register begins with its usual statuses"
    entry = Entry(
        register=register,
        unit=unit,
        key=key.strip(),
        name=name.strip(),
        type=type.strip(),
        level=level.strip(),
        status=status or first,
        opened_on=opened_on,
        due_on=due_on or due_day(register, opened_on),
        origin=origin,
        origin_key=origin_key,
        origin_label=origin_label[:300],
        origin_url=origin_url,
        created_by=user,
        created_at=at,
    )
    columns = list(register.columns.all())
    given = read_contents(columns, values or {}, personal or {}, Contents(), by=side)
    refuse_faults(entry, timezone.localdate(at))
    entry.values = given.values
    entry.done_on = opened_on if entry.status.meaning == Meaning.DONE else None
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError as error:
        raise DuplicateEntry(
            _("“%(register)s” has an entry “%(key)s” already: open that one.")
            % {"register": register.title, "key": entry.key}
        ) from error
    if given.personal:
        EntryPersonal.objects.create(entry=entry, values=given.personal)
    event = record(
        entry,
        EntryAction.CREATE,
        None,
        user,
        at,
        side=side,
        effective_on=opened_on,
        text=text,
        changes={code: ["", content] for code, content in given.values.items()}
        | {code: ["", PERSONAL_CHANGED] for code in given.personal},
    )
    entry_moved.send(Entry, entry=entry, event=event)
    return entry


@transaction.atomic
def edit_entry(
    *,
    entry: Entry,
    user: Any,
    fields: Mapping[str, Any] | None = None,
    values: Mapping[str, str] | None = None,
    personal: Mapping[str, str] | None = None,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> Entry:
    """Changes what is named and leaves the rest. Fields (FIELDS) and the office's columns are the office's, others the unit's.

    Conflict when somebody changed the entry after `version`; EntryRefused, TransitionRefused as for `create_entry`.
    """
    at = at or timezone.now()
    locked = lock(entry)
    refuse_unseen(locked, version)
    sides = check_edit(locked, user)
    columns = {column.code: column for column in locked.register.columns.all()}
    named = {**(values or {}), **(personal or {})}
    theirs = [columns[code].name for code in named if code in columns and columns[code].by not in sides]
    if fields and MoveBy.OFFICE not in sides:
        theirs.append(_("the entry's own fields"))
    if theirs:
        raise TransitionRefused(_("These are not yours to change: %s.") % "、".join(theirs))
    before = {name: getattr(locked, name) for name in FIELDS}
    for name, value in (fields or {}).items():
        assert name in FIELDS, name
        setattr(locked, name, value.strip() if isinstance(value, str) else value)
    if locked.opened_on != before["opened_on"] and "due_on" not in (fields or {}):
        locked.due_on = due_day(locked.register, locked.opened_on) or locked.due_on
    kept = EntryPersonal.objects.filter(entry=locked).first()
    old = Contents(dict(locked.values), dict(kept.values) if kept else {})
    side = MoveBy.OFFICE if MoveBy.OFFICE in sides else MoveBy.OWNER
    new = read_contents(list(columns.values()), values or {}, personal or {}, old, by=side)
    refuse_faults(locked, timezone.localdate(at))
    changes = field_changes(before, locked) | content_changes(old, new)
    if not changes:
        return locked
    refuse_counted(locked, before, changes, counted_columns(locked.register))
    locked.values = new.values
    if new.personal != old.personal:
        EntryPersonal.objects.update_or_create(entry=locked, defaults={"values": new.personal})
    try:
        with transaction.atomic():
            record(locked, EntryAction.EDIT, locked.status, user, at, side=side, changes=changes)
    except IntegrityError as error:
        raise DuplicateEntry(
            _("“%(register)s” has an entry “%(key)s” already: open that one.")
            % {"register": locked.register.title, "key": locked.key}
        ) from error
    return locked


@transaction.atomic
def move_entry(
    *,
    entry: Entry,
    target: RegisterStatus,
    user: Any,
    text: str = "",
    effective_on: dt.date | None = None,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> Entry:
    """Makes an allowed move. `effective_on` (default today, the office only) is the day from which it counts.

    TransitionRefused says who may, what is wanted (a text, evidence) or what is closed.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    day = effective_on or today
    locked = lock(entry)
    refuse_unseen(locked, version)
    move = check_move(locked, target, user, day)
    text = text.strip()
    if move.needs_text and not text:
        raise TransitionRefused(_("“%s” wants a text: write what was done, or why.") % move.name)
    if move.needs_file and not locked.files.filter(removed_at__isnull=True).exists():
        raise TransitionRefused(_("“%s” wants evidence: add a file first.") % move.name)
    if day != today and move.by != MoveBy.OFFICE:
        raise TransitionRefused(_("Only the office says from which other day something counts."))
    if not last_effective(locked) <= day <= today:
        raise TransitionRefused(
            _("It can count from %(first)s to today.") % {"first": last_effective(locked).isoformat()}
        )
    if move.by == MoveBy.OWNER and target.meaning == Meaning.ANSWERED:
        _refuse_unfilled(locked)
        locked.answered_by, locked.answered_at = user, at
    elif target.meaning == Meaning.OPEN:
        # What was sent back or taken back is no answer any more.
        locked.answered_by, locked.answered_at = None, None
    before = locked.status
    locked.status = move.target
    if target.meaning != Meaning.DONE:
        locked.done_on = None
    elif before.meaning != Meaning.DONE:
        locked.done_on = done_day(locked, day, at)
    event = record(
        locked, EntryAction.MOVE, before, user, at, side=MoveBy(move.by), effective_on=day, text=text
    )
    entry_moved.send(Entry, entry=locked, event=event)
    return locked


@transaction.atomic
def hand_on(*, entry: Entry, unit: Unit, user: Any, text: str, at: dt.datetime | None = None) -> Entry:
    """Gives an entry to another unit from today on; earlier periods keep it where it was. The office only, with a reason."""
    at = at or timezone.now()
    locked = lock(entry)
    if MoveBy.OFFICE not in check_edit(locked, user):
        raise TransitionRefused(_("Only an administrator of the office hands an entry to another unit."))
    if not text.strip():
        raise TransitionRefused(_("Write why the entry goes to another unit."))
    if unit.pk == locked.unit_id:
        raise TransitionRefused(_("It is with this unit already."))
    if unit.office_id != locked.register.office_id:
        raise TransitionRefused(_("This unit belongs to another office."))
    check_open(locked.register, timezone.localdate(at))
    changes = {"unit": [locked.unit.name, unit.name]}
    locked.unit = unit
    event = record(
        locked,
        EntryAction.HAND_ON,
        locked.status,
        user,
        at,
        side=MoveBy.OFFICE,
        text=text.strip(),
        changes=changes,
    )
    entry_moved.send(Entry, entry=locked, event=event)
    return locked


@transaction.atomic
def attach_file(*, entry: Entry, file: Any, user: Any, at: dt.datetime | None = None) -> EntryFile:
    """Adds evidence while the entry can be changed; UnusableFile says why not."""
    at = at or timezone.now()
    locked = lock(entry)
    side = _side(check_edit(locked, user))
    row = keep(EntryFile(entry=locked), file, locked.files, user=user, at=at)
    if row.at == at:
        record(
            locked,
            EntryAction.FILE,
            locked.status,
            user,
            at,
            side=side,
            changes={"file": ["", row.name]},
        )
    return row


@transaction.atomic
def remove_file(*, file: EntryFile, user: Any, at: dt.datetime | None = None) -> EntryFile:
    """Takes evidence off while the entry can be changed; the record and the file stay."""
    at = at or timezone.now()
    locked = lock(file.entry)
    side = _side(check_edit(locked, user))
    if file.removed_at is None:
        take_away(file, user=user, at=at)
        record(
            locked,
            EntryAction.UNFILE,
            locked.status,
            user,
            at,
            side=side,
            changes={"file": [file.name, ""]},
        )
    return file


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


def _refuse_unfilled(locked: Entry) -> None:
    """TransitionRefused with the columns the unit must fill before it answers."""
    kept = EntryPersonal.objects.filter(entry=locked).first()
    filled = {**locked.values, **(kept.values if kept else {})}
    wanted = locked.register.columns.filter(by=MoveBy.OWNER, required=True)
    blank = [column.name for column in wanted if column.code not in filled]
    if blank:
        raise TransitionRefused(_("Fill in first: %s.") % "、".join(blank))


def done_day(locked: Entry, day: dt.date, at: dt.datetime) -> dt.date:
    """The day an entry that is done from `day` on was done: an answer that is accepted was done when it was given; without one on the day the office says.

    A check that takes the office a week must not make a punctual unit late.
    """
    if locked.answered_at is not None and day == timezone.localdate(at):
        return max(timezone.localdate(locked.answered_at), locked.opened_on)
    return day


def _side(sides: frozenset[MoveBy]) -> MoveBy:
    return MoveBy.OWNER if MoveBy.OWNER in sides else MoveBy.OFFICE


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
            PERSONAL_CHANGED if code in old.personal else "",
            PERSONAL_CHANGED if code in new.personal else "",
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
