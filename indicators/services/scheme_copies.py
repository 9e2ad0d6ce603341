"""The successor of a scheme: what a bulletin stands on stays as it was, the copy can be changed."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from indicators.models import Scheme, SchemeAdjustment, SchemeGrade, SchemeNode
from indicators.services.scheme_tree import arrange
from indicators.services.schemes import save_scheme

_OWN = {"id", "office", "code", "valid_from", "valid_to"}


@transaction.atomic
def copy_scheme(*, scheme: Scheme, code: str, valid_from: dt.date, name: str = "") -> Scheme:
    """The successor of a scheme from a day on: the whole tree, bonuses, deductions and grades; the old one ends before it.

    ValidationError: a code that is taken, or a day not after the old scheme's first one. Rankings stay with the old
    scheme: those of the new one are declared anew.
    """
    old = Scheme.objects.select_for_update().get(pk=scheme.pk)
    if Scheme.objects.filter(office=old.office, code=code).exists():
        raise ValidationError({"code": _("“%s” is the code of a scheme already.") % code})
    if valid_from <= old.valid_from:
        raise ValidationError({"valid_from": _("A successor begins after the scheme it follows.")})
    day_before = valid_from - dt.timedelta(days=1)
    if old.valid_to is None or old.valid_to > day_before:
        save_scheme(office=old.office, code=old.code, valid_to=day_before)
    same = {
        field.name: getattr(old, field.name)
        for field in Scheme._meta.concrete_fields
        if field.name not in _OWN
    }
    same |= {"name": name or old.name, "valid_from": valid_from}
    copy = save_scheme(office=old.office, code=code, groups=old.groups.all(), **same)
    _copy_tree(old, copy)
    parts: list[SchemeAdjustment | SchemeGrade] = [*old.adjustments.all(), *old.grades.all()]
    for row in parts:
        row.pk, row.scheme = None, copy
        row.save(force_insert=True)
    return copy


def _copy_tree(scheme: Scheme, copy: Scheme) -> None:
    made: dict[int | None, SchemeNode | None] = {None: None}
    for place in arrange(list(scheme.nodes.order_by("order", "id"))):
        node, old = place.node, place.node.pk
        groups, units = list(node.applies_to_groups.all()), list(node.applies_to_units.all())
        node.parent, node.scheme, node.pk = made[node.parent_id], copy, None
        node.save(force_insert=True)
        node.applies_to_groups.set(groups)
        node.applies_to_units.set(units)
        made[old] = node
