"""Filters of the ranking pages (django-filter): period, indicator and group stand in the URL."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from departments.choices import Status
from departments.models import Group, Office, Window
from departments.periods import Period
from indicators.models import Indicator, Ranking


def periods_of(office: Office) -> list[tuple[str, str]]:
    """(code, label) of the periods the office has asked figures for, newest first."""
    codes = (
        Window.objects.filter(form__office=office)
        .order_by("-ends_on", "-starts_on", "period")
        .values_list("period", flat=True)
    )
    return [(code, Period.parse(code).label) for code in dict.fromkeys(codes)]


def current_period(office: Office) -> str | None:
    """The newest period with approved figures, else the newest one asked for; None while nothing was ever asked."""
    approved = Window.objects.filter(form__office=office, submissions__status=Status.APPROVED)
    newest = approved.order_by("-ends_on", "-starts_on").values_list("period", flat=True).first()
    return newest or next((code for code, _label in periods_of(office)), None)


class RankingFilter(django_filters.FilterSet):
    """The rankings of one office. `period` narrows nothing: it says which period's places are shown."""

    period = django_filters.ChoiceFilter(
        label=_("period"), method="keep", empty_label=None, widget=UnfoldAdminSelectWidget
    )
    indicator = django_filters.ModelChoiceFilter(
        label=_("indicator"), queryset=Indicator.objects.none(), widget=UnfoldAdminSelectWidget
    )
    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Ranking
        fields = ("period", "indicator", "group")

    def __init__(
        self, data: Any, *, office: Office, queryset: QuerySet[Ranking], without: Sequence[str] = ()
    ) -> None:
        self.periods = periods_of(office)
        chosen = data.copy()
        self.current = current_period(office)
        if self.current and not chosen.get("period"):
            chosen["period"] = self.current
        super().__init__(chosen, queryset)
        self.filters["period"].extra["choices"] = self.periods
        self.filters["indicator"].queryset = office.indicators.all()
        self.filters["group"].queryset = office.groups.all()
        for name in without:
            del self.filters[name]

    def keep(self, queryset: QuerySet[Ranking], name: str, value: str) -> QuerySet[Ranking]:
        return queryset

    def chosen(self, name: str) -> Any:
        """The valid choice in the URL, or None."""
        return None if self.form.errors.get(name) else self.form.cleaned_data.get(name)

    @property
    def chosen_period(self) -> str | None:
        """The period in the URL, else the newest with figures; None while nothing was ever asked."""
        return self.chosen("period") or self.current
