"""Cells set off in an annex: below the target, or the last of their group. The legend says in words what it means."""

from collections.abc import Iterator
from typing import Any

from expressions.values import NoValue
from indicators.ranking import Count, Ties, cut
from indicators.services.below_target import misses
from indicators.services.targets import held, is_small
from reports.choices import Highlight
from reports.models import AnnexColumn
from reports.services.annexes.table import Table


def with_marks(table: Table, rows: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """The rows with `marks` where a cell is set off, and the legend ("" where none is)."""
    wanted = [
        (place, column) for place, column in enumerate(table.columns) if column.highlight != Highlight.NONE
    ]
    if not wanted:
        return rows, ""
    chosen = {column.code: _judge(table, column) for _place, column in wanted}
    seen: set[str] = set()
    marked = []
    for row in rows:
        marks = [""] * len(table.columns)
        for place, column in wanted if row["kind"] == "data" else ():
            if row["unit"] in chosen[column.code]:
                marks[place] = column.highlight
                seen.add(column.code)
        marked.append({**row, "marks": marks} if any(marks) else row)
    return marked, _legend([column for _place, column in wanted if column.code in seen])


def _judge(table: Table, column: AnnexColumn) -> frozenset[str]:
    """Codes of the units whose cell in the column is set off."""
    indicator = table.indicator(column)
    if column.highlight == Highlight.TARGET:
        return frozenset(_short(table, indicator))
    groups = {unit.group for unit in table.source.data.units if unit.group}
    return frozenset(
        unit for group in groups for unit in _last(table, indicator, group, column.highlight_count)
    )


def _short(table: Table, indicator: str) -> Iterator[str]:
    """The units whose value misses the target they have for this very period."""
    data = table.source.data
    definition = data.definitions[indicator]
    for one in held(data, definition):
        pair = one.unit.pairs[indicator]
        value = pair.value(definition.factor)
        if one.target.period != data.period.code or is_small(definition, pair) or isinstance(value, NoValue):
            continue
        if misses(one.target, value, table.places.of(indicator, one.unit), data.elapsed):
            yield one.unit.code


def _last(table: Table, indicator: str, group: str, wanted: int) -> Iterator[str]:
    """The last units of the group by its ranking, ties kept; nobody where all share one place."""
    rules = table.places.declared.get((indicator, group))
    ties, decimals = (Ties(rules.ties), rules.compare_decimals) if rules else (Ties.COMPETITION, None)
    ranking = table.source.data.ranking(indicator, group, ties, decimals)
    for row in cut(ranking, end="last", by=Count(max(wanted, 1))).rows:
        if row.place != 1:
            yield row.unit


def _legend(columns: list[AnnexColumn]) -> str:
    parts = [f"“{'·'.join(column.path)}”{_words(column)}" for column in columns]
    return f"加粗并加底纹：{'；'.join(parts)}。" if parts else ""


def _words(column: AnnexColumn) -> str:
    if column.highlight == Highlight.TARGET:
        return "未达到目标"
    return f"列后{column.highlight_count}名（并列的都标）"
