"""The life of an entry: entered, changed, moved from status to status, handed on. Each locks the row it changes.

Nothing personal is written to the history, to signals or to messages: only that it changed.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import EntryAction, Meaning, MoveBy, Origin
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import (
    Entry,
    EntryFile,
    EntryPersonal,
    Register,
    RegisterStatus,
    Unit,
)
from departments.services.registers.contents import (
    FIELDS,
    Contents,
    content_changes,
    counted_columns,
    due_day,
    field_changes,
    read_contents,
    refuse_counted,
    refuse_faults,
)
from departments.services.registers.definitions import first_status
from departments.services.registers.moves import (
    check_create,
    check_edit,
    check_move,
    check_open,
)
from departments.services.registers.record import last_effective, lock, record, refuse_unseen
from departments.services.stored_files import keep, take_away
from departments.signals import entry_moved


class DuplicateEntry(DepartmentsError):
    """The register has an entry of that key, or one opened for the same reason, already."""


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
    side = _check_entering(register, unit, opened_on, status, user)
    entry = Entry(
        register=register,
        unit=unit,
        key=key.strip(),
        name=name.strip(),
        type=type.strip(),
        level=level.strip(),
        status=status or first_status(register),
        opened_on=opened_on,
        due_on=due_on or due_day(register, opened_on),
        origin=origin,
        origin_key=origin_key,
        origin_label=origin_label[:300],
        origin_url=origin_url,
        created_by=user,
        created_at=at,
    )
    given = read_contents(list(register.columns.all()), values or {}, personal or {}, Contents(), by=side)
    refuse_faults(entry, timezone.localdate(at))
    return _enter(entry, given, user, at, side=side, text=text)


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
    with _refusing_duplicates(locked):
        record(locked, EntryAction.EDIT, locked.status, user, at, side=side, changes=changes)
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


def _check_entering(
    register: Register, unit: Unit, opened_on: dt.date, status: RegisterStatus | None, user: Any
) -> MoveBy:
    """As whom the person enters an entry of that day (in `status`, if one is chosen); TransitionRefused when they may not."""
    side = check_create(register, unit, user)
    check_open(register, opened_on)
    if status is not None and side != MoveBy.OFFICE:
        raise TransitionRefused(_("Only the office chooses the status of a new entry."))
    return side


def _enter(entry: Entry, given: Contents, user: Any, at: dt.datetime, *, side: MoveBy, text: str) -> Entry:
    """Saves a new entry with its contents and its first event, and tells of it."""
    entry.values = given.values
    entry.done_on = entry.opened_on if entry.status.meaning == Meaning.DONE else None
    with _refusing_duplicates(entry):
        entry.save()
    if given.personal:
        EntryPersonal.objects.create(entry=entry, values=given.personal)
    event = record(
        entry,
        EntryAction.CREATE,
        None,
        user,
        at,
        side=side,
        effective_on=entry.opened_on,
        text=text,
        changes=content_changes(Contents(), given),
    )
    entry_moved.send(Entry, entry=entry, event=event)
    return entry


@contextmanager
def _refusing_duplicates(entry: Entry) -> Iterator[None]:
    """DuplicateEntry when what is saved within takes what only one entry of the register may have."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise DuplicateEntry(
            _("“%(register)s” has an entry “%(key)s” already: open that one.")
            % {"register": entry.register.title, "key": entry.key}
        ) from error


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
