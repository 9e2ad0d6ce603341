"""Definitions and targets in the two-office world: a proposal that waits to be checked, and a quota for each unit."""

import datetime as dt
from decimal import Decimal

from indicators.models import IndicatorVersion
from indicators.services.definitions import save_target
from indicators.services.proposals import propose_version
from tests.functional.departments.world import FIGURE, OfficeWorld


def add_definitions(world: OfficeWorld) -> IndicatorVersion:
    """Call after the office's indicator is there and its issue drafted; the second unit's quota is its canary figure."""
    indicator = world.office.indicators.get(code="rate")
    quotas = (Decimal(50), Decimal(FIGURE[world.mark]))
    for unit, quota in zip(world.units, quotas, strict=True):
        save_target(indicator=indicator, period=world.earlier.period, unit=unit, value=quota)
    return propose_version(
        indicator=indicator,
        valid_from=dt.date(2022, 7, 1),
        user=world.people["administrator"],
        decimals=2,
        lead=world.units[1],
        note=f"金丝雀{world.mark}口径说明",
    )
