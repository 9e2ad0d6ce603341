"""The worked examples of reconciling sources, and a plain second computation for whatever else there may be."""

import re
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.reconcile import Filed, Outcome, Tolerance, over_time, over_tree, over_units, reconcile
from expressions.values import MISSING, Kind, NoValue, Value, not_applicable
from tests.spec.collection import reconcile_tables as tables
from tests.spec.indicators.notation import figure, figure_text

HOW = {"求和": "sum", "取最大": "max", "取最后": "last", "不汇总": "none"}
WORDS = {Outcome.AGREES: "一致", Outcome.DIFFERS: "不一致", Outcome.INCOMPLETE: "未报齐"}


def text_of(value: Value | None) -> str:
    if value is None:
        return ""
    assert isinstance(value, Fraction | NoValue)
    return figure_text(value)


def filed(text: str) -> Filed | None:
    match = re.fullmatch(r"(.+)（(\d+)/(\d+)）", text)
    return Filed(figure(match[1]), int(match[2]), int(match[3])) if match else None


def filed_text(given: Filed | None) -> tuple[str, str]:
    return (text_of(given.value), f"{given.done}/{given.due}") if given else ("不报", "")


@pytest.mark.parametrize(("figures", "absolute", "percent", "gap", "allowed", "outcome"), tables.SOURCES.rows)
def test_sources(figures: str, absolute: str, percent: str, gap: str, allowed: str, outcome: str) -> None:
    tolerance = Tolerance(Fraction(absolute), Fraction(percent))
    verdict = reconcile([figure(text) for text in figures.split()], tolerance)
    assert (text_of(verdict.gap), text_of(verdict.allowed), WORDS[verdict.outcome]) == (gap, allowed, outcome)


@pytest.mark.parametrize(("kind", "answers", "not_opened", "total", "reports"), tables.OVER_TIME.rows)
def test_over_time(kind: str, answers: str, not_opened: str, total: str, reports: str) -> None:
    values = [None if text == "未批" else figure(text) for text in answers.split()]
    found = over_time(values, flow=kind == "流量", not_opened=int(not_opened))
    assert filed_text(found) == (total, reports)
    assert found.compared == (found.value if found.done == found.due else MISSING)


@pytest.mark.parametrize(("how", "own", "below", "total", "reports"), tables.OVER_UNITS.rows)
def test_over_units(how: str, own: str, below: str, total: str, reports: str) -> None:
    children = [one for text in below.split() if (one := filed(text))]
    assert filed_text(over_units(filed(own), children, HOW[how])) == (total, reports)


def test_a_source_that_asks_nobody_is_never_complete() -> None:
    assert not Filed(Fraction(0), 0, 0).is_complete


def test_the_tree_holds_only_units_that_are_asked_or_stand_above_one() -> None:
    parents = {1: None, 2: 1, 3: 1, 4: 2, 5: None}
    whole = over_tree({3: Filed(Fraction(7), 1, 1), 4: Filed(Fraction(5), 1, 1)}, parents, "sum")
    assert {unit: found.value for unit, found in whole.items()} == {4: 5, 2: 5, 3: 7, 1: 12}


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)
figures = st.one_of(numbers, st.just(MISSING), st.just(not_applicable("无此业务")), st.just(not_applicable()))
wide = st.fractions(min_value=0, max_value=100, max_denominator=100)


def plainly(given: list[Value], tolerance: Tolerance) -> Outcome:
    """Every pair of sources looked at by itself."""
    sizes = [abs(one) for one in given if isinstance(one, Fraction)]
    percent = max(sizes, default=Fraction()) * tolerance.percent / 100
    pairs = list(combinations(given, 2))
    for one, other in pairs:
        both = isinstance(one, Fraction), isinstance(other, Fraction)
        if both == (True, True):
            gap = abs(one - other)  # type: ignore[operator]
            if gap > tolerance.absolute and gap > percent:
                return Outcome.DIFFERS
        elif any(both) and any(
            isinstance(v, NoValue) and v.kind is Kind.NOT_APPLICABLE for v in (one, other)
        ):
            return Outcome.DIFFERS
    return Outcome.INCOMPLETE if not pairs or MISSING in given else Outcome.AGREES


@given(st.lists(figures, max_size=5), wide, wide)
def test_a_second_computation_agrees(given: list[Value], absolute: Fraction, percent: Fraction) -> None:
    tolerance = Tolerance(absolute, percent)
    assert reconcile(given, tolerance).outcome is plainly(given, tolerance)


@given(st.lists(figures, min_size=1, max_size=5), wide, wide, st.randoms())
def test_order_does_not_matter_and_nothing_missing_agrees(
    given: list[Value], absolute: Fraction, percent: Fraction, chance: object
) -> None:
    tolerance = Tolerance(absolute, percent)
    verdict = reconcile(given, tolerance)
    chance.shuffle(given)  # type: ignore[attr-defined]
    assert reconcile(given, tolerance) == verdict
    assert not (MISSING in given and verdict.outcome is Outcome.AGREES)


@given(st.lists(figures, min_size=2, max_size=5), figures, wide, wide)
def test_what_differs_still_differs_when_the_missing_source_comes_in(
    given: list[Value], late: Value, absolute: Fraction, percent: Fraction
) -> None:
    tolerance = Tolerance(absolute, percent)
    if reconcile([*given, MISSING], tolerance).outcome is Outcome.DIFFERS:
        assert reconcile([*given, late], tolerance).outcome is Outcome.DIFFERS
