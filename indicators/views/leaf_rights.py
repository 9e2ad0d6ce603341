"""Whose leaves in words a person sees: a unit's people their own unit's, the people of the whole office every unit's."""

from typing import Any

from django.db.models import QuerySet

from departments.choices import Role
from departments.models import Office, Unit
from departments.permissions import has_role, memberships_of
from indicators.models import Scheme
from indicators.services.leaf_board import in_words


def sees_whole(user: Any, office: Office) -> bool:
    return user.is_superuser or any(
        m.office_id == office.pk and m.unit_id is None for m in memberships_of(user)
    )


def sees_some_whole(user: Any) -> bool:
    """Whether the person works for a whole office, whichever."""
    return user.is_superuser or any(m.unit_id is None for m in memberships_of(user))


def sees_unit(user: Any, unit: Unit) -> bool:
    return sees_whole(user, unit.office) or unit.pk in own_units(user)


def own_units(user: Any) -> dict[int, Unit]:
    """The units the person belongs to, by id."""
    return {m.unit.pk: m.unit for m in memberships_of(user) if m.unit is not None}


def seen_schemes(user: Any, *, own: bool) -> QuerySet[Scheme]:
    """The schemes with leaves in words: of the person's units' offices, or of those they see as a whole; newest first."""
    rows = in_words(Scheme.objects.all()).select_related("office").order_by("-valid_from", "code")
    if own:
        return rows.filter(office__in={unit.office_id for unit in own_units(user).values()})
    if user.is_superuser:
        return rows
    return rows.filter(office__in={m.office_id for m in memberships_of(user) if m.unit_id is None})


def decides(user: Any, office: Office) -> bool:
    return has_role(user, {Role.ADMINISTRATOR}, office=office)
