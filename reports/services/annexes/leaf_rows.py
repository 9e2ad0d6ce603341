"""An annex whose rows are the leaves of a scheme: the table of tasks of a 通知."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any

from indicators.models import SchemeNode
from indicators.models.schemes import MAX_LEVELS
from indicators.services.scheme_tree import Place, load_tree
from indicators.targets import Operator, TargetData
from reports.choices import ColumnKind
from reports.models import Annex, AnnexColumn
from reports.statements import Source

FOR_GOOD = "长期坚持"
Reading = Callable[[Place, Source], str]


def _level(number: int) -> Reading:
    def read(place: Place, source: Source) -> str:
        names = [*place.path, place.node.name]
        return names[number - 1] if number <= len(names) else ""

    return read


def _target(place: Place, source: Source) -> str:
    """The leaf's own target, else the one its indicator has for all units in the period; "" without either."""
    node = place.node
    definition = source.data.definitions.get(node.indicator.code) if node.indicator else None
    decimals, unit = (definition.decimals, definition.unit_of_measure) if definition else (0, "")
    target = _own_target(node)
    if target is None and definition is not None:
        target = source.data.targets.get((definition.code, ""))
    return target.words(max(decimals, 2), unit) if target else ""


def _own_target(node: SchemeNode) -> TargetData | None:
    if node.target is None or node.operator == Operator.BETWEEN:
        return None
    return TargetData(Operator(node.operator), Fraction(node.target))


def _deadline(place: Place, source: Source) -> str:
    day = place.node.deadline
    return f"{day.year}年{day.month}月{day.day}日" if day else FOR_GOOD


# What a text column of leaves may print, by code and by name.
READINGS: Mapping[str, tuple[str, Reading]] = {
    **{f"level{n}": (f"{'一二三四五'[n - 1]}级指标", _level(n)) for n in range(1, MAX_LEVELS + 1)},
    "key": ("编号", lambda place, source: place.node.key),
    "name": ("名称", lambda place, source: place.node.name),
    "task": ("重点任务", lambda place, source: place.node.task),
    "target": ("目标", _target),
    "lead": ("牵头单位", lambda place, source: place.node.lead),
    "responsible": ("责任单位", lambda place, source: place.node.responsible),
    "deadline": ("完成时限", _deadline),
}


def reading_of(name: str) -> Reading | None:
    """What a column of leaves prints, by code or name; None for what no leaf has."""
    wanted = name.strip()
    return next((read for code, (label, read) in READINGS.items() if wanted in (code, label)), None)


def leaf_rows(annex: Annex, columns: Sequence[AnnexColumn], source: Source) -> list[dict[str, Any]]:
    """One row a leaf, in the order of the tree; where row numbers merge they count the branches of the first level."""
    assert annex.scheme is not None, "rows of leaves are a scheme's"
    leaves = [place for place in load_tree(annex.scheme) if place.node.is_leaf]
    per_branch = any(column.kind == ColumnKind.SEQUENCE and column.merge for column in columns)
    branches = [_first(place) for place in leaves]
    numbers = {key: n for n, (key, _places) in enumerate(groupby(branches), 1)} if per_branch else {}
    rows = []
    for number, place in enumerate(leaves, 1):
        shown = str(numbers.get(_first(place), number))
        cells = [_cell(column, place, shown, source) for column in columns]
        values = [shown if column.kind == ColumnKind.SEQUENCE else None for column in columns]
        rows.append({"kind": "data", "unit": "", "leaf": place.node.key, "cells": cells, "values": values})
    return rows


def _first(place: Place) -> int:
    """The branch of the first level a leaf belongs to, or itself."""
    return (*place.above, place.node)[0].pk


def _cell(column: AnnexColumn, place: Place, number: str, source: Source) -> str:
    if column.kind == ColumnKind.SEQUENCE:
        return number
    read = reading_of(column.expression)
    return read(place, source) if read else ""
