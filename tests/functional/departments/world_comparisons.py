"""Reconciliation in the two-office world: one comparison whose sources are both counts of the office's form."""

from departments.models import Comparison, ComparisonSource
from departments.services import comparisons
from tests.functional.departments.world import OfficeWorld


def add_comparisons(world: OfficeWorld) -> Comparison:
    """Each unit has explained its difference of the earlier period, the second with its canary; one is decided."""
    comparison = comparisons.save_comparison(office=world.office, code="c", name=f"金丝雀{world.mark}核对")
    sources: list[ComparisonSource] = [
        comparisons.save_source(
            comparison=comparison, item=world.form.items.get(code=code), name=name, order=order
        )
        for order, (code, name) in enumerate((("total", "部门报送"), ("claimed", "电子监察")))
    ]
    for n, unit in enumerate(world.units):
        comparisons.explain(
            comparison=comparison,
            unit=unit,
            period=world.earlier.period,
            user=world.people[f"clerk{n}"],
            text=f"雀{world.mark}{n}局说明",
        )
    comparisons.decide(
        comparison=comparison,
        unit=world.units[1],
        period=world.earlier.period,
        user=world.people["administrator"],
        source=sources[1],
        reason=f"雀{world.mark}1退回：核实",
    )
    return comparison
