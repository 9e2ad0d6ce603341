"""Filters of the ranking pages (django-filter): frequency and period, what is ranked, group and units stand in the URL."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from departments.choices import Frequency, Status
from departments.filter_base import UrlFilter
from departments.models import Group, Office, Window
from departments.periods import Period
from indicators.models import Indicator, Ranking, Scheme
from reports.services.standing import preceding

# From 1 January to the end of a period (本年累计).
CUMULATIVE = "cumulative"
FREQUENCIES = (
    *(one for one in Frequency.choices if one[0] != Frequency.SPAN),
    (CUMULATIVE, _("Year to date")),
)
# How two periods are set beside each other.
MOVEMENT, PLACE, VALUE = "movement", "place", "value"
ORDERS = (
    (MOVEMENT, _("by places gained and lost")),
    (PLACE, _("by place")),
    (VALUE, _("by change of the value")),
)
# What figures of shorter periods are added up to.
_LONGER = (Frequency.WEEK, Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)


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


def frequency_of(period: Period) -> str:
    """Under which frequency a period is offered; every span is a cumulative one."""
    return CUMULATIVE if period.frequency == Frequency.SPAN else period.frequency


def offered_periods(codes: Iterable[str]) -> dict[str, list[Period]]:
    """By frequency, in the order of the choices, the periods that can be ranked, newest first.

    `codes` of the periods asked for. Longer ones are offered where something shorter inside them was asked, and the
    time from 1 January to the end of each month, or quarter where nothing is asked by month.
    """
    asked = {Period.parse(code) for code in codes}
    found = set(asked)
    for period in asked:
        for frequency in _LONGER:
            longer = Period.containing(period.end, frequency)
            if longer.contains(period):
                found.add(longer)
    months = {period for period in found if period.frequency == Frequency.MONTH}
    counted = months or {period for period in found if period.frequency == Frequency.QUARTER}
    found |= {period.year_to_date() for period in counted if period.start.month > 1}
    return {
        code: rows
        for code, _label in FREQUENCIES
        if (rows := sorted((one for one in found if frequency_of(one) == code), reverse=True))
    }


class RankingFilter(UrlFilter):
    """The rankings of one office. `frequency` and `period` narrow nothing: they say which period's places are shown."""

    data: Any

    frequency = django_filters.ChoiceFilter(
        label=_("length of period"), method="keep", empty_label=_("all"), widget=UnfoldAdminSelectWidget
    )
    period = django_filters.ChoiceFilter(
        label=_("period"), method="keep", empty_label=None, widget=UnfoldAdminSelectWidget
    )
    indicator = django_filters.ModelChoiceFilter(
        label=_("indicator"), queryset=Indicator.objects.none(), widget=UnfoldAdminSelectWidget
    )
    scheme = django_filters.ModelChoiceFilter(
        label=_("scheme"), queryset=Scheme.objects.none(), widget=UnfoldAdminSelectWidget
    )
    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Ranking
        fields = ("frequency", "period", "indicator", "scheme", "group")

    def __init__(
        self, data: Any, *, office: Office, queryset: QuerySet[Ranking], without: Sequence[str] = ()
    ) -> None:
        chosen = data.copy()
        self.periods = offered_periods(code for code, _label in periods_of(office))
        self.current = self._default(office, chosen.get("frequency", ""))
        if self.current and not self._offers(chosen):
            chosen["period"] = self.current
        super().__init__(chosen, queryset)
        frequencies = [(code, label) for code, label in FREQUENCIES if code in self.periods]
        self.filters["frequency"].extra["choices"] = frequencies
        self.filters["period"].extra["choices"] = self._choices(chosen.get("frequency", ""))
        self.filters["indicator"].queryset = office.indicators.all()
        self.filters["scheme"].queryset = office.schemes.all()
        self.filters["group"].queryset = office.groups.all()
        for name in (*without, *(["scheme"] if not office.schemes.exists() else [])):
            self.filters.pop(name, None)

    @property
    def chosen_period(self) -> str | None:
        """The period in the URL, else the newest with figures; None while nothing was ever asked."""
        return self.chosen("period") or self.current

    def _default(self, office: Office, frequency: str) -> str | None:
        """The newest period with figures; of the chosen frequency the one that holds it."""
        current = current_period(office)
        rows = self.periods.get(frequency)
        if current is None or not rows:
            return current
        end = Period.parse(current).end
        return next((row.code for row in rows if row.start <= end <= row.end), rows[0].code)

    def _offers(self, chosen: Any) -> bool:
        """Whether the period in the address is one of the frequency in the address."""
        rows = self.periods.get(chosen.get("frequency", ""))
        code = chosen.get("period")
        return bool(code) and (rows is None or any(row.code == code for row in rows))

    def _choices(self, frequency: str) -> list[tuple[str, Any]]:
        """The periods of the frequency; without one all of them under the names of their frequencies."""
        labels = dict(FREQUENCIES)
        named = {
            code: [(row.code, row.label) for row in rows]
            for code, rows in self.periods.items()
            if code == frequency or frequency not in self.periods
        }
        if len(named) == 1:
            return next(iter(named.values()))
        return [(str(labels[code]), rows) for code, rows in named.items()]


class ComparisonFilter(RankingFilter):
    """Two periods of one ranking; without `against` the one before."""

    against = django_filters.ChoiceFilter(
        label=_("against"), method="keep", empty_label=None, widget=UnfoldAdminSelectWidget
    )
    order = django_filters.ChoiceFilter(
        label=_("order"), method="keep", empty_label=None, choices=ORDERS, widget=UnfoldAdminSelectWidget
    )

    def __init__(
        self, data: Any, *, office: Office, queryset: QuerySet[Ranking], without: Sequence[str] = ()
    ) -> None:
        super().__init__(data, office=office, queryset=queryset, without=(*without, "frequency"))
        chosen = self.data.copy()
        period = self.data.get("period")
        offered = {one.code: one for rows in self.periods.values() for one in rows}
        if period in offered and chosen.get("against") not in offered:
            chosen["against"] = self._before(offered[period], offered)
        chosen["order"] = chosen.get("order") or MOVEMENT
        self.data = chosen
        self.filters["against"].extra["choices"] = self._choices("")

    @staticmethod
    def _before(period: Period, offered: Mapping[str, Period]) -> str:
        """The period before where it can be ranked, else the next one of its kind that can."""
        earlier = preceding(period).code
        alike = [p for p in offered.values() if frequency_of(p) == frequency_of(period) and p < period]
        return earlier if earlier in offered or not alike else max(alike).code


class PartsFilter(RankingFilter):
    """One longer period of a ranking beside the shorter ones inside it: a month and its weeks."""

    parts = django_filters.ChoiceFilter(
        label=_("beside its"), method="keep", empty_label=None, widget=UnfoldAdminSelectWidget
    )

    def __init__(
        self, data: Any, *, office: Office, queryset: QuerySet[Ranking], without: Sequence[str] = ()
    ) -> None:
        super().__init__(data, office=office, queryset=queryset, without=(*without, "frequency"))
        self.longer = {
            code: rows
            for code in (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
            if (rows := [one for one in self.periods.get(code, ()) if self._inside(one)])
        }
        chosen = self.data.copy()
        offered = {one.code: one for rows in self.longer.values() for one in rows}
        if chosen.get("period") not in offered:
            chosen["period"] = self.current = self._holding(chosen.get("period"))
        self.inside = self._inside(offered[chosen["period"]]) if chosen["period"] in offered else {}
        if chosen.get("parts") not in self.inside:
            chosen["parts"] = next(iter(self.inside), "")
        self.data = chosen
        labels = dict(FREQUENCIES)
        self.filters["period"].extra["choices"] = [
            (str(labels[code]), [(one.code, one.label) for one in rows]) for code, rows in self.longer.items()
        ]
        self.filters["parts"].extra["choices"] = [(code, labels[code]) for code in self.inside]

    @property
    def chosen_parts(self) -> list[Period]:
        """The shorter periods, oldest first."""
        return self.inside.get(self.data["parts"], [])

    def _inside(self, longer: Period) -> dict[str, list[Period]]:
        """By frequency the periods inside a longer one, oldest first; weeks before months, days last."""
        order = (Frequency.WEEK, Frequency.TEN_DAYS, Frequency.MONTH, Frequency.QUARTER, Frequency.DAY)
        return {
            code: rows
            for code in order
            if code != longer.frequency
            and (rows := sorted(one for one in self.periods.get(code, ()) if longer.contains(one)))
        }

    def _holding(self, code: str | None) -> str:
        """The shortest longer period that holds a period, else the newest; "" when there is none."""
        rows = [one for rows in self.longer.values() for one in rows]
        wanted = Period.parse(code) if code else None
        holding = [one for one in rows if wanted is not None and one.start <= wanted.end <= one.end]
        return (holding or rows)[0].code if rows else ""
