"""联系人: proposed by the unit or an administrator, in force once another person of the office has approved it."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, ContactKind, ContactState, Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Contact, Unit
from departments.permissions import has_role, memberships_of, units_below
from departments.services.contact_notices import tell_decided, tell_proposed

# How far ahead a change may be entered.
FURTHEST = dt.timedelta(days=366)
_PHONE = re.compile(r"[0-9０-９+()（）\-－—～~/、，, 转分机]{5,40}")
_DIGITS_NEEDED = 5


@dataclass(frozen=True)
class Details:
    """What is said of a person or section; `name` "" means that there is nobody."""

    name: str = ""
    post: str = ""
    phone: str = ""
    mobile: str = ""


def units_in_reach(user: Any) -> QuerySet[Unit]:
    """The units whose contacts the person may see: the whole office for its staff, else the own one and those below it."""
    if user.is_superuser:
        return Unit.objects.all()
    reach = Q(pk__in=[])
    for membership in memberships_of(user):
        if membership.unit_id is None:
            reach |= Q(office=membership.office_id)
        else:
            reach |= Q(pk__in={membership.unit_id, *units_below(user, membership.unit_id)})
    return Unit.objects.filter(reach)


def may_propose(unit: Unit, user: Any) -> bool:
    return has_role(user, {*UNIT_ROLES, Role.ADMINISTRATOR}, unit=unit)


def may_decide(contact: Contact, user: Any) -> bool:
    """Administrators of the office, but never who proposed it."""
    return (
        contact.state == ContactState.PROPOSED
        and contact.proposed_by_id != user.pk
        and has_role(user, {Role.ADMINISTRATOR}, office=contact.unit.office)
    )


def contacts_on(units: Iterable[Unit], day: dt.date) -> dict[int, dict[str, Contact]]:
    """Who is in force on a day, by unit id and kind (one query); vacancies are left out."""
    found: dict[int, dict[str, Contact]] = defaultdict(dict)
    for contact in Contact.objects.on(day).filter(unit__in=units).exclude(name="").order_by("valid_from"):
        found[contact.unit_id][contact.kind] = contact
    return dict(found)


def proposals_for(user: Any) -> QuerySet[Contact]:
    """What waits in the offices the person administers, the person's own proposals included, oldest first."""
    offices = {m.office_id for m in memberships_of(user) if m.role == Role.ADMINISTRATOR}
    waiting = Contact.objects.filter(state=ContactState.PROPOSED, unit__office__in=offices)
    return waiting.select_related("unit__office", "proposed_by").order_by("proposed_at", "pk")


@transaction.atomic
def propose(
    *,
    unit: Unit,
    kind: str,
    valid_from: dt.date,
    user: Any,
    details: Details | None = None,
    at: dt.datetime | None = None,
) -> Contact:
    """Asks for somebody new from a day on, or (without details) for nobody any more; one proposal of a kind at a time."""
    at = at or timezone.now()
    Unit.objects.select_for_update().get(pk=unit.pk)
    if not may_propose(unit, user):
        raise TransitionRefused(
            _("Contacts are changed by the unit itself and by the office's administrators.")
        )
    given = checked_details(details) if details is not None else Details()
    _refuse_useless(unit, kind, valid_from, given, timezone.localdate(at))
    contact = Contact(
        unit=unit,
        kind=kind,
        name=given.name,
        post=given.post,
        phone=given.phone,
        mobile=given.mobile,
        valid_from=valid_from,
        proposed_by=user,
        proposed_at=at,
    )
    try:
        contact.clean_fields(exclude={"decided_by", "decided_at"})
        with transaction.atomic():
            contact.save()
    except ValidationError as error:
        raise DepartmentsError("；".join(error.messages)) from error
    except IntegrityError as error:
        raise DepartmentsError(_("A change waits for approval already: withdraw it first.")) from error
    tell_proposed(contact, at)
    return contact


@transaction.atomic
def withdraw(*, contact: Contact, user: Any, at: dt.datetime | None = None) -> Contact:
    """Takes a proposal back; it stays in the history."""
    row = _lock(contact)
    if not may_propose(row.unit, user):
        raise TransitionRefused(
            _("Contacts are changed by the unit itself and by the office's administrators.")
        )
    return _decided(row, ContactState.WITHDRAWN, user, at or timezone.now())


@transaction.atomic
def approve(*, contact: Contact, user: Any, at: dt.datetime | None = None) -> Contact:
    """The proposal comes into force on its day; who was before keeps it to the day before."""
    at = at or timezone.now()
    row = _lock(contact)
    _refuse_decision(row, user)
    others = Contact.objects.filter(unit=row.unit, kind=row.kind, state=ContactState.APPROVED)
    if others.filter(valid_from=row.valid_from).exists():
        raise DepartmentsError(
            _("Another one begins on that day: refuse this one and have the day corrected.")
        )
    eve = row.valid_from - dt.timedelta(days=1)
    earlier = others.filter(valid_from__lt=row.valid_from)
    earlier.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=eve)).update(valid_to=eve)
    following = others.filter(valid_from__gt=row.valid_from).order_by("valid_from").first()
    row.valid_to = following.valid_from - dt.timedelta(days=1) if following else None
    return _decided(row, ContactState.APPROVED, user, at)


@transaction.atomic
def refuse(*, contact: Contact, user: Any, reason: str, at: dt.datetime | None = None) -> Contact:
    """The proposal comes to nothing, with the reason for the unit to read."""
    row = _lock(contact)
    _refuse_decision(row, user)
    if not reason.strip():
        raise DepartmentsError(_("Please write why it is refused: the unit reads it."))
    row.reason = reason.strip()[:300]
    return _decided(row, ContactState.REFUSED, user, at or timezone.now())


def _lock(contact: Contact) -> Contact:
    row = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("unit__office", "proposed_by")
        .get(pk=contact.pk)
    )
    if row.state != ContactState.PROPOSED:
        raise TransitionRefused(_("This change has been decided on already: look at the page again."))
    return row


def _refuse_decision(row: Contact, user: Any) -> None:
    if not has_role(user, {Role.ADMINISTRATOR}, office=row.unit.office):
        raise TransitionRefused(_("Contacts are approved by the office's administrators."))
    if row.proposed_by_id == user.pk:
        raise TransitionRefused(_("You proposed this change: another administrator must decide on it."))


def _decided(row: Contact, state: ContactState, user: Any, at: dt.datetime) -> Contact:
    row.state, row.decided_by, row.decided_at = state, user, at
    row.save()
    if state != ContactState.WITHDRAWN:
        tell_decided(row, at)
    return row


def checked_details(details: Details) -> Details:
    """With single blanks; DepartmentsError without a name or with what can't be a telephone number."""
    found = Details(*(" ".join(text.split()) for text in vars(details).values()))
    if not found.name:
        raise DepartmentsError(_("Write the name of the person or section."))
    for text in filter(None, (found.phone, found.mobile)):
        if not _PHONE.fullmatch(text) or sum(map(str.isdecimal, text)) < _DIGITS_NEEDED:
            raise DepartmentsError(_("“%s” is no telephone number.") % text[:40])
    return found


def _refuse_useless(unit: Unit, kind: str, day: dt.date, given: Details, today: dt.date) -> None:
    if kind not in ContactKind.values:
        raise DepartmentsError(_("Choose what is to be changed."))
    if day > today + FURTHEST:
        raise DepartmentsError(_("Choose a day within the next year."))
    known = list(Contact.objects.filter(unit=unit, kind=kind, state=ContactState.APPROVED))
    if any(row.valid_from == day for row in known):
        raise DepartmentsError(_("Another one begins on that day: choose a later one."))
    before = max((row for row in known if row.valid_from < day), key=lambda row: row.valid_from, default=None)
    held = before if before and (before.valid_to is None or before.valid_to >= day) else None
    if (_of(held) if held else Details()) == given:
        raise DepartmentsError(
            _("That is how it stands already: nothing to change.")
            if held
            else _("There is nobody on that day: nothing to end.")
        )


def _of(contact: Contact) -> Details:
    return Details(contact.name, contact.post, contact.phone, contact.mobile)
