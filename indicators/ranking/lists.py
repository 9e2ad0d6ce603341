"""Lists of units taken from a ranking (first, last, beyond a line) or straight from values (below, zero)."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from expressions.values import NoValue
from indicators.ranking.places import Entry, Ranking, Row, Ties, comparable


@dataclass(frozen=True, slots=True)
class Count:
    """So many units, more when the last one of them is tied."""

    n: int


@dataclass(frozen=True, slots=True)
class Place:
    """The units on so many places, counted from either end; a tie over the edge belongs to the list."""

    n: int


@dataclass(frozen=True, slots=True)
class Threshold:
    """Beyond a value: first = at least as good as it (以上 includes its bound), last = strictly worse (低于)."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Cut:
    """The rows of one end in order of place; `grown_by_tie` when they are more than asked for, to be told (并列)."""

    rows: tuple[Row, ...]
    grown_by_tie: bool = False


def cut(ranking: Ranking, *, end: Literal["first", "last"], by: Count | Place | Threshold) -> Cut:
    """The first or last units of a ranking, never cutting through a tie; units not ranked are in neither end.

    By count and by place the list grows by the whole tie at its edge. Under competition ranking both say the same (a
    tie takes as many places as it has units); under dense ranking n places hold at least n units.
    ValueError when fewer than 1 are asked for.
    """
    if isinstance(by, Threshold):
        return _beyond(ranking, end, by.value)
    if by.n < 1:
        raise ValueError(f"a list of {by.n} units")
    places = list(ranking.places.values())
    if not places:
        return Cut(())
    if isinstance(by, Place) and ranking.ties == Ties.DENSE:
        places = sorted(set(places))
    edge = min(by.n, len(places))
    lowest, highest = (1, places[edge - 1]) if end == "first" else (places[-edge], places[-1])
    rows = tuple(row for row in ranking.rows if row.place is not None and lowest <= row.place <= highest)
    return Cut(rows, grown_by_tie=len(rows) > by.n)


def _beyond(ranking: Ranking, end: Literal["first", "last"], value: Fraction) -> Cut:
    line = ranking.goodness(value)
    return Cut(
        tuple(
            row
            for row in ranking.rows
            if row.place is not None
            and not isinstance(row.value, NoValue)
            and (ranking.goodness(row.value) >= line) == (end == "first")
        )
    )


def below(
    entries: Iterable[Entry], line: Fraction, *, strict: bool = True, compare_decimals: int | None = None
) -> tuple[Entry, ...]:
    """The entries with a number under the line, in the order given; 低于 is strict, 以下 (strict=False) is not.

    With `compare_decimals` the values and the line are compared as printed.
    """
    edge = comparable(line, compare_decimals)
    return tuple(
        entry
        for entry, value in _compared(entries, compare_decimals)
        if value < edge or (value == edge and not strict)
    )


def at_least(
    entries: Iterable[Entry], line: Fraction, *, compare_decimals: int | None = None
) -> tuple[Entry, ...]:
    """The entries with a number at or over the line (以上), in the order given; exact or as printed, as `below`."""
    edge = comparable(line, compare_decimals)
    return tuple(entry for entry, value in _compared(entries, compare_decimals) if value >= edge)


def _compared(entries: Iterable[Entry], decimals: int | None) -> list[tuple[Entry, Fraction]]:
    return [
        (entry, comparable(entry.value, decimals))
        for entry in entries
        if not isinstance(entry.value, NoValue)
    ]


def zero_numerator(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that had something to do and did none of it: n = 0 and d > 0, both numbers (无即办事项)."""
    return tuple(entry for entry in entries if (pair := entry.pair()) and pair[0] == 0 and pair[1] > 0)
