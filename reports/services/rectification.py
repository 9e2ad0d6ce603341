"""What a ranking or an issue gives cause to open 整改 for: the end of a ranking, the units a contradiction is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Origin
from departments.exceptions import DepartmentsError
from departments.models import Office
from departments.periods import Period
from departments.services.organisation import UnitNames
from departments.services.registers.openings import Cause
from indicators.models import Ranking
from reports.models import Contradiction, Issue
from reports.services.checks import names_in


def ranking_cause(office: Office, table: Mapping[str, Any]) -> Cause:
    """The end of a ranking of a period; the same whether it is seen on the ranking's page or in an issue.

    `table` is the ranking as documents hold it (reports.services.document.build_ranking).
    """
    ranking = Ranking.objects.filter(office=office, code=table["code"]).first()
    url = (
        f"{reverse('admin:indicators_ranking_page', args=[ranking.pk])}?period={table['period']}"
        if ranking
        else ""
    )
    label = _("%(ranking)s, %(group)s, %(period)s: end of the ranking") % {
        "ranking": table["title"],
        "group": table["group_name"],
        "period": Period.parse(table["period"]).label,
    }
    return Cause(Origin.RANKING, ranking_key(table), label, url)


def ranking_key(table: Mapping[str, Any]) -> str:
    """The key of what is opened because of a ranking's end."""
    return f"ranking:{table['code']}:{table['period']}:{table['group']}"


def contradiction_key(row: Contradiction) -> str:
    """The key of what is opened because of a contradiction of an issue."""
    return f"contradiction:{row.issue_id}:{row.pk}"


def contradiction_cause(row: Contradiction) -> Cause:
    """Named by its place only: what it says of other units is not for everybody who reads the entry."""
    issue = row.issue
    label = _("%(bulletin)s %(period)s, contradiction %(where)s") % {
        "bulletin": issue.bulletin.name,
        "period": Period.parse(issue.period).label,
        "where": row.claim or row.where,
    }
    url = reverse("admin:reports_issue_change", args=[issue.pk]) + "#contradictions"
    return Cause(Origin.CONTRADICTION, contradiction_key(row), label, url)


def last_rows(table: Mapping[str, Any], n: int | None = None) -> list[Mapping[str, Any]]:
    """The ranking's bottom list as it was cut, or cut to the last `n`; a tie at its edge stays whole."""
    rows: Sequence[Mapping[str, Any]] = table["rows"]
    if n is None:
        return [row for row in rows if row["unit"] in table["bottom"]]
    ranks = sorted(row["rank"] for row in rows if row["rank"])
    if not ranks:
        return []
    edge = ranks[-min(n, len(ranks))]
    return [row for row in rows if row["rank"] and row["rank"] >= edge]


def units_concerned(issue: Issue, row: Contradiction, figure: Mapping[str, Any] | None) -> frozenset[str]:
    """Codes of the units on which the two values differ: of a list those that only one of them names; else none."""
    if figure is None or figure["kind"] != "list":
        return frozenset()
    units = UnitNames(issue.bulletin.office)
    published = set()
    for name in names_in(row.published):
        try:
            published.add(units.find(name).code)
        except DepartmentsError:
            continue
    return frozenset(published ^ set(figure["units"] or ()))
