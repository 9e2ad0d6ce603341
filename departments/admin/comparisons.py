"""Comparisons of sources: setting them up, and the pages of reconciliation behind them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline
from departments.choices import ItemKind
from departments.models import Comparison, ComparisonSource, Item
from departments.permissions import get_visible
from departments.views.comparison_unit import unit_page
from departments.views.comparisons import export_page, overview_page, sides_page

NUMBERS = (ItemKind.WHOLE, ItemKind.DECIMAL, ItemKind.PERCENT, ItemKind.TICK)


class ItemChoice(ModelChoiceField):
    """Items named with their form: several forms have one of the same name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.form.title} · {obj.name}"


class SourceInline(ScopedTabularInline):
    """The sources of one comparison: number items of the same office."""

    model = ComparisonSource
    fields = ("order", "name", "item")

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)
        assert rows is not None
        if rows.model is Item:
            rows = rows.filter(kind__in=NUMBERS).select_related("form").order_by("form__order", "order")
            return rows.filter(form__office=self.parent.office_id) if self.parent else rows
        return rows

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "item":
            kwargs["form_class"] = ItemChoice
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Comparison)
class ComparisonAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("name", "code", "office", "sources_named", "tolerance", "tolerance_percent", "order")
    fields = ("office", "code", "name", "tolerance", "tolerance_percent", "order")
    search_fields = ("name", "code")
    inlines = (SourceInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("sources")

    @display(description=_("sources"))
    def sources_named(self, comparison: Comparison) -> str:
        return "、".join(source.name for source in comparison.sources.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was explained or decided stays on record."""
        return super().has_delete_permission(request, obj) and (obj is None or not obj.cases.exists())

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"departments_comparison_{name}")

        return [
            own("overview/", require_safe(self.overview_view), "overview"),
            own("<int:object_id>/sides/", require_safe(self.sides_view), "sides"),
            own("<int:object_id>/export/", require_safe(self.export_view), "export"),
            own("<int:object_id>/sides/<slug:unit>/", self.unit_view, "unit"),
            *super().get_urls(),
        ]

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        return overview_page(request, self._context(request))

    def sides_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return sides_page(request, self._comparison(request, object_id), self._context(request))

    def export_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return export_page(request, self._comparison(request, object_id))

    def unit_view(self, request: HttpRequest, object_id: int, unit: str) -> HttpResponse:
        return unit_page(request, self._comparison(request, object_id), unit, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}

    def _comparison(self, request: HttpRequest, object_id: int) -> Comparison:
        return get_visible(Comparison.objects.select_related("office"), request.user, pk=object_id)
