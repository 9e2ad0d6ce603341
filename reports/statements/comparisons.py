"""One figure against another, units against one unit, the best and the worst of each group, the place of one unit."""

from dataclasses import replace
from fractions import Fraction

from expressions.numbers import exact_text
from expressions.values import is_number
from indicators.ranking import Count, Ranking, cut
from reports.statements.figures import rate
from reports.statements.lists import below_line
from reports.statements.model import Group, Source, Statement, cells_of, chosen_groups, printed

UNPLACED = "不参加排名"
NOBODY = "无可排名的单位"


def compare(
    source: Source, one: Statement, other: Statement | Fraction, higher: str, lower: str, equal: str
) -> Statement:
    """One of three texts, by exact values; where one has no number, what is printed for it."""
    if isinstance(other, Fraction):
        other = Statement("number", exact_text(other), other)
    answer = replace(
        one,
        kind="text",
        value=None,
        describe=f"{one.describe} {one.display} 与 {other.describe} {other.display} 相比",
        inputs=tuple(dict.fromkeys((*one.inputs, *other.inputs))),
    )
    if not is_number(one.value) or not is_number(other.value):
        return replace(answer, display=other.display if is_number(one.value) else one.display)
    words = equal if one.value == other.value else higher if one.value > other.value else lower
    return replace(answer, display=words)


def below_unit(source: Source, indicator: str, unit: str, group: Group) -> Statement:
    """Units strictly below another one, such as the city above them."""
    return below_line(source, indicator, rate(source, indicator, None, group, None, unit), group)


def best_worst(source: Source, indicator: str, best: str, worst: str, group: Group) -> Statement:
    """Of every group the units on its first and on its last place, each with the value; ties share a place."""
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    among = source.units(chosen, definition.forms)
    rankings = {code: source.ranking(indicator, code) for code in chosen}
    parts = [
        f"{source.data.groups[code]}：{text}" if len(chosen) > 1 else text
        for code, ranking in rankings.items()
        for text in (_ends(source, indicator, ranking, best, worst),)
    ]
    scope = source.scope_name(chosen)
    return Statement(
        "text",
        "；".join(parts),
        indicator=indicator,
        scope=scope,
        coverage=source.data.coverage(definition.forms, among),
        describe=f"{definition.name}，各组第一名和最后一名（{scope}）",
        inputs=cells_of(among, definition.operands),
    )


def _ends(source: Source, indicator: str, ranking: Ranking, best: str, worst: str) -> str:
    definition = source.data.definitions[indicator]
    ends = [cut(ranking, end=end, by=Count(1)).rows for end in ("first", "last")]
    if not ends[0]:
        return NOBODY
    (first, top), (last, bottom) = [
        (
            "、".join(source.names[row.unit] for row in rows),
            printed(rows[0].value, definition.decimals, definition.unit_of_measure),
        )
        for rows in ends
    ]
    if ends[0] == ends[1]:
        return f"{first}均为{top}" if len(ends[0]) > 1 else f"{first}为{top}"
    return f"{first}{best}（{top}），{last}{worst}（{bottom}）"


def place(source: Source, indicator: str, unit: str, measure: str) -> Statement:
    """The place of a unit inside its own group, the one that tables and mails print."""
    found, definition = source.unit(unit), source.data.definitions[indicator]
    ranking = source.ranking(indicator, found.group) if found.group else None
    row = ranking.row(found.code) if ranking and found.code in ranking.units else None
    shown, number = UNPLACED, None
    if row is not None and row.place is not None:
        shown, number = f"{'并列' if row.tied else ''}第{row.place}{measure}", Fraction(row.place)
    group = source.data.groups.get(found.group, "")
    return Statement(
        "place",
        shown,
        number,
        indicator=indicator,
        scope=found.name,
        describe=f"{definition.name}在{group}的名次（参加排名{ranking.ranked if ranking else 0}个）",
        inputs=cells_of((found,), definition.operands),
    )


def ranked(source: Source, indicator: str, group: Group) -> Statement:
    """How many units take part in the ranking of the groups: the N of “X of N”."""
    definition, chosen = source.data.definitions[indicator], chosen_groups(source, group)
    among = source.units(chosen, definition.forms)
    codes = tuple(unit for code in chosen for unit in source.ranking(indicator, code).places)
    scope = source.scope_name(chosen)
    return Statement(
        "count",
        str(len(codes)),
        Fraction(len(codes)),
        indicator=indicator,
        scope=scope,
        coverage=source.data.coverage(definition.forms, among),
        units=codes,
        among=tuple(unit.code for unit in among),
        describe=f"参加{definition.name}排名的单位数（{scope}）",
        inputs=cells_of(among, definition.operands),
    )


def source_of(source: Source, figure: Statement) -> Statement:
    """Where a typed figure or a target comes from, as it was written down; nothing for what is computed."""
    return replace(
        figure, kind="text", value=None, display=figure.source, describe=f"来源：{figure.describe}"
    )
