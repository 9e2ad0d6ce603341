"""开立整改 from the page of a ranking and of an issue: who stands at the end, or whom a contradiction is about."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.models import Office, Unit
from departments.periods import Period
from departments.permissions import has_role
from departments.services.organisation import placements
from departments.views.openings import Candidate, Case, opening_page
from indicators.models import Ranking
from reports.models import Issue
from reports.services.document import all_figures
from reports.services.rectification import contradiction_cause, last_rows, ranking_cause, units_concerned
from reports.views.filters import RankingFilter
from reports.views.issue import document_of
from reports.views.rankings import page_table

_MOST = 99


def ranking_opening_page(request: HttpRequest, ranking: Ranking, context: dict[str, Any]) -> HttpResponse:
    """`period`, `group`, `source` say which table, as on the ranking's page; `last` cuts its end otherwise."""
    _require_administrator(request, ranking.office)
    asked = request.GET.copy()
    asked.setdefault("group", str(ranking.group_id))
    filters = RankingFilter(asked, office=ranking.office, queryset=Ranking.objects.filter(pk=ranking.pk))
    period = filters.chosen_period
    table, trouble, _issued = page_table(request, ranking, filters, period, None)
    if table is None:
        raise Http404(trouble or _("There is no figure to rank yet."))
    kept = {name: value for name in ("period", "group", "source") if (value := request.GET.get(name))}
    back = f"{reverse('admin:indicators_ranking_page', args=[ranking.pk])}?{urlencode(kept)}"
    return opening_page(request, _ranking_case(request, ranking.office, table.data, back), context)


def issue_opening_page(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    """`ranking` is the code of one of the document's rankings, or `contradiction` the id of one of the issue's."""
    office = issue.bulletin.office
    _require_administrator(request, office)
    document = document_of(issue)
    wanted = request.GET.get("contradiction", "")
    if wanted.isdecimal():
        return opening_page(request, _contradiction_case(issue, document, int(wanted)), context)
    table = next((one for one in document["rankings"] if one["code"] == request.GET.get("ranking")), None)
    if table is None:
        raise Http404(_("The document has no such ranking."))
    back = reverse("admin:reports_issue_change", args=[issue.pk])
    return opening_page(request, _ranking_case(request, office, table, back), context)


def _ranking_case(request: HttpRequest, office: Office, table: Mapping[str, Any], back: str) -> Case:
    asked = request.GET.get("last", "")
    n = min(int(asked), _MOST) if asked.isdecimal() and int(asked) else None
    rows = last_rows(table, n)
    grown = len(rows) > n if n else table["bottom_grown_by_tie"]
    units = _units(office, (row["unit"] for row in rows))
    cause = ranking_cause(office, table)
    place = _("place %(rank)s of %(n)s, %(value)s")
    return Case(
        office=office,
        cause=cause,
        candidates=tuple(
            Candidate(
                units[row["unit"]],
                place % {"rank": row["rank"], "n": table["ranked"], "value": row["display"]},
            )
            for row in rows
            if row["unit"] in units
        ),
        name=cause.label,
        back=back,
        hint=_("longer because of a tie") if grown else "",
        length=n or len(rows) or 1,
    )


def _contradiction_case(issue: Issue, document: Mapping[str, Any], pk: int) -> Case:
    row = issue.contradictions.select_related("issue__bulletin").filter(pk=pk).first()
    if row is None:
        raise Http404(_("The issue has no such contradiction."))
    office = issue.bulletin.office
    concerned = units_concerned(issue, row, all_figures(document).get(row.where))
    codes = _codes(issue)
    units = _units(office, codes)
    cause = contradiction_cause(row)
    return Case(
        office=office,
        cause=cause,
        candidates=tuple(
            Candidate(
                units[code], _("the values differ on it") if code in concerned else "", code in concerned
            )
            for code in codes
            if code in units
        ),
        name=cause.label,
        back=cause.url,
        hint="" if concerned else _("Choose whose figures are to be mended."),
    )


def _codes(issue: Issue) -> list[str]:
    """The units the bulletin is about, as of the period's last day, in protocol order."""
    bulletin = issue.bulletin
    group = bulletin.group.code if bulletin.group else None
    return [
        place.code
        for place in placements(bulletin.office, Period.parse(issue.period).end).values()
        if group is None or place.group == group
    ]


def _units(office: Office, codes: Iterable[str]) -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.filter(office=office, code__in=list(codes))}


def _require_administrator(request: HttpRequest, office: Office) -> None:
    if not has_role(request.user, {Role.ADMINISTRATOR}, office=office):
        raise PermissionDenied(_("Only an administrator of the office opens such entries."))
