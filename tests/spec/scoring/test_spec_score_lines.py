"""What a score sheet says of every line: states, words, vetoes, caps, and how it is stored."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from expressions.values import MISSING, UNDEFINED, not_applicable
from indicators.scoring import LeafData, LeafInput, score_sheet, sheet_json
from indicators.targets import Operator, TargetData
from tests.spec.scoring.score_notation import (
    adjustments,
    counts,
    grades,
    leaf,
    leaf_input,
    rule,
    scheme,
    target,
)


def sheet_of(text, given, *, unit="D01", units=None, **more):
    declared = scheme(
        (LeafData("甲", "甲", ("上级",), rule(text), "rate", units=units), leaf("乙", "80")), **more
    )
    return score_sheet(
        declared, unit, {"甲": given, "乙": leaf_input("50")} if given else {"乙": leaf_input("50")}, {}
    )


RANGE = TargetData(Operator.BETWEEN, Fraction(90), Fraction(98))


@pytest.mark.parametrize(
    ("text", "given", "state", "explained"),
    [
        # A rule without a target of its own takes the period's, whatever its operator; its own goes first.
        ("扣分 满20 每差1扣1", LeafInput(Fraction(88), target=RANGE), "scored", "20 − 1×(90 − 88) = 18"),
        ("扣分 满20 ≥95 每差1扣1", LeafInput(Fraction(88), target=RANGE), "scored", "20 − 1×(95 − 88) = 13"),
        ("扣分 满20 每差1扣1", LeafInput(Fraction(88)), "missing", "没有目标值，暂无总分"),
        (
            "按比例 满20",
            LeafInput(Fraction(88), place=2, target=target("前3名")),
            "missing",
            "名次目标、是否目标不能按比例计分，暂无总分",
        ),
        (
            "扣分 满20 每差1扣1",
            LeafInput(Fraction(88), place=5, target=target("前3名")),
            "scored",
            "20 − 1×(5 − 3) = 18",
        ),
        ("扣分 满20 ≥95 每差1扣1", None, "missing", "缺数据，暂无总分"),
        ("扣分 满20 ≥95 每差1扣1", LeafInput(MISSING), "missing", "缺数据，暂无总分"),
        ("状态 满20 已完成→20", LeafInput(MISSING), "missing", "没有经确认的办理状态，暂无总分"),
        ("状态 满20 已完成→20", LeafInput(MISSING, status="done"), "scored", "办理状态：已完成，得20"),
        (
            "状态 满20 已完成→20",
            LeafInput(MISSING, status="not_applicable"),
            "not_applicable",
            "经确认不适用，分值由其他各项分担",
        ),
        (
            "扣分 满20 ≥95 每差1扣1",
            LeafInput(not_applicable("无此业务")),
            "not_applicable",
            "不适用：无此业务，分值由其他各项分担",
        ),
        (
            "扣分 满20 ≥95 每差1扣1",
            LeafInput(UNDEFINED, Fraction(0), Fraction(0)),
            "not_applicable",
            "分母为0，本期没有业务，分值由其他各项分担",
        ),
        (
            "名次 满20 1→20 3→10",
            LeafInput(Fraction(9), place=2, ranked=5),
            "scored",
            "第2名，在前3名以内，得10",
        ),
        ("名次 满20 1→20", LeafInput(Fraction(9)), "not_applicable", "不参加本指标排名，分值由其他各项分担"),
        (
            "全有全无 满20 前3名",
            LeafInput(Fraction(9)),
            "not_applicable",
            "不参加本指标排名，分值由其他各项分担",
        ),
        ("名次 满20 1→20", LeafInput(MISSING), "missing", "缺数据，暂无总分"),
    ],
)
def test_a_line_says_how_its_points_came_about(text, given, state, explained):
    line = sheet_of(text, given).lines[0]
    assert (line.state, line.words) == (state, explained)


def test_a_leaf_of_other_units_does_not_apply():
    sheet = sheet_of("扣分 满20 ≥95 每差1扣1", LeafInput(Fraction(95)), units=frozenset({"D02"}))
    assert [line.state for line in sheet.lines] == ["not_applicable", "scored"]
    assert sheet.lines[0].words == "本项不考核该单位，分值由其他各项分担"
    assert sheet.lines[1].words == "80×50÷100 = 40；分担不适用项的分值：40×100÷80 = 50"
    lost = sheet_of("扣分 满20 ≥95 每差1扣1", None, units=frozenset({"D02"}), not_applicable="lose")
    assert [line.words for line in lost.lines] == ["本项不考核该单位", "80×50÷100 = 40"]


def test_a_missing_leaf_that_scores_nothing_says_so_and_vetoes_nobody():
    declared = scheme(
        (replace(leaf("甲", "20"), veto=True), leaf("乙", "80")), missing="zero", grades=grades("好40 差")
    )
    sheet = score_sheet(declared, "D01", {"乙": leaf_input("50")}, {})
    assert sheet.lines[0].words == "缺数据，按考核方案计0分"
    assert (sheet.total, sheet.grade, sheet.vetoed_by) == (40, "好", ())


@pytest.mark.parametrize(
    ("text", "value", "vetoed"),
    [
        ("扣分 满20 ≥95 每差1扣1", "94.9", True),
        ("扣分 满20 ≥95 每差1扣1", "95", False),
        ("扣分 满20 ≥95 每差1扣1 底20", "94.9", True),
        ("分档 满20 ≥ 95→20 90→15", "94", True),
        ("分档 满20 ≥ 95→18 90→15", "95", False),
    ],
)
def test_a_veto_falls_with_the_target(text, value, vetoed):
    declared = scheme((LeafData("甲", "甲", (), rule(text), "rate", veto=True),), grades=grades("好0 差"))
    sheet = score_sheet(declared, "D01", {"甲": leaf_input(value)}, {})
    assert (sheet.grade, sheet.vetoed_by) == (("差", ("甲",)) if vetoed else ("好", ()))


def test_without_a_lowest_grade_a_low_score_has_none():
    declared = scheme((leaf("甲", "100"),), grades=grades("优秀90 良好80"))
    assert score_sheet(declared, "D01", {"甲": leaf_input("79")}, {}).grade == ""


def test_what_caps_did_is_told():
    declared = scheme(
        (leaf("甲", "100"),),
        adjustments=adjustments("表扬:+2上限5 创新:+1.5 投诉:-1上限2 差评:-0.5"),
        bonus_cap=Fraction(6),
        deduction_cap=Fraction(3),
    )
    sheet = score_sheet(declared, "D01", {"甲": leaf_input("80")}, counts("表扬3 创新2 投诉5 差评4"))
    assert [(line.points, line.capped, line.words) for line in sheet.adjustments] == [
        (5, True, "2×3 = 6，最多加5"),
        (3, False, "1.5×2 = 3"),
        (-2, True, "1×5 = 5，最多扣2"),
        (-2, False, "0.5×4 = 2"),
    ]
    assert sheet.notes == ("加分合计8，最多计6", "扣分合计4，最多计3")
    early = score_sheet(
        replace(declared, bonus_from=Fraction(81)), "D01", {"甲": leaf_input("80")}, counts("表扬3")
    )
    assert early.adjustments[0].words == "各项得分未到81分，不计加分"
    assert early.bonus == 0


def test_entries_cannot_be_fewer_than_none():
    with pytest.raises(ValueError, match="表扬：条数不能小于0"):
        score_sheet(scheme((), adjustments=adjustments("表扬:+2")), "D01", {}, {"表扬": -1})


def test_the_stored_sheet_is_exact_and_plain():
    first = LeafData(
        "2.2",
        "按时办结率",
        ("运行效能",),
        rule("扣分 满20 ≥95 每差1扣1"),
        "rate",
        veto=True,
        deadline=date(2023, 12, 31),
    )
    declared = scheme((first, leaf("乙", "80")), adjustments=adjustments("投诉:-1"), grades=grades("好50 差"))
    ratio = LeafInput(Fraction(280, 3), Fraction(14), Fraction(15), place=2, ranked=9, note="含迟报数据")
    stored = sheet_json(score_sheet(declared, "D01", {"2.2": ratio, "乙": leaf_input("50")}, counts("投诉1")))
    assert json.loads(json.dumps(stored)) == stored
    assert stored["lines"][0] == {
        "key": "2.2",
        "name": "按时办结率",
        "path": ["运行效能"],
        "indicator": "rate",
        "rule": "per_point",
        "veto": True,
        "deadline": "2023-12-31",
        "state": "scored",
        "full": "20",
        "points": "55/3",
        "words": "20 − 1×(95 − 93.3333) ≈ 18.3333",
        "value": "280/3",
        "numerator": "14",
        "denominator": "15",
        "place": 2,
        "ranked": 9,
        "status": "",
        "target": "≥95",
        "note": "含迟报数据",
    }
    assert stored["adjustments"] == [
        {"name": "投诉", "each": "-1", "count": 1, "points": "-1", "capped": False, "words": "1×1 = 1"}
    ]
    rest = {key: value for key, value in stored.items() if key not in ("lines", "adjustments")}
    assert rest == {
        "base": "175/3",
        "bonus": "0",
        "deduction": "1",
        "total": "172/3",
        "reason": "",
        "full": "100",
        "grade": "差",
        "vetoed_by": ["按时办结率"],
        "notes": [],
    }
    nothing = sheet_json(score_sheet(declared, "D01", {}, {}))
    assert (nothing["total"], nothing["reason"], nothing["grade"]) == ("", "missing", "")
