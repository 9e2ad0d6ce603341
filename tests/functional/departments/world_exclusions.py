"""Exclusions in the two-office world: one waits for its decision, the second unit's was approved; both reasons are canaries."""

from decimal import Decimal

from departments.choices import Role
from departments.services import organisation
from indicators.services import exclusions
from tests.functional.departments.world import OfficeWorld


def add_exclusions(world: OfficeWorld) -> None:
    """Call after the earlier period is approved; a second administrator of the office approves."""
    mark = world.mark
    second = organisation.save_account(username=f"{mark}-second", name=f"金丝雀{mark}副职")
    organisation.grant(user=second, office=world.office, role=Role.ADMINISTRATOR)
    rows = [
        exclusions.ask_exclusion(
            item=world.form.items.get(code="claimed"),
            unit=unit,
            period=world.earlier.period,
            amount=Decimal(1),
            reason=f"{unit.name}核减",
            user=world.people["administrator"],
        )
        for unit in world.units
    ]
    exclusions.approve_exclusion(exclusion=rows[1], user=second)
