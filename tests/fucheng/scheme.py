"""The published tree as a scheme; full marks, rules of points, bonuses, deductions and grades are ours (合成)."""

import datetime as dt
from decimal import Decimal
from typing import Any

from govsvc.packs import schema
from tests.fucheng import truth
from tests.fucheng.units import BY_NAME

MONTHLY, WEEKLY = "ywtb2023", "ywtb_week"
NOTE = "指标树、任务、目标、牵头和责任单位取自公开文件；权重、计分规则、加分扣分和等次为合成。"
# Towns and the departments with works; who that is has not been published.
WORKS = {"groups": ("towns",), "units": ("D08", "D12")}
# Leaf → full marks, rule, and what the rule wants; a leaf with several rates scores by all of them pooled against 100.
RULES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "1.1": ("4", "per_point", {"per_point": "0.2", "target": "100"}),
    "1.2": ("4", "proportional", {"target": "100"}),
    "1.3": ("4", "per_point", {"per_point": "0.5", "floor": "1"}),
    "2.1": ("3", "proportional", {"target": "100"}),
    "2.2": ("6", "per_point", {"per_point": "1"}),
    "2.3": ("4", "proportional", {}),
    "2.4": ("4", "steps", {"table": ("99.99 4", "99.5 3", "99 2", "98 1")}),
    "2.5": ("3", "proportional", {"target": "100"}),
    "2.6": ("2", "proportional", {"target": "100"}),
    "3.1": ("3", "per_point", {"per_point": "0.1"}),
    "3.2": ("3", "proportional", {}),
    "3.3": ("3", "proportional", {}),
    "3.4": ("3", "steps", {"table": ("100 3", "90 2", "70 1")}),
    "4.1": ("2", "proportional", {}),
    "4.2": ("1", "status", {}),
    "4.3": ("1", "steps", {"table": ("8 1", "4 0.5", "1 0.2")}),
    **{f"4.{n}": ("1", "status", {}) for n in range(4, 11)},
    "4.11": ("2", "proportional", {}),
    "5.1": ("1", "status", WORKS),
    "5.2": ("2", "proportional", WORKS),
    "5.3": ("2", "per_point", {"per_point": "0.2", "floor": "0.5", **WORKS}),
    "5.4": ("1", "full_or_none", WORKS),
    "5.5": ("1", "full_or_none", {"units": ("D08",)}),
    "5.6": ("1", "full_or_none", {"units": ("D13",)}),
    "5.7": ("1", "proportional", {"units": ("D08",)}),
    "5.8": ("1", "proportional", {"units": ("D12",)}),
    "6.1": ("2", "full_or_none", {}),
    "6.2": ("2", "proportional", {}),
    "6.3": ("2", "proportional", {"operator": "at_least", "target": "100"}),
    "6.4": ("2", "proportional", {}),
    "6.5": ("1.5", "proportional", {}),
    "6.6": ("1.5", "proportional", {}),
    "6.7": ("2", "per_point", {"per_point": "0.1"}),
    "7.1": ("1", "proportional", {}),
    "7.2": ("1", "proportional", {}),
    "7.3": ("2", "steps", {"table": ("100 2", "75 1.5", "50 1")}),
    "7.4": ("1", "place", {"table": ("1 1", "3 0.8", "6 0.5")}),
    "7.5": ("1", "place", {"table": ("1 1", "3 0.8", "6 0.5")}),
    "7.6": ("0.5", "full_or_none", {"units": ("D01",)}),
    "7.7": ("0.75", "proportional", {}),
    "7.8": ("0.75", "proportional", {}),
    "8.1": ("1", "proportional", {}),
    "8.2": ("1", "proportional", {}),
    "8.3": ("1", "proportional", {}),
    "8.4": ("1", "per_point", {"per_point": "0.1"}),
    "8.5": ("0.5", "place", {"table": ("3 0.5", "8 0.3")}),
    "8.6": ("1", "proportional", {}),
    "8.7": ("1", "proportional", {}),
    "8.8": ("0.5", "place", {"table": ("3 0.5", "8 0.3")}),
    "8.9": ("1", "proportional", {}),
    "8.10": ("0.5", "steps", {"table": ("5 0.5", "1 0.3")}),
    "8.11": ("0.5", "steps", {"table": ("10 0.5", "3 0.3")}),
    "8.12": ("1", "status", {}),
}
STATUSES = ("done 1", "on_track 0.8", "behind 0.3", "not_started 0")
# A breach of security is all or nothing, and puts a unit into the lowest grade.
SECURITY = ("done 1", "on_track 1", "behind 0", "not_started 0")
VETO = "4.8"
# The weekly scheme: leaf, full marks, rule.
WEEK = (
    ("2.1", "15", "proportional", {"target": "100"}),
    ("2.2", "35", "per_point", {"per_point": "2"}),
    ("2.3", "25", "proportional", {}),
    ("2.4", "25", "steps", {"table": ("99.99 25", "99.5 20", "99 15", "98 5")}),
)
GRADES = (("优秀", "90"), ("良好", "80"), ("合格", "60"), ("不合格", None))


def monthly() -> schema.SchemeFile:
    """8 sections, 35 headings, 59 leaves."""
    rows = {row["id"]: row for row in truth.leaves()}
    return schema.SchemeFile(
        name="“一网通办”能力巩固提升重点任务考核方案（2023年，权重和计分为合成）",
        groups=("depts", "towns"),
        valid_from=dt.date(2023, 1, 1),
        valid_to=dt.date(2023, 12, 31),
        bonus_cap=Decimal(5),
        bonus_from=Decimal(60),
        deduction_cap=Decimal(4),
        note=NOTE,
        nodes=tuple(
            schema.NodeSpec(
                key=f"S{section['seq']}",
                name=section["name"],
                nodes=tuple(
                    schema.NodeSpec(
                        key=f"S{section['seq']}-{place}",
                        name=heading["name"],
                        nodes=tuple(_leaf(rows[task["id"]], name) for name, task in truth.tasks(heading)),
                    )
                    for place, heading in enumerate(section["children"], 1)
                ),
            )
            for section in truth.tree()
        ),
        adjustments=tuple(
            schema.AdjustmentSpec(name=name, entries_of=register, level=level, points=points, cap=cap)
            for name, register, level, points, cap in ADJUSTMENTS
        ),
        grades=_grades(),
    )


ADJUSTMENTS = (
    ("信息宣传：中办、国办简报采用（8.12）", "xuanchuan", "国家级", Decimal("2"), Decimal("4")),
    ("信息宣传：省级、部委简报采用（8.12）", "xuanchuan", "省级", Decimal("1"), Decimal("3")),
    ("信息宣传：攻坚快报采用（8.12）", "xuanchuan", "攻坚快报", Decimal("0.5"), Decimal("2")),
    ("被省成绩单通报的问题资源（6.7）", "wenti", "", Decimal("-0.5"), Decimal("3")),
)


def _leaf(row: truth.Row, name: str) -> schema.NodeSpec:
    points, rule, wants = RULES[row["id"]]
    if rule == "status":
        wants = {**wants, "table": SECURITY if row["id"] == VETO else STATUSES}
    else:
        wants = {**wants, "indicator": "l" + row["id"].replace(".", "_")}
    return schema.NodeSpec(
        key=row["id"],
        name=name,
        task=row["重点任务"],
        lead=row["牵头单位"],
        responsible=row["责任单位"],
        points=Decimal(points),
        rule=rule,
        veto=row["id"] == VETO,
        **_whom(row),
        **_numbers(wants),
    )


def _whom(row: truth.Row) -> dict[str, tuple[str, ...]]:
    """Whom the printed list of responsible units names one by one; narrower where RULES says so."""
    if "units" in RULES[row["id"]][2]:
        return {}
    named = tuple(BY_NAME[name] for name in row["责任单位_list"].split("|") if name in BY_NAME)
    if "区级相关部门" in row["责任单位_list"] or not named:
        return {}
    return {"groups": ("towns",) if "各镇街道" in row["责任单位_list"] else (), "units": named}


def _numbers(wants: dict[str, Any]) -> dict[str, Any]:
    exact = {"target", "per_point", "floor"}
    return {name: Decimal(value) if name in exact else value for name, value in wants.items()}


def weekly() -> schema.SchemeFile:
    """Four leaves of section 2 that the weekly form gives, for weeks and months alike."""
    rows = {row["id"]: row for row in truth.leaves()}
    return schema.SchemeFile(
        name="办件和评价周考核方案（合成）",
        groups=("depts", "towns"),
        valid_from=dt.date(2023, 1, 1),
        valid_to=dt.date(2023, 12, 31),
        note="从重点任务清单里取四项，每周计分；权重和计分为合成。",
        nodes=tuple(
            schema.NodeSpec(
                key=leaf,
                name=rows[leaf]["三级指标"],
                points=Decimal(points),
                rule=rule,
                indicator="l" + leaf.replace(".", "_"),
                **_numbers(wants),
            )
            for leaf, points, rule, wants in WEEK
        ),
        grades=_grades(),
    )


def _grades() -> tuple[schema.GradeSpec, ...]:
    return tuple(
        schema.GradeSpec(name=name, at_least=None if limit is None else Decimal(limit))
        for name, limit in GRADES
    )
