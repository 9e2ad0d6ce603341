"""Offices, units with their dated versions, names, memberships, and who is expected to file."""

import datetime as dt
import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from departments.exceptions import AmbiguousUnit, UnknownUnit
from departments.models import Form, Group, Membership, Office, Unit, UnitAlias, UnitVersion, normal_name
from departments.periods import Period


@dataclass(frozen=True)
class Placement:
    """Where a unit stood on a day: ids of unit, parent and group, and the names in force."""

    unit: int
    code: str
    parent: int | None
    group: str
    short_name: str
    full_name: str
    order: int


@transaction.atomic
def save_unit(
    *,
    office: Office,
    code: str,
    full_name: str,
    short_name: str,
    protocol_order: int,
    group: Group | None = None,
    parent: Unit | None = None,
    opened_on: dt.date = dt.date(2000, 1, 1),
    closed_on: dt.date | None = None,
    valid_from: dt.date | None = None,
) -> Unit:
    """Creates a unit, or changes it from `valid_from` on (default: from its opening, replacing what was written first)."""
    unit = Unit.objects.select_for_update().filter(office=office, code=code).first() or Unit(
        office=office, code=code
    )
    unit.protocol_order, unit.opened_on, unit.closed_on = protocol_order, opened_on, closed_on
    unit.full_clean(exclude=["name"])
    unit.save()
    change_unit(
        unit=unit,
        valid_from=valid_from or opened_on,
        full_name=full_name,
        short_name=short_name,
        parent=parent,
        group=group,
    )
    return unit


@transaction.atomic
def change_unit(
    *,
    unit: Unit,
    valid_from: dt.date,
    full_name: str,
    short_name: str,
    parent: Unit | None,
    group: Group | None,
) -> UnitVersion:
    """Gives a unit a name, parent and group from a day on; earlier periods keep theirs. ValidationError on a cycle."""
    Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None:
        check_parent(unit=unit, parent=parent, day=valid_from)
    following = unit.versions.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    version, _created = UnitVersion.objects.update_or_create(
        unit=unit,
        valid_from=valid_from,
        defaults={
            "valid_to": following.valid_from - dt.timedelta(days=1) if following else None,
            "full_name": full_name,
            "short_name": short_name,
            "parent": parent,
            "group": group,
        },
    )
    unit.versions.filter(valid_from__lt=valid_from).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)
    ).update(valid_to=valid_from - dt.timedelta(days=1))
    if following is None:
        unit.name = short_name
        unit.save(update_fields=["name"])
    return version


def check_parent(*, unit: Unit, parent: Unit, day: dt.date) -> None:
    """ValidationError when the unit would stand under itself on that day."""
    if unit.pk in _ancestors(parent, day):
        raise ValidationError(
            _("“%(unit)s” can't stand under “%(parent)s”: that unit stands under it.")
            % {"unit": unit, "parent": parent}
        )


def save_alias(*, unit: Unit, name: str, usage: str = "") -> UnitAlias:
    """Adds another name of a unit, or replaces the name printed in `usage`."""
    if usage:
        alias, _created = UnitAlias.objects.update_or_create(
            unit=unit, usage=usage, defaults={"name": name.strip()}
        )
    else:
        alias, _created = UnitAlias.objects.get_or_create(unit=unit, usage="", name=name.strip())
    return alias


@transaction.atomic
def save_account(*, username: str, name: str, email: str = "", password: str | None = None) -> User:
    """An account that may log in to the admin; without a password (a new one) it can't be used until one is set."""
    user = User.objects.filter(username=username).first() or User(username=username)
    user.last_name, user.email, user.is_staff = name, email, True
    if password is not None:
        user.set_password(password)
    elif user.pk is None:
        user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def give_passwords(passwords: Mapping[str, str]) -> Iterator[str]:
    """Sets the passwords (username → password) and names each account as it is done.

    Hashing is slow on purpose and leaves Python's lock alone, so all processors share it.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for username, hashed in zip(passwords, pool.map(make_password, passwords.values()), strict=True):
            User.objects.filter(username=username).update(password=hashed)
            yield username


def grant(
    *,
    user: User,
    office: Office,
    role: str,
    unit: Unit | None = None,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    acting_for: User | None = None,
) -> Membership:
    """Gives a person a role in an office or for one unit between two days (both included; None: always), again: with
    these days. `acting_for`: whose place it is (代岗), one membership per first day. ValidationError when role, unit and
    days do not fit.
    """
    found = Membership.objects.filter(user=user, office=office, unit=unit, role=role, acting_for=acting_for)
    if acting_for is not None:
        found = found.filter(valid_from=valid_from)
    membership = found.first() or Membership(
        user=user, office=office, unit=unit, role=role, acting_for=acting_for
    )
    if membership.pk is None or (membership.valid_from, membership.valid_to) != (valid_from, valid_to):
        membership.valid_from, membership.valid_to = valid_from, valid_to
        membership.full_clean()
        membership.save()
    return membership


class UnitNames:
    """All names of an office's units, for matching files: exact after folding blanks and widths, never by substring."""

    def __init__(self, office: Office, units: QuerySet[Unit] | None = None) -> None:
        """With `units`, only those of the office among them are known, and no other name is suggested."""
        known = office.units.all() if units is None else units.filter(office=office)
        self._units: dict[str, set[Unit]] = {}
        for unit in known.prefetch_related("versions", "aliases"):
            names = {unit.code, *(alias.name for alias in unit.aliases.all())}
            for version in unit.versions.all():
                names |= {version.full_name, version.short_name}
            for name in names:
                self._units.setdefault(normal_name(name), set()).add(unit)

    def find(self, name: str) -> Unit:
        """The unit of that name; UnknownUnit (with near names) or AmbiguousUnit otherwise."""
        found = self._units.get(normal_name(name), set())
        if len(found) > 1:
            raise AmbiguousUnit(name, sorted(f"{unit.name}（{unit.code}）" for unit in found))
        if not found:
            raise UnknownUnit(
                name, difflib.get_close_matches(normal_name(name), self._units, n=3, cutoff=0.5)
            )
        return next(iter(found))


def placements(office: Office, day: dt.date) -> dict[int, Placement]:
    """Every unit open on the day as it stood then, by id, in protocol order (one query)."""
    versions = (
        UnitVersion.objects.on(day)
        .filter(unit__office=office, unit__in=Unit.objects.open_on(day))
        .select_related("unit", "group")
        .order_by("unit__protocol_order", "unit__code")
    )
    return {
        v.unit_id: Placement(
            v.unit_id,
            v.unit.code,
            v.parent_id,
            v.group.code if v.group else "",
            v.short_name,
            v.full_name,
            v.unit.protocol_order,
        )
        for v in versions
    }


def printed_names(office: Office, day: dt.date, usage: str = "") -> Mapping[str, str]:
    """Unit code → name to print in a name set; units without a name of their own there print the short one."""
    names = {placement.code: placement.short_name for placement in placements(office, day).values()}
    if usage:
        names |= dict(
            UnitAlias.objects.filter(unit__office=office, usage=usage).values_list("unit__code", "name")
        )
    return names


def expected_units(form: Form, period: Period) -> QuerySet[Unit]:
    """Units that must fill the form for the period: named ones and members of named groups as of its last day, less exemptions."""
    day = period.end
    rows = form.expectations.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    in_group = UnitVersion.objects.on(day)
    due, exempt = rows.filter(exempt=False), rows.filter(exempt=True)
    return (
        Unit.objects.open_on(day)
        .filter(office=form.office_id)
        .filter(
            Q(pk__in=due.values("unit"))
            | Q(pk__in=in_group.filter(group__in=due.values("group")).values("unit"))
        )
        .exclude(pk__in=exempt.filter(unit__isnull=False).values("unit"))
        .exclude(
            pk__in=in_group.filter(group__in=exempt.filter(group__isnull=False).values("group")).values(
                "unit"
            )
        )
        .order_by("protocol_order", "code")
    )


def next_order(queryset: QuerySet[Any]) -> int:
    """The order number after the last one in use."""
    return (queryset.aggregate(last=Max("order"))["last"] or 0) + 1


def _ancestors(unit: Unit, day: dt.date) -> Iterable[int]:
    above = {p.unit: p.parent for p in placements(unit.office, day).values()}
    found, step = [unit.pk], above.get(unit.pk)
    while step is not None and step not in found:
        found.append(step)
        step = above.get(step)
    return found
