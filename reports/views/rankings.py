"""排名: all rankings of an office for a period, and the page of one of them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.models import Office
from departments.periods import Period
from departments.permissions import offices_of
from expressions import ExpressionError
from indicators.dataset import PeriodData
from indicators.models import Ranking
from indicators.services.dataset import load_period
from reports.views.filters import RankingFilter
from reports.views.opened import openings_of
from reports.views.tables import Table, frozen_table, issued_with, own_units, present_table


def overview_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Every declared ranking: for the office's people as it stands, for a unit's people their own place in it."""
    offices = list(offices_of(request.user))
    office = next(
        (o for o in offices if o.code == request.GET.get("office")), offices[0] if offices else None
    )
    if office is None:
        raise PermissionDenied(_("Rankings are for people of an office."))
    rankings = Ranking.objects.filter(office=office).select_related("office", "indicator", "group")
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
    found: list[tuple[Ranking, Table | None]] = []
    for ranking in rankings:
        table = _choose(ranking, period, data, own)
        if own is None or (table is not None and table.own):
            found.append((ranking, table))
    return found, trouble


def ranking_page(request: HttpRequest, ranking: Ranking, context: dict[str, Any]) -> HttpResponse:
    """One ranking. Unit people see what was issued; before that only their own line."""
    if not request.user.is_superuser and not offices_of(request.user).filter(pk=ranking.office_id).exists():
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    own = own_units(request.user, ranking.office)
    asked = request.GET.copy()
    asked.setdefault("group", str(ranking.group_id))
    filters = RankingFilter(
        asked,
        office=ranking.office,
        queryset=Ranking.objects.filter(pk=ranking.pk),
        without=("indicator",) if own is None else ("indicator", "group"),
    )
    period = filters.chosen_period
    table, trouble, issued = page_table(request, ranking, filters, period, own)
    chosen: dict[str, Any] = {"period": period} if period else {}
    if filters.chosen("group"):
        chosen["group"] = filters.chosen("group").pk
    return TemplateResponse(
        request,
        "reports/ranking/page.html",
        context
        | {
            "title": ranking.name,
            "ranking": ranking,
            "group": filters.chosen("group") or ranking.group,
            "filters": filters,
            "period": Period.parse(period) if period else None,
            "table": table,
            "trouble": trouble,
            "issued": issued,
            "query": urlencode(chosen),
            "whole": own is None,
            **openings_of(request.user, ranking.office, table),
        },
    )


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
    issued = None if other_group else issued_with(ranking, period)
    if issued and (own is not None or request.GET.get("source") == "issued"):
        return frozen_table(*issued, own), "", issued[0]
    data, trouble = _load(ranking.office, period)
    if data is None:
        return None, trouble, issued[0] if issued else None
    if ranking.indicator.code not in data.definitions:
        return None, _("“%s” has no definition in force in this period.") % ranking.indicator, None
    return present_table(ranking, data, own, group), "", issued[0] if issued else None


def _choose(
    ranking: Ranking, period: str, data: PeriodData | None, own: frozenset[str] | None
) -> Table | None:
    issued: tuple[Any, Mapping[str, Any]] | None = issued_with(ranking, period) if own is not None else None
    if issued:
        return frozen_table(*issued, own)
    if data is None or ranking.indicator.code not in data.definitions:
        return None
    return present_table(ranking, data, own)


def _load(office: Office, period: str) -> tuple[PeriodData | None, str]:
    """The period's data, or in words why there are none."""
    try:
        return load_period(office, period), ""
    except ExpressionError as error:
        return None, _("A definition can't be used: %s") % error
