"""One annex while it is made: its columns, what they compute, and the rows of units and of totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from departments.models import Item
from expressions import NameTable
from expressions.numbers import exact_text
from expressions.values import MISSING, Kind, NoValue, Value, is_number
from indicators.dataset import UnitData
from indicators.rollup import OverUnits
from indicators.services.targets import Places
from reports.choices import ColumnKind
from reports.models import Annex, AnnexColumn
from reports.services.annexes.columns import COUNTED, Expressions, expressions_of, indicator_of, printed
from reports.services.annexes.order import OrderKey, order_keys
from reports.statements import Source

Environment = Mapping[str, Value]


@dataclass(frozen=True)
class Table:
    """Everything the rows of an annex of units are made from; `names` are printed names by unit code."""

    annex: Annex
    columns: Sequence[AnnexColumn]
    expressions: Expressions
    keys: Sequence[OrderKey]
    source: Source
    names: Mapping[str, str]
    places: Places

    @classmethod
    def of(
        cls,
        annex: Annex,
        columns: Sequence[AnnexColumn],
        source: Source,
        names: Mapping[str, NameTable],
        printed_names: Mapping[str, str],
    ) -> "Table":
        """ExpressionError when a column or a key can't be used."""
        return cls(
            annex,
            columns,
            expressions_of(annex, columns, names),
            order_keys(annex, names),
            source,
            printed_names,
            Places(annex.bulletin.office, source.data),
        )

    def indicator(self, column: AnnexColumn) -> str:
        """Code of the indicator a column prints, "" where it prints something else."""
        return indicator_of(self.expressions[column.code], self.source.data.definitions)

    def row(
        self, kind: str, unit: UnitData, number: str, environment: Environment, **more: str
    ) -> dict[str, Any]:
        """The row of one unit; `number` is what the column of row numbers prints, `more` other keys of the row."""
        cells, values = [], []
        for column in self.columns:
            cell, value = self._cell(column, unit, number, environment)
            cells.append(cell)
            values.append(value)
        return {"kind": kind, "unit": unit.code, **more, "cells": cells, "values": values}

    def _cell(
        self, column: AnnexColumn, unit: UnitData, number: str, environment: Environment
    ) -> tuple[str, str | None]:
        if column.kind == ColumnKind.SEQUENCE:
            return number, number or None
        if column.kind == ColumnKind.UNIT:
            return self.names[unit.code], None
        expression = self.expressions[column.code]
        assert expression is not None, "only places are not computed"
        value = expression.evaluate(environment)
        if column.kind == ColumnKind.RANK:
            place = self.places.of(self.indicator(column), unit) if unit.group else None
            return _place(place, value)
        return printed(column, expression, value), exact_text(value) if is_number(value) else None

    def totals(self, kind: str, label: str, units: Sequence[UnitData]) -> dict[str, Any]:
        """A row of totals over the units: figures added as their items add, indicators by their own recipe.

        A unit below another one of them is in that one's figures already and is not added again.
        """
        codes = {unit.code for unit in units}
        parents = {unit.code: unit.parent for unit in self.source.data.units}
        added = [unit for unit in units if codes.isdisjoint(above(unit.code, parents))]
        environment = self._together(added)
        cells: list[str] = []
        values: list[str | None] = []
        for column in self.columns:
            expression = self.expressions[column.code]
            if column.kind in COUNTED and column.in_totals and expression is not None:
                value = expression.evaluate(environment)
                cells.append(printed(column, expression, value))
                values.append(exact_text(value) if is_number(value) else None)
            else:
                cells.append(label if column.kind == ColumnKind.UNIT else column.total_text)
                values.append(None)
        return {"kind": kind, "unit": "", "cells": cells, "values": values}

    def line(self, label: str) -> dict[str, Any]:
        """The line above a group of rows: its words in the first cell that holds words."""
        worded = (ColumnKind.UNIT, ColumnKind.TEXT)
        place = next((i for i, column in enumerate(self.columns) if column.kind in worded), 0)
        cells = [label if i == place else "" for i in range(len(self.columns))]
        return {"kind": "group", "unit": "", "cells": cells, "values": [None] * len(cells)}

    def _together(self, units: Sequence[UnitData]) -> dict[str, Value]:
        counted = [column.code for column in self.columns if column.kind in COUNTED and column.in_totals]
        references = {
            name
            for code in counted
            if (expression := self.expressions[code]) is not None
            for name in expression.references
        }
        data = self.source.data
        return {
            name: data.aggregate(name, units).value
            if name in data.definitions
            else self._added(name, [unit.figures.get(name, MISSING) for unit in units])
            for name in references
        }

    def _added(self, name: str, values: Sequence[Value]) -> Value:
        """One figure over several units; the state of the first where nobody has a number."""
        numbers = [value for value in values if is_number(value)]
        how = self._over_units.get(".".join(name.split(".")[:2]), OverUnits.SUM)
        if how == OverUnits.NONE:
            return MISSING
        if not numbers:
            return values[0] if values else MISSING
        if how == OverUnits.MAX:
            return max(numbers)
        return numbers[-1] if how == OverUnits.LAST else sum(numbers, Fraction())

    @cached_property
    def _over_units(self) -> Mapping[str, str]:
        """How the items that are not simply summed add over units, by `form.item` (one query)."""
        rows = Item.objects.filter(form__office=self.annex.bulletin.office_id).exclude(
            unit_total=OverUnits.SUM
        )
        return {
            f"{form}.{code}": how for form, code, how in rows.values_list("form__code", "code", "unit_total")
        }


def above(unit: str, parents: Mapping[str, str | None]) -> Iterable[str]:
    """Codes of the units above one, the nearest first."""
    parent = parents[unit]
    while parent is not None:
        yield parent
        parent = parents.get(parent)


def _place(place: int | None, value: Value) -> tuple[str, str | None]:
    """The place in the ranking; blank for a unit that has not reported, — for one that is not ranked."""
    if place is None:
        return "" if isinstance(value, NoValue) and value.kind is Kind.MISSING else "—", None
    return str(place), str(place)
