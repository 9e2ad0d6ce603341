"""Reads targets, rules of points and schemes from the texts of the worked examples."""

import re
from fractions import Fraction

from expressions.values import MISSING, NoValue
from indicators.scoring import AdjustmentData, GradeData, Kind, LeafData, LeafInput, Rule, SchemeData
from indicators.scoring.rules import STATUS_WORDS
from indicators.targets import Operator, TargetData
from tests.spec.indicators.notation import figure

OPERATORS = {"≥": Operator.AT_LEAST, "≤": Operator.AT_MOST, "=": Operator.EQUAL}
KINDS = {
    "按比例": Kind.PROPORTIONAL,
    "分档": Kind.STEPS,
    "扣分": Kind.PER_POINT,
    "全有全无": Kind.FULL_OR_NONE,
    "名次": Kind.PLACE,
    "状态": Kind.STATUS,
}
STATUSES = {word: code for code, word in STATUS_WORDS.items()}


def optional(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def target(text: str, **more: object) -> TargetData:
    """`≥95`, `≤24`, `=100`, `90～98`, `前3名`, `是`."""
    if text == "是":
        return TargetData(Operator.YES, Fraction(1), **more)
    if match := re.fullmatch(r"前(\d+)名", text):
        return TargetData(Operator.PLACE, Fraction(match[1]), **more)
    if "～" in text:
        lower, upper = map(Fraction, text.split("～"))
        return TargetData(Operator.BETWEEN, lower, upper, **more)
    return TargetData(OPERATORS[text[0]], Fraction(text[1:]), **more)


def rule(text: str) -> Rule:
    """`扣分 满20 ≥95 每差1扣1 底12.5`, `分档 满20 ≥ 95→20 90→15`, `名次 满10 1→10`, `状态 满5 已完成→5`."""
    kind, full, *rest = text.split()
    parts: dict[str, object] = {"kind": KINDS[kind], "full": Fraction(full.removeprefix("满"))}
    table = []
    for part in rest:
        if "→" in part:
            limit, given = part.split("→")
            table.append((STATUSES.get(limit, limit), Fraction(given)))
        elif match := re.fullmatch(r"每差1扣(.+)", part):
            parts["per_point"] = Fraction(match[1])
        elif part.startswith("底"):
            parts["floor"] = Fraction(part[1:])
        elif part in OPERATORS:
            parts["operator"] = OPERATORS[part]
        else:
            goal = target(part)
            parts |= {"operator": goal.operator, "target": goal.value, "upper": goal.upper}
    return Rule(**parts, table=tuple(table))


def held(text: str) -> tuple[Fraction | None, int | None, str | None]:
    """What a rule goes by: a number, `第3名` or the word of a status."""
    if text in STATUSES:
        return None, None, STATUSES[text]
    if match := re.fullmatch(r"第(\d+)名", text):
        return None, int(match[1]), None
    return Fraction(text), None, None


# In the examples of whole sheets a leaf gives the share of its marks that its value (0…100) says.
def leaf(key: str, full: str, *, veto: bool = False) -> LeafData:
    plain = Rule(Kind.PROPORTIONAL, Fraction(full), Fraction(100))
    return LeafData(key, key, (), plain, key, veto=veto)


def leaf_input(text: str) -> LeafInput:
    value = figure(text)
    return LeafInput(value if isinstance(value, NoValue | Fraction) else MISSING)


def adjustments(text: str) -> tuple[AdjustmentData, ...]:
    """`表扬:+2上限5 被退回:-1 弄虚作假:-0否决`."""
    found = []
    for part in text.split():
        name, points, cap, veto = re.fullmatch(r"(.+?):([+-][\d.]+)(?:上限([\d.]+))?(否决)?", part).groups()
        found.append(AdjustmentData(name, Fraction(points), optional(cap or ""), bool(veto)))
    return tuple(found)


def grades(text: str) -> tuple[GradeData, ...]:
    """`优秀90 良好80 不合格`."""
    return tuple(GradeData(name, optional(limit)) for name, limit in re.findall(r"([^\d\s]+)([\d.]*)", text))


def counts(text: str) -> dict[str, int]:
    """`表扬3 被退回1`."""
    return {name: int(number) for name, number in re.findall(r"([^\d\s]+)(\d+)", text)}


def scheme(leaves: tuple[LeafData, ...], **more: object) -> SchemeData:
    parts: dict[str, object] = {
        "id": 1,
        "code": "S",
        "name": "考核方案",
        "groups": frozenset({"depts"}),
        "leaves": leaves,
        "adjustments": (),
        "grades": (),
        "not_applicable": "redistribute",
        "missing": "not_ranked",
        "bonus_cap": None,
        "bonus_from": None,
        "deduction_cap": None,
        "decimals": 2,
    }
    return SchemeData(**(parts | more))
