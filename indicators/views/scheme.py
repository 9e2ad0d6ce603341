"""考核方案: the page of one scheme, its tree as a table with sums; here leaves are moved and the successor is made."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from departments.permissions import visible
from indicators.models import Scheme, SchemeNode
from indicators.services.leaf_figures import is_in_words
from indicators.services.scheme_copies import copy_scheme
from indicators.services.scheme_faults import Fault, check_scheme
from indicators.services.scheme_tree import Place, load_tree, total_points
from indicators.services.schemes import is_fixed, move_node
from indicators.views.scheme_words import (
    adjustment_words,
    deadline_words,
    plain,
    rule_words,
    target_words,
)

UP, DOWN = "up-", "down-"


@dataclass(frozen=True)
class Line:
    """A row of the tree table, everything in words."""

    node: SchemeNode
    level: int
    points: str
    rule: str
    target: str
    deadline: str
    in_words: bool
    applies: str
    faults: tuple[Fault, ...]


def administers_scheme(user: Any, scheme: Scheme) -> bool:
    return visible(Scheme.objects.filter(pk=scheme.pk), user, "change").exists()


def scheme_page(request: HttpRequest, scheme: Scheme, context: dict[str, Any]) -> HttpResponse:
    """The tree; POST moves one node up or down among its siblings."""
    manages = administers_scheme(request.user, scheme)
    fixed = is_fixed(scheme)
    if request.method == "POST":
        return _moved(request, scheme, manages)
    tree = load_tree(scheme)
    faults = check_scheme(scheme, tree)
    return TemplateResponse(
        request,
        "indicators/scheme.html",
        context
        | {
            "title": scheme.name,
            "scheme": scheme,
            "lines": lines_of(tree, faults),
            "total": plain(total_points(tree)),
            "n_leaves": sum(place.node.is_leaf for place in tree),
            "n_words": sum(is_in_words(place.node) for place in tree),
            "blocking": [fault for fault in faults if fault.blocks],
            "remarks": [fault for fault in faults if not fault.blocks],
            "adjustments": [
                (row, adjustment_words(row)) for row in scheme.adjustments.select_related("register")
            ],
            "grades": _grades(scheme),
            "groups": "、".join(group.name for group in scheme.groups.all()),
            "manages": manages,
            "fixed": fixed,
            "may_edit": manages and not fixed,
        },
    )


def lines_of(tree: Sequence[Place], faults: Sequence[Fault]) -> list[Line]:
    by_node: dict[int, list[Fault]] = {}
    for fault in faults:
        if fault.node is not None:
            by_node.setdefault(fault.node.pk, []).append(fault)
    return [_line(place, tuple(by_node.get(place.node.pk, ()))) for place in tree]


def _line(place: Place, faults: tuple[Fault, ...]) -> Line:
    node = place.node
    names = [*(group.name for group in node.applies_to_groups.all())]
    names += [unit.name for unit in node.applies_to_units.all()]
    return Line(
        node=node,
        level=place.level,
        points=plain(place.points),
        rule=rule_words(node),
        target=target_words(node),
        deadline=deadline_words(node.deadline) if node.is_leaf else "",
        in_words=is_in_words(node),
        applies="、".join(names),
        faults=faults,
    )


def _grades(scheme: Scheme) -> list[str]:
    """等次 with their limits, the best first: 优秀 ≥ 90、良好 ≥ 80、较差 < 80."""
    rows = sorted(scheme.grades.all(), key=lambda row: (row.at_least is None, -(row.at_least or 0)))
    found, above = [], ""
    for row in rows:
        if row.at_least is None:
            found.append(f"{row.name} < {above}" if above else row.name)
        else:
            above = plain(row.at_least)
            found.append(f"{row.name} ≥ {above}")
    return found


def _moved(request: HttpRequest, scheme: Scheme, manages: bool) -> HttpResponse:
    if not manages:
        raise PermissionDenied(_("Schemes are managed by administrators of the office."))
    action = request.POST.get("action", "")
    pk = action.removeprefix(UP).removeprefix(DOWN)
    node = scheme.nodes.filter(pk=int(pk) if pk.isdecimal() else 0).first()
    here = reverse("admin:indicators_scheme_change", args=[scheme.pk])
    if node is None or not action.startswith((UP, DOWN)):
        messages.error(request, _("Nothing was done: choose a button of this page."))
        return HttpResponseRedirect(here)
    try:
        move_node(node=node, down=action.startswith(DOWN))
    except ValidationError as fault:
        messages.error(request, "；".join(fault.messages))
    return HttpResponseRedirect(f"{here}#node-{node.pk}")


def copy_page(request: HttpRequest, scheme: Scheme, context: dict[str, Any]) -> HttpResponse:
    """Code, name and first day of the successor; then on to its page."""
    if not administers_scheme(request.user, scheme):
        raise PermissionDenied(_("Schemes are managed by administrators of the office."))
    typed = {name: request.POST.get(name, "").strip() for name in ("code", "name", "valid_from")}
    faults: list[str] = []
    if request.method == "POST":
        copy = _copied(scheme, typed, faults)
        if copy is not None:
            messages.success(request, _("The successor is made; “%s” ends the day before.") % scheme.name)
            return HttpResponseRedirect(reverse("admin:indicators_scheme_change", args=[copy.pk]))
    else:
        first = dt.date(timezone.localdate().year + 1, 1, 1)
        typed = {
            "code": f"{scheme.code}-{first.year}"[:40],
            "name": scheme.name,
            "valid_from": first.isoformat(),
        }
    return TemplateResponse(
        request,
        "indicators/scheme_copy.html",
        context
        | {"title": _("Successor of “%s”") % scheme.name, "scheme": scheme, "typed": typed, "faults": faults},
        status=422 if faults else 200,
    )


def _copied(scheme: Scheme, typed: dict[str, str], faults: list[str]) -> Scheme | None:
    try:
        valid_from = parse_date(typed["valid_from"])
    except ValueError:
        valid_from = None
    if valid_from is None:
        faults.append(_("From which day is the successor in force? For example 2024-01-01."))
        return None
    try:
        return copy_scheme(scheme=scheme, code=typed["code"], name=typed["name"], valid_from=valid_from)
    except ValidationError as fault:
        faults += fault.messages
        return None
