"""How figures add up: over units (ratios, sums), over time, and up the tree of units. Pure arithmetic, no database.

Ratios are carried as `Pair` (numerator, denominator) and recomputed after every adding-up, never averaged unless
the plain mean is asked for by name. Sums are carried as `Slot`: a scaled whole number and three counts, so that any
order of rolling up gives identical rows. Source of the rules: how figures are counted, Values and Indicators.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import reduce

from expressions.values import MISSING, UNDEFINED, NoValue, not_applicable, worst

PERCENT = Fraction(100)


class TreeError(ValueError):
    """The units do not form a tree: a cycle, or a unit that nobody described."""


def _common_state(values: Iterable[Fraction | NoValue]) -> NoValue:
    """The state of an aggregate nobody contributed to: missing beats not applicable beats undefined.

    A reason is kept only when everybody gave the same one; without any value at all, nothing was reported.
    """
    states = [value for value in values if isinstance(value, NoValue)]
    strongest = worst(*states)
    if strongest is None:
        return MISSING
    reasons = {state.reason for state in states if state.kind is strongest.kind}
    return strongest if len(reasons) == 1 else NoValue(strongest.kind)


@dataclass(frozen=True, slots=True)
class Pair:
    """Numerator and denominator of a ratio, kept together so that `62.71%（1031/1644）` can always be shown."""

    numerator: Fraction | NoValue
    denominator: Fraction | NoValue

    def numbers(self) -> tuple[Fraction, Fraction] | None:
        """Both operands, None unless both are numbers; 0/0 has both, it only has no value."""
        n, d = self.numerator, self.denominator
        return None if isinstance(n, NoValue) or isinstance(d, NoValue) else (n, d)

    def value(self, factor: Fraction = PERCENT) -> Fraction | NoValue:
        """factor × n ÷ d, exact, in units of the factor (per cent for 100).

        A missing operand makes it missing, one that is not applicable makes it not applicable, d = 0 undefined.
        """
        numbers = self.numbers()
        if numbers is None:
            return _common_state((self.numerator, self.denominator))
        n, d = numbers
        return factor * n / d if d else UNDEFINED


def pooled(pairs: Iterable[Pair]) -> Pair:
    """Σn and Σd over the units that have both: a unit at 0 % stays in, a unit with 0/0 adds nothing.

    When no unit has both, both operands carry the common state: missing if any operand is, else not applicable.
    """
    pairs = tuple(pairs)
    numbers = [both for pair in pairs if (both := pair.numbers()) is not None]
    if not numbers:
        state = _common_state(operand for pair in pairs for operand in (pair.numerator, pair.denominator))
        return Pair(state, state)
    return Pair(sum((n for n, _ in numbers), Fraction()), sum((d for _, d in numbers), Fraction()))


def added(pairs: Iterable[Pair]) -> Pair:
    """Quantities over a constant denominator (件, 次) add up: Σn over it, for the units that have a number.

    A unit without one adds nothing; when nobody has one, both operands carry the common state.
    """
    both = pooled(pairs := tuple(pairs))
    constants = {pair.denominator for pair in pairs if pair.numbers() is not None}
    return Pair(both.numerator, constants.pop()) if len(constants) == 1 else both


def mean(pairs: Iterable[Pair], factor: Fraction = PERCENT) -> Fraction | NoValue:
    """The second recipe: the plain mean of the units' own rates, over the units that have one (so not 0/0)."""
    values = [pair.value(factor) for pair in pairs]
    rates = [value for value in values if not isinstance(value, NoValue)]
    return sum(rates, Fraction()) / len(rates) if rates else _common_state(values)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Who stands behind an aggregated figure: codes of the units that reported, of those expected to.

    ValueError when a unit is named twice or reported without being expected: 34家中35家 cannot be printed.
    """

    reported: tuple[str, ...]
    expected: tuple[str, ...]

    def __post_init__(self) -> None:
        for name, units in (("reported", self.reported), ("expected", self.expected)):
            twice = [unit for unit, times in Counter(units).items() if times > 1]
            if twice:
                raise ValueError(f"{name} names a unit twice: {', '.join(twice)}")
        strangers = [unit for unit in self.reported if unit not in self.expected]
        if strangers:
            raise ValueError(f"reported but not expected: {', '.join(strangers)}")

    @property
    def missing(self) -> tuple[str, ...]:
        """The units that owe a report, in the order of `expected`."""
        return tuple(unit for unit in self.expected if unit not in self.reported)

    def text(self) -> str:
        """As printed: `34家中33家`."""
        return f"{len(self.expected)}家中{len(self.reported)}家"


class OverUnits(StrEnum):
    """How an item adds over units: Σ, the largest, the last one in the given order, or not at all."""

    SUM = "sum"
    MAX = "max"
    LAST = "last"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Slot:
    """One item of one unit and period, everything below the unit included.

    `total` is the value × 10^scale as a whole number (None without one); the counts are submissions, the unit's own
    included: `numbers` hold a number in this cell, `not_applicable` say so, `filed` exist at all (a blank cell is
    filed but neither). ValueError when these contradict each other.
    """

    total: int | None
    numbers: int
    not_applicable: int
    filed: int

    def __post_init__(self) -> None:
        if min(self.numbers, self.not_applicable, self.filed) < 0:
            raise ValueError(f"counts cannot be negative: {self}")
        if self.numbers + self.not_applicable > self.filed:
            raise ValueError(f"more cells than submissions: {self}")
        if self.total is not None and not self.numbers:
            raise ValueError(f"a total that nobody entered: {self}")


EMPTY = Slot(None, 0, 0, 0)

# Given the totals of two slots in order, at least one.
_TOTAL: Mapping[OverUnits, Callable[[Sequence[int]], int | None]] = {
    OverUnits.SUM: sum,
    OverUnits.MAX: max,
    OverUnits.LAST: lambda totals: totals[-1],
    OverUnits.NONE: lambda totals: None,
}


def combine_units(slots: Iterable[Slot], how: OverUnits) -> Slot:
    """One slot for several units; counts always add. For SUM and MAX neither order nor grouping matters.

    LAST takes the last slot of the given order that has a total. NONE has no total (its value is undefined as soon
    as anybody entered a number): such an item has figures only where they were entered.
    """
    return reduce(lambda left, right: _combine(left, right, how), slots, EMPTY)


def _combine(left: Slot, right: Slot, how: OverUnits) -> Slot:
    totals = [slot.total for slot in (left, right) if slot.total is not None]
    return Slot(
        _TOTAL[how](totals) if totals else None,
        left.numbers + right.numbers,
        left.not_applicable + right.not_applicable,
        left.filed + right.filed,
    )


def combine_periods(slots: Iterable[tuple[date, Slot]], flow: bool) -> Slot:
    """One slot of a unit for several sub-periods, each given with its first day, in any order.

    A flow adds up what was reported (a missing or not applicable sub-period adds nothing; coverage tells). A stock
    is the slot of the last sub-period in which anything was filed, even if its cell was left blank.
    ValueError when a sub-period occurs twice.
    """
    in_order = sorted(slots, key=lambda item: item[0])
    starts = [start for start, _ in in_order]
    if len(set(starts)) < len(starts):
        raise ValueError("a sub-period occurs twice")
    if flow:
        return combine_units((slot for _, slot in in_order), OverUnits.SUM)
    return next((slot for _, slot in reversed(in_order) if slot.filed), EMPTY)


def slot_value(slot: Slot, scale: int) -> Fraction | NoValue:
    """The figure of a slot: total ÷ 10^scale, exact.

    Without numbers: not applicable when every submission says so, else missing. Undefined when there are numbers
    that do not add up over units (`OverUnits.NONE`). A slot keeps no reasons: those are with the figures.
    """
    if slot.total is not None:
        return Fraction(slot.total, 10**scale)
    if slot.numbers:
        return UNDEFINED
    if slot.filed and slot.not_applicable == slot.filed:
        return not_applicable()
    return MISSING


def tree_rollup(
    own: Mapping[str, Slot], parent: Mapping[str, str | None], how: OverUnits = OverUnits.SUM
) -> dict[str, Slot]:
    """The slot of every unit of `parent` with everything below it, level by level from the leaves; a parent's own
    slot stands before its children's, children in the order of `parent`. With NONE every unit keeps its own.

    `own` holds what each unit filed itself, `parent` each unit's parent in that period (None at the top).
    TreeError when units stand in a cycle or one is not in `parent`. Slow and plain: the reference for the rebuild.
    """
    strangers = (own.keys() | {unit for unit in parent.values() if unit is not None}) - parent.keys()
    if strangers:
        raise TreeError(f"上下级关系中没有这些单位：{'、'.join(sorted(strangers))}")
    result = {unit: own.get(unit, EMPTY) for unit in parent}
    if how == OverUnits.NONE:
        return result
    below: dict[str, list[Slot]] = {unit: [] for unit in parent}
    for level in reversed(_levels(parent)):
        for unit in level:
            result[unit] = combine_units([result[unit], *below[unit]], how)
            above = parent[unit]
            if above is not None:
                below[above].append(result[unit])
    return result


def _levels(parent: Mapping[str, str | None]) -> Sequence[Sequence[str]]:
    """The units by depth, tops first; TreeError naming those no top is above of."""
    children: dict[str | None, list[str]] = {}
    for unit, above in parent.items():
        children.setdefault(above, []).append(unit)
    levels: list[list[str]] = []
    level = children.get(None, [])
    while level:
        levels.append(level)
        level = [child for unit in level for child in children.get(unit, [])]
    reached = {unit for units in levels for unit in units}
    lost = [unit for unit in parent if unit not in reached]
    if lost:
        raise TreeError(f"单位上下级成环：{'、'.join(lost)}")
    return levels
