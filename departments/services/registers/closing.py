"""结账: closing a register through a day, so that what its counts rest on stays; and opening it again, by somebody else."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exceptions import TransitionRefused
from departments.models import Register, RegisterClosing
from departments.permissions import has_role
from departments.services.registers.moves import CHECKERS


@transaction.atomic
def close_register(
    *, register: Register, through: dt.date, user: Any, at: dt.datetime | None = None
) -> RegisterClosing:
    """Nothing dated up to `through` changes any more. An administrator of the office; a past day after the last closing."""
    at = at or timezone.now()
    locked = _locked(register, user)
    if through >= timezone.localdate(at):
        raise TransitionRefused(_("A register is closed through a day that is over."))
    if locked.closed_through is not None and through <= locked.closed_through:
        raise TransitionRefused(_("It is closed through %s already.") % locked.closed_through.isoformat())
    return _write(locked, through, "", user, at)


@transaction.atomic
def reopen_register(
    *, register: Register, through: dt.date | None, reason: str, user: Any, at: dt.datetime | None = None
) -> RegisterClosing:
    """Opens what is dated after `through` (None: everything) again, with a reason, and not by the person who closed it."""
    at = at or timezone.now()
    locked = _locked(register, user)
    if locked.closed_through is None or (through is not None and through >= locked.closed_through):
        raise TransitionRefused(_("This time is open already."))
    if not reason.strip():
        raise TransitionRefused(_("Write why the register is opened again."))
    last = locked.closings.filter(through=locked.closed_through).first()
    if last is not None and last.user_id == user.pk:
        raise TransitionRefused(_("Somebody else than who closed it must open it again."))
    return _write(locked, through, reason.strip()[:500], user, at)


def _locked(register: Register, user: Any) -> Register:
    locked = Register.objects.select_for_update(of=("self",)).select_related("office").get(pk=register.pk)
    if not has_role(user, CHECKERS, office=locked.office):
        raise TransitionRefused(_("Only an administrator of the office closes a register or opens it again."))
    return locked


def _write(
    locked: Register, through: dt.date | None, reason: str, user: Any, at: dt.datetime
) -> RegisterClosing:
    before, locked.closed_through = locked.closed_through, through
    locked.save(update_fields=["closed_through"])
    return RegisterClosing.objects.create(
        register=locked, before=before, through=through, reason=reason, user=user, at=at
    )
