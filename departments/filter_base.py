"""What the filters of all pages have in common: what the address says of them, and how rows of units are narrowed."""

import datetime as dt
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from departments.models import Group, Unit, UnitVersion
from departments.permissions import units_below

Rows = TypeVar("Rows", bound=QuerySet[Any])


def day_input() -> forms.DateInput:
    """The browser's own calendar, for filters by day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class UrlFilter(django_filters.FilterSet):
    """Filters that stand in the address."""

    @property
    def asked(self) -> dict[str, str]:
        """What the address or the page's default says, unchecked and without what is empty: for links that keep it."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}

    def chosen(self, name: str) -> Any:
        """The valid choice, else None; what another filter says may be invalid."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    def keep(self, queryset: Rows, name: str, value: Any) -> Rows:
        """The method of a filter that says what is shown of the rows and leaves none out."""
        return queryset


class UnitFilter(UrlFilter):
    """Filters over rows that belong to a `unit`, as the units stand at `now`."""

    def __init__(
        self,
        data: QueryDict,
        *,
        queryset: QuerySet[Any],
        request: HttpRequest,
        now: dt.datetime | None = None,
    ) -> None:
        super().__init__(data, queryset=queryset, request=request)
        self.now = now or timezone.now()

    @property
    def versions(self) -> QuerySet[UnitVersion]:
        """The units as they stand today."""
        return UnitVersion.objects.on(timezone.localdate(self.now))

    def in_group(self, queryset: Rows, name: str, group: Group) -> Rows:
        return queryset.filter(unit__in=self.versions.filter(group=group).values("unit"))

    def under(self, queryset: Rows, name: str, parent: Unit) -> Rows:
        return queryset.filter(unit__in={parent.pk, *units_below(self.request.user, parent.pk)})
