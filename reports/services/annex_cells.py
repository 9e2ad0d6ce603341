"""The cells of a document's annexes by an id of their own, so that they are compared like the figures of its sentences.

`annex1/U22/instant_rate`: annex, row, column. A row is a unit's code, with a category or an entry `U22.L01`; the key of
a leaf; `total`; or `subtotal1`, `subtotal2` … from the top.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.choices import ColumnKind

ANNEX = "annex"
TOTAL, SUBTOTAL = "total", "subtotal"
# How rows are named that are no unit's.
TOTALS = (TOTAL, SUBTOTAL)
_COMPARED = (ColumnKind.ITEM, ColumnKind.RATE, ColumnKind.RANK, ColumnKind.TEXT)


def annex_cells(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every cell of every annex that says something, by id, with the keys of a figure that comparing needs.

    `id`, `kind` (of the column), `display`, `value` (exact text or None), `unit` (code or ""), `units` (None), `label`
    (附件1 殷都区公安分局 即办件事项占比, to be read), `typed_by` (None).
    """
    return {cell["id"]: cell for annex in document["annexes"] for cell in _cells(annex)}


def named_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with their names as `id`."""
    return [{**row, "id": name} for row, name in zip(rows, row_names({"rows": rows}), strict=True)]


def row_names(annex: Mapping[str, Any]) -> list[str]:
    """The name of every row of an annex, in order; "" for a line above a group."""
    names, subtotals = [], 0
    for row in annex["rows"]:
        subtotals += row["kind"] == SUBTOTAL
        if row["kind"] in ("data", "comparison"):
            parts = (row["unit"], row.get("category", ""), row.get("entry", ""), row.get("leaf", ""))
            names.append(".".join(filter(None, parts)))
        else:
            names.append({TOTAL: TOTAL, SUBTOTAL: f"{SUBTOTAL}{subtotals}"}.get(row["kind"], ""))
    return names


def rows_behind(annex: Mapping[str, Any], at: int) -> list[Mapping[str, Any]]:
    """The rows of units that a row stands for: itself, or those a total or a subtotal adds up."""
    rows = annex["rows"]
    if rows[at]["kind"] not in TOTALS:
        return [rows[at]]
    first = 0
    if rows[at]["kind"] == SUBTOTAL:
        first = max((i for i in range(at) if rows[i]["kind"] != "data"), default=-1) + 1
    added = rows[first:at] if rows[at]["kind"] == SUBTOTAL else rows
    return [row for row in added if row["kind"] == "data"]


def _cells(annex: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, row in zip(row_names(annex), annex["rows"], strict=True):
        if not name:
            continue
        called = _called(annex, row)
        for column, cell, value in zip(annex["columns"], row["cells"], row["values"], strict=True):
            if column["kind"] in _COMPARED:
                yield {
                    "id": f"{ANNEX}{annex['number']}/{name}/{column['code']}",
                    "kind": column["kind"],
                    "display": cell,
                    "value": value,
                    "unit": row["unit"],
                    "units": None,
                    "label": f"附件{annex['number']} {called} {'·'.join(column['path'])}",
                    "typed_by": None,
                }


def _called(annex: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """What stands first in the row in words: the unit, and its category."""
    words = [
        cell
        for column, cell in zip(annex["columns"], row["cells"], strict=True)
        if column["kind"] == ColumnKind.UNIT
    ]
    more = row.get("category_name") or row.get("entry") or row.get("leaf")
    return " ".join(filter(None, (*words[:1], more)))
