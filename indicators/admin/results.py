"""计算批次 and 指标结果: what was computed, by which definition, from how many reports."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import RecordAdmin, VisibleFilter
from departments.periods import Period
from indicators.models import Result, Run


@admin.register(Run)
class RunAdmin(RecordAdmin):
    list_display = ("office", "period_label", "status", "at", "by")
    list_filter = ("status", "period")
    list_select_related = ("office", "by")

    @display(description=_("period"), ordering="period")
    def period_label(self, run: Run) -> str:
        return Period.parse(run.period).label


@admin.register(Result)
class ResultAdmin(RecordAdmin):
    list_display = ("whose", "indicator", "run_period", "display", "pair", "shown_place", "coverage")
    list_filter = (("group", VisibleFilter), ("version__indicator", VisibleFilter), "run__period")
    list_select_related = ("run", "unit", "group", "version__indicator")
    search_fields = ("unit__name", "version__indicator__name")

    @display(description=_("unit or group"), ordering="unit__protocol_order")
    def whose(self, result: Result) -> str:
        return str(result.unit or _("%(group)s (all)") % {"group": result.group})

    @display(description=_("indicator"))
    def indicator(self, result: Result) -> str:
        return str(result.version)

    @display(description=_("period"), ordering="run__period")
    def run_period(self, result: Result) -> str:
        return Period.parse(result.run.period).label

    @display(description=_("n/d"))
    def pair(self, result: Result) -> str:
        return f"{result.numerator}/{result.denominator}" if result.numerator and result.denominator else ""

    @display(description=_("place"), ordering="place")
    def shown_place(self, result: Result) -> str:
        if result.unit is None:
            return ""
        return f"{result.place}/{result.ranked}" if result.place else result.reason

    @display(description=_("reported / expected"))
    def coverage(self, result: Result) -> str:
        return f"{result.reported}/{result.expected}"
