"""What indicators, targets, rankings, schemes and meeting rules of a pack say about each other and about the rest."""

import itertools
from collections.abc import Iterator
from typing import Any

from departments.choices import Role
from departments.periods import Period
from expressions.names import normalise
from govsvc.packs.checker import Checker, inside, once
from govsvc.packs.data import staffed
from govsvc.packs.faults import Fault, did_you_mean
from govsvc.packs.pack import Placed, items_of, nodes_of
from govsvc.packs.schema import NodeSpec, SchemeFile
from indicators.choices import LeafStatus, ScoreRule
from indicators.models.schemes import MAX_LEVELS
from indicators.services.target_rules import target_faults

STATUSES = frozenset(LeafStatus.values) - {LeafStatus.NOT_APPLICABLE}
WITH_TABLE = frozenset({ScoreRule.STEPS, ScoreRule.PLACE, ScoreRule.STATUS})
# What only a leaf has.
LEAF_KEYS = ("points", "indicator", "target", "per_point", "table", "veto")


def _indicators(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.indicators, lambda i: i.code, "指标代码", "code")
    for indicator in c.pack.indicators:
        if indicator.spec.code in c.codes["schemes"]:
            yield indicator.fault(f"已有代码为“{indicator.spec.code}”的考核方案：代码不能相同", "code")
        versions = inside(indicator, "versions", indicator.spec.versions)
        for earlier, later in itertools.pairwise(versions):
            if later.spec.valid_from <= earlier.spec.valid_from:
                yield later.fault("口径要按日期先后写，日期不能相同", "valid_from")
            if earlier.spec.valid_to and earlier.spec.valid_to >= later.spec.valid_from:
                yield earlier.fault("口径的有效期重叠", "valid_to")
        for version in versions:
            yield from c.unit(version, "lead")
            yield from _whom(c, version, "groups", "responsible")


def _whom(c: Checker, row: Placed[Any], groups: str, units: str) -> Iterator[Fault]:
    for place, _code in enumerate(getattr(row.spec, groups)):
        yield from c.known("groups", row, groups, place)
    for place, _name in enumerate(getattr(row.spec, units)):
        yield from c.unit(row, units, place)


def _targets(c: Checker) -> Iterator[Fault]:
    yield from once(
        c.pack.targets, lambda t: (t.indicator, t.group, t.unit, t.period), "这个指标在这一期的目标"
    )
    for row in c.pack.targets:
        spec = row.spec
        yield from c.known("indicators", row, "indicator")
        yield from c.known("groups", row, "group")
        yield from c.unit(row, "unit")
        if spec.group and spec.unit:
            yield row.fault("group（考核组）和 unit（单位）最多写一个", "unit")
        parts = {name: getattr(spec, name) for name in ("operator", "value", "upper", "floor", "aim")}
        for key, message in target_faults(**parts, cumulative=spec.cumulative).items():
            yield row.fault(str(message), key)


def _rankings(c: Checker) -> Iterator[Fault]:
    yield from once(c.pack.rankings, lambda r: r.code, "排名代码", "code")
    for row in c.pack.rankings:
        yield from c.known("indicators", row, "indicator")
        yield from c.known("schemes", row, "scheme")
        yield from c.known("groups", row, "group")
        if bool(row.spec.indicator) == bool(row.spec.scheme):
            yield row.fault("indicator（指标）和 scheme（考核方案）要写一个，也只写一个")
    yield from once(c.pack.meetings, lambda m: (m.ranking, m.last, m.streak), "这个上会规则")
    for rule in c.pack.meetings:
        yield from c.known("rankings", rule, "ranking")
        yield from c.known("registers", rule, "opens_in")


def _schemes(c: Checker) -> Iterator[Fault]:
    for scheme in c.pack.schemes.values():
        spec = scheme.spec
        if spec.valid_to and spec.valid_to < spec.valid_from:
            yield scheme.fault("截止日期早于起始日期", "valid_to")
        for place, _code in enumerate(spec.groups):
            yield from c.known("groups", scheme, "groups", place)
        nodes = [Placed(node, scheme.source, path) for node, _parent, path in nodes_of(spec)]
        yield from once(nodes, lambda node: node.key, "编号", "key")
        for node in nodes:
            yield from _node(c, node)
        yield from _adjustments(c, scheme)
        yield from _grades(scheme)


def _node(c: Checker, node: Placed[NodeSpec]) -> Iterator[Fault]:
    spec = node.spec
    yield from c.known("indicators", node, "indicator")
    yield from _whom(c, node, "groups", "units")
    # The path holds the word “nodes” once for every level.
    if node.path.count("nodes") > MAX_LEVELS:
        yield node.fault(f"层次太深：指标树最多{MAX_LEVELS}级")
    if spec.nodes or spec.rule is None:
        told = [key for key in LEAF_KEYS if getattr(spec, key)]
        if spec.nodes and (told or spec.rule):
            yield node.fault("有下一级的不是叶子：计分的写在下一级里", "rule" if spec.rule else told[0])
        elif not spec.nodes:
            yield node.fault("叶子缺少“rule”（计分规则）")
        return
    if spec.points is None:
        yield node.fault("叶子缺少“points”（满分）")
    yield from _rule(node)


def _rule(node: Placed[NodeSpec]) -> Iterator[Fault]:
    spec = node.spec
    if bool(spec.indicator) == (spec.rule == ScoreRule.STATUS):
        yield node.fault(
            "按状态计分（status）的叶子不写 indicator，其余的要写", *(["indicator"] if spec.indicator else [])
        )
    if spec.rule == ScoreRule.PER_POINT and spec.per_point is None:
        yield node.fault("rule 是 per_point，缺少“per_point”（每差1个单位扣几分）")
    if (spec.rule in WITH_TABLE) != bool(spec.table):
        yield node.fault(
            "steps、place、status 要写 table（分值表），其余的不写", *(["table"] if spec.table else [])
        )
    for place, line in enumerate(spec.table):
        limit = line.split()[0]
        if (limit in STATUSES) != (spec.rule == ScoreRule.STATUS):
            known = STATUSES if spec.rule == ScoreRule.STATUS else ()
            yield node.fault(f"分值表里不能写“{limit}”{did_you_mean(limit, known)}", "table", place)


def _adjustments(c: Checker, scheme: Placed[SchemeFile]) -> Iterator[Fault]:
    rows = inside(scheme, "adjustments", scheme.spec.adjustments)
    yield from once(rows, lambda row: row.name, "加分、扣分的名称", "name")
    for row in rows:
        yield from c.known("registers", row, "entries_of")
        register = c.pack.registers.get(row.spec.entries_of)
        for key, word in (("type", "类型"), ("level", "级别")):
            content, known = getattr(row.spec, key), getattr(register.spec, f"{key}s") if register else ()
            if register and content and content not in known:
                yield row.fault(f"这个台账没有“{content}”这个{word}{did_you_mean(content, known)}", key)


def _grades(scheme: Placed[SchemeFile]) -> Iterator[Fault]:
    rows = inside(scheme, "grades", scheme.spec.grades)
    yield from once(rows, lambda row: row.name, "等次名称", "name")
    yield from once(rows, lambda row: row.at_least, "等次的起分", "at_least")
    if rows and all(row.spec.at_least is not None for row in rows):
        yield scheme.fault("缺少最低的一等：它不写 at_least", "grades")


def _leaf_reports(c: Checker) -> Iterator[Fault]:
    rows = c.pack.leaf_reports
    yield from once(rows, lambda r: (r.scheme, r.key, normalise(r.unit), r.period), "这个单位这一期的这一项")
    in_words = {
        code: {node.key for node, _parent, _path in nodes_of(row.spec) if node.rule == ScoreRule.STATUS}
        for code, row in c.pack.schemes.items()
    }
    clerks = staffed(c.pack, Role.CLERK)
    for row in rows:
        spec = row.spec
        yield from c.known("schemes", row, "scheme")
        yield from c.unit(row, "unit")
        yield from c.person(row, "decided_by", Role.ADMINISTRATOR)
        if "accounts" not in c.broken and not c.units.get(normalise(spec.unit), clerks) & clerks:
            yield row.fault(f"accounts.csv 里没有“{spec.unit}”的填报员，无人报送", "unit")
        known = in_words.get(spec.scheme)
        if known is not None and spec.key not in known:
            yield row.fault(
                f"方案“{spec.scheme}”没有编号为“{spec.key}”的文字描述的叶子{did_you_mean(spec.key, known)}",
                "key",
            )
        if bool(spec.confirmed or spec.reason) != bool(spec.decided_at):
            yield row.fault("确认、退回要写 decided_at（时间）；待确认的不写", "decided_at")
        if spec.decided_at and spec.decided_at < spec.reported_at:
            yield row.fault("确认的时间早于报送的时间", "decided_at")
        if spec.confirmed and spec.confirmed != spec.status and not spec.reason:
            yield row.fault("确认的状态与报送的不同，缺少“reason”（理由）", "confirmed")


def _exclusions(c: Checker) -> Iterator[Fault]:
    frequencies = {
        f"{code}.{item.code}": form.spec.frequency
        for code, form in c.pack.forms.items()
        for item, _section, _path in items_of(form.spec)
    }
    for row in c.pack.exclusions:
        spec = row.spec
        yield from c.unit(row, "unit")
        yield from c.person(row, "asked_by", Role.ADMINISTRATOR)
        yield from c.person(row, "decided_by", Role.ADMINISTRATOR)
        if spec.item not in frequencies and "forms" not in c.broken:
            yield row.fault(f"没有代码为“{spec.item}”的填报项{did_you_mean(spec.item, frequencies)}", "item")
        elif spec.item in frequencies and not Period.parse(spec.period).fits(frequencies[spec.item]):
            yield row.fault(f"这张表按 {frequencies[spec.item].value} 填报，期号不符", "period")
        if bool(spec.decided_by) != bool(spec.decided_at):
            yield row.fault("decided_by（批准人）和 decided_at（批准时间）要么都写，要么都不写", "decided_by")
        if spec.decided_by == spec.asked_by:
            yield row.fault("批准人不能是提出的人", "decided_by")


INDICATOR_CHECKS = (_indicators, _targets, _schemes, _rankings, _leaf_reports, _exclusions)
