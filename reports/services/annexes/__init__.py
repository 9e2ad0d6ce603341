"""Annex tables: rows of units, of their categories, of a register's entries or of a scheme's leaves.

Every cell is computed from the same data as the sentences.
"""

from collections.abc import Mapping
from typing import Any

from departments.services.organisation import printed_names
from expressions import NameTable
from reports.choices import AnnexRows
from reports.models import Annex
from reports.services.annex_cells import named_rows
from reports.services.annexes.categories import items_by_category
from reports.services.annexes.columns import head_of
from reports.services.annexes.leaf_rows import leaf_rows
from reports.services.annexes.marks import with_marks
from reports.services.annexes.order import in_order, order_keys
from reports.services.annexes.table import Table
from reports.services.annexes.unit_rows import unit_rows
from reports.services.entries import CountedEntries
from reports.services.entry_rows import entry_rows
from reports.statements import Source
from reports.statements.compose import fill
from reports.statements.limits import check_rows, pointing_at


def build_annex(
    annex: Annex, source: Source, names: Mapping[str, NameTable], entries: CountedEntries
) -> dict[str, Any]:
    """The annex as docs/bulletin-json.md describes it, its rows in the declared order. ExpressionError."""
    columns = list(annex.columns.all())
    printed = printed_names(annex.bulletin.office, source.data.period.end, annex.name_set)
    legend = ""
    expressions: Mapping[str, Any] = {}
    with pointing_at(1, 1, 1, f"附件{annex.number}："):
        if annex.rows == AnnexRows.ENTRIES:
            units = in_order(annex, source.data.units, order_keys(annex, names), source)
            rows = entry_rows(annex, columns, [(unit.code, printed[unit.code]) for unit in units], entries)
        elif annex.rows == AnnexRows.LEAVES:
            rows = leaf_rows(annex, columns, source)
        else:
            table = Table.of(annex, columns, source, names, printed)
            expressions = table.expressions
            rows, legend = with_marks(table, unit_rows(table))
        check_rows(len(rows))
    split = items_by_category(annex) if annex.rows == AnnexRows.CATEGORIES else []
    return {
        "number": annex.number,
        "title": fill(annex.title, source, names),
        "period_line": fill(annex.period_line, source, names),
        "note": fill(annex.note, source, names),
        "legend": legend,
        "landscape": annex.landscape,
        "columns": [head_of(column, expressions.get(column.code), source, split) for column in columns],
        "rows": named_rows(rows),
    }
