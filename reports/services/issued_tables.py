"""The ranking tables that issued bulletins hold: what everybody was told, whatever the figures have become since."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from departments.periods import Period
from reports.choices import IssueStatus
from reports.models import Issue
from reports.services.standing import preceding


@dataclass(frozen=True)
class IssuedTable:
    """A ranking as documents hold it (frozen_rankings.build_ranking), and the issue that printed it."""

    issue: Issue
    data: Mapping[str, Any]

    def unlike(self, present: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the units whose printed value or place is another one in the `present` table of the same ranking."""
        printed = {row["unit"]: (row["rank"], row["display"]) for row in self.data["rows"]}
        names = {row["unit"]: row["name"] for row in (*self.data["rows"], *present["rows"])}
        now = {row["unit"]: (row["rank"], row["display"]) for row in present["rows"]}
        return tuple(name for unit, name in names.items() if printed.get(unit) != now.get(unit))


def issued_tables(office: int, periods: Iterable[str]) -> dict[str, dict[str, IssuedTable]]:
    """By period and code of the ranking; of several issues of a period the newest that holds it. One query."""
    issues = Issue.objects.filter(
        bulletin__office=office, period__in=list(periods), status=IssueStatus.ISSUED
    ).order_by("issued_at")
    found: dict[str, dict[str, IssuedTable]] = {}
    for issue in issues:
        for data in json.loads(issue.content)["rankings"]:
            found.setdefault(issue.period, {})[data["code"]] = IssuedTable(issue, data)
    return found


@dataclass(frozen=True)
class Printed:
    """By code of the ranking, what was issued for a period and for the one before it."""

    now: Mapping[str, IssuedTable]
    before: Mapping[str, IssuedTable]

    def places_before(self, code: str) -> dict[str, int | None]:
        """By unit its place in the period before; empty where none was issued."""
        earlier = self.before.get(code)
        return {row["unit"]: row["rank"] for row in earlier.data["rows"]} if earlier else {}


def printed_for(office: int, period: Period) -> Printed:
    """One query."""
    before = preceding(period).code
    tables = issued_tables(office, [period.code, before])
    return Printed(tables.get(period.code, {}), tables.get(before, {}))
