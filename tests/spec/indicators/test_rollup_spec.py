"""The worked examples of roll-up: ratios, means, coverage, sums over units, time and tree."""

import re
from datetime import date
from fractions import Fraction

import pytest

from indicators.rollup import (
    EMPTY,
    Coverage,
    OverUnits,
    Slot,
    TreeError,
    combine_periods,
    combine_units,
    mean,
    pooled,
    slot_value,
    tree_rollup,
)
from reports.statements.model import printed
from tests.spec.indicators import tables
from tests.spec.indicators.notation import figure_text, pair, pair_text, slot, slot_text

PARENT = {"省直": None, "市": None, "县一": "市", "县二": "市", "乡甲": "县一", "乡乙": "县一"}


@pytest.mark.parametrize(("numerator", "denominator", "result", "shown"), tables.RATIO.rows)
def test_ratio(numerator, denominator, result, shown):
    value = pair(f"{numerator}/{denominator}").value()
    assert figure_text(value, 2) == result
    assert printed(value, 2, "%") == shown


def test_ratio_takes_its_factor():
    assert pair("3/4").value(Fraction(1)) == Fraction(3, 4)
    assert pair("1/3").value(Fraction(1000)) == Fraction(1000, 3)


@pytest.mark.parametrize(("units", "total", "rate", "plain_mean"), tables.POOLED.rows)
def test_pooled_and_mean(units, total, rate, plain_mean):
    pairs = [pair(text) for text in units.split()]
    assert pair_text(pooled(pairs)) == total
    assert figure_text(pooled(pairs).value(), 2) == rate
    assert figure_text(mean(pairs), 2) == plain_mean


@pytest.mark.parametrize(("expected", "reported", "missing", "text"), tables.COVERAGE.rows)
def test_coverage(expected, reported, missing, text):
    coverage = Coverage(tuple(reported.split()), tuple(expected.split()))
    assert coverage.missing == tuple(missing.split())
    assert coverage.text() == text


@pytest.mark.parametrize(
    ("reported", "expected", "message"),
    [
        (("甲", "丁"), ("甲", "乙"), "not expected: 丁"),
        (("甲", "甲"), ("甲", "乙"), "reported names a unit twice: 甲"),
        (("甲",), ("甲", "乙", "乙"), "expected names a unit twice: 乙"),
    ],
)
def test_coverage_refuses_what_cannot_be_counted(reported, expected, message):
    with pytest.raises(ValueError, match=message):
        Coverage(reported, expected)


@pytest.mark.parametrize(("how", "units", "total", "counts"), tables.OVER_UNITS.rows)
def test_over_units(how, units, total, counts):
    combined = combine_units([slot(text) for text in units.split()], OverUnits(how))
    assert slot_text(combined) == total
    assert [combined.numbers, combined.not_applicable, combined.filed] == [int(n) for n in counts.split()]


@pytest.mark.parametrize(("kind", "january", "february", "march", "quarter"), tables.OVER_TIME.rows)
def test_over_time(kind, january, february, march, quarter):
    months = [(date(2022, month, 1), slot(text)) for month, text in enumerate((january, february, march), 1)]
    for order in (months, months[::-1], [months[1], months[2], months[0]]):
        assert slot_text(combine_periods(order, flow=kind == "flow")) == quarter


def test_a_sub_period_given_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        combine_periods([(date(2022, 1, 1), slot("1")), (date(2022, 1, 1), slot("1"))], flow=True)


@pytest.mark.parametrize(("how", "own", "result"), tables.TREE.rows)
def test_tree(how, own, result):
    slots = {unit: slot(text) for unit, text in (item.split(":") for item in own.split())}
    rolled = tree_rollup(slots, PARENT, OverUnits(how))
    assert {unit: slot_text(rolled[unit]) for unit in PARENT} == dict(
        item.split(":") for item in result.split()
    )


@pytest.mark.parametrize(
    ("own", "parent", "message"),
    [
        ({}, {"甲": "乙", "乙": "甲"}, "单位上下级成环：甲、乙"),
        ({}, {"甲": "甲"}, "单位上下级成环：甲"),
        ({}, {"省": None, "甲": "乙", "乙": "丙", "丙": "乙"}, "单位上下级成环：甲、乙、丙"),
        ({}, {"甲": "丁"}, "上下级关系中没有这些单位：丁"),
        ({"戊": EMPTY}, {"甲": None}, "上下级关系中没有这些单位：戊"),
    ],
)
def test_what_is_no_tree_is_refused(own, parent, message):
    with pytest.raises(TreeError, match=f"^{re.escape(message)}$"):
        tree_rollup(own, parent)


@pytest.mark.parametrize(
    "counts",
    [(None, 1, 1, 1), (5, 0, 0, 1), (5, 2, 0, 1), (None, 0, -1, 0), (None, -1, 0, 0), (None, 0, 0, -1)],
)
def test_a_slot_that_contradicts_itself_is_refused(counts):
    with pytest.raises(ValueError):
        Slot(*counts)


def test_slot_value_is_exact_whatever_the_size():
    assert slot_value(Slot(10**30 + 1, 1, 0, 1), 6) == Fraction(10**30 + 1, 10**6)
    assert slot_value(Slot(-5, 1, 0, 1), 0) == -5
