"""Lists against a plain second computation: nobody is cut from a tie, lines split those with a number in two."""

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from expressions.values import NoValue
from indicators.ranking import Count, Place, Threshold, at_least, below, cut, rank, zero_numerator
from tests.spec.indicators.plain_ranking import DECIMALS, WAYS, naive_places, random_table, seen, tables

ENDS = ("first", "last")


def check_count(entries, way, decimals, n, end):
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
    return result.grown_by_tie


def check_places(entries, way, n, end):
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


def check_lines(entries, way, decimals, line):
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


@given(tables(), st.sampled_from(WAYS), DECIMALS, st.integers(1, 10), st.sampled_from(ENDS))
def test_a_count_takes_n_and_whoever_ties_with_them(entries, way, decimals, n, end):
    check_count(entries, way, decimals, n, end)


@given(tables(), st.sampled_from(WAYS), st.integers(1, 10), st.sampled_from(ENDS))
def test_a_cut_by_place_takes_whoever_stands_on_one_of_the_places(entries, way, n, end):
    check_places(entries, way, n, end)


@given(tables(), st.sampled_from(WAYS), DECIMALS, st.fractions(0, 200, max_denominator=6))
def test_lines_split_those_with_a_number_in_two(entries, way, decimals, line):
    check_lines(entries, way, decimals, line)


def test_ten_thousand_random_lists():
    random = Random(20230418)
    grown = cut_short = 0
    for _ in range(10_000):
        entries, way, n = random_table(random, 9), random.choice(WAYS), random.randrange(1, 4)
        decimals, end = random.choice([None, None, 0, 1]), random.choice(ENDS)
        check_places(entries, way, n, end)
        values = [item.value for item in entries if not isinstance(item.value, NoValue)]
        # A line at somebody's own value, half of the time.
        line = (
            random.choice(values) if values and random.random() < 0.5 else Fraction(random.randrange(400), 3)
        )
        check_lines(entries, way, decimals, line)
        grown += check_count(entries, way, decimals, n, end)
        cut_short += n < len(values)
    assert 800 < grown < cut_short, "the random lists must be cut both at a tie and beside one"


@given(tables())
def test_zero_numerators_had_something_to_do(entries):
    assert [item.unit for item in zero_numerator(entries)] == [
        item.unit for item in entries if item.value == Fraction(0) and item.numerator == Fraction(0)
    ]
