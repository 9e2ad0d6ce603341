"""Contacts for the two-office world: each unit has one in force and proposes another, in words nobody else may meet."""

import datetime as dt

from departments.choices import ContactKind, Role
from departments.services.contacts import Details, approve, propose
from tests.functional.departments.world import OfficeWorld


def add_contacts(world: OfficeWorld) -> None:
    """Call after the people are there."""
    for number, unit in enumerate(world.units):
        clerk = world.people[f"clerk{number}"]
        name = f"雀{world.mark}{number}员"
        first = propose(
            unit=unit,
            kind=ContactKind.CONTACT,
            valid_from=dt.date(2022, 1, 1),
            user=clerk,
            details=Details(f"{name}甲", "科员", "0519-86531001", "13900000001"),
        )
        approve(contact=first, user=world.people[Role.ADMINISTRATOR])
        propose(
            unit=unit,
            kind=ContactKind.CONTACT,
            valid_from=dt.date(2022, 4, 1),
            user=clerk,
            details=Details(f"{name}乙", "科员", "0519-86531002", "13900000002"),
        )
