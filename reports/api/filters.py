"""Filters of the lists (django-filter). Offices, units, groups and indicators are named by their codes."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.models import Group, Office, Unit, UnitVersion
from indicators.models import Indicator, Ranking, Scheme, Target
from reports.models import Issue


def by_code(path: str, label: Any) -> django_filters.CharFilter:
    """A filter over the code of what `path` leads to, exactly."""
    return django_filters.CharFilter(field_name=path, label=label)


class CodeFilter(django_filters.FilterSet):
    """Rows of one office."""

    office = by_code("office__code", _("code of the office"))
    code = by_code("code", _("code"))


class OfficeFilter(django_filters.FilterSet):
    code = by_code("code", _("code"))

    class Meta:
        model = Office
        fields = ("code",)


class GroupFilter(CodeFilter):
    class Meta:
        model = Group
        fields = ("office", "code")


class UnitFilter(CodeFilter):
    name = django_filters.CharFilter(lookup_expr="icontains", label=_("part of the name"))
    group = django_filters.CharFilter(method="in_group", label=_("code of the group it belongs to today"))

    class Meta:
        model = Unit
        fields = ("office", "code", "name", "group")

    def in_group(self, rows: QuerySet[Unit], name: str, code: str) -> QuerySet[Unit]:
        present = UnitVersion.objects.on(timezone.localdate()).filter(group__code=code)
        return rows.filter(pk__in=present.values("unit"))


class IndicatorFilter(CodeFilter):
    class Meta:
        model = Indicator
        fields = ("office", "code")


class TargetFilter(django_filters.FilterSet):
    office = by_code("indicator__office__code", _("code of the office"))
    indicator = by_code("indicator__code", _("code of the indicator"))
    period = django_filters.CharFilter(label=_("code of the period"))
    group = by_code("group__code", _("code of the group"))
    unit = by_code("unit__code", _("code of the unit"))

    class Meta:
        model = Target
        fields = ("office", "indicator", "period", "group", "unit")


class RankingFilter(CodeFilter):
    indicator = by_code("indicator__code", _("code of the indicator"))
    scheme = by_code("scheme__code", _("code of the scheme"))
    group = by_code("group__code", _("code of the group"))

    class Meta:
        model = Ranking
        fields = ("office", "code", "indicator", "scheme", "group")


class SchemeFilter(CodeFilter):
    group = by_code("groups__code", _("code of the group"))

    class Meta:
        model = Scheme
        fields = ("office", "code", "group")


class IssueFilter(django_filters.FilterSet):
    office = by_code("bulletin__office__code", _("code of the office"))
    bulletin = by_code("bulletin__code", _("code of the bulletin"))
    period = django_filters.CharFilter(label=_("code of the period"))
    year = django_filters.NumberFilter(label=_("year of the document number"))

    class Meta:
        model = Issue
        fields = ("office", "bulletin", "period", "year")
