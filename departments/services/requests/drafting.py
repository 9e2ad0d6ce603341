"""Writing a request before it is handed out: its text, its files, the units it will ask."""

import datetime as dt
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import RequestState
from departments.deadlines import SHANGHAI
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Form, Office, Register, Request, RequestAnswer, RequestFile, Unit
from departments.services.registers.definitions import refuse_taken_code
from departments.services.requests.record import lock_request, place_of_administrator
from departments.services.schedules import calendar_of
from departments.services.stored_files import keep, take_away

# What is offered as the due moment: so many working days from today, at noon.
USUAL_DAYS, USUAL_TIME = 5, dt.time(12)


def usual_due(office: Office, at: dt.datetime | None = None) -> dt.datetime:
    """Noon of the fifth working day from today on the office's calendar."""
    day = calendar_of(office).add_working_days(timezone.localdate(at), USUAL_DAYS)
    return dt.datetime.combine(day, USUAL_TIME, SHANGHAI)


def free_code(office: Office) -> str:
    """The first of req1, req2, … that nothing of the office is called."""
    taken: set[str] = set()
    for model in (Form, Register, Request):
        taken.update(
            model.objects.filter(office=office, code__startswith="req").values_list("code", flat=True)
        )
    return next(code for code in (f"req{number}" for number in count(1)) if code not in taken)


@transaction.atomic
def save_draft(
    *,
    office: Office,
    user: Any,
    units: Iterable[Unit],
    request: Request | None = None,
    at: dt.datetime | None = None,
    **fields: Any,
) -> Request:
    """Creates a draft, or changes one that is not handed out; the units replace those chosen before.

    ValidationError by field for what can't stand (a code already taken, nothing that may be answered);
    TransitionRefused once it is handed out, or for people who are no administrators of the office.
    """
    draft = lock_request(request) if request is not None else Request(office=office)
    place_of_administrator(draft, user)
    _refuse_handed_out(draft)
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.code = draft.code or free_code(office)
    draft.user, draft.at = user, at or timezone.now()
    if not (draft.takes_file or draft.takes_text or draft.takes_no_comment):
        raise ValidationError({"takes_file": _("Choose at least one way to answer.")})
    refuse_taken_code(office=office, code=draft.code, of=Request)
    draft.full_clean(exclude=["opens_at", "closed_at"])
    draft.save()
    _choose_units(draft, list(units))
    return draft


@transaction.atomic
def add_document(*, request: Request, file: Any, user: Any, at: dt.datetime | None = None) -> RequestFile:
    """Sends a document along with a request that is not closed; UnusableFile says why it can't be taken."""
    locked = lock_request(request)
    place_of_administrator(locked, user)
    if locked.state == RequestState.CLOSED:
        raise TransitionRefused(_("This request is closed."))
    return keep(RequestFile(request=locked), file, locked.files, user=user, at=at or timezone.now())


@transaction.atomic
def remove_document(*, file: RequestFile, user: Any, at: dt.datetime | None = None) -> None:
    """Takes a document off a request that is not closed; the record keeps it."""
    locked = lock_request(file.request)
    place_of_administrator(locked, user)
    if locked.state == RequestState.CLOSED:
        raise TransitionRefused(_("This request is closed."))
    take_away(file, user=user, at=at or timezone.now())


@transaction.atomic
def discard_draft(*, request: Request, user: Any) -> None:
    """Deletes a request that nobody was ever asked."""
    locked = lock_request(request)
    place_of_administrator(locked, user)
    _refuse_handed_out(locked)
    locked.answers.all().delete()
    locked.files.all().delete()
    locked.delete()


def open_units(office: Office, units: Iterable[Unit], day: dt.date) -> list[Unit]:
    """The units as given; DepartmentsError names those that are not the office's or closed that day."""
    wanted = {unit.pk: unit for unit in units}
    known = set(Unit.objects.open_on(day).filter(office=office, pk__in=wanted).values_list("pk", flat=True))
    wrong = [unit.name for pk, unit in wanted.items() if pk not in known]
    if wrong:
        raise DepartmentsError(_("These are no units of the office now: %s.") % "、".join(wrong))
    return list(wanted.values())


def _choose_units(draft: Request, units: list[Unit]) -> None:
    chosen = open_units(draft.office, units, timezone.localdate(draft.at))
    draft.answers.exclude(unit__in=chosen).delete()
    RequestAnswer.objects.bulk_create(
        [RequestAnswer(request=draft, unit=unit) for unit in chosen], ignore_conflicts=True
    )


def _refuse_handed_out(request: Request) -> None:
    if request.state != RequestState.DRAFT:
        raise TransitionRefused(
            _("This request has been handed out: change its due moment or add units on its page.")
        )
