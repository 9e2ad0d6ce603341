"""Targets in bulletin text: the target of an indicator, how far the overall figure is from it, whether it is met."""

from dataclasses import replace

from departments.periods import Period
from expressions.values import MISSING, UNDEFINED, Value, is_number
from indicators.rollup import PERCENT
from indicators.targets import Operator, TargetData, assess, elapsed
from reports.statements.figures import places_of, rate
from reports.statements.model import Group, Source, Statement, chosen_groups, printed


def target(source: Source, indicator: str, group: Group) -> Statement:
    """The target in force for the period."""
    definition, chosen = source.data.definitions[indicator], chosen_groups(source, group)
    goal = source.data.target(indicator, chosen[0])
    value: Value = goal.value if goal else MISSING
    places = places_of(goal.value) if goal else 0
    return Statement(
        "target",
        printed(value, places, definition.unit_of_measure) if goal else "（未定目标）",
        value,
        places,
        definition.unit_of_measure,
        indicator,
        source.scope_name(chosen),
        source=goal.source if goal else "",
        describe=f"{definition.name}目标",
    )


def target_floor(source: Source, indicator: str, group: Group) -> Statement:
    """The floor (底线) of the target in force; not set when it has none."""
    return _limit(source, indicator, group, "底线")


def target_aim(source: Source, indicator: str, group: Group) -> Statement:
    """The aim (力争) of the target in force; not set when it has none."""
    return _limit(source, indicator, group, "力争")


def _limit(source: Source, indicator: str, group: Group, word: str) -> Statement:
    stated = target(source, indicator, group)
    goal = source.data.target(indicator, chosen_groups(source, group)[0])
    value = None if goal is None else goal.floor if word == "底线" else goal.aim
    places = places_of(value) if value is not None else 0
    return replace(
        stated,
        display=f"（未定{word}）" if value is None else printed(value, places, stated.unit_of_measure),
        value=MISSING if value is None else value,
        decimals=places,
        describe=f"{stated.describe}的{word}值",
    )


def pace(source: Source, indicator: str, group: Group) -> Statement:
    """How the overall figure stands to its target, a cumulative one by the time gone by on the period's last day.

    `value` is the share of a cumulative target reached, in per cent.
    """
    definition, chosen = source.data.definitions[indicator], chosen_groups(source, group)
    goal = source.data.target(indicator, chosen[0])
    end = source.data.period.end
    longer = Period.parse(goal.period) if goal and goal.period else source.data.period
    there = source
    if goal is not None and goal.cumulative and longer != source.data.period:
        there = source.at(Period.parse(f"{longer.start.isoformat()}..{end.isoformat()}"))
    overall = rate(there, indicator, None, group, None)
    if goal is None or goal.operator == Operator.PLACE or not is_number(overall.value):
        return replace(overall, kind="text", display=_unpaced(goal, overall))
    found = assess(
        goal,
        overall.value,
        elapsed=elapsed(longer, end),
        decimals=definition.decimals,
        unit_of_measure=definition.unit_of_measure,
    )
    return replace(
        overall,
        kind="target",
        display=found.words,
        value=UNDEFINED if found.pace is None else PERCENT * found.pace,
        unit_of_measure="%",
        describe=f"{definition.name}截至{end.month}月{end.day}日 {overall.display}，对照目标 {goal.words()}",
        inputs=overall.inputs if there is source else (),
        period="" if there is source else there.data.period.code,
    )


def _unpaced(goal: TargetData | None, overall: Statement) -> str:
    """What is said where nothing can be held against the target."""
    if goal is None:
        return "（未定目标）"
    return "（名次目标按单位评价）" if goal.operator == Operator.PLACE else overall.display


def gap(source: Source, indicator: str, decimals: int, group: Group) -> Statement:
    """How far the overall figure is from its target, as a difference of exact values (个百分点 for rates), never negative."""
    overall, goal = rate(source, indicator, None, group, None), target(source, indicator, group)
    if not is_number(overall.value) or not is_number(goal.value):
        return replace(goal, kind="target", value=MISSING, display=_first_gap(overall, goal))
    unit = "个百分点" if overall.unit_of_measure == "%" else overall.unit_of_measure
    difference = abs(goal.value - overall.value)
    return replace(
        overall,
        kind="target",
        display=printed(difference, decimals, unit),
        value=difference,
        decimals=decimals,
        unit_of_measure=unit,
        describe=f"|{goal.display} － {overall.describe}|",
    )


def _first_gap(overall: Statement, goal: Statement) -> str:
    return overall.display if not is_number(overall.value) else goal.display


def attainment(source: Source, indicator: str, met: str, unmet: str, group: Group) -> Statement:
    """One of two texts: whether the overall figure meets its target."""
    overall = rate(source, indicator, None, group, None)
    chosen = chosen_groups(source, group)
    goal = source.data.target(indicator, chosen[0])
    if goal is None or goal.operator == Operator.PLACE or not is_number(overall.value):
        return replace(overall, kind="text", display=_unpaced(goal, overall))
    reached = goal.met(overall.value)
    return replace(
        overall, kind="text", display=met if reached else unmet, describe=f"{overall.describe} 是否达到目标"
    )
