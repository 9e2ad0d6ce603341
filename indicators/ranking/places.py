"""Places inside one group of comparable units: who is ranked, who is only shown, and how ties share a place."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from expressions.numbers import half_up
from expressions.values import Kind, NoValue


class Direction(StrEnum):
    """What is better; NEUTRAL is listed and not ranked."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Ties(StrEnum):
    """Places after a tie: COMPETITION 1-2-2-4, DENSE 1-2-2-3."""

    COMPETITION = "competition"
    DENSE = "dense"


class Reason(StrEnum):
    """Why a unit is shown and counted, but not ranked."""

    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    UNDEFINED = "undefined"
    SMALL_DENOMINATOR = "small_denominator"
    NEUTRAL = "neutral"


_WITHOUT_VALUE = {
    Kind.MISSING: Reason.MISSING,
    Kind.NOT_APPLICABLE: Reason.NOT_APPLICABLE,
    Kind.UNDEFINED: Reason.UNDEFINED,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit's value to rank, with its pair where the value is a ratio (factor × numerator ÷ denominator)."""

    unit: str
    value: Fraction | NoValue
    numerator: Fraction | NoValue | None = None
    denominator: Fraction | NoValue | None = None

    def pair(self) -> tuple[Fraction, Fraction] | None:
        """Numerator and denominator, None unless both are numbers."""
        n, d = self.numerator, self.denominator
        if n is None or d is None or isinstance(n, NoValue) or isinstance(d, NoValue):
            return None
        return n, d


@dataclass(frozen=True, slots=True)
class Row:
    """An entry with its place, or with the reason why it has none (`note`: the clerk's words, such as 无此业务)."""

    entry: Entry
    place: int | None = None
    tied: bool = False
    reason: Reason | None = None
    note: str = ""

    @property
    def unit(self) -> str:
        """The code of the unit."""
        return self.entry.unit

    @property
    def value(self) -> Fraction | NoValue:
        """The exact value."""
        return self.entry.value


@dataclass(frozen=True)
class Ranking:
    """The ranked rows in order of place (inside a tie in the order given), then the others in the order given.

    Keeps how it was made, so that this can be printed and compared.
    """

    rows: tuple[Row, ...]
    direction: Direction
    ties: Ties = Ties.COMPETITION
    minimum_denominator: Fraction | None = None
    compare_decimals: int | None = None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of every ranked unit, best first."""
        return {row.unit: row.place for row in self.rows if row.place is not None}

    @property
    def ranked(self) -> int:
        """N of "X of N": ranked units only."""
        return len(self.places)

    @property
    def units(self) -> Collection[str]:
        """The codes of all its units, ranked or not."""
        return self._by_unit.keys()

    @cached_property
    def _by_unit(self) -> Mapping[str, Row]:
        return {row.unit: row for row in self.rows}

    def row(self, unit: str) -> Row:
        """The row of a unit; KeyError when it is not of this group."""
        return self._by_unit[unit]

    def goodness(self, value: Fraction) -> Fraction:
        """What this ranking compares: larger is better, rounded first where compared as printed."""
        compared = comparable(value, self.compare_decimals)
        return -compared if self.direction == Direction.LOWER else compared


def comparable(value: Fraction, decimals: int | None) -> Fraction:
    """The exact value, or the value as printed with so many decimals (half up)."""
    return value if decimals is None else Fraction(half_up(value, decimals))


def rank(
    entries: Iterable[Entry],
    direction: Direction,
    *,
    ties: Ties = Ties.COMPETITION,
    minimum_denominator: Fraction | None = None,
    compare_decimals: int | None = None,
) -> Ranking:
    """Places inside one group of comparable units, 1 is the best.

    Not ranked, each with its reason: missing, not applicable, undefined (d = 0), a denominator below
    `minimum_denominator`, everything when the direction is neutral. With `compare_decimals` values that print alike
    tie. ValueError when a unit occurs twice, or when a minimum is declared and a value comes without denominator.
    """
    entries = tuple(entries)
    twice = [unit for unit, times in Counter(entry.unit for entry in entries).items() if times > 1]
    if twice:
        raise ValueError(f"ranked twice: {', '.join(twice)}")
    ranking = Ranking((), direction, ties, minimum_denominator, compare_decimals)
    ranked: list[tuple[Fraction, Entry]] = []
    others: list[Row] = []
    for entry in entries:
        if isinstance(entry.value, NoValue):
            others.append(Row(entry, reason=_WITHOUT_VALUE[entry.value.kind], note=entry.value.reason))
        elif minimum_denominator is not None and _denominator(entry) < minimum_denominator:
            others.append(Row(entry, reason=Reason.SMALL_DENOMINATOR))
        elif direction == Direction.NEUTRAL:
            others.append(Row(entry, reason=Reason.NEUTRAL))
        else:
            ranked.append((ranking.goodness(entry.value), entry))
    rows = (*_placed(ranked, ties), *others)
    return Ranking(rows, direction, ties, minimum_denominator, compare_decimals)


def _denominator(entry: Entry) -> Fraction:
    if entry.denominator is None or isinstance(entry.denominator, NoValue):
        raise ValueError(f"{entry.unit}: a minimum denominator is declared, the value has no denominator")
    return entry.denominator


def _placed(ranked: Sequence[tuple[Fraction, Entry]], ties: Ties) -> list[Row]:
    sharing = Counter(goodness for goodness, _ in ranked)
    place_of: dict[Fraction, int] = {}
    better = 0
    for goodness in sorted(sharing, reverse=True):
        place_of[goodness] = 1 + (len(place_of) if ties == Ties.DENSE else better)
        better += sharing[goodness]
    in_order = sorted(ranked, key=lambda item: place_of[item[0]])
    return [Row(entry, place_of[goodness], sharing[goodness] > 1) for goodness, entry in in_order]
