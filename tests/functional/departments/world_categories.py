"""A category list with one row for everybody and one per unit, for the two-office world."""

from departments.services import categories
from tests.functional.departments.world import OfficeWorld


def add_categories(world: OfficeWorld) -> None:
    kinds = categories.save_category_list(
        office=world.office, code="kinds", name=f"金丝雀{world.mark}类型", units_may_add=True
    )
    categories.save_category(list=kinds, code="k", name=f"金丝雀{world.mark}类", order=1)
    for number, unit in enumerate(world.units):
        categories.save_category(
            list=kinds, code=f"k{number}", unit=unit, name=f"雀{world.mark}{number}局类", order=2
        )
