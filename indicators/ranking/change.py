"""What moves a unit: places gained since the previous period, runs of bad periods, and what would gain a place."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from expressions.values import NoValue
from indicators.ranking.places import Direction, Ranking, Ties
from indicators.rollup import PERCENT


def movement(current: Ranking, previous: Ranking) -> dict[str, int]:
    """Places gained (+) or lost (−) by each unit ranked in both, in the current order.

    ValueError when the two rank in different ways (direction, ties): such places cannot be compared.
    """
    if (current.direction, current.ties) != (previous.direction, previous.ties):
        raise ValueError("places of different directions or tie rules cannot be compared")
    before = previous.places
    return {unit: before[unit] - place for unit, place in current.places.items() if unit in before}


def streak(history: Sequence[Collection[str] | None], unit: str, *, missing_breaks: bool) -> int:
    """How many periods in a row, up to the last one, the unit was listed (连续6个月).

    `history`: the listed units of each period, oldest first; None for a period without a report, which ends the run
    or else is passed over: it never counts itself.
    """
    run = 0
    for listed in reversed(history):
        if listed is None and not missing_breaks:
            continue
        if listed is None or unit not in listed:
            break
        run += 1
    return run


@dataclass(frozen=True, slots=True)
class Gain:
    """So many cases more (fewer, where lower is better) lift the unit to `place`, which it may share (`tied`)."""

    cases: int
    place: int
    tied: bool


def gain(ranking: Ranking, unit: str, factor: Fraction = PERCENT) -> Gain | None:
    """The fewest whole cases by which the unit's numerator must change to gain a place, all else being equal.

    The denominator stays, the numerator stays within 0…denominator. None when the unit is not ranked, is first, has
    no pair, or cannot get there. ValueError when its value is not factor × n ÷ d, or the factor is not positive.
    """
    row = ranking.row(unit)
    pair = row.entry.pair()
    if row.place in (None, 1) or pair is None or isinstance(row.value, NoValue):
        return None
    n, d = pair
    if d <= 0 or factor <= 0 or row.value != factor * n / d:
        raise ValueError(f"{unit}: the value is not {factor} × {n} ÷ {d}")
    step, room = (-1, n) if ranking.direction == Direction.LOWER else (1, d - n)
    others = [
        ranking.goodness(other.value)
        for other in ranking.rows
        if other.place is not None and other.unit != unit and not isinstance(other.value, NoValue)
    ]
    own = ranking.goodness(row.value)
    next_better = min(other for other in others if other > own)

    def reached(cases: int) -> Fraction:
        return ranking.goodness(factor * (n + step * cases) / d)

    # More cases never make it worse, so the first number that reaches the next better unit can be searched for.
    possible = range(1, max(int(room), 0) + 1)
    index = bisect_left(possible, True, key=lambda cases: reached(cases) >= next_better)
    if index == len(possible):
        return None
    goal = reached(possible[index])
    better = [other for other in others if other > goal]
    place = 1 + len(set(better) if ranking.ties == Ties.DENSE else better)
    return Gain(possible[index], place, tied=goal in others)
