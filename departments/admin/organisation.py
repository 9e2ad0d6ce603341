"""Offices, groups and units. What changes with time is changed from a day on, never overwritten."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline
from departments.admin.transfer import SetupTransfer
from departments.models import Group, NotApplicableReason, Office, Unit, UnitAlias, UnitVersion
from departments.permissions import visible
from departments.resources.units import UnitTable
from departments.services.organisation import change_unit, check_parent


@admin.register(Office)
class OfficeAdmin(ScopedAdmin):
    list_display = ("name", "code", "phone")
    fields = ("code", "name", "phone", "synthetic")
    search_fields = ("name", "code")


@admin.register(Group)
class GroupAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("name", "code", "office", "order")
    fields = ("office", "code", "name", "order")
    search_fields = ("name", "code")


@admin.register(NotApplicableReason)
class NotApplicableReasonAdmin(OfficeFilterMixin, ScopedAdmin):
    list_display = ("name", "code", "office", "order")
    fields = ("office", "code", "name", "order")
    search_fields = ("name", "code")


class UnitVersionInline(ScopedTabularInline):
    """History of names, parents and groups; read-only, changed by “change from a day” above."""

    model = UnitVersion
    fk_name = "unit"
    fields = readonly_fields = ("valid_from", "valid_to", "full_name", "short_name", "parent", "group")
    verbose_name_plural = _("names, parents and groups over time")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UnitAliasInline(ScopedTabularInline):
    model = UnitAlias
    fields = ("name", "usage")


class UnitForm(forms.ModelForm):
    """A unit with the change that begins on a day; without that day names, parent and group stay."""

    valid_from = forms.DateField(label=_("change from"), required=False, widget=UnfoldAdminDateWidget)
    full_name = forms.CharField(
        label=_("full name"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    short_name = forms.CharField(
        label=_("short name"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget
    )
    parent = forms.ModelChoiceField(
        Unit.objects.none(), label=_("parent"), required=False, widget=UnfoldAdminSelectWidget
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label=_("group"), required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Unit
        fields = ("office", "code", "protocol_order", "opened_on", "closed_on")

    # Set by the page: the person whose scope bounds the choices.
    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units, groups = visible(Unit.objects.all(), self.user), visible(Group.objects.all(), self.user)
        if self.instance.pk:
            units = units.filter(office=self.instance.office_id).exclude(pk=self.instance.pk)
            groups = groups.filter(office=self.instance.office_id)
            self._show_present()
        for name, rows in (("parent", units), ("group", groups)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def _show_present(self) -> None:
        present = self.instance.versions.order_by("valid_from").last()
        if present is not None:
            for name in ("full_name", "short_name", "parent", "group"):
                self.fields[name].initial = getattr(present, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        new = self.instance.pk is None
        named = [name for name in ("full_name", "short_name", "parent", "group") if name in self.changed_data]
        if not new and named and not data.get("valid_from"):
            self.add_error(
                "valid_from", _("From which day does the change hold? Earlier periods keep the old names.")
            )
        if new or data.get("valid_from"):
            for name in ("full_name", "short_name"):
                if not data.get(name):
                    self.add_error(name, _("This field is required."))
        self._check_office(data)
        if not new and data.get("valid_from") and data.get("parent"):
            try:
                check_parent(unit=self.instance, parent=data["parent"], day=data["valid_from"])
            except ValidationError as error:
                self.add_error("parent", error)
        return data

    def _check_office(self, data: dict[str, Any]) -> None:
        for name in ("parent", "group"):
            if data.get(name) and data.get("office") and data[name].office_id != data["office"].pk:
                self.add_error(name, _("This belongs to another office."))


@admin.register(Unit)
class UnitAdmin(OfficeFilterMixin, ScopedAdmin, SetupTransfer):  # type: ignore[misc]
    form = UnitForm
    table = UnitTable
    list_display = ("name", "code", "office", "protocol_order", "opened_on", "closed_on")
    search_fields = ("name", "code", "versions__full_name", "aliases__name")
    inlines = (UnitVersionInline, UnitAliasInline)
    ordering = ("office", "protocol_order", "code")
    _changing = ("valid_from", "full_name", "short_name", "parent", "group")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = ("office", "code", "protocol_order", "opened_on", "closed_on")
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": own}),)
        title = _("Change from a day") if obj else _("Names, parent and group from the opening day")
        changing = self._changing if obj else self._changing[1:]
        return ((None, {"fields": own}), (title, {"fields": changing}))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = UnitForm.Meta.fields
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user  # type: ignore[attr-defined]
        return form

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else (UnitAliasInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def save_model(self, request: HttpRequest, obj: Unit, form: UnitForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        data = form.cleaned_data
        if change and not data.get("valid_from"):
            return
        change_unit(
            unit=obj,
            valid_from=data.get("valid_from") or obj.opened_on,
            full_name=data["full_name"],
            short_name=data["short_name"],
            parent=data["parent"],
            group=data["group"],
        )
