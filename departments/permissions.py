"""Who may see and do what. Rights follow memberships; there are no hand-assigned Django permissions (ADR 0003).

`visible()` narrows any query to what a person's memberships reach; `MembershipBackend` answers Django's and the
admin's has_perm from the same declarations (the `scope` on each model), so a page can't allow what a query hides.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import OFFICE_ROLES, UNIT_ROLES, Role
from departments.models import Membership, Office, Unit, UnitVersion
from departments.scoping import Scope

M = TypeVar("M", bound=Model)


def memberships_of(user: Any) -> tuple[Membership, ...]:
    """The person's memberships in force today; read once per request and kept on the user object."""
    if not getattr(user, "is_active", False) or user.is_anonymous:
        return ()
    cached = getattr(user, "_memberships", None)
    if cached is None:
        cached = tuple(
            Membership.objects.filter(user=user)
            .on(timezone.localdate())
            .select_related("office", "unit", "acting_for")
        )
        user._memberships = cached
    return cached


def confine(user: Any, office: Office) -> None:
    """Leaves this user object the person's memberships in one office, and no more rights than they give; never save it."""
    user._memberships = tuple(m for m in memberships_of(user) if m.office_id == office.pk)
    user.is_superuser = False


def scope_of(model: type[Model]) -> Scope | None:
    return getattr(model, "scope", None)


def visible(queryset: QuerySet[M], user: Any, action: str = "view") -> QuerySet[M]:
    """The rows on which the person may do `action`; the query gains no join that multiplies rows."""
    scope = scope_of(queryset.model)
    if user.is_active and user.is_superuser:
        return queryset
    if scope is None:
        return queryset.none()
    reach = Q(pk__in=[])
    roles = scope.roles(action)
    for membership in memberships_of(user):
        if membership.role in roles:
            reach |= _reach(scope, membership, user)
    return queryset.filter(reach)


def _reach(scope: Scope, membership: Membership, user: Any) -> Q:
    office = Q(**{scope.office or "pk": membership.office_id})
    if membership.unit_id is None or scope.open_to_units:
        return office
    if scope.unit is None:
        return Q(pk__in=[])
    if scope.down_the_tree:
        below = units_below(user, membership.unit_id)
        return office & Q(**{f"{scope.unit or 'pk'}__in": {membership.unit_id, *below}})
    return office & Q(**{scope.unit or "pk": membership.unit_id})


def units_below(user: Any, unit_id: int) -> frozenset[int]:
    """Every unit under a unit in today's tree, level by level; read once per request and kept on the user object."""
    kept: dict[int, frozenset[int]] = user.__dict__.setdefault("_units_below", {})
    if unit_id not in kept:
        today = timezone.localdate()
        found: set[int] = set()
        level = {unit_id}
        while level:
            level = set(UnitVersion.objects.on(today).filter(parent__in=level).values_list("unit", flat=True))
            level -= found
            found |= level
        kept[unit_id] = frozenset(found)
    return kept[unit_id]


def has_role(
    user: Any, roles: Iterable[str], *, office: Office | None = None, unit: Unit | None = None
) -> bool:
    """Whether the person holds one of the roles for that unit, or (office roles) for that office."""
    return place_of(user, roles, office=office, unit=unit) is not None


def place_of(
    user: Any, roles: Iterable[str], *, office: Office | None = None, unit: Unit | None = None
) -> Membership | None:
    """The membership by which a person holds one of the roles; their own before one in which they act for somebody."""
    wanted = set(roles)
    acting = None
    for membership in memberships_of(user):
        if membership.role not in wanted:
            continue
        if unit is not None and membership.unit_id not in (None, unit.pk):
            continue
        home = office or (unit.office if unit else None)
        if home is None or membership.office_id == home.pk:
            if membership.acting_for_id is None:
                return membership
            acting = membership
    return acting


def offices_of(user: Any, roles: Iterable[str] = Role.values) -> QuerySet[Office]:
    """The offices in which the person holds one of the roles."""
    if user.is_superuser:
        return Office.objects.all()
    wanted = set(roles)
    return Office.objects.filter(pk__in={m.office_id for m in memberships_of(user) if m.role in wanted})


def is_office_staff(user: Any) -> bool:
    return user.is_superuser or any(m.role in OFFICE_ROLES for m in memberships_of(user))


def is_unit_staff(user: Any) -> bool:
    return any(m.role in UNIT_ROLES for m in memberships_of(user))


def get_visible(queryset: QuerySet[M], user: Any, action: str = "view", **lookup: Any) -> M:
    """One row the person may act on; otherwise the refusal is logged and PermissionDenied raised."""
    row = visible(queryset, user, action).filter(**lookup).first()
    if row is None:
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    return row


def people_of(
    roles: Iterable[str], *, unit: Unit | None = None, office: Office | None = None
) -> QuerySet[User]:
    """The active people who today hold one of the roles for a unit, or in an office."""
    held = Membership.objects.on(timezone.localdate()).filter(role__in=list(roles))
    held = held.filter(unit=unit) if unit is not None else held.filter(office=office)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


class MembershipBackend(ModelBackend):
    """Log-in by Django's own rules; permissions from memberships and the models' declared scope."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active:
            return False
        if user_obj.is_superuser:
            return True
        app_label, _dot, name = perm.partition(".")
        action, _underscore, model_name = name.partition("_")
        try:
            model = apps.get_model(app_label, model_name)
        except LookupError:
            return False
        scope = scope_of(model)
        if scope is None or action not in ("view", "add", "change", "delete"):
            return False
        if obj is not None:
            return visible(model._default_manager.filter(pk=obj.pk), user_obj, action).exists()
        roles = scope.roles(action)
        return any(m.role in roles for m in memberships_of(user_obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return user_obj.is_active and (
            user_obj.is_superuser
            or any(
                self.has_perm(user_obj, f"{app_label}.view_{model._meta.model_name}")
                for model in apps.get_app_config(app_label).get_models()
            )
        )
