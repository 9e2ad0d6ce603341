"""目标值: set up one by one; how far units are from them stands on the page of targets."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.periods import Period
from indicators.admin.records import keep_to_office
from indicators.models import Target
from indicators.services.target_rules import target_faults
from indicators.services.targets import EXACT
from indicators.services.targets_in_force import target_data
from indicators.views.targets import export_page, overview_page

PARTS = ("operator", "value", "upper", "floor", "aim", "cumulative")


class TargetForm(forms.ModelForm):
    class Meta:
        model = Target
        fields = ("indicator", "group", "unit", "period", *PARTS, "source")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        indicator = data.get("indicator")
        keep_to_office(self, indicator.office_id if indicator else None, "group", "unit")
        if data.get("group") and data.get("unit"):
            self.add_error("unit", _("A target is for a group or for one unit, not for both."))
        if all(name in data for name in PARTS):
            for name, fault in target_faults(**{part: data[part] for part in PARTS}).items():
                self.add_error(name, fault)
        if not self.errors:
            self._refuse_a_second(data)
        return data

    def _refuse_a_second(self, data: dict[str, Any]) -> None:
        whose = {name: data.get(name) for name in ("indicator", "group", "unit", "period")}
        if Target.objects.filter(**whose).exclude(pk=self.instance.pk).exists():
            self.add_error("period", _("There is a target for this already: change that one."))


@admin.register(Target)
class TargetAdmin(ScopedAdmin):
    empty_hint = _("With a target, rankings show how far every unit is.")
    form = TargetForm
    list_display = ("indicator", "whose", "period_label", "in_words", "plain_floor", "plain_aim", "source")
    list_filter = (
        ("indicator", VisibleFilter),
        "period",
        ("group", VisibleFilter),
        ("unit", VisibleFilter),
        "operator",
        "cumulative",
    )
    list_select_related = ("indicator", "group", "unit")
    search_fields = ("indicator__name", "unit__name")

    @admin.display(description=_("set for"))
    def whose(self, target: Target) -> str:
        return str(target.unit or target.group or _("all units"))

    @admin.display(description=_("period"), ordering="period")
    def period_label(self, target: Target) -> str:
        return Period.parse(target.period).label

    @admin.display(description=_("target"), ordering="value")
    def in_words(self, target: Target) -> str:
        words = target_data(target).words(EXACT)
        return f"{_('cumulative')} {words}" if target.cumulative else words

    @admin.display(description=_("floor"))
    def plain_floor(self, target: Target) -> str:
        return "" if target.floor is None else f"{target.floor.normalize():f}"

    @admin.display(description=_("aim"))
    def plain_aim(self, target: Target) -> str:
        return "" if target.aim is None else f"{target.aim.normalize():f}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("overview/", view(require_safe(self.overview_view)), name="indicators_target_overview"),
            path("export/", view(require_safe(self.export_view)), name="indicators_target_export"),
        ]
        return own + super().get_urls()

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        """Open to the units of an office too: they see their own rows."""
        return overview_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        return export_page(request)
