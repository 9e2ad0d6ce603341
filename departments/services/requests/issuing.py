"""Handing a request out, and what the office may change afterwards: more units, another due moment, closing."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import RequestState
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Request, RequestAnswer, RequestEvent, Unit
from departments.services.requests.drafting import open_units
from departments.services.requests.record import lock_request, place_of_administrator, record_request
from departments.services.requests.telling import tell_asked, tell_due_changed
from departments.templatetags.moments import moment

Action = RequestEvent.Action


@transaction.atomic
def hand_out(*, request: Request, user: Any, at: dt.datetime | None = None) -> Request:
    """Asks the chosen units and tells their people; DepartmentsError without units or with a due moment that is over."""
    at = at or timezone.now()
    locked = lock_request(request)
    place = place_of_administrator(locked, user)
    if locked.state != RequestState.DRAFT:
        raise TransitionRefused(_("This request has been handed out already."))
    answers = list(locked.answers.select_related("unit"))
    if not answers:
        raise DepartmentsError(_("Choose the units that are to answer."))
    open_units(locked.office, [answer.unit for answer in answers], timezone.localdate(at))
    if locked.due_at <= at:
        raise DepartmentsError(_("The due moment is over: choose a later one."))
    locked.state, locked.opens_at = RequestState.ISSUED, at
    locked.save(update_fields=["state", "opens_at"])
    names = "、".join(answer.unit.name for answer in answers)
    record_request(locked, Action.ISSUE, place, user, at, names)
    tell_asked(locked, answers, at)
    return locked


@transaction.atomic
def add_units(
    *, request: Request, units: Iterable[Unit], user: Any, at: dt.datetime | None = None
) -> list[Unit]:
    """Asks further units; those asked before are left alone. Refused when it is due already: nobody is late at once."""
    at = at or timezone.now()
    locked = _issued(request)
    place = place_of_administrator(locked, user)
    asked = set(locked.answers.values_list("unit", flat=True))
    new = [unit for unit in open_units(locked.office, units, timezone.localdate(at)) if unit.pk not in asked]
    if not new:
        raise DepartmentsError(_("Choose units that have not been asked yet."))
    if locked.due_at <= at:
        raise DepartmentsError(_("It was due %s: move the due moment first.") % moment(locked.due_at))
    answers = [RequestAnswer.objects.create(request=locked, unit=unit) for unit in new]
    record_request(locked, Action.UNITS, place, user, at, "、".join(unit.name for unit in new))
    tell_asked(locked, answers, at)
    return new


@transaction.atomic
def change_due(
    *, request: Request, due_at: dt.datetime, reason: str, user: Any, at: dt.datetime | None = None
) -> Request:
    """Moves the due moment and tells the units that have not answered. It must lie ahead: nobody becomes late unawares."""
    at = at or timezone.now()
    locked = _issued(request)
    place = place_of_administrator(locked, user)
    if not reason.strip():
        raise DepartmentsError(_("Write why the due moment is changed: the units read it."))
    if due_at <= at:
        raise DepartmentsError(_("The due moment must lie ahead."))
    if due_at == locked.due_at:
        raise DepartmentsError(_("This is the due moment already."))
    before, locked.due_at = locked.due_at, due_at
    locked.save(update_fields=["due_at"])
    words = {"before": moment(before), "after": moment(due_at), "reason": reason.strip()}
    event = record_request(
        locked, Action.DUE, place, user, at, _("%(before)s → %(after)s: %(reason)s") % words
    )
    tell_due_changed(locked, event, reason.strip(), before)
    return locked


@transaction.atomic
def close_request(*, request: Request, user: Any, reason: str = "", at: dt.datetime | None = None) -> Request:
    """From now on nothing can be handed in; who has not answered stays so on the record."""
    at = at or timezone.now()
    locked = _issued(request)
    place = place_of_administrator(locked, user)
    locked.state, locked.closed_at = RequestState.CLOSED, at
    locked.save(update_fields=["state", "closed_at"])
    record_request(locked, Action.CLOSE, place, user, at, reason.strip())
    return locked


@transaction.atomic
def reopen_request(*, request: Request, user: Any, reason: str, at: dt.datetime | None = None) -> Request:
    """Lets a closed request be answered again; its due moment stays, so what comes now is late."""
    at = at or timezone.now()
    locked = lock_request(request)
    place = place_of_administrator(locked, user)
    if locked.state != RequestState.CLOSED:
        raise TransitionRefused(_("Only a closed request can be opened again."))
    if not reason.strip():
        raise DepartmentsError(_("Write why it is opened again."))
    locked.state, locked.closed_at = RequestState.ISSUED, None
    locked.save(update_fields=["state", "closed_at"])
    record_request(locked, Action.REOPEN, place, user, at, reason.strip())
    return locked


def _issued(request: Request) -> Request:
    locked = lock_request(request)
    if locked.state == RequestState.DRAFT:
        raise TransitionRefused(_("This request has not been handed out yet."))
    if locked.state == RequestState.CLOSED:
        raise TransitionRefused(_("This request is closed. Open it again to change something."))
    return locked
