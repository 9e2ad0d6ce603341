"""The worked examples of ranking: places, ends of a ranking, lists, movement, persistence, gain."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest

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
    neighbours,
    points_apart,
    rank,
    streak,
    to_target,
    zero_numerator,
)
from tests.spec.indicators import tables
from tests.spec.indicators.notation import entries, figure_text, pair, row_text
from tests.spec.scoring.score_notation import target


@pytest.mark.parametrize(("direction", "ties", "decimals", "minimum", "units", "places"), tables.PLACES.rows)
def test_places(direction, ties, decimals, minimum, units, places):
    ranking = rank(
        entries(units),
        Direction(direction),
        ties=Ties(ties),
        compare_decimals=int(decimals) if decimals else None,
        minimum_denominator=Fraction(minimum) if minimum else None,
    )
    assert " ".join(row_text(row) for row in ranking.rows) == places
    assert ranking.ranked == sum(row.place is not None for row in ranking.rows)
    for row in ranking.rows:
        assert ranking.row(row.unit) is row


def test_a_ranking_keeps_how_it_was_made():
    ranking = rank(
        entries("甲:30/40"),
        Direction.LOWER,
        ties=Ties.DENSE,
        minimum_denominator=Fraction(20),
        compare_decimals=1,
    )
    assert (ranking.direction, ranking.ties) == (Direction.LOWER, Ties.DENSE)
    assert (ranking.minimum_denominator, ranking.compare_decimals) == (20, 1)


def test_a_group_holds_a_unit_once():
    with pytest.raises(ValueError, match="ranked twice: 甲"):
        rank(entries("甲:1 乙:2 甲:1"), Direction.HIGHER)


def test_a_minimum_denominator_needs_denominators():
    with pytest.raises(ValueError, match="乙: a minimum denominator"):
        rank(entries("甲:30/40 乙:75"), Direction.HIGHER, minimum_denominator=Fraction(20))


def test_a_unit_of_another_group_has_no_row():
    with pytest.raises(KeyError):
        rank(entries("甲:1"), Direction.HIGHER).row("乙")


@pytest.mark.parametrize(("ties", "units", "wanted", "listed", "grown"), tables.CUTS.rows)
def test_cuts(ties, units, wanted, listed, grown):
    end, by, number = wanted.split()
    rule = (
        {"count": Count, "place": Place}[by](int(number))
        if by != "threshold"
        else Threshold(Fraction(number))
    )
    result = cut(rank(entries(units), Direction.HIGHER, ties=Ties(ties)), end=end, by=rule)
    assert " ".join(row.unit for row in result.rows) == listed
    assert result.grown_by_tie == (grown == "是")


@pytest.mark.parametrize(
    ("end", "by", "listed"),
    [
        ("first", Count(2), "丙 甲"),
        ("last", Count(1), "乙"),
        ("first", Threshold(Fraction(30)), "丙 甲"),
        ("last", Threshold(Fraction(30)), "乙"),
        ("last", Threshold(Fraction(10)), "甲 乙"),
    ],
)
def test_cuts_follow_the_direction(end, by, listed):
    result = cut(rank(entries("甲:30 乙:31 丙:10"), Direction.LOWER), end=end, by=by)
    assert " ".join(row.unit for row in result.rows) == listed


def test_a_threshold_is_compared_as_printed_where_the_ranking_is():
    units = "甲:94.95 乙:94.94 丙:95.04"
    exact = cut(rank(entries(units), Direction.HIGHER), end="last", by=Threshold(Fraction(95)))
    as_printed = cut(
        rank(entries(units), Direction.HIGHER, compare_decimals=1), end="last", by=Threshold(Fraction(95))
    )
    assert [row.unit for row in exact.rows] == ["甲", "乙"]
    assert [row.unit for row in as_printed.rows] == ["乙"]


@pytest.mark.parametrize("by", [Count(0), Place(0), Count(-1)])
def test_a_list_of_nobody_cannot_be_asked_for(by):
    with pytest.raises(ValueError):
        cut(rank(entries("甲:1"), Direction.HIGHER), end="last", by=by)


@pytest.mark.parametrize(("condition", "units", "listed"), tables.LINES.rows)
def test_lines(condition, units, listed):
    match = re.fullmatch(r"(\S+?)(?: ([\d.]+)(?:（按(\d)位打印）)?)?", condition)
    line, decimals = Fraction(match[2] or 0), int(match[3]) if match[3] else None
    select = {
        "低于": lambda group: below(group, line, compare_decimals=decimals),
        "以下": lambda group: below(group, line, strict=False, compare_decimals=decimals),
        "以上": lambda group: at_least(group, line, compare_decimals=decimals),
        "分子为零": zero_numerator,
    }[match[1]]
    assert " ".join(entry.unit for entry in select(entries(units))) == listed


@pytest.mark.parametrize(("previous", "current", "moved"), tables.MOVEMENT.rows)
def test_movement(previous, current, moved):
    change = movement(rank(entries(current), Direction.HIGHER), rank(entries(previous), Direction.HIGHER))
    assert change == {unit: int(places) for unit, places in (item.split(":") for item in moved.split())}


@pytest.mark.parametrize(
    "other", [{"direction": Direction.LOWER}, {"direction": Direction.HIGHER, "ties": Ties.DENSE}]
)
def test_places_of_different_rules_are_not_compared(other):
    with pytest.raises(ValueError, match="cannot be compared"):
        movement(rank(entries("甲:1"), Direction.HIGHER), rank(entries("甲:1"), **other))


@pytest.mark.parametrize(("history", "unit", "breaking", "passing"), tables.STREAK.rows)
def test_streak(history, unit, breaking, passing):
    periods = [None if names == "空" else set(names.split()) for names in history.split("|")]
    assert streak(periods, unit, missing_breaks=True) == int(breaking)
    assert streak(periods, unit, missing_breaks=False) == int(passing)


@pytest.mark.parametrize(("direction", "decimals", "units", "unit", "cases", "place"), tables.GAIN.rows)
def test_gain(direction, decimals, units, unit, cases, place):
    ranking = rank(entries(units), Direction(direction), compare_decimals=int(decimals) if decimals else None)
    result = gain(ranking, unit)
    if not cases:
        assert result is None
    else:
        assert (str(result.cases), f"{result.place}{'并' if result.tied else ''}") == (cases, place)


def test_nobody_gains_in_a_list_without_places():
    assert gain(rank(entries("甲:1/2 乙:1/3"), Direction.NEUTRAL), "乙") is None


def test_gain_refuses_a_value_that_is_not_its_pair():
    group = [
        Entry("甲", Fraction(90), Fraction(9), Fraction(10)),
        Entry("乙", Fraction(1), Fraction(1), Fraction(2)),
    ]
    with pytest.raises(ValueError, match="乙: the value is not 100 × 1 ÷ 2"):
        gain(rank(group, Direction.HIGHER), "乙")


def side(neighbour):
    if neighbour is None:
        return ["无", "", ""]
    cases = "不能" if neighbour.cases is None else str(neighbour.cases)
    return [" ".join(neighbour.units), figure_text(neighbour.difference), cases]


@pytest.mark.parametrize(("direction", "decimals", "units", "unit", *"abcdef"), tables.NEIGHBOURS.rows)
def test_neighbours(direction, decimals, units, unit, a, b, c, d, e, f):
    ranking = rank(entries(units), Direction(direction), compare_decimals=int(decimals) if decimals else None)
    found = neighbours(ranking, unit)
    assert [*side(found.better), *side(found.worse)] == [a, b, c, d, e, f]
    apart = points_apart(ranking, unit)
    for near, plain in ((found.better, apart.better), (found.worse, apart.worse)):
        assert plain == (near and replace(near, cases=None))


def test_neighbours_refuse_a_value_that_is_not_its_pair():
    ranking = rank([Entry("甲", Fraction(90), Fraction(9), Fraction(10))], Direction.HIGHER)
    assert neighbours(ranking, "甲").better is None
    with pytest.raises(ValueError, match="甲: the value is not 1 × 9 ÷ 10"):
        neighbours(ranking, "甲", Fraction(1))


@pytest.mark.parametrize(("goal", "ratio", "cases"), tables.TO_TARGET.rows)
def test_to_target(goal, ratio, cases):
    assert to_target(pair(ratio), target(goal)) == (int(cases) if cases else None)


def test_to_target_counts_things_as_well_as_rates():
    assert to_target(pair("7/1"), target("≥10"), Fraction(1)) == 3
    assert to_target(pair("0/1"), target("是"), Fraction(1)) == 1
    assert to_target(pair("0/1"), target("≤-1"), Fraction(1)) is None
    with pytest.raises(ValueError, match="the factor is not positive: 0"):
        to_target(pair("7/1"), target("≥10"), Fraction(0))
