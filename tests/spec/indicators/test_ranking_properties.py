"""Ranking against a plain second computation (count who is better) on random tables with ties, zeros and gaps."""

from fractions import Fraction
from math import floor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expressions.values import MISSING, NoValue, not_applicable
from indicators.ranking import (
    Count,
    Direction,
    Entry,
    Place,
    Threshold,
    Ties,
    at_least,
    below,
    cut,
    gain,
    movement,
    rank,
    zero_numerator,
)
from indicators.rollup import Pair

WAYS = [(direction, ties) for direction in (Direction.HIGHER, Direction.LOWER) for ties in Ties]
# Few different numbers, so that ties and zeros are common.
OPERANDS = st.sampled_from(
    [*(Fraction(n) for n in (0, 1, 1, 2, 2, 3, 3, 4, 6)), MISSING, not_applicable("无此业务")]
)
DECIMALS = st.sampled_from([None, None, 0, 1])


@st.composite
def tables(draw, operands=OPERANDS):
    pairs = draw(st.lists(st.tuples(operands, operands), max_size=9))
    return [entry(f"D{number}", *pair) for number, pair in enumerate(pairs)]


def entry(unit, n, d):
    return Entry(unit, Pair(n, d).value(), n, d)


def seen(value, decimals):
    """The value a reader compares: exact, or rounded half up (rates are never negative here)."""
    return value if decimals is None else Fraction(floor(value * 10**decimals + Fraction(1, 2)), 10**decimals)


def naive_places(entries, direction, ties, decimals=None):
    """For each unit with a value: one more than the units (or, dense, the different values) better than it."""
    places = {}
    for mine in entries:
        if isinstance(mine.value, NoValue):
            continue
        better = []
        for other in entries:
            if isinstance(other.value, NoValue):
                continue
            a, b = seen(other.value, decimals), seen(mine.value, decimals)
            if (a > b) if direction == "higher" else (a < b):
                better.append(a)
        places[mine.unit] = 1 + (len(set(better)) if ties == "dense" else len(better))
    return places


def check_ranking(entries, direction, ties, decimals):
    ranking = rank(entries, direction, ties=ties, compare_decimals=decimals)
    places = naive_places(entries, direction, ties, decimals)
    given_order = [item.unit for item in entries]
    expected = sorted(places, key=lambda unit: (places[unit], given_order.index(unit)))
    assert [row.unit for row in ranking.rows] == expected + [
        unit for unit in given_order if unit not in places
    ]
    assert ranking.places == places
    assert ranking.ranked == len(places)
    for row in ranking.rows:
        assert row.tied == (list(places.values()).count(row.place) > 1)
        assert (row.reason is None) == (row.unit in places)
        if isinstance(row.value, NoValue):
            assert (row.reason, row.note) == (row.value.kind.value, row.value.reason)


@given(tables(), st.sampled_from(WAYS), DECIMALS)
def test_places_are_the_plain_count(entries, way, decimals):
    check_ranking(entries, *way, decimals)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way))
def test_ten_thousand_random_tables(way):
    random = Random(20220418)
    choices = [*map(Fraction, range(7)), Fraction(0), MISSING, not_applicable("无此业务")]
    ties = zeros = gaps = 0
    for _ in range(2_500):
        size = random.randrange(16)
        entries = [entry(f"D{i}", random.choice(choices), random.choice(choices)) for i in range(size)]
        check_ranking(entries, *way, random.choice([None, None, 0, 1]))
        values = [item.value for item in entries if isinstance(item.value, Fraction)]
        ties += len(set(values)) < len(values)
        zeros += Fraction(0) in values
        gaps += len(values) < len(entries)
    assert min(ties, zeros, gaps) > 800, "the random tables must hold ties, zeros and gaps"


@given(tables(), st.fractions(0, 8, max_denominator=4))
def test_small_denominators_leave_the_ranking_and_nobody_else(entries, minimum):
    ranking = rank(
        [item for item in entries if not isinstance(item.value, NoValue)],
        Direction.HIGHER,
        minimum_denominator=minimum,
    )
    large = [e for e in entries if not isinstance(e.value, NoValue) and e.denominator >= minimum]
    assert ranking.places == naive_places(large, "higher", "competition")


@given(tables(), st.sampled_from(WAYS), DECIMALS, st.integers(1, 10), st.sampled_from(["first", "last"]))
def test_a_count_takes_n_and_whoever_ties_with_them(entries, way, decimals, n, end):
    ranking = rank(entries, way[0], ties=way[1], compare_decimals=decimals)
    in_order = [item for item in entries if not isinstance(item.value, NoValue)]
    in_order.sort(
        key=lambda item: seen(item.value, decimals), reverse=(way[0] == "higher") == (end == "first")
    )
    taken = {seen(item.value, decimals) for item in in_order[:n]}
    expected = {item.unit for item in in_order if seen(item.value, decimals) in taken}
    result = cut(ranking, end=end, by=Count(n))
    assert {row.unit for row in result.rows} == expected
    assert [row.place for row in result.rows] == sorted(row.place for row in result.rows)
    assert result.grown_by_tie == (len(expected) > n)


@given(tables(), st.sampled_from(WAYS), st.integers(1, 10), st.sampled_from(["first", "last"]))
def test_a_cut_by_place_takes_whoever_stands_on_one_of_the_places(entries, way, n, end):
    places = naive_places(entries, *way)
    # Under competition ranking k units tied at place p stand on all of p … p + k − 1.
    stands_on = {
        unit: {place} if way[1] == "dense" else set(range(place, place + list(places.values()).count(place)))
        for unit, place in places.items()
    }
    last = max((max(stands) for stands in stands_on.values()), default=0)
    wanted = set(range(1, n + 1)) if end == "first" else set(range(last - n + 1, last + 1))
    expected = {unit for unit, stands in stands_on.items() if stands & wanted}
    result = cut(rank(entries, way[0], ties=way[1]), end=end, by=Place(n))
    assert {row.unit for row in result.rows} == expected
    assert result.grown_by_tie == (len(expected) > n)


@given(tables(), st.sampled_from(WAYS), DECIMALS, st.fractions(0, 200, max_denominator=6))
def test_lines_split_those_with_a_number_in_two(entries, way, decimals, line):
    numbers = [item for item in entries if not isinstance(item.value, NoValue)]
    under = {item.unit for item in numbers if seen(item.value, decimals) < seen(line, decimals)}
    at = {item.unit for item in numbers if seen(item.value, decimals) == seen(line, decimals)}
    over = {item.unit for item in numbers} - under - at

    def names(found):
        return {item.unit for item in found}

    assert names(below(entries, line, compare_decimals=decimals)) == under
    assert names(below(entries, line, strict=False, compare_decimals=decimals)) == under | at
    assert names(at_least(entries, line, compare_decimals=decimals)) == over | at
    ranking = rank(entries, way[0], ties=way[1], compare_decimals=decimals)
    good = over if way[0] == "higher" else under
    bad = under if way[0] == "higher" else over
    assert names(cut(ranking, end="first", by=Threshold(line)).rows) == good | at
    assert names(cut(ranking, end="last", by=Threshold(line)).rows) == bad


@given(tables())
def test_zero_numerators_had_something_to_do(entries):
    assert [item.unit for item in zero_numerator(entries)] == [
        item.unit for item in entries if item.value == Fraction(0) and item.numerator == Fraction(0)
    ]


@given(tables(), tables(), st.sampled_from(WAYS))
def test_movement_is_the_difference_of_places(before, now, way):
    then_places, now_places = naive_places(before, *way), naive_places(now, *way)
    change = movement(rank(now, way[0], ties=way[1]), rank(before, way[0], ties=way[1]))
    assert change == {
        unit: then_places[unit] - now_places[unit] for unit in then_places.keys() & now_places.keys()
    }


@given(tables(st.integers(0, 12).map(Fraction)), st.sampled_from(WAYS), DECIMALS)
def test_gain_is_the_first_number_of_cases_that_helps(entries, way, decimals):
    ranking = rank(entries, way[0], ties=way[1], compare_decimals=decimals)
    places = naive_places(entries, *way, decimals)
    for index, mine in enumerate(entries):
        expected = None
        if mine.unit in places:
            n, step = mine.numerator, 1 if way[0] == "higher" else -1
            cases = 1
            while expected is None and 0 <= n + step * cases <= max(mine.denominator, n):
                if n + step * cases > mine.denominator and step == 1:
                    break
                tried = [*entries]
                tried[index] = entry(mine.unit, n + step * cases, mine.denominator)
                after = naive_places(tried, *way, decimals)
                if after[mine.unit] < places[mine.unit]:
                    shared = list(after.values()).count(after[mine.unit]) > 1
                    expected = (cases, after[mine.unit], shared)
                cases += 1
        result = gain(ranking, mine.unit)
        assert (result and (result.cases, result.place, result.tied)) == expected
