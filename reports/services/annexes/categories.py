"""What stands in the rows of one unit: one line with its figures, or one for each of its categories."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.db.models import Q

from departments.models import Category
from expressions.values import MISSING
from indicators.dataset import UnitData
from reports.choices import AnnexRows
from reports.models import Annex
from reports.services.annexes.columns import CATEGORY
from reports.services.annexes.table import Environment, Table

# What each line of a unit computes from, and the further keys of its row.
Lines = Callable[[UnitData], Sequence[tuple[Environment, dict[str, str]]]]


def lines_of(table: Table, units: Sequence[UnitData]) -> Lines:
    """The lines of each unit (two queries for categories, else none)."""
    if table.annex.rows != AnnexRows.CATEGORIES:
        return lambda unit: [(table.source.environment(unit), {})]
    categories = _categories(table.annex, units)
    items = items_by_category(table.annex)

    def lines(unit: UnitData) -> list[tuple[Environment, dict[str, str]]]:
        environment = table.source.environment(unit)
        return [
            (
                {
                    **environment,
                    **{item: unit.figures.get(f"{item}.{row.code}", MISSING) for item in items},
                    CATEGORY: row.name,
                },
                {"category": row.code, "category_name": row.name},
            )
            for row in categories(unit)
        ]

    return lines


def items_by_category(annex: Annex) -> list[str]:
    """The items (`form.item`) the annex's form asks for in every category."""
    assert annex.form is not None, "rows of categories are a form's"
    codes = annex.form.items.filter(by_category=True).values_list("code", flat=True)
    return [f"{annex.form.code}.{code}" for code in codes]


def _categories(annex: Annex, units: Sequence[UnitData]) -> Callable[[UnitData], list[Category]]:
    """Every unit's own rows of the form's list and those that are every unit's, in the order of the list."""
    assert annex.form is not None, "rows of categories are a form's"
    rows = Category.objects.filter(
        Q(unit__isnull=True) | Q(unit__in=[unit.id for unit in units]), list=annex.form.category_list_id
    )
    found: dict[int | None, list[Category]] = defaultdict(list)
    for row in rows.order_by("order", "code"):
        found[row.unit_id].append(row)
    return lambda unit: sorted((*found[None], *found[unit.id]), key=lambda row: (row.order, row.code))
