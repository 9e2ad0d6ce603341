"""Charts in bulletin text: bars of a ranking and a line through periods, with the average and the target to compare with.

A chart is data: its points hold exact values as text, the renderers draw them. Dots of a chart are at most 999 units
or 36 periods.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from expressions.numbers import exact_text
from expressions.values import Value, is_number
from indicators.ranking import Count, Row, cut
from indicators.targets import Operator
from reports.statements.figures import places_of, rate
from reports.statements.limits import Uncomputable
from reports.statements.model import Group, Source, Statement, chosen_groups, printed

KIND = "chart"
BARS, TREND = "bars", "trend"
AVERAGE_LABEL, TARGET_LABEL = "平均", "目标"
FIRST, LAST = "first", "last"
# Targets that are a line: not a place, not yes or no.
_LINES = (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL)


@dataclass(frozen=True)
class Chart:
    """What is drawn (as docs/bulletin-json.md describes `chart`), and the statement that opens to its cells."""

    drawing: dict[str, Any]
    statement: Statement


def bars(
    source: Source, indicator: str, group: Group, n: int | None, end: str, title: str, last: int
) -> Chart:
    """The units of one group in the order of their places, all of them or the first or last `n` (ties kept).

    Units without a place follow behind all, with what is printed for them. The last `last` places are marked.
    """
    chosen = chosen_groups(source, group)
    if len(chosen) != 1:
        raise Uncomputable("排名图只画一个组，请用“组=”指定一个考核组")
    definition = source.data.definitions[indicator]
    ranking = source.ranking(indicator, chosen[0])
    rows: Sequence[Row] = ranking.rows
    if n is not None:
        rows = cut(ranking, end="last" if end == LAST else "first", by=Count(n)).rows
    marked = {row.unit for row in cut(ranking, end="last", by=Count(last)).rows} if last else set()
    overall = rate(source, indicator, None, group, None)
    points = [
        {
            "label": source.names[row.unit],
            "value": _exact(row.value),
            "display": printed(row.value, definition.decimals, definition.unit_of_measure),
            "unit": row.unit,
            "mark": "own" if row.unit == source.own else "last" if row.unit in marked else "",
        }
        for row in rows
    ]
    lines = [_line(AVERAGE_LABEL, overall.value, overall.display), _target(source, indicator, chosen[0])]
    words = title or f"{source.data.groups[chosen[0]]}{definition.name}排名"
    return _chart(source, BARS, words, overall, points, [line for line in lines if line])


def trend(source: Source, indicator: str, periods: int, group: Group, unit: str | None, title: str) -> Chart:
    """The overall figure, or one unit's own, of so many periods up to this one; a period without figures is a gap."""
    chosen = chosen_groups(source, group)
    definition = source.data.definitions[indicator]
    now = rate(source, indicator, None, group, None, unit)
    own = source.unit(unit) if unit is not None else None
    points = []
    for back in range(periods - 1, -1, -1):
        period = source.data.period.previous(back) if back else source.data.period
        display, value = _then(source.at(period), indicator, group, own.code if own else None)
        points.append({"label": period.label, "value": value, "display": display, "unit": "", "mark": ""})
    line = _target(source, indicator, own.group if own else chosen[0], own.code if own else None)
    return _chart(
        source, TREND, title or f"{now.scope}{definition.name}走势", now, points, [line] if line else []
    )


def _then(source: Source, indicator: str, group: Group, unit: str | None) -> tuple[str, str | None]:
    """What is printed and drawn of an earlier period: nothing where the indicator or the unit did not exist yet."""
    known = {one.code for one in source.data.units}
    if indicator not in source.data.definitions or (unit is not None and unit not in known):
        return "", None
    figure = rate(source, indicator, None, group, None, unit)
    return figure.display, _exact(figure.value)


def _chart(
    source: Source,
    kind: str,
    title: str,
    figure: Statement,
    points: list[dict[str, Any]],
    lines: list[dict[str, Any]],
) -> Chart:
    drawing = {
        "kind": kind,
        "title": title,
        "unit_of_measure": figure.unit_of_measure,
        "points": points,
        "lines": lines,
    }
    statement = Statement(
        KIND,
        title,
        indicator=figure.indicator,
        scope=figure.scope,
        coverage=figure.coverage,
        describe=f"图：{figure.describe}",
        inputs=figure.inputs,
    )
    return Chart(drawing, statement)


def _line(label: str, value: Value | None, display: str) -> dict[str, Any] | None:
    return {"label": label, "value": _exact(value), "display": display} if is_number(value) else None


def _target(source: Source, indicator: str, group: str, unit: str | None = None) -> dict[str, Any] | None:
    goal = source.data.target(indicator, group, unit)
    if goal is None or goal.operator not in _LINES:
        return None
    measure = source.data.definitions[indicator].unit_of_measure
    return _line(TARGET_LABEL, goal.value, printed(goal.value, places_of(goal.value), measure))


def _exact(value: Value | None) -> str | None:
    return exact_text(value) if is_number(value) else None
