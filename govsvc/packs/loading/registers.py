"""Registers with what they are made of, and the entries a pack brings along."""

from typing import Any

from departments.exceptions import DepartmentsError
from departments.models import Register, RegisterStatus
from departments.services.registers import definitions
from departments.services.registers.past import PastEntry, PastRefused, take_over
from govsvc.packs.loading.state import Loading
from govsvc.packs.schema import EntryRow, RegisterFile, Spec

_OWN = {
    "title",
    "kind",
    "notes",
    "contact",
    "order",
    "key_label",
    "name_label",
    "due_days",
    "escalate_days",
    "units_may_add",
    "least_times",
    "least_per",
}


def save_registers(job: Loading) -> None:
    for code, row in job.pack.registers.items():
        with job.at(row):
            job.registers[code] = _register(job, code, row.spec)


def save_entries(job: Loading) -> None:
    """Only those that are not there: an entry that people work on is theirs."""
    for code, rows in job.pack.entries.items():
        if not rows:
            continue
        register = job.registers[code]
        statuses = {name: row for row in register.statuses.all() for name in (row.code, row.name)}
        placed = {row.spec.key: row for row in rows}
        try:
            take_over(
                register=register,
                entries=[_past(job, row.spec, statuses) for row in rows],
                user=job.users[job.pack.first_administrator],
            )
        except PastRefused as error:
            job.faults += [placed[key].fault(fault) for key, fault in error.faults.items()]
        except DepartmentsError as error:
            job.faults.append(rows[0].fault(str(error)))


def _register(job: Loading, code: str, spec: RegisterFile) -> Register:
    register = definitions.save_register(
        office=job.office,
        code=code,
        groups=[job.groups[group] for group in spec.groups],
        types="\n".join(spec.types),
        levels="\n".join(spec.levels),
        **{name: getattr(spec, name) for name in _OWN},
    )
    if spec.statuses:
        _statuses(register, spec)
    columns: dict[str, Any] = {}
    for place, column in enumerate(spec.columns, 1):
        columns[column.code] = definitions.save_column(
            register=register,
            options="\n".join(column.options),
            **_fields(column, place, leave={"options"}),
        )
    for place, count in enumerate(spec.counts, 1):
        definitions.save_count(
            register=register,
            statuses=" ".join(count.statuses),
            types="\n".join(count.types),
            levels="\n".join(count.levels),
            column=columns[count.column] if count.column else None,
            **_fields(count, place, leave={"statuses", "types", "levels", "column"}),
        )
    return register


def _statuses(register: Register, spec: RegisterFile) -> None:
    """Statuses and moves are as the file says; a status no longer mentioned stays only while something was ever in it."""
    codes = [status.code for status in spec.statuses]
    register.moves.exclude(source__code__in=codes, target__code__in=codes).delete()
    for row in register.statuses.exclude(code__in=codes):
        if not _was_used(row):
            row.delete()
    saved = {
        status.code: definitions.save_status(register=register, **_fields(status, place))
        for place, status in enumerate(spec.statuses, 1)
    }
    kept = [
        definitions.save_move(
            source=saved[move.source],
            target=saved[move.target],
            **_fields(move, place, leave={"source", "target"}),
        ).pk
        for place, move in enumerate(spec.moves, 1)
    ]
    register.moves.exclude(pk__in=kept).delete()


def _was_used(status: RegisterStatus) -> bool:
    events = status.register.entries.filter(events__to_status=status)
    return (
        status.entries.exists() or events.exists() or status.register.batches.filter(gone_to=status).exists()
    )


def _fields(spec: Spec, place: int, leave: frozenset[str] | set[str] = frozenset()) -> dict[str, Any]:
    """The spec's keys as fields of its row; its order is its place in the file unless it says so."""
    fields = {name: getattr(spec, name) for name in type(spec).model_fields if name not in leave}
    return fields | {"order": place if fields["order"] is None else fields["order"]}


def _past(job: Loading, spec: EntryRow, statuses: dict[str, RegisterStatus]) -> PastEntry:
    return PastEntry(
        key=spec.key,
        name=spec.name,
        unit=job.unit(spec.unit),
        opened_on=spec.opened_on,
        type=spec.type,
        level=spec.level,
        due_on=spec.due_on,
        status=statuses[spec.status] if spec.status else None,
        since=spec.since,
        text=spec.text,
        values=spec.model_extra or {},
    )
