"""Writing to a request or an answer: the lock, and the event that records each change.

Only the services of this package call these; whoever does has checked that the person may.
"""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from departments.answer_transitions import AnswerTransition, answer_place
from departments.choices import Role
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Membership, Request, RequestAnswer, RequestAnswerEvent, RequestEvent
from departments.permissions import place_of


class Outdated(DepartmentsError):
    """Somebody else has changed the answer since the person read it; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed this answer meanwhile. Look at what is there now, then press again.")
        )


def lock_request(request: Request) -> Request:
    """The row as it is now, locked until the transaction ends."""
    return (
        Request.objects.select_for_update(of=("self",), no_key=True)
        .select_related("office")
        .get(pk=request.pk)
    )


def lock_answer(answer: RequestAnswer) -> RequestAnswer:
    """The answer as it is now; its request is locked with it, so that nothing is handed in while it is being closed."""
    lock_request(answer.request)
    return (
        RequestAnswer.objects.select_for_update(of=("self",), no_key=True)
        .select_related("request__office", "unit__office", "answered_by")
        .get(pk=answer.pk)
    )


def place_of_administrator(request: Request, user: Any) -> Membership:
    """The membership by which the person manages the office's requests; TransitionRefused without one."""
    place = place_of(user, {Role.ADMINISTRATOR}, office=request.office)
    if place is None:
        raise TransitionRefused(_("Requests are managed by administrators of the office."))
    return place


def record_request(
    request: Request, action: str, place: Membership, user: Any, at: dt.datetime, text: str = ""
) -> RequestEvent:
    return RequestEvent.objects.create(
        request=request, action=action, text=text, user=user, acting_for=place.acting_for, at=at
    )


def record_answer(
    locked: RequestAnswer,
    row: AnswerTransition,
    user: Any,
    at: dt.datetime,
    *,
    target: str | None = None,
    text: str = "",
) -> RequestAnswerEvent:
    """Changes the state (None keeps it), saves the row with its next version and logs who did it, for whom when acting."""
    place = answer_place(row, locked, user)
    before, locked.state = locked.state, target or locked.state
    locked.version += 1
    locked.save()
    return RequestAnswerEvent.objects.create(
        answer=locked,
        from_state=before,
        to_state=locked.state,
        user=user,
        acting_for=place.acting_for if place else None,
        at=at,
        text=text,
        version=locked.version,
    )
