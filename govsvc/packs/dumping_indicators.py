"""Indicators, targets, rankings, meeting rules and schemes as the content of their files; the inverse of loading.

What is proposed or refused is work and stays out, as are leaf reports and exclusions.
"""

from typing import Any

from departments.models import Office
from govsvc.packs import schema
from govsvc.packs.dumping_forms import fields_of
from indicators.choices import ScoreRule, VersionState
from indicators.models import MeetingRule, Scheme, SchemeAdjustment, SchemeNode

_REFERENCES = {"groups", "lead", "responsible", "valid_to"}


def indicator_of(row: Any, order: int | None) -> schema.IndicatorSpec:
    """One indicator with its checked versions; the second argument is its order where it is not its place."""
    versions = list(row.versions.filter(state=VersionState.CHECKED).order_by("valid_from"))
    names = [name for name in schema.VersionSpec.model_fields if name not in _REFERENCES]
    return schema.IndicatorSpec(
        code=row.code,
        name=row.name,
        order=order,
        versions=tuple(
            schema.VersionSpec(
                **fields_of(version, *names),
                groups=_codes(version.groups.order_by("order", "code")),
                lead=version.lead.code if version.lead else "",
                responsible=_codes(version.responsible.order_by("protocol_order", "code")),
                valid_to=None
                if following and (following.valid_from - version.valid_to).days == 1
                else version.valid_to,
            )
            for version, following in zip(versions, [*versions[1:], None], strict=True)
        ),
    )


def _codes(rows: Any) -> tuple[str, ...]:
    return tuple(rows.values_list("code", flat=True))


def targets_of(office: Office) -> list[schema.TargetSpec]:
    """Every target, indicator by indicator."""
    rows = [
        target
        for indicator in office.indicators.order_by("order", "code")
        for target in indicator.targets.select_related("indicator", "group", "unit")
    ]
    return [
        schema.TargetSpec(
            indicator=row.indicator.code,
            group=row.group.code if row.group else "",
            unit=row.unit.code if row.unit else "",
            **fields_of(row, "period", "operator", "value", "upper", "floor", "aim", "cumulative", "source"),
        )
        for row in rows
    ]


def rankings_of(office: Office) -> list[schema.RankingSpec]:
    """The rankings in order of code."""
    return [
        schema.RankingSpec(
            indicator=row.indicator.code if row.indicator else "",
            scheme=row.scheme.code if row.scheme else "",
            group=row.group.code,
            **fields_of(row, "code", "name", "ties", "last", "compare_decimals"),
        )
        for row in office.rankings.select_related("indicator", "scheme", "group").order_by("code")
    ]


def meetings_of(office: Office) -> list[schema.MeetingRuleSpec]:
    """Who must speak at the meeting, in the order of the list."""
    rows = MeetingRule.objects.filter(office=office).select_related("ranking", "register")
    return [
        schema.MeetingRuleSpec(
            ranking=row.ranking.code,
            opens_in=row.register.code if row.register else "",
            **fields_of(row, "last", "streak", "missing_breaks"),
        )
        for row in rows.order_by("order", "pk")
    ]


def scheme_of(row: Scheme) -> schema.SchemeFile:
    """One scheme with its tree, bonuses, deductions and grades."""
    names = ("name", "valid_from", "valid_to", "decimals", "not_applicable", "missing")
    return schema.SchemeFile(
        **fields_of(row, *names, "bonus_cap", "bonus_from", "deduction_cap", "note"),
        groups=_codes(row.groups.order_by("order", "code")),
        nodes=_nodes(row, None),
        adjustments=tuple(
            _adjustment(part) for part in row.adjustments.select_related("register").order_by("order", "pk")
        ),
        grades=tuple(
            schema.GradeSpec(name=grade.name, at_least=grade.at_least)
            for grade in sorted(row.grades.all(), key=_falling)
        ),
    )


def _falling(grade: Any) -> tuple[bool, Any]:
    return grade.at_least is None, -(grade.at_least or 0)


def _nodes(scheme: Scheme, parent: SchemeNode | None) -> tuple[schema.NodeSpec, ...]:
    rows = scheme.nodes.filter(parent=parent).select_related("indicator").order_by("order", "pk")
    return tuple(_node(scheme, row) for row in rows)


def _node(scheme: Scheme, row: SchemeNode) -> schema.NodeSpec:
    names = ("key", "name", "task", "lead", "responsible", "deadline", "points", "operator", "target")
    return schema.NodeSpec(
        **fields_of(row, *names, "per_point", "floor", "veto"),
        rule=ScoreRule(row.rule) if row.rule else None,
        indicator=row.indicator.code if row.indicator else "",
        groups=_codes(row.applies_to_groups.order_by("order", "code")),
        units=_codes(row.applies_to_units.order_by("protocol_order", "code")),
        table=tuple(" ".join(map(str, line)) for line in row.table),
        nodes=_nodes(scheme, row),
    )


def _adjustment(row: SchemeAdjustment) -> schema.AdjustmentSpec:
    return schema.AdjustmentSpec(
        entries_of=row.register.code, **fields_of(row, "name", "type", "level", "points", "cap", "veto")
    )
