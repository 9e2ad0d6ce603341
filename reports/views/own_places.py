"""本单位本期: the places a person's units have in the latest issued rankings, for the page they meet first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from departments.choices import UNIT_ROLES
from departments.permissions import memberships_of
from indicators.models import Ranking
from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.issued_tables import issued_tables


@dataclass(frozen=True)
class OwnPlace:
    """One line of an issued ranking: the frozen row of an own unit, how many were ranked, and where it was printed."""

    ranking: Ranking
    issue: Issue
    row: Mapping[str, Any]
    ranked: int


def own_places(user: Any) -> list[OwnPlace]:
    """Own units' rows in the last issue of each office they belong to; empty for people who act for no unit."""
    units = {m.unit.code: m.office_id for m in memberships_of(user) if m.unit and m.role in UNIT_ROLES}
    found: list[OwnPlace] = []
    for office in sorted(set(units.values())):
        # An erratum to an earlier period does not make that the last one.
        issues = Issue.objects.filter(bulletin__office=office, status=IssueStatus.ISSUED, edition=1)
        last = issues.order_by("-issued_at").first()
        if last is None:
            continue
        tables = issued_tables(office, [last.period]).get(last.period, {})
        for ranking in Ranking.objects.filter(office=office):
            issued = tables.get(ranking.code)
            for row in issued.data["rows"] if issued else ():
                if issued and units.get(row["unit"]) == office:
                    found.append(OwnPlace(ranking, issued.issue, row, issued.data["ranked"]))
    return found
