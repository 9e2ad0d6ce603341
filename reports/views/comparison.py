"""两期对比: one ranking in two periods, each unit's value and place in both, and how it moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.exports import safe_cell
from departments.periods import Period
from expressions.numbers import half_up
from indicators.models import Ranking
from reports.services.standing import Origin, Spot, Standing
from reports.services.standings import standings
from reports.templatetags.reports_pages import movement as in_words
from reports.views.filters import PLACE, VALUE, ComparisonFilter
from reports.views.rankings import query_of, units_seen
from reports.views.trends import stated, value_change

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Decimals of an exported value; the exact pair stands beside it.
_EXPORTED = 8
# Names written beside one place of the picture; more are counted.
_NAMES = 3


@dataclass(frozen=True)
class Pairing:
    """One unit in both periods; `places` gained (+) or lost (−) and `change` of the exact value where both are known."""

    unit: str
    name: str
    before: Spot | None
    now: Spot | None
    own: bool

    @property
    def places(self) -> int | None:
        if self.before is None or self.now is None or self.before.place is None or self.now.place is None:
            return None
        return self.before.place - self.now.place

    @property
    def change(self) -> Fraction | None:
        if self.before is None or self.now is None or self.before.value is None or self.now.value is None:
            return None
        return self.now.value - self.before.value

    @property
    def change_words(self) -> str:
        return value_change(self.before, self.now) if self.before and self.now else ""


@dataclass(frozen=True)
class Compared:
    """Both standings and their units in the order asked for."""

    before: Standing
    now: Standing
    rows: tuple[Pairing, ...]


def comparison_page(request: HttpRequest, ranking: Ranking, context: dict[str, Any]) -> HttpResponse:
    """Any two periods of the office. A unit's people see their own lines of what is not issued."""
    filters, compared = _asked(request, ranking)
    query = filters.asked
    return TemplateResponse(
        request,
        "reports/ranking/comparison.html",
        context
        | {
            "title": _("%s: two periods") % ranking.name,
            "ranking": ranking,
            "filters": filters,
            "compared": compared,
            "heads": [(one.period.label, stated(one)) for one in (compared.before, compared.now)]
            if compared
            else [],
            "chart": slope_chart(compared) if compared else None,
            "query": query_of(filters),
            "export": f"{reverse('admin:indicators_ranking_comparison_export', args=[ranking.pk])}?{urlencode(query)}",
        },
    )


def comparison_export(request: HttpRequest, ranking: Ranking) -> HttpResponse:
    """The table as .xlsx."""
    _filters, compared = _asked(request, ranking)
    if compared is None:
        raise Http404(_("There are no two periods to compare."))
    name = f"{ranking.name}_{compared.before.period.code}_{compared.now.period.code}.xlsx"
    return workbook(_table(compared), name)


def workbook(rows: Dataset, name: str) -> HttpResponse:
    """A table as a file to keep; every cell of it is safe already."""
    response = HttpResponse(rows.export("xlsx"), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


def exported(spot: Spot | None) -> list[Any]:
    """Place, value, pair and reason of a unit in one period as cells."""
    if spot is None:
        return ["", "", "", ""]
    return [spot.place, number(spot.value), safe_cell(spot.pair), safe_cell(spot.reason)]


def number(value: Fraction | None) -> Decimal | str:
    """A value as a cell, rounded where it has no end."""
    return "" if value is None else half_up(value, _EXPORTED).normalize() + 0


def compare(before: Standing, now: Standing, order: str = "", own: frozenset[str] | None = None) -> Compared:
    """Every unit of either period; those that can't be compared come last."""
    codes = dict.fromkeys((*now.spots, *before.spots))
    rows = [
        Pairing(code, one.name, before.spots.get(code), now.spots.get(code), code in (own or ()))
        for code in codes
        if (one := now.spots.get(code) or before.spots[code])
    ]
    # Sorting keeps the order of the places where the keys are the same.
    if order == VALUE:
        rows.sort(key=lambda row: (row.change is None, -(row.change or 0)))
    elif order != PLACE:
        rows.sort(key=lambda row: (row.places is None, -(row.places or 0)))
    return Compared(before, now, tuple(rows))


def slope_chart(compared: Compared) -> dict[str, Any] | None:
    """What the script draws: places left and right, names beside them; None when no unit has a place in both."""
    both = [row for row in compared.rows if row.places is not None and row.before and row.now]
    if not both:
        return None
    left = _sides(both, [row.before.place for row in both if row.before])
    right = _sides(both, [row.now.place for row in both if row.now])
    return {
        "periods": [compared.before.period.label, compared.now.period.label],
        "last": max([row.before.place or 0 for row in both if row.before] + [row.now.place or 0 for row in both if row.now]),
        "units": [
            {
                "name": row.name,
                "from": row.before.place if row.before else None,
                "to": row.now.place if row.now else None,
                "left": left.get(row.unit, ""),
                "right": right.get(row.unit, ""),
                "words": in_words(row.places),
                "own": row.own,
            }
            for row in both
        ],
        "place": _("Place"),
    }  # fmt: skip


def _sides(rows: Sequence[Pairing], places: Sequence[int | None]) -> dict[str, str]:
    """What is written beside each place, at the first of the units that share it."""
    sharing: dict[int, list[Pairing]] = {}
    for row, place in zip(rows, places, strict=True):
        sharing.setdefault(place or 0, []).append(row)
    found = {}
    for place, units in sharing.items():
        names = "、".join(row.name for row in units[:_NAMES])
        if len(units) > _NAMES:
            names = _("%(names)s and others, %(n)s in all") % {"names": names, "n": len(units)}
        found[units[0].unit] = f"{place} {names}"
    return found


def _asked(request: HttpRequest, ranking: Ranking) -> tuple[ComparisonFilter, Compared | None]:
    own = units_seen(request.user, ranking)
    asked = request.GET.copy()
    asked.setdefault("group", str(ranking.group_id))
    filters = ComparisonFilter(
        asked,
        office=ranking.office,
        queryset=Ranking.objects.filter(pk=ranking.pk),
        without=("indicator", "scheme") if own is None else ("indicator", "scheme", "group"),
    )
    period, against = filters.chosen_period, filters.chosen("against")
    if not period or not against or period == against:
        return filters, None
    before, now = standings(
        ranking,
        [Period.parse(against), Period.parse(period)],
        group=filters.chosen("group") if own is None else None,
        own=own,
    )
    if Origin.NOTHING in (before.origin, now.origin):
        return filters, None
    return filters, compare(before, now, filters.chosen("order"), own)


def _table(compared: Compared) -> Dataset:
    parts: Mapping[str, str] = {one.period.code: one.period.label for one in (compared.before, compared.now)}
    heads = [
        f"{label} {what}"
        for label in parts.values()
        for what in (_("place"), _("value"), _("numerator/denominator"), _("why not ranked"))
    ]
    rows = Dataset(headers=[_("unit code"), _("unit"), *heads, _("places gained"), _("change of the value")])
    for row in compared.rows:
        rows.append(
            [
                safe_cell(row.unit),
                safe_cell(row.name),
                *exported(row.before),
                *exported(row.now),
                "" if row.places is None else row.places,
                number(row.change),
            ]
        )
    return rows
