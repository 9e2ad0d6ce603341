"""What moves a unit: places gained since the previous period, runs of bad periods, and what would gain a place."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
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


def ratio(ranking: Ranking, unit: str, factor: Fraction) -> tuple[Fraction, Fraction] | None:
    """The pair behind a unit's place, None when it is not ranked or has none.

    ValueError when its value is not factor × n ÷ d, or the factor is not positive.
    """
    row = ranking.row(unit)
    pair = row.entry.pair()
    if row.place is None or pair is None:
        return None
    n, d = pair
    if d <= 0 or factor <= 0 or row.value != factor * n / d:
        raise ValueError(f"{unit}: the value is not {factor} × {n} ÷ {d}")
    return pair


def fewest_cases(
    ranking: Ranking,
    pair: tuple[Fraction, Fraction],
    factor: Fraction,
    step: int,
    done: Callable[[Fraction], bool],
) -> int | None:
    """The fewest cases by which the numerator must rise (step 1) or fall (step −1) until `done` holds of the goodness.

    The numerator stays within 0…denominator: None when that does not do. `done` may not become untrue again on the way.
    """
    n, d = pair
    possible = range(1, max(int(n if step < 0 else d - n), 0) + 1)
    index = bisect_left(
        possible, True, key=lambda cases: done(ranking.goodness(factor * (n + step * cases) / d))
    )
    return possible[index] if index < len(possible) else None


def others_goodness(ranking: Ranking, unit: str) -> dict[str, Fraction]:
    """What this ranking compares of every other ranked unit, best first."""
    return {
        row.unit: ranking.goodness(row.value)
        for row in ranking.rows
        if row.place is not None and row.unit != unit and not isinstance(row.value, NoValue)
    }


def gain(ranking: Ranking, unit: str, factor: Fraction = PERCENT) -> Gain | None:
    """The fewest whole cases by which the unit's numerator must change to gain a place, all else being equal.

    The denominator stays, the numerator stays within 0…denominator. None when the unit is not ranked, is first, has
    no pair, or cannot get there. ValueError when its value is not factor × n ÷ d, or the factor is not positive.
    """
    row = ranking.row(unit)
    pair = ratio(ranking, unit, factor)
    if pair is None or row.place == 1 or isinstance(row.value, NoValue):
        return None
    n, d = pair
    step = -1 if ranking.direction == Direction.LOWER else 1
    others = list(others_goodness(ranking, unit).values())
    own = ranking.goodness(row.value)
    next_better = min(other for other in others if other > own)
    cases = fewest_cases(ranking, pair, factor, step, lambda reached: reached >= next_better)
    if cases is None:
        return None
    goal = ranking.goodness(factor * (n + step * cases) / d)
    better = [other for other in others if other > goal]
    place = 1 + len(set(better) if ranking.ties == Ties.DENSE else better)
    return Gain(cases, place, tied=goal in others)
