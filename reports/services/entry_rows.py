"""An annex whose rows are the entries of a register: which, in what order, and what its columns print."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Register
from departments.services.registers.counts import Counted, countings_of
from reports.choices import AnnexRows, ColumnKind
from reports.models import Annex, AnnexColumn
from reports.services.entries import CountedEntries

Reading = Callable[[Counted], str]

# The entries listed unless the annex names another count.
PENDING = "pending"
FIELDS: dict[str, tuple[str, Reading]] = {
    "key": ("编号", lambda one: one.content.key),
    "name": ("名称", lambda one: one.content.name),
    "type": ("类型", lambda one: one.content.type),
    "level": ("等级", lambda one: one.content.level),
    "status": ("状态", lambda one: one.status),
    "opened_on": ("交办日期", lambda one: one.content.opened_on.isoformat()),
    "due_on": ("到期日期", lambda one: one.content.due_on.isoformat() if one.content.due_on else ""),
    "done_on": ("完成日期", lambda one: one.standing.done_on.isoformat() if one.standing.done_on else ""),
}


def entry_rows(
    annex: Annex, columns: Sequence[AnnexColumn], units: Sequence[tuple[str, str]], entries: CountedEntries
) -> list[dict[str, Any]]:
    """One row an entry, unit after unit (code and printed name, in order), inside a unit by due day, then handing out."""
    register = annex.register
    assert register is not None, "rows of entries are a register's"
    readings = {
        column.code: reading_of(register, column.expression)
        for column in columns
        if column.kind == ColumnKind.TEXT
    }
    places = {unit.pk: unit.code for unit in annex.bulletin.office.units.all()}
    order = {code: (place, name) for place, (code, name) in enumerate(units)}
    found = [
        (order[code], code, one)
        for one in entries.of_register[register.code]
        if (annex.count or PENDING) in one.counts and (code := places[one.standing.unit]) in order
    ]
    found.sort(key=lambda row: (row[0][0], _due(row[2]), row[2].content.opened_on, row[2].content.key))
    rows = []
    for number, ((_place, name), code, one) in enumerate(found, 1):
        cells = [_cell(column, readings, number, name, one) for column in columns]
        values = [str(number) if column.kind == ColumnKind.SEQUENCE else None for column in columns]
        rows.append(
            {"kind": "data", "unit": code, "entry": one.content.key, "cells": cells, "values": values}
        )
    return rows


def reading_of(register: Register, name: str) -> Reading:
    """What a column of entries prints, by code or name; ValueError says why it can't be printed."""
    wanted = name.strip()
    labels = {"key": register.key_label, "name": register.name_label}
    for code, (label, reading) in FIELDS.items():
        if wanted in (code, label, labels.get(code, label)):
            return reading
    for column in register.columns.all():
        if wanted in (column.code, column.name):
            if column.personal:
                raise ValueError(_("“%s” is personal and is never printed.") % column.name)
            return lambda one: one.content.values.get(column.code, "")
    raise ValueError(_("“%(register)s” has no column “%(name)s”.") % {"register": register, "name": wanted})


def entry_faults(annex: Annex) -> list[tuple[str, str]]:
    """What is wrong with a register's annex: code of the column ("" for the annex itself) and why."""
    register = annex.register
    assert register is not None, "rows of entries are a register's"
    found = []
    if annex.count and annex.count not in countings_of(register):
        found.append(
            ("", _("“%(register)s” has no count “%(count)s”.") % {"register": register, "count": annex.count})
        )
    for column in annex.columns.all() if annex.rows == AnnexRows.ENTRIES else ():
        if column.kind in (ColumnKind.ITEM, ColumnKind.RATE):
            found.append((column.code, _("A row that is an entry holds texts, not figures.")))
        elif column.kind == ColumnKind.TEXT:
            try:
                reading_of(register, column.expression)
            except ValueError as error:
                found.append((column.code, str(error)))
    return found


def _due(one: Counted) -> tuple[bool, Any]:
    """Entries without a due day come last."""
    return one.content.due_on is None, one.content.due_on or one.content.opened_on


def _cell(column: AnnexColumn, readings: dict[str, Reading], number: int, unit: str, one: Counted) -> str:
    if column.kind == ColumnKind.SEQUENCE:
        return str(number)
    return unit if column.kind == ColumnKind.UNIT else readings[column.code](one)
