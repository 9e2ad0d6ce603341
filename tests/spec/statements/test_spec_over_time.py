"""Every construct over time on the small office, and what a statement tells of where it comes from."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from departments.periods import Period
from expressions import ExpressionError
from expressions.numbers import half_up
from reports.statements import Source, compose
from reports.statements.model import own_names
from reports.statements.shares import balanced
from reports.statements.streaks import LONGEST
from tests.spec.statements.time_office import (
    CODES,
    JUNE,
    at,
    names,
    plain_office,
    printed,
    real_office,
    statement,
)
from tests.spec.statements.time_tables import ALL


@pytest.mark.parametrize(("text", "shown"), [row for table in ALL for row in table.rows])
def test_construct(text: str, shown: str):
    assert printed(text) == shown


def test_an_earlier_figure_says_its_period_and_leaves_its_cells_out():
    found = statement("上期(比率(办结率))")
    assert (found.period, found.version, found.inputs) == ("2023-05", 1, ())
    assert found.describe.endswith("（2023年5月）")
    assert found.coverage is not None
    assert found.coverage.text() == "5家中5家"


def test_a_change_is_exact_and_opens_to_the_cells_of_its_own_period():
    found = statement("变化(比率(办结率)，上期(比率(办结率)))")
    assert found.value == Fraction(10500, 130) - Fraction(11000, 160)
    assert (found.kind, found.indicator, found.period) == ("change", "rate", "")
    assert (CODES["甲局"], "f.done") in found.inputs
    assert "2023年5月" in found.describe


def test_a_change_from_a_typed_baseline_names_its_source():
    found = statement("变化(比率(办结率)，事实(五月办结率))")
    assert (found.source, found.typed_by) == ("五月通报", "")
    assert "录入事实：五月办结率" in found.describe


def test_a_typed_baseline_stands_in_for_what_was_not_reported_and_beside_what_was():
    stands_in = statement("上期(比率(新指标)，录入=事实(五月办结率))")
    assert (stands_in.kind, stands_in.source, stands_in.period) == ("fact", "五月通报", "2023-05")
    beside = statement("上期(比率(办结率)，录入=事实(五月办结率))")
    assert (beside.kind, beside.typed_by) == ("rate", "")
    assert beside.describe.endswith("录入事实：五月办结率（五月通报） 63.45%")


def test_a_list_of_movers_names_units_and_prints_their_labels():
    found = statement("名次下降(办结率)")
    assert (found.kind, found.units) == ("list", (CODES["乙局"], CODES["丙局"]))
    assert found.labels == ("乙局（下降2位）", "丙局（下降1位）")
    assert found.joining.join(found.labels) == found.display
    assert statement("名次下降(办结率，附值=“否”)").labels == ()


def test_a_streak_looks_at_units_that_are_not_asked():
    found = statement("连续(未报(派驻人数) 或 派驻人数 = 0)")
    assert CODES["己局"] in found.units
    assert (CODES["己局"], "f.staff") in found.inputs


def test_the_share_of_the_first_names_them():
    assert "（甲局、乙局）" in statement("前几占比(应办数，2)").describe


def test_a_contribution_is_exact():
    found = statement("影响(办结率，甲局)")
    assert found.value == Fraction(10500, 130) - Fraction(9500, 130)
    assert (found.scope, found.kind) == ("甲局", "change")


def test_the_contribution_of_a_real_unit():
    """Yindu, June 2023: 公安分局 fell from a typed 63.45% to 16.65% and took 2.04 points off 92.25% (claim C043)."""
    office = real_office()
    assert printed("由到(事实(原比率)，比率(压缩比，单位=公安分局))", office) == "由63.45%降至16.65%"
    assert printed("影响(压缩比，公安分局，原比率=事实(原比率))", office) == "降低2.04个百分点"
    assert statement("影响(压缩比，公安分局，原比率=事实(原比率))", office).source == "五月通报"


def test_the_pace_of_a_longer_target_leaves_its_cells_out():
    found = statement("序时进度(办结件数)")
    assert (found.value, found.inputs) == (Fraction(29000, 600), ())
    assert found.period == "2023-01-01..2023-06-30"


def test_a_contribution_to_a_plain_mean():
    """80 is the mean of 90, 80, 50 and 100; with 甲局 at its former 70 it would be 75."""
    mean = replace(JUNE.data.definitions["rate"], recipe="mean")
    data = replace(JUNE.data, definitions={**JUNE.data.definitions, "rate": mean})
    assert printed("影响(办结率，甲局)", replace(JUNE, data=data)) == "提高5.00个百分点"


def test_a_section_written_for_a_unit_looks_at_periods_before_it_existed():
    own = replace(JUNE, own=CODES["丁局"])
    text = "{本单位名}：{前n期(合计(已办数，单位=本单位)，2)}，{前n期(合计(已办数)，2)}，{上期(合计(派驻人数，单位=本单位))}"
    (paragraph,) = compose(text, own, own_names(names()))
    assert paragraph.text == "丁局：（未报），75，1"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("影响(办结率，子镇)", "子镇不在“办结率”所统计的单位之中"),
        ("影响(办结率，甲局，原分子=事实(原已办))", "要一起写"),
        ("名次上升(办结率，组=组(区级部门，镇街道))", "一个组"),
        ("舍位占比(3，合计(应办数)，合计(已办数))", "没有第3个"),
        ("分档(办结率，50，85)", "从大到小"),
        ("前n期(合计(应办数)，61)", "从1到60"),
        ("变化(合计(应办数)，上期(合计(应办数))，形式=“百分率”)", "形式"),
        ("上期(合计(应办))", "没有名为“应办”的项"),
    ],
)
def test_what_cannot_be_computed_is_a_fault_of_the_hole(text: str, words: str):
    with pytest.raises(ExpressionError) as fault:
        printed(text)
    assert words in str(fault.value)


def test_a_run_is_followed_only_so_far():
    """Months without end, each the same: what is longer than can be looked at is told as so much or more."""
    loaded: list[Period] = []

    def load(period: Period) -> Source:
        loaded.append(period)
        return replace(JUNE, data=replace(JUNE.data, period=period), elsewhere=load)

    endless = replace(JUNE, elsewhere=load)
    assert printed("连续期数(派驻人数 = 0，甲局)", endless) == "36个月以上"
    assert len(loaded) == LONGEST
    assert printed("连续(派驻人数 = 0，36，附值=“否”)", endless) == "甲局、乙局、丙局"


def test_only_the_periods_needed_are_read():
    loaded: list[str] = []

    def load(period: Period) -> Source:
        loaded.append(period.code)
        return at(period)

    watched = replace(JUNE, elsewhere=load)
    printed("合计(应办数)", watched)
    assert loaded == []
    printed("连续(派驻人数 = 0)", watched)
    assert loaded == ["2023-05", "2023-04", "2023-03"]


@pytest.mark.parametrize("seed", range(60))
def test_movers_and_runs_against_a_plain_reading(seed: int):
    chance = random.Random(seed)
    names_ = list(CODES)[:4]
    months = ["2023-06", "2023-05", "2023-04"]
    figures = {month: {name: chance.choice([None, 0, 1, 2]) for name in names_} for month in months}
    source = plain_office(figures)
    moved = {
        name: now - before
        for name in names_
        if (now := figures["2023-06"][name]) is not None and (before := figures["2023-05"][name]) is not None
    }
    most = max((change for change in moved.values() if change > 0), default=None)
    best = [name for name in names_ if moved.get(name) == most] if most else []
    shown = printed("进步最大(窗口人数，1，附值=“否”)", source)
    if best:
        assert shown == "、".join(best) + ("（并列）" if len(best) > 1 else "")
    else:
        assert shown in ("无", "（基期未报）", "（无可比数据）")
    for name in names_:
        run = 0
        for month in months:
            if figures[month][name] != 0:
                break
            run += 1
        assert printed(f"连续期数(派驻人数 = 0，{name})", source) == f"{run}个月"


@pytest.mark.parametrize("seed", range(100))
def test_balanced_shares_add_up_and_stay_within_one_step(seed: int):
    chance = random.Random(seed)
    parts = [Fraction(chance.randint(0, 50)) for _ in range(chance.randint(2, 6))]
    parts[0] += 1
    decimals, whole = chance.randint(0, 3), sum(parts)
    shares = [100 * part / whole for part in parts]
    rounded = balanced(shares, decimals)
    assert sum(rounded) == 100
    for share, shown in zip(shares, rounded, strict=True):
        assert abs(share - shown) < Fraction(1, 10**decimals)
        assert Fraction(half_up(shown, decimals)) == shown
