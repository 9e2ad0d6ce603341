"""排名: all rankings of an office for a period, and the page of one of them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.models import Group, Office, Unit
from departments.periods import Period
from departments.permissions import offices_of
from expressions import ExpressionError
from indicators.dataset import PeriodData
from indicators.models import Ranking
from indicators.services.dataset import load_period
from reports.services.issued_tables import Printed, printed_for
from reports.services.standing import of_table
from reports.services.standings import standings
from reports.views.filters import RankingFilter
from reports.views.opened import openings_of
from reports.views.tables import Line, Table, frozen_table, own_units, present_table
from reports.views.trends import (
    Change,
    Spark,
    Trend,
    bar_chart,
    chosen_units,
    last_periods,
    stated,
    text_table,
    trend_chart,
)

# Earlier periods without stored places that a page works out anew; all of them where asked.
MOST_LIVE = 3


def overview_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Every declared ranking: for the office's people as it stands, for a unit's people their own place in it."""
    offices = list(offices_of(request.user))
    office = next(
        (o for o in offices if o.code == request.GET.get("office")), offices[0] if offices else None
    )
    if office is None:
        raise PermissionDenied(_("Rankings are for people of an office."))
    rankings = Ranking.objects.filter(office=office).select_related("office", "indicator", "scheme", "group")
    filters = RankingFilter(request.GET, office=office, queryset=rankings)
    period = filters.chosen_period
    own = own_units(request.user, office)
    tables, trouble = _overview(list(filters.qs), office, period, own)
    return TemplateResponse(
        request,
        "reports/ranking/overview.html",
        context
        | {
            "title": _("Rankings"),
            "office": office,
            "offices": offices,
            "filters": filters,
            "period": Period.parse(period) if period else None,
            "tables": tables,
            "trouble": trouble,
            "whole": own is None,
        },
    )


def _overview(
    rankings: list[Ranking], office: Office, period: str | None, own: frozenset[str] | None
) -> tuple[list[tuple[Ranking, Table | None]], str]:
    if period is None:
        return [], ""
    data, trouble = _load(office, period)
    printed = printed_for(office.pk, Period.parse(period))
    found: list[tuple[Ranking, Table | None]] = []
    for ranking in rankings:
        table = _choose(ranking, printed, data, own)
        if own is None or (table is not None and table.own):
            found.append((ranking, table))
    return found, trouble


@dataclass(frozen=True)
class Shown:
    """A line of the table with what the periods before it add."""

    line: Line
    change: Change | None
    spark: Spark | None
    # What explains the line: the score sheet, or the result of an indicator.
    link: str


def ranking_page(request: HttpRequest, ranking: Ranking, context: dict[str, Any]) -> HttpResponse:
    """One ranking. Unit people see what was issued; before that only their own line."""
    own = units_seen(request.user, ranking)
    filters = filters_of(request, ranking, own)
    period = filters.chosen_period
    table, trouble, issued = page_table(request, ranking, filters, period, own)
    group = filters.chosen("group") if own is None else None
    trend = None
    if table is not None and period is not None:
        everything = request.GET.get("trend") == "all"
        trend = _trend(ranking, group, table, Period.parse(period), own, everything)
    return TemplateResponse(
        request,
        "reports/ranking/page.html",
        context
        | {
            "title": ranking.name,
            "ranking": ranking,
            "group": group or ranking.group,
            "filters": filters,
            "period": Period.parse(period) if period else None,
            "table": table,
            "trouble": trouble,
            "issued": issued,
            "query": query_of(filters),
            "whole": own is None,
            **_with_trend(request, ranking, table, trend, own),
            **openings_of(request.user, ranking.office, table),
        },
    )


def units_seen(user: Any, ranking: Ranking) -> frozenset[str] | None:
    """Codes of the units whose lines the person sees before issue, None for all; PermissionDenied outside the office."""
    if not user.is_superuser and not offices_of(user).filter(pk=ranking.office_id).exists():
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    return own_units(user, ranking.office)


def filters_of(request: HttpRequest, ranking: Ranking, own: frozenset[str] | None) -> RankingFilter:
    """The filters of a page about one ranking; the group is its own unless the address names another."""
    asked = request.GET.copy()
    asked.setdefault("group", str(ranking.group_id))
    return RankingFilter(
        asked,
        office=ranking.office,
        queryset=Ranking.objects.filter(pk=ranking.pk),
        without=("indicator", "scheme") if own is None else ("indicator", "scheme", "group"),
    )


def query_of(filters: RankingFilter) -> str:
    """What links to the other pages of the ranking keep."""
    chosen = {"period": filters.chosen_period, "group": getattr(filters.chosen("group"), "pk", None)}
    return urlencode({name: value for name, value in chosen.items() if value})


def _trend(
    ranking: Ranking,
    group: Group | None,
    table: Table,
    period: Period,
    own: frozenset[str] | None,
    everything: bool,
) -> Trend:
    """`everything` also works out periods of which no places are stored."""
    now = of_table(period, table.data, table.issue.number if table.issue else "").cut(own)
    return Trend(
        standings(
            ranking,
            last_periods(period),
            group=group,
            own=own,
            known=[now],
            most_live=None if everything else MOST_LIVE,
        )
    )


def _with_trend(
    request: HttpRequest,
    ranking: Ranking,
    table: Table | None,
    trend: Trend | None,
    own: frozenset[str] | None,
) -> dict[str, Any]:
    if table is None or trend is None:
        return {}
    links = _explanations(ranking, table, own)
    rows = [
        Shown(
            line,
            trend.change(line.row["unit"], line.row.get("movement")),
            trend.spark(line.row["unit"]),
            links.get(line.row["unit"], ""),
        )
        for line in table.lines
    ]
    units = chosen_units(table, request.GET.getlist("units"))
    moves, sparks = any(row.change for row in rows), any(row.spark for row in rows)
    return {
        "trend": trend,
        "ranked": [row for row in rows if row.line.row["rank"]],
        "unranked": [row for row in rows if not row.line.row["rank"]],
        "moves": moves,
        "before": stated(trend.before) if trend.before else "",
        "sparks": sparks,
        "columns": 5 + table.judged + moves + sparks,
        "units": units,
        "bar_chart": bar_chart(table) if table.whole and table.ranked else None,
        "trend_chart": trend_chart(trend, table, units) if sparks else None,
        "trend_rows": text_table(trend, table),
        "trend_heads": [(standing.period.label, stated(standing)) for standing in trend.standings],
    }


def _explanations(ranking: Ranking, table: Table, own: frozenset[str] | None) -> dict[str, str]:
    """The page that explains a line, by unit code; a unit's people are led to their own only."""
    codes = [line.row["unit"] for line in table.lines if own is None or line.own]
    units = Unit.objects.filter(office=ranking.office_id, code__in=codes).values_list("code", "pk")
    name, subject = (
        ("indicators_score_sheet", ranking.scheme_id)
        if ranking.scheme_id
        else ("indicators_score_explanation", ranking.indicator_id)
    )
    query = urlencode({"period": table.data["period"]})
    return {code: f"{reverse(f'admin:{name}', args=[subject, pk])}?{query}" for code, pk in units}


def page_table(
    request: HttpRequest,
    ranking: Ranking,
    filters: RankingFilter,
    period: str | None,
    own: frozenset[str] | None,
) -> tuple[Table | None, str, Any]:
    """The table to show, what prevented one, and the issued bulletin beside which it stands (if any)."""
    if period is None:
        return None, "", None
    group = filters.chosen("group") if own is None else None
    other_group = group is not None and group.pk != ranking.group_id
    printed = printed_for(ranking.office_id, Period.parse(period))
    issued = None if other_group else printed.now.get(ranking.code)
    if issued and (own is not None or request.GET.get("source") == "issued"):
        return frozen_table(issued, own), "", issued.issue
    data, trouble = _load(ranking.office, period)
    if data is None:
        return None, trouble, issued.issue if issued else None
    if ranking.subject.code not in data.definitions:
        return None, _("“%s” has no definition in force in this period.") % ranking.subject, None
    table = present_table(ranking, data, own, printed, group, judge=True)
    return table, "", issued.issue if issued else None


def _choose(
    ranking: Ranking, printed: Printed, data: PeriodData | None, own: frozenset[str] | None
) -> Table | None:
    issued = printed.now.get(ranking.code)
    if issued and own is not None:
        return frozen_table(issued, own)
    if data is None or ranking.subject.code not in data.definitions:
        return None
    return present_table(ranking, data, own, printed)


def _load(office: Office, period: str) -> tuple[PeriodData | None, str]:
    """The period's data, or in words why there are none."""
    try:
        return load_period(office, period), ""
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error
