"""Annex tables: one row a unit, every cell computed from the same data as the sentences."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from departments.services.organisation import printed_names
from expressions import NameTable
from expressions.numbers import display, exact_text
from expressions.values import Kind, NoValue, Value, is_number
from indicators.dataset import UnitData
from reports.choices import ColumnKind
from reports.models import Annex, AnnexColumn
from reports.services.source import check_column
from reports.statements import Source
from reports.statements.compose import fill


def build_annex(annex: Annex, source: Source, names: Mapping[str, NameTable]) -> dict[str, Any]:
    """The annex as docs/bulletin-json.md describes it. Rows: the units asked for the annex's form, in its stored order."""
    columns = list(annex.columns.all())
    units = _ordered(annex, source)
    printed = printed_names(annex.bulletin.office, source.data.period.end, annex.name_set)
    cells = {column.code: _column(column, units, source, names) for column in columns}
    return {
        "number": annex.number,
        "title": fill(annex.title, source, names),
        "period_line": fill(annex.period_line, source, names),
        "note": fill(annex.note, source, names),
        "landscape": annex.landscape,
        "columns": [_head(column, source, names) for column in columns],
        "rows": [
            {
                "kind": "data",
                "unit": unit.code,
                "cells": [_printed(c, index, printed[unit.code], cells[c.code][index]) for c in columns],
                "values": [_exact(c, index, cells[c.code][index]) for c in columns],
            }
            for index, unit in enumerate(units)
        ],
    }


def _ordered(annex: Annex, source: Source) -> list[UnitData]:
    expected = source.data.expected.get(annex.form.code, frozenset())
    fixed = {code: place for place, code in enumerate(annex.row_order.split())}
    units = [unit for unit in source.data.units if unit.code in expected]
    return sorted(units, key=lambda unit: fixed.get(unit.code, len(fixed)))


def _column(
    column: AnnexColumn, units: list[UnitData], source: Source, names: Mapping[str, NameTable]
) -> list[Value | None]:
    if column.kind in (ColumnKind.SEQUENCE, ColumnKind.UNIT):
        return [None] * len(units)
    expression = check_column(column.expression, names)
    return [expression.evaluate(source.environment(unit)) for unit in units]


def _head(column: AnnexColumn, source: Source, names: Mapping[str, NameTable]) -> dict[str, Any]:
    inputs: tuple[str, ...] = ()
    indicator = ""
    if column.kind in (ColumnKind.ITEM, ColumnKind.RATE):
        references = check_column(column.expression, names).references
        inputs = source.operands(references)
        indicator = next((code for code in references if code in source.data.definitions), "")
    return {
        "code": column.code,
        "path": column.path,
        "kind": column.kind,
        "decimals": column.decimals,
        "inputs": [item.replace(".", "/", 1) for item in inputs],
        "indicator": indicator,
    }


def _printed(column: AnnexColumn, index: int, name: str, value: Value | None) -> str:
    if column.kind == ColumnKind.SEQUENCE:
        return str(index + 1)
    if column.kind == ColumnKind.UNIT:
        return name
    if isinstance(value, NoValue):
        return "" if value.kind is Kind.MISSING else "—"
    assert isinstance(value, Fraction)
    return display(value, column.decimals) + ("%" if column.kind == ColumnKind.RATE else "")


def _exact(column: AnnexColumn, index: int, value: Value | None) -> str | None:
    if column.kind == ColumnKind.SEQUENCE:
        return str(index + 1)
    return exact_text(value) if is_number(value) else None
