"""A changed definition is proposed by one person and checked by another before anything is computed with it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Office
from departments.permissions import has_role, people_of
from indicators.choices import VersionState
from indicators.models import Indicator, IndicatorVersion
from indicators.services.definitions import SEVERAL, differing, end_versions, next_number, store

# What a definition says, in the order in which pages show it.
PARTS = (
    "valid_from",
    "numerator",
    "denominator",
    "factor",
    "unit_of_measure",
    "decimals",
    "direction",
    "recipe",
    "minimum_denominator",
    "late",
    "groups",
    "lead",
    "responsible",
    "note",
)


@dataclass(frozen=True)
class Difference:
    """One part in which two definitions differ, as printed; `old` is "" where there was none before."""

    label: str
    old: str
    new: str


def may_define(user: Any, office: Office) -> bool:
    """Administrators of the office, and superusers."""
    return bool(user.is_superuser or has_role(user, {Role.ADMINISTRATOR}, office=office))


def may_check(version: IndicatorVersion, user: Any) -> bool:
    """Whether the person may check the proposal: never its author."""
    return (
        version.state == VersionState.PROPOSED
        and version.author_id != user.pk
        and may_define(user, version.indicator.office)
    )


def checkers_of(version: IndicatorVersion) -> QuerySet[User]:
    """The administrators of the office who may check a proposal."""
    found = people_of({Role.ADMINISTRATOR}, office=version.indicator.office)
    if version.author_id is not None:
        found = found.exclude(pk=version.author_id)
    return found.order_by("username")


def proposal_of(indicator: Indicator) -> IndicatorVersion | None:
    """The definition that waits to be checked."""
    return indicator.versions.filter(state=VersionState.PROPOSED).select_related("author").first()


def present_version(indicator: Indicator) -> IndicatorVersion | None:
    """The checked definition with the latest beginning: what a new one starts from."""
    return indicator.versions.filter(state=VersionState.CHECKED).order_by("valid_from").last()


def start_fault(indicator: Indicator, valid_from: dt.date) -> str | None:
    """Why no new definition can begin on that day, or None."""
    taken = indicator.versions.filter(state=VersionState.CHECKED, valid_from=valid_from).first()
    if taken is None:
        return None
    return _("“%s” begins on this day already: choose another day, earlier periods keep the old one.") % taken


@transaction.atomic
def propose_version(
    *, indicator: Indicator, valid_from: dt.date, user: Any, at: dt.datetime | None = None, **fields: Any
) -> IndicatorVersion:
    """Writes a definition down to be checked by somebody else. An earlier proposal of the indicator gives way to it.

    `fields` as in `save_version`; parts that are not named are those of the present definition. ValidationError: an
    expression can't be used, or a checked definition begins on that day already. DepartmentsError: nothing differs.
    """
    Indicator.objects.select_for_update().get(pk=indicator.pk)
    _require_administrator(user, indicator.office)
    fault = start_fault(indicator, valid_from)
    if fault:
        raise ValidationError({"valid_from": fault})
    present = present_version(indicator)
    given = parts_of(present) | fields
    if present is not None and not differing(present, given):
        raise DepartmentsError(_("This is what “%s” says already: there is nothing to be checked.") % present)
    indicator.versions.filter(state=VersionState.PROPOSED).delete()
    version = IndicatorVersion(
        indicator=indicator,
        number=next_number(indicator),
        valid_from=valid_from,
        state=VersionState.PROPOSED,
        author=user,
        written_at=at or timezone.now(),
    )
    return store(version, given)


@transaction.atomic
def check_version(*, version: IndicatorVersion, user: Any, at: dt.datetime | None = None) -> IndicatorVersion:
    """Puts a proposal into force from its day on; the former definition ends the day before. Never by its author."""
    locked = _undecided(version)
    if locked.author_id == user.pk:
        raise TransitionRefused(_("You have proposed this definition yourself: somebody else must check it."))
    _require_administrator(user, locked.indicator.office)
    fault = start_fault(locked.indicator, locked.valid_from)
    if fault:
        raise DepartmentsError(fault)
    locked.state, locked.checker, locked.checked_at = VersionState.CHECKED, user, at or timezone.now()
    # What the expressions name may have changed since they were written.
    try:
        store(locked, {"numerator": locked.numerator, "denominator": locked.denominator})
        return end_versions(locked.indicator, locked, locked.valid_to)
    except ValidationError as error:
        raise DepartmentsError("；".join(error.messages)) from error


@transaction.atomic
def refuse_version(
    *, version: IndicatorVersion, user: Any, reason: str, at: dt.datetime | None = None
) -> IndicatorVersion:
    """Leaves everything as it is; the reason says why. The author may take the own proposal back in the same way."""
    locked = _undecided(version)
    _require_administrator(user, locked.indicator.office)
    if not reason.strip():
        raise DepartmentsError(_("Please write why, so that the author knows what to change."))
    locked.state, locked.checker, locked.checked_at = VersionState.REFUSED, user, at or timezone.now()
    locked.reason = reason.strip()[:300]
    locked.save()
    return locked


def differences(new: IndicatorVersion, old: IndicatorVersion | None) -> list[Difference]:
    """What a definition says otherwise than the one before it; all it says when there is none before."""
    found = []
    for name in PARTS:
        before = part_text(old, name) if old is not None else ""
        after = part_text(new, name)
        if before != after:
            label = str(IndicatorVersion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label, before, after))
    return found


def part_text(version: IndicatorVersion, name: str) -> str:
    """One part of a definition as printed; "" for a part that is not set."""
    if name in SEVERAL:
        return "、".join(str(thing) for thing in getattr(version, name).all())
    if hasattr(version, f"get_{name}_display"):
        return str(getattr(version, f"get_{name}_display")())
    value = getattr(version, name)
    if name == "factor":
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def parts_of(version: IndicatorVersion | None) -> dict[str, Any]:
    """What a definition says except from when, as `propose_version` takes it; nothing for none."""
    if version is None:
        return {}
    names = [name for name in PARTS if name not in ("valid_from", *SEVERAL)]
    several = {name: list(getattr(version, name).all()) for name in SEVERAL}
    return {name: getattr(version, name) for name in names} | several


def _undecided(version: IndicatorVersion) -> IndicatorVersion:
    """The proposal, locked. DepartmentsError when another one has taken its place or it has been decided on."""
    Indicator.objects.select_for_update().get(pk=version.indicator_id)
    found = IndicatorVersion.objects.filter(pk=version.pk).select_related("indicator__office").first()
    if found is None:
        raise DepartmentsError(_("Another proposal has taken the place of this one: look at that one first."))
    if found.state != VersionState.PROPOSED:
        raise DepartmentsError(_("This definition has been decided on already."))
    return found


def _require_administrator(user: Any, office: Office) -> None:
    if not may_define(user, office):
        raise TransitionRefused(_("Definitions are written and checked by administrators of the office."))
