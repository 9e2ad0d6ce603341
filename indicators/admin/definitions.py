"""指标 with dated definitions, 目标值. A definition is never overwritten: a change is a new version from a day on."""

import functools
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms.models import fields_for_model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, ScopedTabularInline, VisibleFilter
from departments.admin.transfer import SetupTransfer
from departments.models import Office
from departments.periods import Period
from indicators.admin.records import keep_to_office
from indicators.choices import RunStatus
from indicators.models import Indicator, IndicatorVersion, Target
from indicators.resources import IndicatorTable
from indicators.services.definitions import check_definition, save_version

VERSION_FIELDS = (
    "valid_from",
    "numerator",
    "denominator",
    "factor",
    "unit_of_measure",
    "decimals",
    "direction",
    "recipe",
    "minimum_denominator",
    "note",
)


class IndicatorVersionInline(ScopedTabularInline):
    """History of definitions; read-only, added to by “definition from a day” above."""

    model = IndicatorVersion
    fields = readonly_fields = ("number", "valid_from", "valid_to", *VERSION_FIELDS[1:])
    verbose_name_plural = _("definitions over time")
    ordering = ("-valid_from",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class IndicatorForm(forms.ModelForm):
    """An indicator with the definition that begins on a day; without that day the definitions stay as they are.

    The page adds the fields of VERSION_FIELDS.
    """

    class Meta:
        model = Indicator
        fields = ("office", "code", "name", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.instance.versions.last() if self.instance.pk else None
        for name in VERSION_FIELDS:
            # A changed definition must say from when; everything else starts from what is in force.
            if name == "valid_from":
                self.fields[name].required = self.instance.pk is None
            elif present is not None:
                self.fields[name].initial = getattr(present, name)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        definition_changed = any(name in self.changed_data for name in VERSION_FIELDS)
        if self.instance.pk and definition_changed and not data.get("valid_from"):
            self.add_error(
                "valid_from",
                _("From which day does the new definition hold? Earlier periods keep the old one."),
            )
        office = self.instance.office if self.instance.pk else data.get("office")
        if definition_changed and isinstance(office, Office):
            self._check_expressions(office, data)
            self._check_used(data)
        return data

    def _check_expressions(self, office: Office, data: dict[str, Any]) -> None:
        for name in ("numerator", "denominator"):
            fault = check_definition(office, data[name]) if data.get(name) else None
            if fault:
                self.add_error(name, fault)

    def _check_used(self, data: dict[str, Any]) -> None:
        """What stands behind an issued bulletin is said beside the day, before anything is saved."""
        if not self.instance.pk or not data.get("valid_from"):
            return
        used = self.instance.versions.filter(
            valid_from=data["valid_from"], results__run__status=RunStatus.FROZEN
        )
        if used.exists():
            self.add_error(
                "valid_from",
                _("The definition from this day stands behind an issued bulletin: choose a later day."),
            )


@admin.register(Indicator)
class IndicatorAdmin(OfficeFilterMixin, ScopedAdmin, SetupTransfer):  # type: ignore[misc]
    form = IndicatorForm
    table = IndicatorTable
    list_display = ("name", "code", "office", "in_force", "order")
    search_fields = ("name", "code")
    inlines = (IndicatorVersionInline,)

    @admin.display(description=_("definition in force"))
    def in_force(self, indicator: Indicator) -> str:
        versions = list(indicator.versions.all())
        if not versions:
            return str(_("not defined yet"))
        last = versions[-1]
        return f"v{last.number}（{last.valid_from:%Y-%m-%d} 起）：{last.numerator} ÷ {last.denominator}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = IndicatorForm.Meta.fields
        form = super().get_form(request, obj, change=change, **kwargs)
        callback = functools.partial(self.formfield_for_dbfield, request=request)
        added = fields_for_model(IndicatorVersion, fields=VERSION_FIELDS, formfield_callback=callback)
        return type(form.__name__, (form,), dict(added))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = (None, {"fields": IndicatorForm.Meta.fields})
        if not self.has_change_permission(request, obj):
            return (own,)
        title = _("New definition from a day") if obj else _("Definition")
        return (own, (title, {"fields": VERSION_FIELDS}))

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def save_model(self, request: HttpRequest, obj: Indicator, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("valid_from"):
            save_version(indicator=obj, **{name: form.cleaned_data[name] for name in VERSION_FIELDS})


class TargetForm(forms.ModelForm):
    class Meta:
        model = Target
        fields = ("indicator", "group", "period", "operator", "value", "floor", "aim", "source")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        indicator = data.get("indicator")
        keep_to_office(self, indicator.office_id if indicator else None, "group")
        return data


@admin.register(Target)
class TargetAdmin(ScopedAdmin):
    form = TargetForm
    list_display = ("indicator", "group", "period_label", "operator", "plain_value", "source")
    list_filter = (("indicator", VisibleFilter), "period")
    list_select_related = ("indicator", "group")

    @admin.display(description=_("period"), ordering="period")
    def period_label(self, target: Target) -> str:
        return Period.parse(target.period).label

    @admin.display(description=_("target"), ordering="value")
    def plain_value(self, target: Target) -> str:
        return f"{target.value.normalize():f}"
