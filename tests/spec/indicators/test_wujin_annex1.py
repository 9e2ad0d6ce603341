"""The real thing: annex 1 of Wujin's bulletin of 2022 Q1, 36 departments and 7 indicators, against its ground truth."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from expressions.numbers import display
from expressions.values import NoValue, not_applicable
from indicators.ranking import (
    Count,
    Direction,
    Entry,
    Gain,
    Place,
    Reason,
    at_least,
    below,
    cut,
    gain,
    rank,
    zero_numerator,
)
from indicators.rollup import OverUnits, Pair, Slot, mean, pooled, slot_value, tree_rollup

TRUTH = Path(__file__).parents[2] / "truth" / "wujin"
CHECKS = json.loads((TRUTH / "checks.json").read_text(encoding="utf-8"))
# Indicator: numerator, denominator and rate columns of annex1.csv.
INDICATORS = {
    "claim": ("claimed", "list_total", "claim_rate"),
    "compile": ("compiled", "compile_base", "compile_rate"),
    "time": ("days_cut", "days_statutory", "time_cut_rate"),
    "instant": ("instant_items", "instant_base", "instant_rate"),
    "nomeet": ("nomeet_items", "nomeet_base", "nomeet_rate"),
    "online": ("online_items", "online_base", "online_rate"),
    "supervise": ("supervision_covered", "supervision_total", "supervision_rate"),
}
NOT_APPLICABLE = not_applicable("不适用")


def read(name):
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


ROWS = read("annex1.csv")
PUBLISHED = {row["dept"]: row for row in read("annex1_as_published.csv")}


def figure(text):
    return Fraction(text) if text else NOT_APPLICABLE


def pairs(indicator):
    numerator, denominator, _ = INDICATORS[indicator]
    return {row["dept"]: Pair(figure(row[numerator]), figure(row[denominator])) for row in ROWS}


def entries(indicator):
    return [Entry(d, pair.value(), pair.numerator, pair.denominator) for d, pair in pairs(indicator).items()]


def names(found):
    return [entry.unit for entry in found]


def test_every_rate_of_the_36_departments_is_printed_as_published():
    rates = applicable = 0
    for indicator, (_, _, column) in INDICATORS.items():
        for department, pair in pairs(indicator).items():
            value = pair.value()
            if isinstance(value, NoValue):
                assert value == NOT_APPLICABLE
                assert PUBLISHED[department][column] == "—"
                applicable += 1
            else:
                assert f"{display(value, 1)}%" == PUBLISHED[department][column]
                rates += 1
    assert (rates, applicable) == (228, 24)
    assert rates == CHECKS["row_rates"]["checked"]
    assert applicable == CHECKS["row_rates"]["not_applicable_triples"]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_both_recipes_of_the_district(indicator):
    expected = CHECKS["district_rates"][indicator]
    members = pairs(indicator).values()
    assert display(pooled(members).value(), 3) == expected["ratio_of_sums"]
    assert display(mean(members), 3) == expected["mean_of_dept_rates"]
    assert sum(pair.numbers() is not None for pair in members) == expected["n"]


@pytest.mark.parametrize("column", CHECKS["sums_annex1"])
def test_sums_up_the_tree_are_the_annex_totals(column):
    own = {
        row["dept"]: Slot(int(row[column]), 1, 0, 1) if row[column] else Slot(None, 0, 1, 1) for row in ROWS
    }
    district = tree_rollup(own, {"武进区": None} | dict.fromkeys(own, "武进区"), OverUnits.SUM)["武进区"]
    assert slot_value(district, 0) == CHECKS["sums_annex1"][column]
    assert district.filed == 36
    assert district.numbers + district.not_applicable == 36


def test_days_cut_below_60_per_cent():
    assert names(below(entries("time"), Fraction(60))) == ["人社局", "医疗保障局", "税务局"]


def test_departments_without_instant_items():
    assert names(zero_numerator(entries("instant"))) == ["大数据管理局", "城管局", "烟草局"]


def test_departments_without_any_supervision_covered():
    covered_nothing = [
        "档案局",
        "新闻出版局",
        "发改局",
        "司法局",
        "财政局",
        "人社局",
        "住建局",
        "城管局",
        "医疗保障局",
    ]
    assert names(zero_numerator(entries("supervise"))) == covered_nothing


SIX = ["公安局", "民政局", "人社局", "住建局", "退役军人事务局", "不动产登记交易中心"]


def listed(*extra, without=()):
    """The six named departments, with and without some, in the order of the annex."""
    wanted = {*SIX, *extra} - {*without}
    return [row["dept"] for row in ROWS if row["dept"] in wanted]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # The named list needs an average in (94.2857, 95.0]: 33/35 = 94.2857… is 退役军人事务局, 19/20 应急管理局.
        (Fraction(3300, 35), listed("消防大队", without=["退役军人事务局"])),
        (Fraction("94.2858"), listed("消防大队")),
        (Fraction("94.7"), listed("消防大队")),
        (Fraction(95), listed("消防大队")),
        (Fraction("95.0001"), listed("消防大队", "应急管理局")),
        (Fraction("95.1"), listed("消防大队", "应急管理局")),
    ],
)
def test_below_a_line_of_the_no_meeting_rate(line, expected):
    assert names(below(entries("nomeet"), line)) == expected


def test_below_the_average_depends_on_the_recipe():
    members = pairs("nomeet").values()
    assert names(below(entries("nomeet"), pooled(members).value())) == listed(
        "消防大队", without=["退役军人事务局"]
    )
    assert names(below(entries("nomeet"), mean(members))) == listed("消防大队")
    # Both print 94.3.
    as_printed = below(entries("nomeet"), pooled(members).value(), compare_decimals=1)
    assert "退役军人事务局" not in names(as_printed)


def test_online_below_either_average():
    members = pairs("online").values()
    for average in (pooled(members).value(), mean(members), Fraction("98.7")):
        assert names(below(entries("online"), average)) == ["人社局"]


def test_the_supervision_ranking():
    ranking = rank(entries("supervise"), Direction.HIGHER)
    assert ranking.ranked == 22
    assert [row.reason for row in ranking.rows[22:]] == [Reason.NOT_APPLICABLE] * 14
    best = [(row.unit, row.place, row.tied) for row in ranking.rows[:6]]
    assert best == [
        ("教育局", 1, False),
        ("税务局", 2, False),
        ("公安局", 3, False),
        ("应急管理局", 4, False),
        ("地方金融监管局", 5, False),
        ("卫健局", 6, False),
    ]
    zero = ranking.row("人社局")
    assert (zero.place, zero.tied) == (14, True)


def test_last_three_of_the_supervision_ranking_are_nine():
    ranking = rank(entries("supervise"), Direction.HIGHER)
    last = cut(ranking, end="last", by=Count(3))
    assert names(row.entry for row in last.rows) == names(zero_numerator(entries("supervise")))
    assert last.grown_by_tie
    assert cut(ranking, end="last", by=Place(3)) == last


def test_one_more_item_lifts_the_labour_office():
    """人社局 has 0/3; eight are above 1/3, and 民政局 stands exactly there."""
    assert gain(rank(entries("supervise"), Direction.HIGHER), "人社局") == Gain(cases=1, place=9, tied=True)


def test_full_marks_for_online():
    assert len(at_least(entries("online"), Fraction(100))) == 33
