"""How firm a place is: the cases, or points, between a unit and its neighbours, and between a ratio and its target."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from expressions.values import NoValue
from indicators.ranking.change import fewest_cases, gain, others_goodness, ratio
from indicators.ranking.places import Direction, Ranking
from indicators.rollup import PERCENT, Pair
from indicators.targets import Operator, TargetData


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The units next to a unit on one side, which tie with each other.

    `difference` of the exact values is 0 or more, in the unit of measure; `cases` None: no number of cases does it.
    """

    units: tuple[str, ...]
    difference: Fraction
    cases: int | None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Those to catch up with to gain a place (`better`) and those to fall behind to lose one (`worse`); None: nobody."""

    better: Neighbour | None
    worse: Neighbour | None


def neighbours(ranking: Ranking, unit: str, factor: Fraction = PERCENT) -> Neighbours:
    """How many whole cases separate a unit from its neighbours: to reach the next better, to fall behind the next worse.

    Who ties with the unit is its next worse: one case less may do. Only the unit's own numerator changes, within
    0…denominator. Nobody on either side when the unit is not ranked; no cases without a pair. ValueError as `gain`.
    """
    apart = points_apart(ranking, unit)
    pair = ratio(ranking, unit, factor)
    if pair is None:
        return apart
    better, worse = apart.better, apart.worse
    if better is not None:
        climb = gain(ranking, unit, factor)
        better = Neighbour(better.units, better.difference, climb.cases if climb else None)
    if worse is not None:
        step = 1 if ranking.direction == Direction.LOWER else -1
        edge = others_goodness(ranking, unit)[worse.units[0]]
        cases = fewest_cases(ranking, pair, factor, step, lambda reached: reached < edge)
        worse = Neighbour(worse.units, worse.difference, cases)
    return Neighbours(better, worse)


def points_apart(ranking: Ranking, unit: str) -> Neighbours:
    """The same where the value is no ratio of cases, as a score is: the differences alone, `cases` None."""
    row = ranking.row(unit)
    if row.place is None or isinstance(row.value, NoValue):
        return Neighbours(None, None)
    own, others = ranking.goodness(row.value), others_goodness(ranking, unit)
    over = min((other for other in others.values() if other > own), default=None)
    under = max((other for other in others.values() if other <= own), default=None)
    return Neighbours(_neighbour(ranking, unit, others, over), _neighbour(ranking, unit, others, under))


def _neighbour(
    ranking: Ranking, unit: str, others: dict[str, Fraction], edge: Fraction | None
) -> Neighbour | None:
    if edge is None:
        return None
    units = tuple(other for other, goodness in others.items() if goodness == edge)
    values = [ranking.row(each).value for each in (unit, *units)]
    own, *theirs = [value for value in values if not isinstance(value, NoValue)]
    return Neighbour(units, min(abs(own - value) for value in theirs), None)


def to_target(pair: Pair, target: TargetData, factor: Fraction = PERCENT) -> int | None:
    """The whole cases by which the numerator must rise (over 0) or fall (under 0) to reach the target; 0 when it is met.

    The denominator stays, the numerator does not fall under 0. None when there is no ratio, when no whole number of
    cases hits the target, and for a target in places, which `gain` answers. ValueError for a factor not over 0.
    """
    if factor <= 0:
        raise ValueError(f"the factor is not positive: {factor}")
    numbers = pair.numbers()
    if numbers is None or numbers[1] <= 0 or target.operator == Operator.PLACE:
        return None
    n, d = numbers
    if target.met(factor * n / d):
        return 0
    least = None if target.operator == Operator.AT_MOST else ceil(target.value * d / factor - n)
    top = target.upper if target.operator == Operator.BETWEEN and target.upper is not None else target.value
    most = None if target.operator == Operator.AT_LEAST else floor(top * d / factor - n)
    change = least if least is not None and least > 0 else most
    if change is None or n + change < 0 or not target.met(factor * (n + change) / d):
        return None
    return change
