"""A list of contacts kept elsewhere, taken over at once: as if one administrator had entered and another approved it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import ContactState, Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Contact, Office, Unit
from departments.permissions import has_role
from departments.services.contacts import Details, checked_details


@dataclass(frozen=True)
class ListedContact:
    """Who it is from a day on, until the next of the kind; details without a name say that there is nobody."""

    unit: Unit
    kind: str
    valid_from: dt.date
    details: Details


class ListRefused(DepartmentsError):
    """Nothing was taken over; `faults` says by place in the list why."""

    def __init__(self, faults: dict[int, str]) -> None:
        self.faults = faults
        super().__init__("；".join(faults.values()))


@transaction.atomic
def take_over_contacts(
    *,
    office: Office,
    rows: Iterable[ListedContact],
    entered_by: Any,
    approved_by: Any,
    at: dt.datetime | None = None,
) -> list[Contact]:
    """Adds the contacts of days on which none of the kind begins yet; those that are there are left as they are.

    By two administrators of the office. ListRefused names what can't stand. Nobody is told: both know.
    """
    at = at or timezone.now()
    if entered_by.pk == approved_by.pk or not all(
        has_role(user, {Role.ADMINISTRATOR}, office=office) for user in (entered_by, approved_by)
    ):
        raise TransitionRefused(_("Contacts are entered by one administrator and approved by another."))
    approved = Contact.objects.filter(unit__office=office, state=ContactState.APPROVED)
    known = set(approved.values_list("unit", "kind", "valid_from"))
    found, faults = [], {}
    for place, row in enumerate(rows):
        if (row.unit.pk, row.kind, row.valid_from) in known:
            continue
        known.add((row.unit.pk, row.kind, row.valid_from))
        try:
            found.append(_contact(row, entered_by, approved_by, at))
        except DepartmentsError as error:
            faults[place] = str(error)
        except ValidationError as error:
            faults[place] = "；".join(error.messages)
    if faults:
        raise ListRefused(faults)
    created = Contact.objects.bulk_create(found)
    _join(office, {(contact.unit_id, contact.kind) for contact in created})
    return created


def _contact(row: ListedContact, entered_by: Any, approved_by: Any, at: dt.datetime) -> Contact:
    details = checked_details(row.details) if row.details != Details() else row.details
    contact = Contact(
        unit=row.unit,
        kind=row.kind,
        valid_from=row.valid_from,
        name=details.name,
        post=details.post,
        phone=details.phone,
        mobile=details.mobile,
        state=ContactState.APPROVED,
        proposed_by=entered_by,
        proposed_at=at,
        decided_by=approved_by,
        decided_at=at,
    )
    contact.clean_fields()
    return contact


def _join(office: Office, touched: set[tuple[int, str]]) -> None:
    """Each ends on the day before the next of its kind begins."""
    chains: dict[tuple[int, str], list[Contact]] = defaultdict(list)
    rows = Contact.objects.filter(unit__office=office, state=ContactState.APPROVED).order_by("valid_from")
    for contact in rows:
        chains[contact.unit_id, contact.kind].append(contact)
    for key in touched:
        for earlier, later in pairwise(chains[key]):
            eve = later.valid_from - dt.timedelta(days=1)
            if earlier.valid_to is None or earlier.valid_to > eve:
                earlier.valid_to = eve
                earlier.save(update_fields=["valid_to"])
