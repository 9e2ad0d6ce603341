"""The entries opened because of what a page shows, and whether the person may open more."""

from collections.abc import Iterable, Mapping
from typing import Any

from departments.models import Entry, Office
from departments.services.registers.openings import opened_for, registers_for
from reports.models import Contradiction
from reports.services.rectification import contradiction_key, ranking_key
from reports.views.tables import Table


def openings_of(user: Any, office: Office, table: Table | None) -> dict[str, Any]:
    """For the page of a ranking: `opened` because of its end, `may_open`."""
    if table is None:
        return {"opened": [], "may_open": False}
    key = ranking_key(table.data)
    return {
        "opened": opened_for(user, [key]).get(key, []),
        "may_open": bool(registers_for(user, office)),
    }


def openings_in(
    user: Any, office: Office, rankings: Iterable[Mapping[str, Any]], rows: Iterable[Contradiction]
) -> dict[str, Any]:
    """For the page of an issue: `opened_rankings`, each ranking's end with what was opened for it; `opened_by_row`, by the
    contradiction's id; `may_open`."""
    by_row = {row.pk: contradiction_key(row) for row in rows}
    tables = [table for table in rankings if table["bottom"]]
    keys = [*by_row.values(), *(ranking_key(table) for table in tables)]
    found: dict[str, list[Entry]] = opened_for(user, keys) if keys else {}
    names = [
        (
            table,
            "、".join(row["name"] for row in table["rows"] if row["unit"] in table["bottom"]),
            found.get(ranking_key(table), []),
        )
        for table in tables
    ]
    return {
        "opened_rankings": names,
        "opened_by_row": {pk: found.get(key, []) for pk, key in by_row.items()},
        "may_open": bool(registers_for(user, office)),
    }
