"""Files of entries from the higher office: checked against the register, shown, then saved exactly as shown, or dropped.

The file itself is not kept: the plan says what it would change, and personal contents lie apart until it is decided.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import BatchState, Meaning, RegisterKind
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import EntryBatch, EntryBatchPersonal, Register, RegisterStatus, Unit
from departments.permissions import has_role
from departments.services.organisation import UnitNames
from departments.services.registers.batch_judging import Judge
from departments.services.registers.batch_plan import (
    Fault,
    Faults,
    Plan,
    TooManyFaults,
    fingerprint_of,
    unpack_plan,
)
from departments.services.registers.batch_reading import Reader
from departments.services.registers.batch_stored import load_stored
from departments.services.registers.batch_writing import StaleBatch, Writer
from departments.services.registers.moves import CHECKERS
from departments.services.registers.notices import tell_units
from departments.table_files import MEGABYTE, FileSheet, Limits, TableFileError, read_sheet

__all__ = ["LIMITS", "StaleBatch", "apply_batch", "check_batch", "drop_batch", "drop_forgotten"]

# Rows with the head.
LIMITS = Limits(size=10 * MEGABYTE, unpacked=100 * MEGABYTE, rows=20_001)
# A checked file that nobody saved keeps its personal contents for so many days.
_KEPT_DAYS = 7


@transaction.atomic
def check_batch(
    *,
    register: Register,
    file: Any,
    user: Any,
    opened_on: dt.date | None = None,
    is_complete: bool = True,
    gone_to: RegisterStatus | None = None,
    at: dt.datetime | None = None,
) -> EntryBatch:
    """What a file would change, kept as CHECKED, or as FAULTY with everything that is wrong; no entry changes.

    `file` is a binary file with a `name`. `opened_on` (default today) is the day of the file: that of new entries without one, and
    from which changes of status and unit count. With `is_complete` entries from earlier files that it does not name are
    gone; those not finished become `gone_to`. DepartmentsError when the answers about the file can't be.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    opened_on = opened_on or today
    _require_administrator(register, user)
    if opened_on > today:
        raise DepartmentsError(_("The day of the file can't lie after today."))
    if gone_to is not None and gone_to.register_id != register.pk:
        raise DepartmentsError(_("This status is not one of the register's."))
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    batch = EntryBatch(
        register=register,
        name=(file.name or "")[-200:],
        sha256=sha256,
        opened_on=opened_on,
        is_complete=is_complete,
        gone_to=gone_to if is_complete else None,
        user=user,
        at=at,
    )
    # One byte too many is enough to see that a file is too large.
    plan = _plan(batch, file.read(LIMITS.size + 1), today)
    batch.state = BatchState.FAULTY if plan.faults else BatchState.CHECKED
    batch.n_new, batch.n_changed, batch.n_gone, batch.n_same = (
        len(lines) for lines in (plan.new, plan.changed, plan.gone, plan.same)
    )
    batch.plan = plan.as_json()
    batch.save()
    if plan.personal:
        EntryBatchPersonal.objects.create(batch=batch, values=plan.personal)
    return batch


@transaction.atomic
def apply_batch(*, batch: EntryBatch, user: Any, at: dt.datetime | None = None) -> EntryBatch:
    """Saves what the check showed, all of it or nothing; a file that is saved already stays as it is.

    StaleBatch when the register or an entry has changed since, TransitionRefused when the file has faults or was dropped.
    """
    at = at or timezone.now()
    # Two files of one register wait for each other, and so does its closing.
    register = (
        Register.objects.select_for_update(of=("self",)).select_related("office").get(pk=batch.register_id)
    )
    locked = _locked(batch)
    locked.register = register
    _require_administrator(register, user)
    if locked.state == BatchState.APPLIED:
        return locked
    if locked.state != BatchState.CHECKED:
        raise TransitionRefused(
            _("This file is “%s”: there is nothing to save. Choose it again.") % locked.get_state_display()
        )
    plan = unpack_plan(locked.plan)
    if plan.fingerprint != fingerprint_of(register):
        raise StaleBatch
    personal = EntryBatchPersonal.objects.filter(batch=locked).first()
    plan = replace(plan, personal=personal.values if personal else {})
    statuses = {status.pk: status for status in register.statuses.all()}
    Writer(locked, plan, statuses, user, at).write()
    locked.state, locked.applied_at = BatchState.APPLIED, at
    locked.save(update_fields=["state", "applied_at"])
    if personal:
        personal.delete()
    tell_units(batch=locked, new=_handed(plan, statuses), at=at, user=user)
    return locked


@transaction.atomic
def drop_batch(*, batch: EntryBatch, user: Any) -> EntryBatch:
    """Puts a file away that is not to be saved; what it said is forgotten."""
    locked = _locked(batch)
    _require_administrator(locked.register, user)
    if locked.state == BatchState.APPLIED:
        raise TransitionRefused(_("This file has been saved already: change its entries on their pages."))
    _forget(locked)
    return locked


@transaction.atomic
def drop_forgotten(*, at: dt.datetime | None = None) -> int:
    """Drops checked files that nobody has saved for a week, so that no personal contents lie about; how many."""
    before = (at or timezone.now()) - dt.timedelta(days=_KEPT_DAYS)
    forgotten = EntryBatch.objects.select_for_update().filter(state=BatchState.CHECKED, at__lt=before)
    for batch in forgotten:
        _forget(batch)
    return len(forgotten)


def _handed(plan: Plan, statuses: Mapping[int, RegisterStatus]) -> dict[Unit, int]:
    """How many open entries came to each unit: new ones, handed on, opened again. What only records asks nothing of a unit."""
    counts = Counter(
        line.unit
        for line in (*plan.new, *plan.changed)
        if statuses[line.status].meaning == Meaning.OPEN
        and statuses[line.status].register.kind == RegisterKind.WORK
        and (line.entry is None or line.moves or "unit" in line.changes)
    )
    units = Unit.objects.in_bulk(counts)
    return {units[pk]: n for pk, n in counts.items()}


def _forget(locked: EntryBatch) -> None:
    locked.state, locked.plan = BatchState.DROPPED, {}
    locked.save(update_fields=["state", "plan"])
    EntryBatchPersonal.objects.filter(batch=locked).delete()


def _plan(batch: EntryBatch, data: bytes, today: dt.date) -> Plan:
    """The plan of a file; one with any fault holds its faults only."""
    try:
        sheet = read_sheet(data, LIMITS)
    except TableFileError as error:
        return Plan(faults=(Fault(0, "", "", str(error)),))
    register, faults = batch.register, Faults()
    columns, statuses = list(register.columns.all()), list(register.statuses.all())
    reader = Reader(register, columns, statuses, UnitNames(register.office), faults)
    try:
        _refuse_other_register(register, sheet, faults)
        reader.read(sheet)
        if reader.head is None:
            return Plan(sheet=sheet.name, faults=faults.sorted())
        stored = load_stored(register, columns, statuses)
        judge = Judge(stored, reader.head, batch.user, today, batch.opened_on, faults)
        judge.judge(reader.rows)
        judge.judge_spoilt(reader.spoilt)
    except TooManyFaults:
        return Plan(sheet=sheet.name, faults=faults.sorted())
    if faults.found:
        return Plan(sheet=sheet.name, faults=faults.sorted())
    if batch.is_complete:
        judge.find_gone(reader.seen, batch.gone_to)
    return Plan(
        sheet=sheet.name,
        new=tuple(judge.new),
        changed=tuple(judge.changed),
        gone=tuple(judge.gone),
        same=tuple(judge.same),
        ignored=reader.head.ignored,
        left_out=tuple(reader.left_out),
        kept=tuple(judge.kept),
        fingerprint=fingerprint_of(register),
        personal=judge.personal,
    )


def _refuse_other_register(register: Register, sheet: FileSheet, faults: Faults) -> None:
    """A template bears its register's title: the file of one register is not read into another."""
    titles = register.office.registers.values_list("title", flat=True)
    others = {sheet_name(title): title for title in titles}
    others.pop(sheet_name(register.title), None)
    if sheet.name in others:
        faults.add(
            0,
            "",
            sheet.name,
            _("This sheet is named like the register “%(other)s”, not “%(register)s”: choose its own file.")
            % {"other": others[sheet.name], "register": register.title},
        )


def sheet_name(title: str) -> str:
    """A register's title as the name of a sheet: at most 31 characters, without those no sheet may bear."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31]


def _locked(batch: EntryBatch) -> EntryBatch:
    return (
        EntryBatch.objects.select_for_update(of=("self",)).select_related("register__office").get(pk=batch.pk)
    )


def _require_administrator(register: Register, user: Any) -> None:
    if not has_role(user, CHECKERS, office=register.office):
        raise TransitionRefused(_("Only an administrator of the office imports entries into a register."))
