"""Ranking against a plain second computation (count who is better) on random tables with ties, zeros and gaps."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expressions.values import NoValue
from indicators.ranking import Direction, movement, rank
from tests.spec.indicators.plain_ranking import DECIMALS, WAYS, naive_places, random_table, tables


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
    ties = zeros = gaps = 0
    for _ in range(2_500):
        entries = random_table(random, 15)
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


@given(tables(), tables(), st.sampled_from(WAYS))
def test_movement_is_the_difference_of_places(before, now, way):
    then_places, now_places = naive_places(before, *way), naive_places(now, *way)
    change = movement(rank(now, way[0], ties=way[1]), rank(before, way[0], ties=way[1]))
    assert change == {
        unit: then_places[unit] - now_places[unit] for unit in then_places.keys() & now_places.keys()
    }
