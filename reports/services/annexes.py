"""Annex tables: one row a unit (or an entry of a register), every cell computed from the same data as the sentences."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from departments.services.organisation import printed_names
from expressions import NUMBER, TEXT, Expression, NameTable
from expressions.numbers import display, exact_text
from expressions.values import MISSING, Kind, NoValue, Value, is_number
from indicators.dataset import UnitData
from reports.choices import AnnexRows, ColumnKind, TotalPlace
from reports.models import Annex, AnnexColumn
from reports.services.entries import CountedEntries
from reports.services.entry_rows import entry_rows
from reports.services.source import check_column
from reports.statements import Source
from reports.statements.compose import fill

TOTAL_LABEL = "合计"
# Whose entries make a unit a row of a register's annex, unless another count is named.
_ANY_ENTRY = "total"
_PLACED = (ColumnKind.SEQUENCE, ColumnKind.UNIT)
_COUNTED = (ColumnKind.ITEM, ColumnKind.RATE)

# What each column computes; None where it only says which row it is.
Expressions = Mapping[str, Expression | None]


def build_annex(
    annex: Annex, source: Source, names: Mapping[str, NameTable], entries: CountedEntries
) -> dict[str, Any]:
    """The annex as docs/bulletin-json.md describes it, its rows in the declared order."""
    columns = list(annex.columns.all())
    printed = printed_names(annex.bulletin.office, source.data.period.end, annex.name_set)
    if annex.rows == AnnexRows.ENTRIES:
        units = _in_order(annex, source.data.units, source, names)
        rows = entry_rows(annex, columns, [(unit.code, printed[unit.code]) for unit in units], entries)
        heads = [_head(column, None, source) for column in columns]
    else:
        computed = {column.code: _expression(column, names) for column in columns}
        rows = _unit_rows(annex, columns, computed, source, names, printed)
        heads = [_head(column, computed[column.code], source) for column in columns]
    return {
        "number": annex.number,
        "title": fill(annex.title, source, names),
        "period_line": fill(annex.period_line, source, names),
        "note": fill(annex.note, source, names),
        "landscape": annex.landscape,
        "columns": heads,
        "rows": rows,
    }


def _unit_rows(
    annex: Annex,
    columns: list[AnnexColumn],
    computed: Expressions,
    source: Source,
    names: Mapping[str, NameTable],
    printed: Mapping[str, str],
) -> list[dict[str, Any]]:
    units = _in_order(annex, _asked(annex, source), source, names)
    rows = []
    for place, unit in enumerate(units, 1):
        cells = _cells(columns, computed, source.environment(unit), str(place), printed[unit.code])
        rows.append({"kind": "data", "unit": unit.code, **cells})
    if annex.total == TotalPlace.BOTTOM and units:
        cells = _cells(columns, computed, _together(computed.values(), units, source), "", TOTAL_LABEL)
        rows.append({"kind": "total", "unit": "", **cells})
    return rows


def _asked(annex: Annex, source: Source) -> list[UnitData]:
    """The units expected to fill the form, or those of a group that have entries in the register.

    A row stands for everything below its unit: who stands below another row's unit has none of its own.
    """
    if annex.form is not None:
        expected = source.data.expected.get(annex.form.code, frozenset())
        return [unit for unit in source.data.units if unit.code in expected]
    assert annex.register is not None, "an annex is of a form or of a register"
    name = f"{annex.register.code}.{annex.count or _ANY_ENTRY}"
    parents = {unit.code: unit.parent for unit in source.data.units}
    having = {unit.code for unit in source.data.units if unit.group and unit.figures.get(name)}
    return [
        unit
        for unit in source.data.units
        if unit.code in having and not having.intersection(_above(unit.code, parents))
    ]


def _above(unit: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    above = parents[unit]
    while above is not None:
        yield above
        above = parents[above]


def _in_order(
    annex: Annex, units: Iterable[UnitData], source: Source, names: Mapping[str, NameTable]
) -> list[UnitData]:
    """The largest first by the annex's expression (without a value last), then in its fixed order, then as units stand."""
    fixed = {code: place for place, code in enumerate(annex.row_order.split())}
    by = check_column(annex.order_by, names) if annex.order_by else None

    def place(unit: UnitData) -> tuple[bool, Fraction, int]:
        value = by.evaluate(source.environment(unit)) if by else None
        number = value if is_number(value) else None
        return number is None, -(number or Fraction()), fixed.get(unit.code, len(fixed))

    return sorted(units, key=place)


def _expression(column: AnnexColumn, names: Mapping[str, NameTable]) -> Expression | None:
    if column.kind in _PLACED:
        return None
    return check_column(column.expression, names, TEXT if column.kind == ColumnKind.TEXT else NUMBER)


def _together(
    computed: Iterable[Expression | None], units: list[UnitData], source: Source
) -> dict[str, Value]:
    """What a row of totals computes from: figures added over the units that have them, indicators by their own recipe."""
    references = {name for expression in computed if expression for name in expression.references}
    found: dict[str, Value] = {}
    for name in references:
        if name in source.data.definitions:
            found[name] = source.data.aggregate(name, units).value
            continue
        values = [unit.figures.get(name, MISSING) for unit in units]
        numbers = [value for value in values if is_number(value)]
        found[name] = sum(numbers, Fraction()) if numbers else values[0]
    return found


def _cells(
    columns: list[AnnexColumn],
    computed: Expressions,
    environment: Mapping[str, Value],
    number: str,
    name: str,
) -> dict[str, list[str | None]]:
    """Printed and exact contents of one row; texts are left out of a row of totals, which has no number."""
    cells: list[str | None] = []
    values: list[str | None] = []
    for column in columns:
        expression = computed[column.code]
        if expression is None:
            is_number_column = column.kind == ColumnKind.SEQUENCE
            cells.append(number if is_number_column else name)
            values.append(number if is_number_column and number else None)
            continue
        value = expression.evaluate(environment) if number or column.kind in _COUNTED else ""
        cells.append(_printed(column, value))
        values.append(exact_text(value) if is_number(value) else None)
    return {"cells": cells, "values": values}


def _head(column: AnnexColumn, expression: Expression | None, source: Source) -> dict[str, Any]:
    inputs: tuple[str, ...] = ()
    indicator = ""
    if expression is not None and column.kind in _COUNTED:
        inputs = source.operands(expression.references)
        indicator = next((code for code in expression.references if code in source.data.definitions), "")
    return {
        "code": column.code,
        "path": column.path,
        "kind": column.kind,
        "decimals": column.decimals,
        "inputs": [item.replace(".", "/", 1) for item in inputs],
        "indicator": indicator,
    }


def _printed(column: AnnexColumn, value: Value) -> str:
    if isinstance(value, NoValue):
        return "" if value.kind is Kind.MISSING else "—"
    if not isinstance(value, Fraction):
        return str(value)
    return display(value, column.decimals) + ("%" if column.kind == ColumnKind.RATE else "")
