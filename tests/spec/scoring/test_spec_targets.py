"""The worked examples of targets: met, gap, light, pace, quotas."""

import re
from datetime import date
from fractions import Fraction

import pytest

from departments.periods import Period
from indicators.targets import (
    LIGHT_WORDS,
    Assessment,
    Light,
    Operator,
    TargetData,
    assess,
    beyond_plan,
    elapsed,
    quota_check,
)
from tests.spec.indicators.notation import figure, figure_text, printed
from tests.spec.scoring import score_tables as tables
from tests.spec.scoring.score_notation import optional, target

LIGHTS = {"绿": Light.GREEN, "黄": Light.YELLOW, "红": Light.RED, "不亮": Light.NONE}
YES = {True: "是", False: "否", None: ""}


@pytest.mark.parametrize(
    ("goal", "floor", "aim", "text", "met", "gap", "light", "words"), tables.TARGETS.rows
)
def test_targets(goal, floor, aim, text, met, gap, light, words):
    declared = target(goal, floor=optional(floor), aim=optional(aim))
    place = re.fullmatch(r"第(\d+)名", text)
    value = Fraction(50) if "名" in text else figure(text)
    found = assess(declared, value, place=int(place[1]) if place else None)
    assert YES[found.met] == met
    assert ("" if found.gap is None else figure_text(found.gap)) == gap
    assert found.light == LIGHTS[light]
    assert found.words == words
    assert (found.pace, found.expected, found.on_pace) == (None, None, None)
    if found.met is not None:
        assert declared.met(value, int(place[1]) if place else None) == found.met


@pytest.mark.parametrize(
    ("goal", "floor", "period", "day", "text", "pace", "gone", "on_pace", "light"), tables.PACE.rows
)
def test_pace(goal, floor, period, day, text, pace, gone, on_pace, light):
    declared = target(goal, floor=optional(floor), cumulative=True)
    found = assess(
        declared, figure(text), elapsed=elapsed(Period.parse(period), date.fromisoformat(day)), decimals=0
    )

    def percent(share):
        return "" if share is None else f"{printed(share * 100, 2)}%"

    assert (percent(found.pace), percent(found.expected)) == (pace, gone)
    assert YES[found.on_pace] == on_pace
    assert found.light == LIGHTS[light]
    if pace:
        assert found.words.endswith(
            f"，完成目标的{pace}，时间过去{gone}，{'跟上' if found.on_pace else '落后于'}时间进度"
        )


def test_pace_without_a_day_says_what_is_done():
    found = assess(target("≥200", cumulative=True), Fraction(50), unit_of_measure="件")
    assert (found.pace, found.expected, found.on_pace) == (Fraction(1, 4), None, None)
    assert (found.light, found.words) == (Light.RED, "距目标（≥200件）差150件，完成目标的25.00%")


@pytest.mark.parametrize("goal", ["90～98", "前3名", "是", "≥0"])
def test_what_does_not_add_up_over_time_has_no_pace(goal):
    found = assess(target(goal, cumulative=True), Fraction(1), place=1, elapsed=Fraction(1, 2))
    assert (found.pace, found.expected, found.on_pace) == (None, None, None)


def test_a_gap_of_rates_is_in_percentage_points():
    assert (
        assess(target("≥25"), Fraction(2254, 100), unit_of_measure="%").words
        == "距目标（≥25%）差2.46个百分点"
    )
    assert assess(target("≤24"), Fraction(30), unit_of_measure="小时").words == "距目标（≤24小时）差6小时"


@pytest.mark.parametrize(
    ("total", "quotas", "added", "difference", "agrees", "done", "beyond"), tables.QUOTAS.rows
)
def test_quotas(total, quotas, added, difference, agrees, done, beyond):
    allotted = {unit: Fraction(text) for unit, text in (item.split(":") for item in quotas.split())}
    check = quota_check(target(total), allotted)
    assert (figure_text(check.sum), figure_text(check.difference)) == (added, difference)
    assert YES[check.agrees] == agrees
    values = {unit: figure(text) for unit, text in (item.split(":") for item in done.split())}
    assert beyond_plan(values, allotted) == tuple(beyond.split())


@pytest.mark.parametrize("goal", ["前3名", "是"])
def test_places_and_answers_are_not_allotted(goal):
    with pytest.raises(ValueError, match="不能分解"):
        quota_check(target(goal), {"甲": Fraction(1)})


@pytest.mark.parametrize("upper", [None, Fraction(89)])
def test_a_range_needs_its_upper_end(upper):
    with pytest.raises(ValueError, match="区间目标要有上限"):
        TargetData(Operator.BETWEEN, Fraction(90), upper)


def test_a_place_is_not_guessed():
    with pytest.raises(ValueError, match="名次目标要有名次"):
        target("前3名").met(Fraction(2))


@pytest.mark.parametrize(
    ("period", "day", "share"),
    [
        ("2022-03-31", "2022-03-30", Fraction(0)),
        ("2022-03-31", "2022-03-31", Fraction(1)),
        ("2022-W13", "2022-04-01", Fraction(5, 7)),
        ("2024-02", "2024-02-28", Fraction(28, 29)),
        ("2022-01..2022-03", "2022-02-14", Fraction(1, 2)),
    ],
)
def test_elapsed_counts_days_with_today(period, day, share):
    assert elapsed(Period.parse(period), date.fromisoformat(day)) == share


def test_every_light_has_its_word():
    assert set(LIGHT_WORDS) == set(Light)
    nothing = assess(target("≥95"), figure("缺"))
    assert nothing == Assessment(None, None, Light.NONE, None, None, None, "没有数值，不评价")
