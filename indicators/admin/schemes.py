"""考核方案: the list, the settings with bonus, deductions and grades, and the pages of the tree behind them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet, Sum
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline
from departments.models import Group, Register
from departments.permissions import get_visible
from indicators.models import Scheme, SchemeAdjustment, SchemeGrade, SchemeNode
from indicators.services.schemes import check_adjustment, check_settings, is_fixed
from indicators.views.scheme import copy_page, scheme_page
from indicators.views.scheme_node import node_page
from indicators.views.scheme_words import plain


class SchemeForm(forms.ModelForm):
    class Meta:
        model = Scheme
        fields = "__all__"  # noqa: DJ007 (the admin's fieldsets say which)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office = data.get("office") or (self.instance.office if self.instance.pk else None)
        code = data.get("code") or self.instance.code
        if office is not None and code:
            try:
                check_settings(
                    office,
                    code,
                    data.get("valid_from", self.instance.valid_from),
                    data.get("valid_to"),
                    data.get("groups", ()),
                )
            except ValidationError as fault:
                for name, errors in fault.error_dict.items():
                    self.add_error(name if name in self.fields else None, errors)
        return data


class AdjustmentForm(forms.ModelForm):
    class Meta:
        model = SchemeAdjustment
        fields = ("order", "name", "register", "type", "level", "points", "cap", "veto")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("register"):
            try:
                check_adjustment(data["register"], data.get("type", ""), data.get("level", ""))
            except ValidationError as fault:
                self.add_error(None, fault)
        return data


class GradeFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """Where there are grades, exactly one is the lowest."""
        super().clean()
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if rows and sum(row.get("at_least") is None for row in rows) != 1:
            raise ValidationError(_("Exactly one grade is the lowest: leave its limit empty, and only its."))


class PartInline(ScopedTabularInline):
    """Rows of one scheme; of one that an issued bulletin stands on they are only read."""

    def _may(self, request: HttpRequest, action: str, obj: Any) -> bool:
        if action != "view" and obj is not None and is_fixed(obj):
            return False
        return super()._may(request, action, obj)


class AdjustmentInline(PartInline):
    model = SchemeAdjustment
    form = AdjustmentForm
    fields = AdjustmentForm.Meta.fields

    def choices_for(self, db_field: Any, request: HttpRequest) -> QuerySet[Any] | None:
        rows = super().choices_for(db_field, request)
        if rows is not None and rows.model is Register and self.parent is not None:
            return rows.filter(office=self.parent.office)
        return rows


class GradeInline(PartInline):
    model = SchemeGrade
    formset = GradeFormSet
    fields = ("name", "at_least")


@admin.register(Scheme)
class SchemeAdmin(OfficeFilterMixin, ScopedAdmin):
    """A scheme's page is its tree; the admin's own form holds its settings."""

    empty_hint = _("A scheme adds weighted indicators up to a score for every unit.")

    form = SchemeForm
    list_display = (
        "name",
        "code",
        "office",
        "for_groups",
        "leaves",
        "points_in_all",
        "valid_from",
        "valid_to",
    )
    search_fields = ("name", "code")
    inlines = (AdjustmentInline, GradeInline)
    fieldsets = (
        (None, {"fields": ("office", "code", "name", "groups", "valid_from", "valid_to", "note")}),
        (_("Points"), {"fields": ("decimals", "not_applicable", "missing")}),
        (_("Bonus and deductions"), {"fields": ("bonus_cap", "bonus_from", "deduction_cap")}),
    )
    filter_horizontal = ("groups",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        leaf = ~Q(nodes__rule="")
        return (
            super()
            .get_queryset(request)
            .select_related("office")
            .prefetch_related("groups")
            .annotate(n_leaves=Count("nodes", filter=leaf), total=Sum("nodes__points", filter=leaf))
        )

    @display(description=_("groups"))
    def for_groups(self, scheme: Scheme) -> str:
        return "、".join(group.name for group in scheme.groups.all())

    @display(description=_("leaves"))
    def leaves(self, scheme: Any) -> int:
        return int(scheme.n_leaves)

    @display(description=_("points"))
    def points_in_all(self, scheme: Any) -> str:
        return plain(scheme.total) or "0"

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        if not is_fixed(obj):
            return ("office", "code")
        named = [name for _title, options in self.fieldsets for name in options["fields"]]
        return tuple(name for name in named if name not in ("valid_to", "note"))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        match = request.resolver_match
        pk = match.kwargs.get("scheme_id", "") if match else ""
        if field is not None and db_field.remote_field.model is Group and str(pk).isdecimal():
            field.queryset = field.queryset.filter(office__schemes=pk)
        return field

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What units have reported on, what was scored or is ranked stays."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        reported = SchemeNode.objects.filter(scheme=obj, reports__isnull=False)
        return not (obj.scores.exists() or obj.rankings.exists() or reported.exists())

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(self._tree(obj))

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        super().response_change(request, obj)
        return HttpResponseRedirect(self._tree(obj))

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"indicators_scheme_{name}")

        return [
            own("<int:scheme_id>/settings/", self.settings_view, "settings"),
            own("<int:scheme_id>/copy/", self.copy_view, "copy"),
            own("<int:scheme_id>/node/", self.addnode_view, "addnode"),
            own("node/<int:schemenode_id>/", self.node_view, "node"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        scheme = self.get_object(request, object_id)
        if scheme is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return scheme_page(request, scheme, self._context(request) | {"original": scheme})

    def settings_view(self, request: HttpRequest, scheme_id: int) -> HttpResponse:
        return super().change_view(request, str(scheme_id))

    def copy_view(self, request: HttpRequest, scheme_id: int) -> HttpResponse:
        return copy_page(request, self._scheme(request, scheme_id), self._context(request))

    def addnode_view(self, request: HttpRequest, scheme_id: int) -> HttpResponse:
        return node_page(request, self._scheme(request, scheme_id), None, self._context(request))

    def node_view(self, request: HttpRequest, schemenode_id: int) -> HttpResponse:
        nodes = SchemeNode.objects.select_related("scheme__office", "parent", "indicator")
        node = get_visible(nodes, request.user, "change", pk=schemenode_id)
        return node_page(request, node.scheme, node, self._context(request))

    def _scheme(self, request: HttpRequest, pk: int) -> Scheme:
        return get_visible(Scheme.objects.select_related("office"), request.user, "change", pk=pk)

    def _tree(self, scheme: Scheme) -> str:
        return reverse("admin:indicators_scheme_change", args=[scheme.pk])

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
