"""What every admin page shares: rows, choices, lookups and actions end where the person's scope ends (ADR 0003)."""

import logging
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.forms import HiddenInput, ModelChoiceField
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from departments.choices import Role
from departments.models import Office
from departments.permissions import offices_of, scope_of, visible

log = logging.getLogger("govsvc.access")


class VisibleFilter(admin.RelatedFieldListFilter):
    """A filter over a relation that names only rows the person may see."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        rows = visible(field.remote_field.model._default_manager.all(), request.user)
        return [(str(row.pk), str(row)) for row in rows[:500]]


class ChoicesInScope:
    """Narrows what a relation field offers and accepts; a value outside is refused as an invalid choice."""

    model: type[Model]

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        """The rows a relation field may point at; a page that knows its parent narrows further."""
        assert db_field.remote_field is not None
        return visible(db_field.remote_field.model._default_manager.all(), request.user)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        kwargs["queryset"] = self.choices_for(db_field, request)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and db_field.remote_field.model is Office:
            self._settle_office(field, request)
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = self.choices_for(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the pop-up links beside a choice: what it offers is set up on its own page."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if hasattr(getattr(field, "widget", None), link):
                setattr(field.widget, link, False)
        return field

    def _settle_office(self, field: ModelChoiceField, request: HttpRequest) -> None:
        """An administrator of one office is never asked for it."""
        offices = list(offices_of(request.user, {Role.ADMINISTRATOR})[:2])
        if len(offices) == 1 and not request.user.is_superuser:
            field.initial = offices[0].pk
            field.widget = HiddenInput()
        elif not request.user.is_superuser:
            field.queryset = offices_of(request.user, {Role.ADMINISTRATOR})


class ScopedAdmin(ChoicesInScope, ModelAdmin):
    """A model admin whose every route ends at the model's declared scope.

    `listed_lookups` are the relation lookups allowed in the URL besides the filters; all others are refused.
    `empty_hint` tells on the empty list how the first record comes about.
    """

    listed_lookups: tuple[str, ...] = ()
    empty_hint: Promise | str = ""
    show_full_result_count = False
    list_per_page = 50
    compressed_fields = False
    warn_unsaved_form = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(super().get_queryset(request), request.user)

    def _may(self, request: HttpRequest, action: str, obj: Model | None) -> bool:
        name = f"{self.opts.app_label}.{action}_{self.opts.model_name}"
        return bool(request.user.has_perm(name, obj) if obj and obj.pk else request.user.has_perm(name))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "add", None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete", obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is None:
            log.warning("refused user=%s model=%s pk=%s", request.user, self.opts.label, object_id)
        return obj

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without bulk deletion: what others depend on is taken away one by one, seen before."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return super().response_action(request, visible(queryset, request.user, "change"))

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Own fields and the declared filters; a lookup through a relation could ask about rows out of scope."""
        if request is not None and request.user.is_superuser:
            return super().lookup_allowed(lookup, value, request)
        own = {field.name for field in self.opts.concrete_fields if not field.is_relation} | {"pk"}
        filters = self.get_list_filter(request) if request is not None else self.list_filter
        listed = {
            item[0] if isinstance(item, tuple) else item for item in filters if not isinstance(item, type)
        }
        path = lookup.split("__")
        if path[0] in own and len(path) <= 2:
            return True
        allowed = listed | set(self.listed_lookups)
        return any(
            lookup in (name, f"{name}__id__exact", f"{name}__exact", f"{name}__isnull") for name in allowed
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves, then refuses (and rolls back) what came to lie outside the person's scope."""
        super().save_model(request, obj, form, change)
        self.require_reach(request, obj, change)

    def require_reach(self, request: HttpRequest, obj: Any, change: bool) -> None:
        action = "change" if change else "add"
        if not visible(self.model._default_manager.filter(pk=obj.pk), request.user, action).exists():
            raise PermissionDenied(_("This would belong to an office that is not yours. Nothing was saved."))


class RecordAdmin(ScopedAdmin):
    """A record: everybody in scope reads it, nobody writes it here, superusers included."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ScopedInline(ChoicesInScope):
    """Rows of a parent: whoever may do something with the parent's office may do it with them, by their own scope."""

    extra = 0
    parent: Any = None

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)  # type: ignore[misc]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return visible(super().get_queryset(request), request.user)  # type: ignore[misc]

    def _may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        scope = scope_of(self.model)
        roles = scope.roles(action) if scope else frozenset()
        if request.user.is_superuser:
            return bool(roles)
        name = f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"
        if not request.user.has_perm(name):
            return False
        reach = "view" if action == "view" else "change"
        return (
            obj is None or visible(type(obj)._default_manager.filter(pk=obj.pk), request.user, reach).exists()
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "view", obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "add", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "delete", obj)


class ScopedTabularInline(ScopedInline, TabularInline):
    """Scoped rows as a table."""


class ScopedStackedInline(ScopedInline, StackedInline):
    """Scoped rows one below another."""


class OfficeFilterMixin:
    """Lists show the office, and a filter by it, only to people of several offices."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = list(super().get_list_display(request))  # type: ignore[misc]
        return shown if self._several(request) else [name for name in shown if name != "office"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = list(super().get_list_filter(request))  # type: ignore[misc]
        return [("office", VisibleFilter), *filters] if self._several(request) else filters

    def _several(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or offices_of(request.user).count() > 1)
