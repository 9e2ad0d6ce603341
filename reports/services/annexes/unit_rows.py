"""The rows of units (or of their categories): which units, in which blocks, with what between and around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from indicators.dataset import UnitData
from reports.choices import ColumnKind, TotalPlace
from reports.models import Annex
from reports.services.annexes.categories import Lines, lines_of
from reports.services.annexes.order import in_order
from reports.services.annexes.table import Table, above
from reports.statements import Source

# Whose entries make a unit a row of a register's annex, unless another count is named.
_ANY_ENTRY = "total"


@dataclass
class Block:
    """Rows sorted together, with a line above ("" for none) and a subtotal below ("" for none)."""

    label: str = ""
    subtotal_label: str = ""
    groups: list[str] = field(default_factory=list)


def unit_rows(table: Table) -> list[dict[str, Any]]:
    """Every row in print order: units outside the total stand above it, row numbers go on from block to block."""
    annex = table.annex
    compared, asked = _split(annex, _asked(annex, table.source))
    lines = lines_of(table, asked)
    body: list[dict[str, Any]] = []
    numbers = _Numbers(table)
    units: list[UnitData] = []
    for block in blocks_of(annex):
        members = [unit for unit in asked if unit.group in block.groups] if block.groups else asked
        ordered = in_order(annex, members, table.keys, table.source)
        body += _block_rows(table, block, ordered, lines, numbers)
        units += ordered
    total = annex.total if units else TotalPlace.NONE
    around = [table.row("comparison", unit, "", table.source.environment(unit)) for unit in compared]
    if total != TotalPlace.NONE:
        around.append(table.totals("total", annex.total_label, units))
    return body + around if total == TotalPlace.BOTTOM else around + body


def blocks_of(annex: Annex) -> list[Block]:
    """The groups of an annex as blocks; without a line or a subtotal between them groups stand as one."""
    blocks: list[Block] = []
    for part in annex.groups.all():
        if not blocks or part.label or blocks[-1].subtotal_label:
            blocks.append(Block(part.label))
        blocks[-1].groups.append(part.group.code)
        blocks[-1].subtotal_label = part.subtotal_label
    return blocks or [Block()]


class _Numbers:
    """What the column of row numbers prints: one number a row, or a unit where its cells are merged."""

    def __init__(self, table: Table) -> None:
        self._next = count(1)
        self.per_unit = any(c.kind == ColumnKind.SEQUENCE and c.merge for c in table.columns)

    def of_unit(self, rows: int) -> Iterator[str]:
        if self.per_unit:
            number = str(next(self._next))
            yield from [number] * rows
        else:
            yield from (str(next(self._next)) for _row in range(rows))


def _block_rows(
    table: Table, block: Block, units: Sequence[UnitData], lines: Lines, numbers: _Numbers
) -> Iterator[dict[str, Any]]:
    if not units:
        return
    if block.label:
        yield table.line(block.label)
    for unit in units:
        own = lines(unit)
        for number, (environment, more) in zip(numbers.of_unit(len(own)), own, strict=True):
            yield table.row("data", unit, number, environment, **more)
    if block.subtotal_label:
        yield table.totals("subtotal", block.subtotal_label, units)


def _split(annex: Annex, asked: Sequence[UnitData]) -> tuple[list[UnitData], list[UnitData]]:
    """The units only compared with, in the order named, and the others."""
    wanted = annex.comparison_units.split()
    known = {unit.code: unit for unit in asked}
    return [known[code] for code in wanted if code in known], [u for u in asked if u.code not in wanted]


def _asked(annex: Annex, source: Source) -> list[UnitData]:
    """The units expected to fill the form, or those of a group that have entries in the register; and the compared.

    A row stands for everything below its unit: of a register, who stands below another row's unit has none of its own.
    """
    compared = frozenset(annex.comparison_units.split())
    if annex.form is not None:
        expected = source.data.expected.get(annex.form.code, frozenset()) | compared
        return [unit for unit in source.data.units if unit.code in expected]
    assert annex.register is not None, "an annex of units is of a form or of a register"
    name = f"{annex.register.code}.{annex.count or _ANY_ENTRY}"
    parents = {unit.code: unit.parent for unit in source.data.units}
    having = {unit.code for unit in source.data.units if unit.group and unit.figures.get(name)} - compared
    return [
        unit
        for unit in source.data.units
        if unit.code in compared or (unit.code in having and having.isdisjoint(above(unit.code, parents)))
    ]
