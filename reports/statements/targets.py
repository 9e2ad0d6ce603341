"""Targets in bulletin text: the target of an indicator, how far the overall figure is from it, whether it is met."""

from dataclasses import replace

from expressions.values import MISSING, Value, is_number
from indicators.targets import Operator
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
    if goal is None or not is_number(overall.value):
        return replace(overall, kind="text", display="（未定目标）" if goal is None else overall.display)
    if goal.operator == Operator.PLACE:
        return replace(overall, kind="text", display="（名次目标按单位评价）")
    reached = goal.met(overall.value)
    return replace(
        overall, kind="text", display=met if reached else unmet, describe=f"{overall.describe} 是否达到目标"
    )
