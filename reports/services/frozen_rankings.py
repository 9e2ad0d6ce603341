"""The declared rankings of an office as an issue freezes them: places, reasons, movement, bottom list, what gains a place."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from expressions.numbers import display, exact_text
from expressions.values import Value, is_number
from indicators.dataset import Aggregate, Definition, PeriodData, UnitData
from indicators.models import Ranking
from indicators.ranking import Count, Ties, cut, gain
from indicators.ranking import Ranking as Places
from indicators.ranking import Row as PlacedRow
from indicators.services.calculation import reason_text, shown
from indicators.targets import Operator, TargetData
from reports.choices import IssueStatus
from reports.models import Bulletin
from reports.services.assessments import with_assessments
from reports.services.figures_json import coverage_json, number_json

GAP_DECIMALS = 2


def build_rankings(bulletin: Bulletin, data: PeriodData) -> list[dict[str, Any]]:
    """All declared rankings of the bulletin's office; movement is against its issue of the previous period."""
    before = issued_places(bulletin, data.period.previous().code)
    return [
        with_assessments(build_ranking(ranking, data, before.get(ranking.code, {})), bulletin.office, data)
        for ranking in bulletin.office.rankings.select_related("indicator", "scheme", "group")
    ]


def build_ranking(ranking: Ranking, data: PeriodData, before: Mapping[str, int | None]) -> dict[str, Any]:
    """A declared ranking with every unit's place or reason, the bottom list (ties kept) and what would gain a place.

    `before`: the places printed in the issue of the previous period, by unit code; movement is against those.
    """
    definition = data.definitions[ranking.subject.code]
    group = ranking.group.code
    places = data.ranking(definition.code, group, Ties(ranking.ties), ranking.compare_decimals)
    units = {row.unit: data.unit(row.unit) for row in places.rows}
    whole = data.aggregate(definition.code, units.values())
    goal = data.target(definition.code, group)
    bottom = cut(places, end="last", by=Count(ranking.last))
    return {
        "code": ranking.code,
        "title": ranking.name,
        "indicator": definition.code,
        "indicator_name": definition.name,
        "version": definition.version,
        "group": group,
        "group_name": ranking.group.name,
        "period": data.period.code,
        "direction": definition.direction.value,
        "ties": places.ties.value,
        "ranked": places.ranked,
        "overall": _overall(whole, definition),
        "target": _target(goal, whole.value, definition) if goal else None,
        "bottom": [row.unit for row in bottom.rows],
        "bottom_grown_by_tie": bottom.grown_by_tie,
        "rows": [_row(row, places, units[row.unit], definition, data, before) for row in places.rows],
    }


def _overall(whole: Aggregate, definition: Definition) -> dict[str, Any]:
    return {
        "display": shown(whole.value, definition),
        "numerator": number_json(whole.pair.numerator),
        "denominator": number_json(whole.pair.denominator),
        "recipe": whole.recipe,
        "coverage": coverage_json(whole.coverage),
    }


def _target(goal: TargetData, value: Value, definition: Definition) -> dict[str, Any]:
    """The group's target, whether the overall value meets it, and the distance."""
    return {
        "display": f"{exact_text(goal.value)}{definition.unit_of_measure}",
        "operator": goal.operator.value,
        "met": goal.met(value) if is_number(value) and goal.operator != Operator.PLACE else None,
        "gap": _gap(goal.value, value, definition),
    }


def _row(
    row: PlacedRow,
    places: Places,
    unit: UnitData,
    definition: Definition,
    data: PeriodData,
    before: Mapping[str, int | None],
) -> dict[str, Any]:
    pair = unit.pairs[definition.code]
    nearest = gain(places, row.unit, definition.factor)
    return {
        "unit": row.unit,
        "name": unit.name,
        "rank": row.place,
        "tied": row.tied,
        "value": number_json(row.value),
        "display": shown(row.value, definition),
        "numerator": number_json(pair.numerator),
        "denominator": number_json(pair.denominator),
        "reason": reason_text(row),
        "mark": data.mark(definition.code, row.unit),
        "gain": {"cases": nearest.cases, "place": nearest.place, "tied": nearest.tied} if nearest else None,
        "previous_rank": before.get(row.unit),
        "movement": _movement(row.place, before.get(row.unit)),
    }


def issued_places(bulletin: Bulletin, period: str) -> dict[str, dict[str, int | None]]:
    """Places by ranking and unit as the previous period's issue printed them; the baseline is what was issued."""
    issue = bulletin.issues.filter(period=period, status=IssueStatus.ISSUED).order_by("-edition").first()
    rankings = json.loads(issue.content)["rankings"] if issue else []
    return {r["code"]: {row["unit"]: row["rank"] for row in r["rows"]} for r in rankings}


def _movement(place: int | None, before: int | None) -> int | None:
    """Places gained (+) or lost (−), for units ranked in both periods."""
    return before - place if place is not None and before is not None else None


def _gap(goal: Fraction, value: Value, definition: Definition) -> str | None:
    """The distance to the target from exact values, in 个百分点 for rates; never negative."""
    if not is_number(value):
        return None
    unit = "个百分点" if definition.unit_of_measure == "%" else definition.unit_of_measure
    return f"{display(abs(goal - value), GAP_DECIMALS)}{unit}"
