"""The worked examples of scores: points, whole sheets, bonus and deductions, grades and vetoes."""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from expressions.values import MISSING, UNDEFINED, not_applicable
from indicators.scoring import Kind, LeafData, LeafInput, Rule, points, score_sheet, sheet_json, words
from indicators.targets import Operator, TargetData
from tests.spec.indicators.notation import figure_text
from tests.spec.scoring import score_tables as tables
from tests.spec.scoring.score_notation import (
    adjustments,
    counts,
    grades,
    held,
    leaf,
    leaf_input,
    optional,
    rule,
    scheme,
)


@pytest.mark.parametrize(("text", "value", "given", "explained"), tables.POINTS.rows)
def test_points(text, value, given, explained):
    number, place, status = held(value)
    assert figure_text(points(rule(text), number, place=place, status=status)) == given
    assert words(rule(text), number, place=place, status=status) == explained


NOT_APPLICABLE = {"分担": "redistribute", "不计": "lose"}
MISSING_LEAF = {"不排名": "not_ranked", "计0分": "zero"}
HOT_LINE = (
    LeafData("签收", "及时签收", (), rule("扣分 满10 ≥95 每差1扣1"), "accepted"),
    LeafData("办结", "按时办结", (), rule("扣分 满20 ≥95 每差1扣1"), "finished"),
    LeafData("满意", "满意率", (), rule("扣分 满25 ≥95 每差1扣0.5 底12.5"), "satisfied"),
    LeafData("其余", "其余", (), rule("全有全无 满44 是"), "others"),
)


@pytest.mark.parametrize(
    ("month", "unit", "accepted", "finished", "satisfied", "faults", "three", "total"), tables.PUBLISHED.rows
)
def test_published_totals(month, unit, accepted, finished, satisfied, faults, three, total):
    declared = scheme(HOT_LINE, adjustments=adjustments("答复不规范:-1"))
    texts = {"签收": accepted, "办结": finished, "满意": satisfied, "其余": "1"}
    sheet = score_sheet(
        declared,
        unit,
        {key: leaf_input(text) for key, text in texts.items()},
        {"答复不规范": int(faults)},
    )
    assert [Fraction(figure_text(line.points, 2)) for line in sheet.lines[:3]] == [
        *map(Fraction, three.split())
    ]
    assert Fraction(figure_text(sheet.total, 2)) == Fraction(total)


@pytest.mark.parametrize(
    ("not_applies", "missing", "a", "b", "c", "fulls", "given", "full", "total"), tables.SHEETS.rows
)
def test_sheets(not_applies, missing, a, b, c, fulls, given, full, total):
    leaves = (leaf("甲", "20"), leaf("乙", "30"), leaf("丙", "50"))
    sheet = score_sheet(
        scheme(leaves, not_applicable=NOT_APPLICABLE[not_applies], missing=MISSING_LEAF[missing]),
        "D01",
        dict(zip(("甲", "乙", "丙"), map(leaf_input, (a, b, c)), strict=True)),
        {},
    )
    assert [figure_text(line.full) for line in sheet.lines] == fulls.split()
    assert [figure_text(line.points) for line in sheet.lines] == given.split()
    assert figure_text(sheet.full) == full
    assert figure_text(sheet.total) == total
    states = {"缺": "missing", "不": "not_applicable", "无": "not_applicable"}
    assert [line.state for line in sheet.lines] == [states.get(text[0], "scored") for text in (a, b, c)]


@pytest.mark.parametrize(
    ("base", "declared", "found", "start", "bonus_cap", "deduction_cap", "bonus", "deduction", "total"),
    tables.ADJUSTMENTS.rows,
)
def test_adjustments(base, declared, found, start, bonus_cap, deduction_cap, bonus, deduction, total):
    sheet = score_sheet(
        scheme(
            (leaf("甲", "100"),),
            adjustments=adjustments(declared),
            bonus_from=optional(start),
            bonus_cap=optional(bonus_cap),
            deduction_cap=optional(deduction_cap),
        ),
        "D01",
        {"甲": leaf_input(base)},
        counts(found),
    )
    assert figure_text(sheet.base) == base
    assert [figure_text(x) for x in (sheet.bonus, sheet.deduction, sheet.total)] == [bonus, deduction, total]


@pytest.mark.parametrize(("declared", "total", "vetoed", "grade", "causes"), tables.GRADES.rows)
def test_grades(declared, total, vetoed, grade, causes):
    sheet = score_sheet(
        scheme(
            (
                leaf("甲", "100"),
                LeafData(
                    "安全",
                    "安全",
                    (),
                    Rule(Kind.FULL_OR_NONE, Fraction(0), Fraction(1), Operator.YES),
                    "safe",
                    veto=True,
                ),
            ),
            adjustments=adjustments("弄虚作假:-0否决"),
            grades=grades(declared),
        ),
        "D01",
        {
            "甲": leaf_input(total),
            "安全": LeafInput(not_applicable() if total == "不适用" else Fraction("指标" not in vetoed)),
        },
        {"弄虚作假": int("信访" in vetoed)},
    )
    assert figure_text(sheet.total).split("（")[0] == total
    assert sheet.grade == grade
    assert sheet.vetoed_by == tuple(causes.split())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("扣分 满20 ≥95", "扣分制要写明"),
        ("扣分 满20 ≥95 每差1扣-1", "扣分制要写明"),
        ("扣分 满20 ≥95 每差1扣1 底21", "最低分要在0和满分之间"),
        ("扣分 满20 ≥95 每差1扣1 底-1", "最低分要在0和满分之间"),
        ("按比例 满20 前3名", "不能按比例计分"),
        ("按比例 满20 是", "不能按比例计分"),
        ("分档 满20 ≥", "要有分值表"),
        ("名次 满20", "要有分值表"),
        ("状态 满20", "要有分值表"),
        ("分档 满20 ≥ 95→21", "分值要在0和满分之间"),
        ("状态 满5 已完成→5 未启动→-1", "分值要在0和满分之间"),
        ("分档 满20 = 95→20", "只能用“≥”或“≤”"),
        ("分档 满20 ≥ 80→10 95→20", "从最好的一档写起"),
        ("分档 满20 ≥ 95→10 80→20", "从最好的一档写起"),
        ("分档 满20 ≥ 95→20 95→10", "从最好的一档写起"),
        ("分档 满20 ≤ 95→20 80→10", "从最好的一档写起"),
        ("名次 满20 3→20 1→10", "从最好的一档写起"),
    ],
)
def test_a_rule_whose_parts_do_not_fit_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        rule(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("扣分 满20 ≥95 每差1扣1", "没有数值"),
        ("扣分 满20 每差1扣1", "没有目标值"),
        ("扣分 满20 前3名 每差1扣1", "名次目标要有名次"),
        ("分档 满20 ≥ 95→20", "没有数值"),
        ("名次 满20 1→20", "不参加排名"),
        ("状态 满20 已完成→20", "没有确认的办理状态"),
    ],
)
def test_points_need_what_the_rule_goes_by(text, message):
    with pytest.raises(ValueError, match=message):
        points(rule(text), None)
    with pytest.raises(ValueError, match=message):
        words(rule(text), None)


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
