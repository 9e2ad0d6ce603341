"""Setting up schemes: packs and pages both save through these.

A scheme that an issued bulletin stands on is never changed, only ended and followed by its successor; saving the same
again changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from departments.models import Group, Office, Register, Unit
from indicators.choices import RunStatus
from indicators.models import (
    Indicator,
    LeafReport,
    Scheme,
    SchemeAdjustment,
    SchemeGrade,
    SchemeNode,
    Score,
)
from indicators.models.schemes import MAX_LEVELS
from indicators.services.definitions import check_leaf
from indicators.services.scheme_tree import arrange

# What may be said about a scheme that bulletins stand on: when it ends, and a note.
_ALWAYS_OPEN = {"valid_to", "note"}


def is_fixed(scheme: Scheme) -> bool:
    """Whether an issued bulletin stands on the scheme."""
    return Score.objects.filter(scheme=scheme, run__status=RunStatus.FROZEN).exists()


@transaction.atomic
def save_scheme(*, office: Office, code: str, groups: Iterable[Group] | None = None, **fields: Any) -> Scheme:
    """Creates or changes a scheme. ValidationError: a code that an indicator bears, groups of another office, a last day
    before the first one, or a change of a scheme that an issued bulletin stands on.
    """
    scheme = Scheme.objects.filter(office=office, code=code).first() or Scheme(office=office, code=code)
    valid_from, valid_to = (fields.get(name, getattr(scheme, name)) for name in ("valid_from", "valid_to"))
    chosen = None if groups is None else list(groups)
    check_settings(office, code, valid_from, valid_to, chosen or ())
    scheme = _save(scheme, scheme, fields)
    if chosen is not None:
        _set(scheme, scheme, "groups", chosen)
    return scheme


def check_settings(
    office: Office,
    code: str,
    valid_from: dt.date | None,
    valid_to: dt.date | None,
    groups: Iterable[Group],
) -> None:
    """ValidationError by field: a code that an indicator bears, a last day before the first, groups of another office."""
    if Indicator.objects.filter(office=office, code=code).exists():
        raise ValidationError({"code": _("“%s” is the code of an indicator already.") % code})
    if valid_from and valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day lies before the first one.")})
    strangers = [group.name for group in groups if group.office_id != office.pk]
    if strangers:
        raise ValidationError({"groups": _("“%s” belongs to another office.") % "、".join(strangers)})


@transaction.atomic
def save_node(
    *,
    scheme: Scheme,
    key: str,
    parent: SchemeNode | str | None = None,
    applies_to_groups: Iterable[Group] | None = None,
    applies_to_units: Iterable[Unit] | None = None,
    **fields: Any,
) -> SchemeNode:
    """Creates or changes a branch or leaf; `parent` is a node or its number, None the top. Without `order` a new one comes
    last under its parent.

    ValidationError: more than five levels, a node under itself, an indicator, group or unit of another office, an indicator
    that builds on this scheme's score, or a change
    of a scheme that an issued bulletin stands on. What is incomplete is left to `check_scheme`.
    """
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    node = SchemeNode.objects.filter(scheme=scheme, key=key).first() or SchemeNode(scheme=scheme, key=key)
    is_new = node.pk is None
    over = _parent(scheme, parent)
    _check_place(scheme, node, over)
    _same_office(scheme, fields.get("indicator"))
    if is_new and "order" not in fields:
        fields["order"] = 1 + (scheme.nodes.aggregate(last=models.Max("order"))["last"] or 0)
        _save(scheme, node, {"parent": over, **fields})
        _renumber(scheme)
        node.refresh_from_db()
    else:
        _save(scheme, node, {"parent": over, **fields})
    for name, chosen in (("applies_to_groups", applies_to_groups), ("applies_to_units", applies_to_units)):
        if chosen is not None:
            _set(scheme, node, name, list(chosen))
    if fields.get("indicator") is not None:
        check_leaf(fields["indicator"])
    return node


@transaction.atomic
def rename_node(*, node: SchemeNode, key: str) -> SchemeNode:
    """Gives a node another number; its reports and children stay with it."""
    return _save(node.scheme, node, {"key": key})


@transaction.atomic
def move_node(*, node: SchemeNode, down: bool) -> None:
    """Lets a node and the sibling before (or after) it change places; at the end of the row nothing happens."""
    scheme = Scheme.objects.select_for_update().get(pk=node.scheme_id)
    _refuse_fixed(scheme)
    siblings = list(scheme.nodes.filter(parent=node.parent_id).order_by("order", "id"))
    here = next(place for place, other in enumerate(siblings) if other.pk == node.pk)
    there = here + (1 if down else -1)
    if not 0 <= there < len(siblings):
        return
    siblings[here], siblings[there] = siblings[there], siblings[here]
    for order, sibling in enumerate(siblings):
        sibling.order = order
    SchemeNode.objects.bulk_update(siblings, ["order"])
    _renumber(scheme)


@transaction.atomic
def delete_node(*, node: SchemeNode) -> None:
    """Deletes a node with all under it; ValidationError when units have reported on a leaf of it."""
    scheme = Scheme.objects.select_for_update().get(pk=node.scheme_id)
    _refuse_fixed(scheme)
    under = {place.node.pk for place in arrange(_nodes(scheme)) if node.pk in {n.pk for n in place.above}}
    if LeafReport.objects.filter(node__in={node.pk, *under}).exists():
        raise ValidationError(
            _("Units have reported on “%s”: it stays. End the scheme and make its successor without it.")
            % node
        )
    node.delete()


@transaction.atomic
def save_adjustment(*, scheme: Scheme, name: str, register: Register, **fields: Any) -> SchemeAdjustment:
    """Creates or changes a bonus or deduction. ValidationError: no points, a type or level the register does not know."""
    _same_office(scheme, register)
    check_adjustment(register, fields.get("type", ""), fields.get("level", ""))
    row = SchemeAdjustment.objects.filter(scheme=scheme, name=name).first()
    row = row or SchemeAdjustment(scheme=scheme, name=name)
    return _save(scheme, row, {"register": register, **fields})


def check_adjustment(register: Register, type_: str, level: str) -> None:
    """ValidationError when entries of the register can never have that type or level."""
    for name, text, known in (("type", type_, register.type_names), ("level", level, register.level_names)):
        if text and text not in known:
            raise ValidationError(
                {
                    name: _("“%(register)s” knows no “%(text)s”; it knows: %(known)s.")
                    % {"register": register, "text": text, "known": "、".join(known) or "—"}
                }
            )


@transaction.atomic
def save_grade(*, scheme: Scheme, name: str, at_least: Decimal | None = None) -> SchemeGrade:
    """Creates or changes a grade; the lowest one has no limit."""
    row = SchemeGrade.objects.filter(scheme=scheme, name=name).first() or SchemeGrade(
        scheme=scheme, name=name
    )
    return _save(scheme, row, {"at_least": at_least})


@transaction.atomic
def delete_part(*, part: SchemeAdjustment | SchemeGrade) -> None:
    """Deletes a bonus, deduction or grade of a scheme that no issued bulletin stands on."""
    _refuse_fixed(Scheme.objects.select_for_update().get(pk=part.scheme_id))
    part.delete()


def _nodes(scheme: Scheme) -> list[SchemeNode]:
    return list(scheme.nodes.order_by("order", "id"))


def _renumber(scheme: Scheme) -> None:
    """Gives the nodes their places depth first, so that a plain list of them is in the order of the tree."""
    changed = []
    for order, place in enumerate(arrange(_nodes(scheme)), 1):
        if place.node.order != order:
            place.node.order = order
            changed.append(place.node)
    SchemeNode.objects.bulk_update(changed, ["order"])


def _parent(scheme: Scheme, parent: SchemeNode | str | None) -> SchemeNode | None:
    if not isinstance(parent, str):
        return parent
    found = SchemeNode.objects.filter(scheme=scheme, key=parent).first()
    if found is None:
        raise ValidationError({"parent": _("The scheme has no node numbered “%s”.") % parent})
    return found


def _check_place(scheme: Scheme, node: SchemeNode, over: SchemeNode | None) -> None:
    """ValidationError when the node would stand in another scheme, under itself or on a level too deep."""
    if over is None:
        depth_above = 0
    elif over.scheme_id != scheme.pk:
        raise ValidationError({"parent": _("“%s” belongs to another scheme.") % over})
    else:
        places = {place.node.pk: place for place in arrange(_nodes(scheme))}
        if node.pk and node.pk in {over.pk, *(one.pk for one in places[over.pk].above)}:
            raise ValidationError({"parent": _("A node can't stand under itself.")})
        depth_above = places[over.pk].level
    if depth_above + _height(scheme, node) > MAX_LEVELS:
        raise ValidationError({"parent": _("A scheme has at most %s levels.") % MAX_LEVELS})


def _height(scheme: Scheme, node: SchemeNode) -> int:
    """How many levels the node and what stands under it take."""
    if node.pk is None:
        return 1
    places = arrange(_nodes(scheme))
    own = next(place.level for place in places if place.node.pk == node.pk)
    return 1 + max(
        (place.level - own for place in places if node.pk in {one.pk for one in place.above}), default=0
    )


def _same_office(scheme: Scheme, *things: Any) -> None:
    for thing in things:
        if thing is not None and thing.office_id != scheme.office_id:
            raise ValidationError(_("“%s” belongs to another office.") % thing)


def _set(scheme: Scheme, row: Any, name: str, chosen: list[Any]) -> None:
    _same_office(scheme, *chosen)
    related = getattr(row, name)
    if {one.pk for one in chosen} == set(related.values_list("pk", flat=True)):
        return
    _refuse_fixed(scheme)
    related.set(chosen)


def _save(scheme: Scheme, row: Any, fields: dict[str, Any]) -> Any:
    """Saves what differs from what is stored; nothing else may differ in a scheme that bulletins stand on."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    stored = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    changed = {
        field.attname
        for field in row._meta.concrete_fields
        if stored is None or getattr(row, field.attname) != getattr(stored, field.attname)
    }
    if not changed:
        return row
    if scheme.pk and not (row == scheme and changed <= _ALWAYS_OPEN):
        _refuse_fixed(scheme)
    row.save()
    return row


def _refuse_fixed(scheme: Scheme) -> None:
    if is_fixed(scheme):
        raise ValidationError(
            _("“%s” stands behind an issued bulletin: copy it to its successor and change that one.") % scheme
        )
