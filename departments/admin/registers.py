"""台账: setting registers up, and the pages of their entries behind that."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from departments.admin import register_batches
from departments.admin.base import (
    OfficeFilterMixin,
    RecordAdmin,
    ScopedAdmin,
    ScopedTabularInline,
    VisibleFilter,
)
from departments.admin.register_batches import urls as batch_urls
from departments.admin.register_forms import (
    ColumnFormSet,
    CountFormSet,
    MoveForm,
    RegisterForm,
    StatusFormSet,
)
from departments.models import (
    Entry,
    Group,
    Register,
    RegisterColumn,
    RegisterCount,
    RegisterMove,
    RegisterStatus,
)
from departments.services.registers.definitions import default_statuses
from departments.views.openings import entry_opening_page
from departments.views.registers.check import check_page
from departments.views.registers.closing import closing_page
from departments.views.registers.entry import download_file, entry_page
from departments.views.registers.export import export_page
from departments.views.registers.list import entries_page, overview_page
from departments.views.registers.new import new_page
from departments.views.registers.print import print_page


class RegisterPart(ScopedTabularInline):
    """Rows of one register: relations between them stay inside it."""

    tab = True

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)
        assert rows is not None
        rows = rows.filter(register=self.parent) if self.parent else rows.none()
        return rows.filter(personal=False) if rows.model is RegisterColumn else rows


class StatusInline(RegisterPart):
    model = RegisterStatus
    formset = StatusFormSet
    fields = ("order", "code", "name", "meaning")


class MoveInline(RegisterPart):
    model = RegisterMove
    form = MoveForm
    fields = ("order", "source", "target", "by", "name", "needs_text", "needs_file")


class ColumnInline(RegisterPart):
    model = RegisterColumn
    formset = ColumnFormSet
    fields = ("order", "code", "name", "kind", "options", "by", "required", "personal")


class CountInline(RegisterPart):
    model = RegisterCount
    formset = CountFormSet
    fields = ("order", "code", "name", "basis", "statuses", "types", "levels", "column", "equals")


@admin.register(Register)
class RegisterAdmin(OfficeFilterMixin, ScopedAdmin):
    """The definition; entries are reached by the register's own pages."""

    form = RegisterForm
    list_display = ("title", "code", "office", "kind", "columns_named", "closed_through", "order")
    list_filter = ("kind",)
    search_fields = ("title", "code")
    fieldsets = (
        (None, {"fields": ("office", "code", "title", "kind", "notes", "contact", "order")}),
        (_("Entries"), {"fields": ("key_label", "name_label", "types", "levels", "units_may_add")}),
        (_("Times"), {"fields": ("due_days", "escalate_days")}),
        (_("How often at least"), {"fields": ("least_times", "least_per", "groups")}),
    )
    filter_horizontal = ("groups",)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """A new register begins with the usual statuses and moves; then they can be changed."""
        return (StatusInline, MoveInline, ColumnInline, CountInline) if obj else (ColumnInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("columns")

    @display(description=_("columns"))
    def columns_named(self, register: Register) -> str:
        return "、".join(column.name for column in register.columns.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        match = request.resolver_match
        pk = match.kwargs.get("object_id", "") if match else ""
        if field is not None and db_field.remote_field.model is Group and str(pk).isdecimal():
            field.queryset = field.queryset.filter(office__registers=pk)
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was tracked, and that it was closed, stays on record."""
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or not (obj.entries.exists() or obj.batches.exists() or obj.closings.exists())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        default_statuses(form.instance)

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"departments_register_{name}")

        entries = "<int:register_id>/entries/"
        return [
            own("overview/", require_safe(self.overview_view), "overview"),
            own(entries, require_safe(self.entries_view), "entries"),
            own(f"{entries}export/", require_safe(self.export_view), "export"),
            own(f"{entries}print/", require_safe(self.print_view), "print"),
            own(f"{entries}check/", self.check_view, "check"),
            own(f"{entries}new/", self.new_view, "new"),
            own("<int:register_id>/closing/", self.closing_view, "closing"),
            *batch_urls(self.admin_site),
            *register_batches.urls(self.admin_site),
            *super().get_urls(),
        ]

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        return overview_page(request, self._context(request))

    def entries_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return entries_page(request, register_id, self._context(request))

    def export_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return export_page(request, register_id)

    def print_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return print_page(request, register_id, self._context(request))

    def check_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return check_page(request, register_id, self._context(request))

    def new_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return new_page(request, register_id, self._context(request))

    def closing_view(self, request: HttpRequest, register_id: int) -> HttpResponse:
        return closing_page(request, register_id, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}


@admin.register(Entry)
class EntryAdmin(RecordAdmin):
    """Read-only as a record: an entry changes through the buttons of its page, which call the services."""

    list_display = ("key", "name", "register", "unit", "status", "opened_on", "due_on")
    list_filter = (("register", VisibleFilter), ("unit", VisibleFilter))
    list_select_related = ("register", "unit", "status")
    search_fields = ("key", "name")
    ordering = ("register", "unit__protocol_order", "opened_on", "pk")

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = path(
            "file/<int:entryfile_id>/",
            guard(require_safe(download_file)),
            name="departments_entry_file",
        )
        opening = path("<int:entry_id>/opening/", guard(self.opening_view), name="departments_entry_opening")
        return [own, opening, *super().get_urls()]

    def opening_view(self, request: HttpRequest, entry_id: int) -> HttpResponse:
        return entry_opening_page(
            request, entry_id, self.admin_site.each_context(request) | {"opts": self.opts}
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        rows = self.get_queryset(request).select_related("register__office", "unit__office", "status")
        entry = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        if entry is None:
            # Writes the refusal into the log.
            self.get_object(request, object_id)
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "original": entry}
        return entry_page(request, entry, context)
