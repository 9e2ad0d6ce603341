"""What still stands in the way of computing a scheme, said so that whoever sets it up can mend it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from indicators.choices import LeafStatus, Operator, ScoreRule, VersionState
from indicators.models import Scheme, SchemeNode, Target
from indicators.models.schemes import MAX_LEVELS
from indicators.services.scheme_tree import Place, load_tree, total_points

# What a rule of points asks for beside full marks; every other field of a leaf is left alone by it.
WANTS: dict[str, tuple[str, ...]] = {
    ScoreRule.PROPORTIONAL: ("indicator", "operator", "target"),
    ScoreRule.STEPS: ("indicator", "operator", "table", "floor"),
    ScoreRule.PER_POINT: ("indicator", "operator", "target", "per_point", "floor"),
    ScoreRule.FULL_OR_NONE: ("indicator", "operator", "target", "veto"),
    ScoreRule.PLACE: ("indicator", "table", "floor"),
    ScoreRule.STATUS: ("table",),
}
# Statuses a leaf in words may be worth points for; one that does not apply is worth none and costs none.
SCORED = tuple(status for status in LeafStatus if status != LeafStatus.NOT_APPLICABLE)
# What a scheme usually adds up to; another sum is said, but stands in nobody's way.
USUAL_TOTAL = 100


@dataclass(frozen=True)
class Fault:
    """Something to mend, at a node or (None) at the scheme as a whole; one that does not block is only worth a look."""

    message: str
    node: SchemeNode | None = None
    blocks: bool = True


def check_scheme(scheme: Scheme, tree: Sequence[Place] | None = None) -> list[Fault]:
    """The faults of a scheme, those of the whole first, then by node in the order of the tree; empty when it can be used."""
    tree = load_tree(scheme) if tree is None else tree
    found = list(_of_scheme(scheme, tree))
    indicators = {place.node.indicator_id for place in tree if place.node.indicator_id}
    with_target = set(Target.objects.filter(indicator__in=indicators).values_list("indicator", flat=True))
    groups = set(scheme.groups.values_list("pk", flat=True))
    for place in tree:
        faults = _of_leaf(place, with_target) if place.node.is_leaf else _of_branch(place)
        found += [Fault(message, place.node) for message in faults]
        found += [Fault(message, place.node) for message in _of_place(scheme, place, groups)]
    return found


def _of_scheme(scheme: Scheme, tree: Sequence[Place]) -> Iterator[Fault]:
    groups = list(scheme.groups.all())
    if not groups:
        yield Fault(_("The scheme is for no group: choose whom it is for."))
    for group in groups:
        if group.office_id != scheme.office_id:
            yield Fault(_("“%s” belongs to another office.") % group)
    if not any(place.node.is_leaf for place in tree):
        yield Fault(_("The scheme has no leaf yet: add what points are given for."))
        return
    total = total_points(tree)
    if total != USUAL_TOTAL:
        words = _("All leaves together are worth %(sum)s points, not %(usual)s.")
        yield Fault(words % {"sum": f"{total.normalize():f}", "usual": USUAL_TOTAL}, blocks=False)
    grades = list(scheme.grades.all())
    if grades and not any(grade.at_least is None for grade in grades):
        yield Fault(_("No grade is the lowest one: leave the limit of one grade empty."))
    if veto_of(scheme, tree) and not grades:
        yield Fault(_("A veto puts a unit into the lowest grade, but the scheme has no grades."))
    unchecked = sorted(
        {
            str(place.node.indicator)
            for place in tree
            if place.node.indicator
            and not place.node.indicator.versions.filter(state=VersionState.CHECKED).exists()
        }
    )
    if unchecked:
        yield Fault(_("These indicators have no checked definition yet: %s.") % "、".join(unchecked))


def veto_of(scheme: Scheme, tree: Sequence[Place]) -> bool:
    """Whether anything in the scheme can put a unit into the lowest grade."""
    return any(place.node.veto for place in tree) or scheme.adjustments.filter(veto=True).exists()


def _of_place(scheme: Scheme, place: Place, groups: set[int]) -> Iterator[str]:
    node = place.node
    if place.level > MAX_LEVELS:
        yield _("A scheme has at most %s levels.") % MAX_LEVELS
    if node.indicator is not None and node.indicator.office_id != scheme.office_id:
        yield _("“%s” belongs to another office.") % node.indicator
    strangers = [group.name for group in node.applies_to_groups.all() if group.pk not in groups]
    if strangers:
        yield _("It applies to groups the scheme is not for: %s.") % "、".join(strangers)


def _of_branch(place: Place) -> Iterator[str]:
    node = place.node
    if not place.has_children:
        yield _("Neither a leaf nor a branch: choose a rule of points, or add something under it.")
    if node.points is not None or node.indicator_id is not None:
        yield _("A branch has no points of its own: it is worth what its leaves are.")


def _of_leaf(place: Place, with_target: set[int]) -> Iterator[str]:
    node = place.node
    if place.has_children:
        yield _("A leaf can have nothing under it: clear its rule of points, or move the others away.")
    if node.points is None:
        yield _("How many points is it worth? Its full marks are empty.")
    wants = WANTS[node.rule]
    if "indicator" in wants and node.indicator_id is None:
        yield _("Which indicator is it? (A leaf in words scores by its confirmed status.)")
    if "indicator" not in wants and node.indicator_id is not None:
        yield _("A status is reported in words: take the indicator off, or choose another rule of points.")
    if (
        "target" in wants
        and node.target is None
        and node.indicator_id
        and node.indicator_id not in with_target
    ):
        yield _("Neither the leaf nor its indicator has a target.")
    if node.operator == Operator.BETWEEN and node.target is not None:
        yield _("A range has two limits: leave the target empty and set the indicator's own.")
    if node.rule == ScoreRule.PROPORTIONAL and node.operator not in (Operator.AT_LEAST, Operator.AT_MOST):
        yield _("Points in proportion want ≥ or ≤.")
    if node.rule == ScoreRule.STEPS and node.operator not in (Operator.AT_LEAST, Operator.AT_MOST):
        yield _("Steps want ≥ or ≤.")
    if node.rule == ScoreRule.PER_POINT and (node.per_point is None or node.per_point <= 0):
        yield _("How many points off for each unit short of the target?")
    if node.points is not None and not 0 <= node.floor <= node.points:
        yield _("The least points lie between 0 and full marks.")
    if "table" in wants:
        yield from _of_table(node)


def _of_table(node: SchemeNode) -> Iterator[str]:
    if not node.table:
        yield _("The table of points is empty.")
        return
    rows = [(str(row[0]), _number(row[1])) for row in node.table if len(row) == 2]
    if len(rows) != len(node.table) or any(points is None for _limit, points in rows):
        yield _("Each line of the table holds a limit and points.")
        return
    points = [points for _limit, points in rows if points is not None]
    if node.points is not None and max(points) > node.points:
        yield _("The table gives more points than full marks.")
    if min(points) < 0:
        yield _("Points below 0 are no points: deductions are entered beside the tree.")
    if node.rule == ScoreRule.STATUS:
        yield from _of_statuses([limit for limit, _points in rows])
        return
    limits = [_number(limit) for limit, _points in rows]
    if any(limit is None for limit in limits):
        yield _("Each line of the table holds a limit and points.")
        return
    is_rising = node.rule == ScoreRule.PLACE or node.operator == Operator.AT_MOST
    numbers = [limit for limit in limits if limit is not None]
    if not _in_order(numbers, is_rising) or points != sorted(points, reverse=True):
        yield _("The steps are not in order: the best one first, each worth less than the one before.")
    if node.rule == ScoreRule.PLACE and any(limit < 1 or limit % 1 for limit in numbers):
        yield _("Places are 1, 2, 3 …")


def _of_statuses(codes: list[str]) -> Iterator[str]:
    unknown = [code for code in codes if code not in SCORED]
    if unknown:
        yield _("The table names statuses nobody can report: %s.") % "、".join(unknown)
    lacking = [str(status.label) for status in SCORED if status not in codes]
    if lacking:
        yield ngettext(
            "The table says nothing of a status: %s.",
            "The table says nothing of these statuses: %s.",
            len(lacking),
        ) % "、".join(lacking)
    if len(codes) != len(set(codes)):
        yield _("The table names a status twice.")


def _in_order(numbers: list[Decimal], is_rising: bool) -> bool:
    return all(first != second and (first < second) == is_rising for first, second in pairwise(numbers))


def _number(text: object) -> Decimal | None:
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
