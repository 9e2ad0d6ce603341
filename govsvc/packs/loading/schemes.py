"""Schemes: the tree with its rules of points, bonuses and deductions, grades.

Bonuses, deductions and grades are as the file says; a node it does not mention stays while units have reported on it.
"""

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError

from govsvc.packs.loading.state import Loading
from govsvc.packs.pack import Placed, nodes_of
from govsvc.packs.schema import NodeSpec, SchemeFile
from indicators.models import Scheme
from indicators.services import schemes
from indicators.services.scheme_faults import check_scheme

_SCHEME = (
    "name",
    "valid_from",
    "valid_to",
    "decimals",
    "not_applicable",
    "missing",
    "bonus_cap",
    "bonus_from",
    "deduction_cap",
    "note",
)
_NODE = (
    "name",
    "task",
    "lead",
    "responsible",
    "deadline",
    "points",
    "operator",
    "target",
    "per_point",
    "floor",
    "veto",
)


def save_schemes(job: Loading) -> None:
    for code, row in job.pack.schemes.items():
        with job.at(row):
            job.schemes[code] = _scheme(job, code, row)


def check_schemes(job: Loading) -> None:
    """What would keep a scheme from being computed is told of the pack too, once its targets are there."""
    for code, row in job.pack.schemes.items():
        paths = {node.key: path for node, _parent, path in nodes_of(row.spec)}
        job.faults += [
            row.fault(f"{fault.node}：{fault.message}" if fault.node else fault.message, *paths.get(key, ()))
            for fault in check_scheme(job.schemes[code])
            for key in [fault.node.key if fault.node else ""]
            if fault.blocks
        ]


def _scheme(job: Loading, code: str, row: Placed[SchemeFile]) -> Scheme:
    spec = row.spec
    scheme = schemes.save_scheme(
        office=job.office,
        code=code,
        groups=[job.groups[group] for group in spec.groups],
        **{name: getattr(spec, name) for name in _SCHEME},
    )
    nodes = nodes_of(spec)
    for place, (node, parent, _path) in enumerate(nodes, 1):
        schemes.save_node(
            scheme=scheme,
            key=node.key,
            parent=parent.key if parent else None,
            order=place,
            applies_to_groups=[job.groups[group] for group in node.groups],
            applies_to_units=[job.unit(name) for name in node.units],
            **_fields(job, node),
        )
    _drop_nodes(scheme, {node.key for node, _parent, _path in nodes})
    _adjustments(job, scheme, spec)
    _grades(scheme, spec)
    return scheme


def _fields(job: Loading, node: NodeSpec) -> dict[str, Any]:
    return {name: getattr(node, name) for name in _NODE} | {
        "rule": node.rule or "",
        "indicator": job.indicators[node.indicator] if node.indicator else None,
        "table": [line.split() for line in node.table],
    }


def _drop_nodes(scheme: Scheme, keys: set[str]) -> None:
    """What stands under a node goes with it, so each is looked up when its turn comes."""
    for key in list(scheme.nodes.exclude(key__in=keys).order_by("order").values_list("key", flat=True)):
        node = scheme.nodes.filter(key=key).first()
        if node is not None:
            # Refused while units have reported on it: then it stays, and left_alone names it.
            with suppress(ValidationError):
                schemes.delete_node(node=node)


def _adjustments(job: Loading, scheme: Scheme, spec: SchemeFile) -> None:
    for part in scheme.adjustments.exclude(name__in=[row.name for row in spec.adjustments]):
        schemes.delete_part(part=part)
    for place, row in enumerate(spec.adjustments, 1):
        schemes.save_adjustment(
            scheme=scheme,
            name=row.name,
            register=job.registers[row.entries_of],
            order=place,
            **{name: getattr(row, name) for name in ("type", "level", "points", "cap", "veto")},
        )


def _grades(scheme: Scheme, spec: SchemeFile) -> None:
    """Limits are given once each: those that go make room first."""
    wanted = {row.name: row.at_least for row in spec.grades}
    for part in scheme.grades.all():
        if part.name not in wanted or part.at_least != wanted[part.name]:
            schemes.delete_part(part=part)
    for name, at_least in wanted.items():
        schemes.save_grade(scheme=scheme, name=name, at_least=at_least)
