"""The tree of a scheme as pages, checks and scores walk it: depth first, every node with its level, path and points."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from departments.services.organisation import Placement, placements
from indicators.models import Scheme, SchemeNode


@dataclass(frozen=True)
class Place:
    """A node in its tree: `level` from 1, `path` the names above it, `points` its own or the sum of its leaves.

    `above` are the nodes over it from the top down.
    """

    node: SchemeNode
    level: int
    above: tuple[SchemeNode, ...]
    points: Decimal
    has_children: bool

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(node.name for node in self.above)


def load_tree(scheme: Scheme) -> list[Place]:
    """Every node depth first, siblings in their order (four queries, whatever the size)."""
    nodes = scheme.nodes.select_related("indicator", "scheme").prefetch_related(
        "applies_to_groups", "applies_to_units"
    )
    return arrange(list(nodes.order_by("order", "id")))


def arrange(nodes: Sequence[SchemeNode]) -> list[Place]:
    """The nodes of one scheme, given in the order of siblings, as a tree."""
    below: dict[int | None, list[SchemeNode]] = {}
    for node in nodes:
        below.setdefault(node.parent_id, []).append(node)
    points = {node.pk: node.points or Decimal(0) if node.is_leaf else Decimal(0) for node in nodes}

    def walk(parent: int | None, above: tuple[SchemeNode, ...]) -> Iterator[Place]:
        for node in below.get(parent, ()):
            under = list(walk(node.pk, (*above, node)))
            level = len(above) + 1
            total = points[node.pk] + sum(
                (place.points for place in under if place.level == level + 1), Decimal(0)
            )
            yield Place(node, level, above, total, bool(under))
            yield from under

    return list(walk(None, ()))


def total_points(tree: Iterable[Place]) -> Decimal:
    """What the scheme is worth in all."""
    return sum((place.points for place in tree if place.level == 1), Decimal(0))


def units_of_leaves(
    scheme: Scheme, leaves: Iterable[SchemeNode], day: dt.date
) -> dict[int, dict[int, Placement]]:
    """Of every leaf (by id) the units it applies to on a day, in protocol order.

    A leaf applies to the groups and units it names, where it names none to every unit of the scheme's groups; it never
    reaches beyond these.
    """
    groups = {group.code for group in scheme.groups.all()}
    everybody = {
        unit: place for unit, place in placements(scheme.office, day).items() if place.group in groups
    }
    return {leaf.pk: _narrowed(everybody, leaf) for leaf in leaves}


def _narrowed(everybody: Mapping[int, Placement], leaf: SchemeNode) -> dict[int, Placement]:
    groups = {group.code for group in leaf.applies_to_groups.all()}
    units = {unit.pk for unit in leaf.applies_to_units.all()}
    if not groups and not units:
        return dict(everybody)
    return {unit: place for unit, place in everybody.items() if place.group in groups or unit in units}
