"""What would gain or lose a place, or reach a target, against trying one number of cases after the other."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from expressions.values import NoValue
from indicators.ranking import gain, neighbours, rank, to_target
from indicators.rollup import Pair
from indicators.targets import Operator, TargetData
from tests.spec.indicators.plain_ranking import DECIMALS, WAYS, entry, naive_places, seen, tables


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


def lost(entries, index, way, decimals):
    """The first number of cases by which a unit that does worse loses its place, by trying one after the other."""
    mine = entries[index]
    step = -1 if way[0] == "higher" else 1
    before = naive_places(entries, *way, decimals)[mine.unit]
    n, cases = mine.numerator, 1
    while 0 <= n + step * cases <= max(n, mine.denominator):
        tried = [*entries]
        tried[index] = entry(mine.unit, n + step * cases, mine.denominator)
        if naive_places(tried, *way, decimals)[mine.unit] > before:
            return cases
        cases += 1
    return None


@given(tables(st.integers(0, 12).map(Fraction)), st.sampled_from(WAYS), DECIMALS)
def test_neighbours_are_found_by_looking_and_trying(entries, way, decimals):
    ranking = rank(entries, way[0], ties=way[1], compare_decimals=decimals)
    values = {
        item.unit: seen(item.value, decimals) for item in entries if not isinstance(item.value, NoValue)
    }
    for index, mine in enumerate(entries):
        found = neighbours(ranking, mine.unit)
        climb = gain(ranking, mine.unit)
        others = [] if mine.unit not in values else [unit for unit in values if unit != mine.unit]
        sign = 1 if way[0] == "higher" else -1
        above = [sign * values[unit] for unit in others if sign * values[unit] > sign * values[mine.unit]]
        under = [sign * values[unit] for unit in others if sign * values[unit] <= sign * values[mine.unit]]
        for side, edge in ((found.better, min(above, default=None)), (found.worse, max(under, default=None))):
            assert (side is None) == (edge is None)
            if side is not None:
                assert set(side.units) == {unit for unit in others if sign * values[unit] == edge}
                assert side.difference == min(
                    abs(ranking.row(unit).value - mine.value) for unit in side.units
                )
        if found.better is not None:
            assert found.better.cases == (climb.cases if climb else None)
        if found.worse is not None:
            assert found.worse.cases == lost(entries, index, way, decimals)


@given(
    st.sampled_from([Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL, Operator.BETWEEN]),
    st.integers(0, 12),
    st.integers(0, 6),
    st.integers(0, 14),
    st.integers(0, 9),
)
def test_to_target_is_the_first_number_of_cases_that_reaches_it(operator, goal, width, n, d):
    """Factor 12, so that the targets are hit exactly, reached on the way, and jumped over."""
    target = TargetData(operator, Fraction(goal), Fraction(goal + width))
    expected = None
    if d:
        fewest_first = sorted(range(-n, 200), key=abs)
        expected = next((c for c in fewest_first if target.met(Fraction(12 * (n + c), d))), None)
    assert to_target(Pair(Fraction(n), Fraction(d)), target, Fraction(12)) == expected
