"""周月并列: one ranking's places in the weeks of a month, in the month, and from 1 January to its end."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.exports import safe_cell
from departments.periods import Period
from indicators.models import Ranking
from reports.services.standing import Origin, Spot, Standing
from reports.services.standings import standings
from reports.views.comparison import exported, workbook
from reports.views.filters import PartsFilter
from reports.views.rankings import query_of, units_seen
from reports.views.trends import stated

# Periods without stored places that one page works out anew; the others where asked.
_MOST_LIVE = 7


@dataclass(frozen=True)
class UnitLine:
    """One unit's spots in all columns, None where it took no part."""

    unit: str
    name: str
    spots: tuple[Spot | None, ...]
    own: bool


@dataclass(frozen=True)
class Column:
    """A period at the head of a column: a part, the whole, or all of the year up to its end."""

    standing: Standing
    kind: str

    @property
    def label(self) -> str:
        return self.standing.period.label

    @property
    def stated(self) -> str:
        return stated(self.standing)


def side_by_side_page(request: HttpRequest, ranking: Ranking, context: dict[str, Any]) -> HttpResponse:
    """A unit's people see their own lines of what is not issued."""
    filters, columns, lines = _asked(request, ranking)
    export = reverse("admin:indicators_ranking_parts_export", args=[ranking.pk])
    return TemplateResponse(
        request,
        "reports/ranking/side_by_side.html",
        context
        | {
            "title": _("%s: weeks and months side by side") % ranking.name,
            "ranking": ranking,
            "filters": filters,
            "columns": columns,
            "lines": lines,
            "left_out": sum(column.standing.origin is Origin.LEFT_OUT for column in columns),
            "query": query_of(filters),
            "asked": urlencode(filters.asked),
            "export": f"{export}?{urlencode(filters.asked)}",
        },
    )


def side_by_side_export(request: HttpRequest, ranking: Ranking) -> HttpResponse:
    """The table as .xlsx, with everything worked out."""
    filters, columns, lines = _asked(request, ranking, everything=True)
    if not columns:
        raise Http404(_("There are no weeks or months to set side by side."))
    what = (_("place"), _("value"), _("numerator/denominator"), _("why not ranked"))
    heads = [f"{column.label} {one}" for column in columns for one in what]
    rows = Dataset(headers=[_("unit code"), _("unit"), *heads])
    for line in lines:
        cells = [cell for spot in line.spots for cell in exported(spot)]
        rows.append([safe_cell(line.unit), safe_cell(line.name), *cells])
    return workbook(rows, f"{ranking.name}_{filters.chosen_period}.xlsx")


def _asked(
    request: HttpRequest, ranking: Ranking, *, everything: bool = False
) -> tuple[PartsFilter, list[Column], list[UnitLine]]:
    own = units_seen(request.user, ranking)
    asked = request.GET.copy()
    asked.setdefault("group", str(ranking.group_id))
    filters = PartsFilter(
        asked,
        office=ranking.office,
        queryset=Ranking.objects.filter(pk=ranking.pk),
        without=("indicator", "scheme") if own is None else ("indicator", "scheme", "group"),
    )
    code = filters.chosen_period
    if not filters.inside or not code:
        return filters, [], []
    whole = Period.parse(code)
    kinds = dict.fromkeys(filters.chosen_parts, "part") | {whole: "whole"}
    kinds.setdefault(whole.year_to_date(), "year")
    found = standings(
        ranking,
        list(kinds),
        group=filters.chosen("group") if own is None else None,
        own=own,
        most_live=None if everything or request.GET.get("trend") == "all" else _MOST_LIVE,
    )
    columns = [Column(standing, kind) for standing, kind in zip(found, kinds.values(), strict=True)]
    return filters, columns, _lines(columns, own)


def _lines(columns: list[Column], own: frozenset[str] | None) -> list[UnitLine]:
    """In the order of the whole period's places; units it has not come last."""
    whole = next(column.standing for column in columns if column.kind == "whole")
    rest = [code for column in columns for code in column.standing.spots]
    names = {code: spot.name for column in columns for code, spot in column.standing.spots.items()}
    return [
        UnitLine(
            code,
            names[code],
            tuple(column.standing.spots.get(code) for column in columns),
            code in (own or ()),
        )
        for code in dict.fromkeys((*whole.spots, *rest))
    ]
