"""A register as it stands when a file is checked against it: definition, entries, their history as far as it decides."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Max, QuerySet

from departments.calendars import WorkCalendar
from departments.choices import EntryAction, MoveBy
from departments.models import (
    Entry,
    EntryEvent,
    EntryFile,
    EntryPersonal,
    Register,
    RegisterColumn,
    RegisterMove,
    RegisterStatus,
    Unit,
)
from departments.services.registers.contents import counted_columns
from departments.services.registers.record import EFFECTIVE
from departments.services.schedules import calendar_of


@dataclass
class Stored:
    """The register as it stands, read with a fixed number of queries."""

    register: Register
    columns: Sequence[RegisterColumn]
    statuses: Mapping[int, RegisterStatus]
    moves: Mapping[tuple[int, int], RegisterMove]
    counted: frozenset[str]
    calendar: WorkCalendar
    entries: dict[str, Entry]
    personal: dict[int, dict[str, str]]
    # By entry: the day from which its last change of status or unit counts.
    effective: dict[int, dt.date]
    # Entries that have evidence.
    with_files: frozenset[int]
    # By entry that a file found gone and moved: the status it had before, while that move is its last change.
    before_gone: dict[int, int]


def load_stored(
    register: Register, columns: Sequence[RegisterColumn], statuses: Sequence[RegisterStatus]
) -> Stored:
    """Everything the rows of a file are judged against."""
    by_id = {status.pk: status for status in statuses}
    units = {unit.pk: unit for unit in Unit.objects.filter(office=register.office_id)}
    entries: dict[str, Entry] = {}
    for entry in Entry.objects.filter(register=register).order_by("pk"):
        entry.register, entry.status = register, by_id[entry.status_id]
        entry.unit = units[entry.unit_id]
        entry.unit.office = register.office
        entries[entry.key] = entry
    moves = register.moves.filter(by=MoveBy.OFFICE).select_related("source", "target")
    # A status is of one register only: asked for by status, the events need no join that a planner could get wrong.
    events = EntryEvent.objects.filter(to_status__in=list(by_id)).order_by()
    latest = events.filter(action__in=EFFECTIVE).values_list("entry")
    hidden = any(column.personal for column in columns)
    personal = (
        EntryPersonal.objects.filter(entry__register=register) if hidden else EntryPersonal.objects.none()
    )
    wants_files = any(move.needs_file for move in moves)
    files = EntryFile.objects.filter(entry__register=register, removed_at__isnull=True)
    return Stored(
        register=register,
        columns=columns,
        statuses=by_id,
        moves={(move.source_id, move.target_id): move for move in moves},
        counted=counted_columns(register),
        calendar=calendar_of(register.office),
        entries=entries,
        personal={one.entry_id: dict(one.values) for one in personal},
        effective=dict(latest.annotate(day=Max("effective_on"))),
        with_files=frozenset(files.values_list("entry", flat=True)) if wants_files else frozenset(),
        before_gone=_before_gone(entries.values(), events),
    )


def _before_gone(entries: Iterable[Entry], events: QuerySet[EntryEvent]) -> dict[int, int]:
    gone = {entry.pk: entry for entry in entries if entry.gone_in_id is not None}
    if not gone:
        return {}
    rows = events.filter(action=EntryAction.GONE).values_list("entry", "version", "from_status", "to_status")
    return {
        pk: before
        for pk, version, before, after in rows
        if pk in gone and gone[pk].version == version and before != after
    }
