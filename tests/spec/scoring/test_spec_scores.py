"""The worked examples of scores: points, whole sheets, bonus and deductions, grades and vetoes."""

from fractions import Fraction

import pytest

from expressions.values import not_applicable
from indicators.scoring import Kind, LeafData, LeafInput, Rule, points, score_sheet, words
from indicators.targets import Operator
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


def test_a_range_needs_its_upper_end_in_a_rule_too():
    with pytest.raises(ValueError, match="区间目标要有上限"):
        Rule(Kind.PER_POINT, Fraction(20), Fraction(90), Operator.BETWEEN, Fraction(1))
