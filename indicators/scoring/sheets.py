"""得分表: one unit's leaves, bonus and deductions under a scheme, added up so that every point is explained."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from expressions.numbers import exact_text
from expressions.values import MISSING, Kind, NoValue, not_applicable
from indicators.scoring.data import (
    AdjustmentData,
    AdjustmentLine,
    GradeData,
    LeafData,
    LeafInput,
    LeafLine,
    SchemeData,
    Sheet,
)
from indicators.scoring.rules import WITH_TARGET, WITHOUT_SHARE, Rule, equals, missed, number, points, words
from indicators.scoring.rules import Kind as RuleKind
from indicators.targets import Operator, TargetData

REDISTRIBUTE = "redistribute"
ZERO = "zero"
NOTHING_APPLIES = "没有适用的考核内容"


def score_sheet(
    scheme: SchemeData, unit: str, inputs: Mapping[str, LeafInput], counts: Mapping[str, int]
) -> Sheet:
    """The score of a unit: `inputs` by key of the leaf (none: missing), `counts` of entries by name of the adjustment.

    A leaf does not apply when it is not this unit's, when its value is not applicable or undefined (n ÷ 0), or when it
    scores by place and the unit has none. Redistribution multiplies full marks and points of the others by
    all ÷ applicable. ValueError for a count below 0.
    """
    plain = [_line(scheme, leaf, unit, inputs.get(leaf.key)) for leaf in scheme.leaves]
    lines = tuple(_shared_out(scheme, plain))
    base = sum((line.points for line in lines), Fraction())
    adjusted = tuple(_adjusted(scheme, item, counts.get(item.name, 0), base) for item in scheme.adjustments)
    bonus, bonus_note = _capped_sum(adjusted, scheme.bonus_cap, 1)
    deduction, deduction_note = _capped_sum(adjusted, scheme.deduction_cap, -1)
    total: Fraction | NoValue = max(base + bonus - deduction, Fraction())
    if all(line.state == "not_applicable" for line in lines):
        total = not_applicable(NOTHING_APPLIES)
    elif scheme.missing != ZERO and any(line.state == "missing" for line in lines):
        total = MISSING
    vetoes = (
        *(line.leaf.name for line in lines if _vetoes(line)),
        *(line.adjustment.name for line in adjusted if line.adjustment.veto and line.count),
    )
    return Sheet(
        lines=lines,
        adjustments=adjusted,
        base=base,
        bonus=bonus,
        deduction=deduction,
        total=total,
        full=sum((line.full for line in lines), Fraction()),
        grade=_grade(scheme.grades, total, bool(vetoes)),
        vetoed_by=vetoes,
        notes=tuple(note for note in (bonus_note, deduction_note) if note),
    )


def _line(scheme: SchemeData, leaf: LeafData, unit: str, given: LeafInput | None) -> LeafLine:
    """The leaf before anything is shared out."""
    known = given or LeafInput(MISSING)
    if leaf.units is not None and unit not in leaf.units:
        return LeafLine(leaf, known, "not_applicable", leaf.rule.full, Fraction(), "本项不考核该单位")
    leaf = replace(leaf, rule=_with_target(leaf.rule, known.target))
    rule, value = leaf.rule, known.value if isinstance(known.value, Fraction) else None
    if does_not_apply := _why_not_applicable(rule, known):
        return LeafLine(leaf, known, "not_applicable", rule.full, Fraction(), does_not_apply)
    if absent := _why_missing(rule, known):
        zero = "，按考核方案计0分" if scheme.missing == ZERO else "，暂无总分"
        return LeafLine(leaf, known, "missing", rule.full, Fraction(), absent + zero)
    given_points = points(rule, value, place=known.place, status=known.status)
    explained = words(rule, value, place=known.place, status=known.status)
    return LeafLine(leaf, known, "scored", rule.full, given_points, explained)


def _with_target(rule: Rule, target: TargetData | None) -> Rule:
    """The rule with the period's own target where it declares none and the target is of a kind it can go by."""
    if rule.kind not in WITH_TARGET or rule.target is not None or target is None:
        return rule
    if rule.kind == RuleKind.PROPORTIONAL and target.operator in WITHOUT_SHARE:
        return rule
    return replace(rule, operator=target.operator, target=target.value, upper=target.upper)


def _by_place(rule: Rule) -> bool:
    return rule.kind == RuleKind.PLACE or (rule.kind in WITH_TARGET and rule.operator == Operator.PLACE)


def _why_not_applicable(rule: Rule, given: LeafInput) -> str:
    if given.status == "not_applicable":
        return "经确认不适用"
    if rule.kind == RuleKind.STATUS:
        return ""
    if isinstance(given.value, NoValue):
        if given.value.kind == Kind.NOT_APPLICABLE:
            return f"不适用：{given.value.reason}" if given.value.reason else "不适用"
        return "分母为0，本期没有业务" if given.value.kind == Kind.UNDEFINED else ""
    return "不参加本指标排名" if _by_place(rule) and given.place is None else ""


def _why_missing(rule: Rule, given: LeafInput) -> str:
    if rule.kind == RuleKind.STATUS:
        return "" if given.status else "没有经确认的办理状态"
    if isinstance(given.value, NoValue):
        return "缺数据"
    if rule.kind in WITH_TARGET and rule.target is None:
        return "没有目标值" if given.target is None else "名次目标、是否目标不能按比例计分"
    return ""


def _shared_out(scheme: SchemeData, lines: list[LeafLine]) -> list[LeafLine]:
    """The lines with the marks of those that do not apply shared out among the others, in proportion to their marks."""
    if scheme.not_applicable != REDISTRIBUTE:
        return lines
    total = sum((line.full for line in lines), Fraction())
    applicable = sum((line.full for line in lines if line.state != "not_applicable"), Fraction())
    if applicable in (0, total):
        return lines
    return [_enlarged(line, total, applicable) for line in lines]


def _enlarged(line: LeafLine, total: Fraction, applicable: Fraction) -> LeafLine:
    if line.state == "not_applicable":
        return replace(line, full=Fraction(), words=f"{line.words}，分值由其他各项分担")
    full, scored = line.full * total / applicable, line.points * total / applicable
    text = line.words
    if line.state == "scored":
        sign = equals(line.points, total, applicable, scored)
        text += f"；分担不适用项的分值：{number(line.points)}×{number(total)}÷{number(applicable)} {sign} {number(scored)}"
    return replace(line, full=full, points=scored, words=text)


def _adjusted(scheme: SchemeData, item: AdjustmentData, count: int, base: Fraction) -> AdjustmentLine:
    if count < 0:
        raise ValueError(f"{item.name}：条数不能小于0")
    worth = item.points * count
    if worth > 0 and scheme.bonus_from is not None and base < scheme.bonus_from:
        start = exact_text(scheme.bonus_from)
        return AdjustmentLine(item, count, Fraction(), False, f"各项得分未到{start}分，不计加分")
    counted = worth if item.cap is None else max(min(worth, item.cap), -item.cap)
    text = f"{exact_text(abs(item.points))}×{count} = {exact_text(abs(worth))}"
    if counted != worth:
        text += f"，最多{'加' if worth > 0 else '扣'}{exact_text(abs(counted))}"
    return AdjustmentLine(item, count, counted, counted != worth, text)


def _capped_sum(lines: tuple[AdjustmentLine, ...], cap: Fraction | None, sign: int) -> tuple[Fraction, str]:
    """The points (0 or more) of all lines of one sign within the scheme's cap, and what the cap did."""
    added = sum((sign * line.points for line in lines if sign * line.points > 0), Fraction())
    if cap is None or added <= cap:
        return added, ""
    word = "加分" if sign > 0 else "扣分"
    return cap, f"{word}合计{exact_text(added)}，最多计{exact_text(cap)}"


def _vetoes(line: LeafLine) -> bool:
    if not line.leaf.veto or line.state != "scored":
        return False
    value = line.input.value if isinstance(line.input.value, Fraction) else None
    return missed(line.leaf.rule, value, place=line.input.place, status=line.input.status)


def _grade(grades: tuple[GradeData, ...], total: Fraction | NoValue, vetoed: bool) -> str:
    """The grade with the highest limit that is reached; a veto takes the lowest one, even without a score."""
    falling = sorted(
        grades, key=lambda grade: (grade.at_least is not None, grade.at_least or 0), reverse=True
    )
    if vetoed and falling:
        return falling[-1].name
    if isinstance(total, NoValue):
        return ""
    return next((grade.name for grade in falling if grade.at_least is None or total >= grade.at_least), "")


def sheet_json(sheet: Sheet) -> dict[str, object]:
    """The sheet as stored: exact numbers as texts (`94.7`, `1/3`), no number as "" with its kind beside it."""
    no_total = sheet.total if isinstance(sheet.total, NoValue) else None
    return {
        "lines": [_line_json(line) for line in sheet.lines],
        "adjustments": [
            {
                "name": line.adjustment.name,
                "each": exact_text(line.adjustment.points),
                "count": line.count,
                "points": exact_text(line.points),
                "capped": line.capped,
                "words": line.words,
            }
            for line in sheet.adjustments
        ],
        "base": exact_text(sheet.base),
        "bonus": exact_text(sheet.bonus),
        "deduction": exact_text(sheet.deduction),
        "total": _exact(sheet.total),
        "reason": (no_total.reason or no_total.kind.value) if no_total else "",
        "full": exact_text(sheet.full),
        "grade": sheet.grade,
        "vetoed_by": list(sheet.vetoed_by),
        "notes": list(sheet.notes),
    }


def _line_json(line: LeafLine) -> dict[str, object]:
    leaf, given, goal = line.leaf, line.input, line.leaf.rule.goal
    return {
        "key": leaf.key,
        "name": leaf.name,
        "path": list(leaf.path),
        "indicator": leaf.indicator or "",
        "rule": leaf.rule.kind.value,
        "veto": leaf.veto,
        "deadline": leaf.deadline.isoformat() if leaf.deadline else "",
        "state": line.state,
        "full": exact_text(line.full),
        "points": exact_text(line.points),
        "words": line.words,
        "value": _exact(given.value),
        "numerator": _exact(given.numerator),
        "denominator": _exact(given.denominator),
        "place": given.place,
        "ranked": given.ranked,
        "status": given.status or "",
        "target": goal.words(4) if goal else "",
        "note": given.note,
    }


def _exact(value: Fraction | NoValue | None) -> str:
    return "" if value is None or isinstance(value, NoValue) else exact_text(value)
