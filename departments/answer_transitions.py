"""The one table of what may happen to a unit's answer to a request; it drives code, buttons and tests.

A request that is not handed out yet or is closed lets nothing be handed in; what was handed in before can still be accepted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import AnswerState, RequestState, Role
from departments.exceptions import TransitionRefused
from departments.models import Membership, Request, RequestAnswer
from departments.permissions import place_of
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name
from departments.transitions import DECIDERS, FILLERS, whom_to_ask


class AnswerAction(models.TextChoices):
    SAVE = "save", gettext_lazy("Save")
    ANSWER = "answer", gettext_lazy("Hand in")
    WITHDRAW = "withdraw", gettext_lazy("Withdraw")
    ACCEPT = "accept", gettext_lazy("Accept")
    RETURN = "return", gettext_lazy("Return")


class Side(models.TextChoices):
    """Whose move it is: the asked unit's or the asking office's."""

    UNIT = "unit", gettext_lazy("the unit")
    OFFICE = "office", gettext_lazy("the office")


ROLES: dict[Side, frozenset[Role]] = {Side.UNIT: FILLERS, Side.OFFICE: DECIDERS}


@dataclass(frozen=True)
class AnswerTransition:
    """One row: from which states, to which (None keeps it), by whom, with which conditions."""

    action: AnswerAction
    sources: frozenset[AnswerState]
    target: AnswerState | None
    side: Side
    needs_reason: bool = False
    # Four-eyes rule: nobody decides on what they wrote, uploaded or handed in.
    not_own: bool = False
    # Only the person who handed in may take it back.
    own_only: bool = False
    # Refused when the request is closed.
    needs_open: bool = True


OWED = frozenset({AnswerState.WAITING, AnswerState.RETURNED})

ANSWER_TRANSITIONS: tuple[AnswerTransition, ...] = (
    AnswerTransition(AnswerAction.SAVE, OWED, None, Side.UNIT),
    AnswerTransition(AnswerAction.ANSWER, OWED, AnswerState.ANSWERED, Side.UNIT),
    # Taken back after a return it is a returned answer again: what came in time before stays in time.
    AnswerTransition(
        AnswerAction.WITHDRAW,
        frozenset({AnswerState.ANSWERED}),
        AnswerState.WAITING,
        Side.UNIT,
        own_only=True,
    ),
    AnswerTransition(
        AnswerAction.ACCEPT,
        frozenset({AnswerState.ANSWERED}),
        AnswerState.ACCEPTED,
        Side.OFFICE,
        not_own=True,
        needs_open=False,
    ),
    AnswerTransition(
        AnswerAction.RETURN,
        frozenset({AnswerState.ANSWERED, AnswerState.ACCEPTED}),
        AnswerState.RETURNED,
        Side.OFFICE,
        needs_reason=True,
        not_own=True,
    ),
)
_BY_ACTION = {row.action: row for row in ANSWER_TRANSITIONS}


def check_answer(
    action: AnswerAction, answer: RequestAnswer, user: Any, *, reason: str | None = None
) -> AnswerTransition:
    """The row, or TransitionRefused saying why not. `reason=None` leaves the reason unchecked (buttons)."""
    row = _BY_ACTION[action]
    if answer_place(row, answer, user) is None:
        raise TransitionRefused(
            _("“%(action)s” is for: %(roles)s.")
            % {"action": row.action.label, "roles": "、".join(str(r.label) for r in sorted(ROLES[row.side]))}
        )
    if answer.request.state == RequestState.DRAFT or row.needs_open:
        closed = why_shut(answer.request)
        if closed:
            raise TransitionRefused(closed)
    if answer.state not in row.sources:
        raise TransitionRefused(_why_not_now(row, answer))
    if row.own_only and answer.answered_by_id != user.pk:
        raise TransitionRefused(
            _("Only the person who handed in can withdraw: %s.") % person_name(answer.answered_by)
        )
    if row.not_own and is_own_answer(answer, user):
        raise TransitionRefused(
            _("You wrote or handed in this answer for the unit: somebody else must decide on it.")
        )
    if row.needs_reason and reason is not None and not reason.strip():
        raise TransitionRefused(_("Please write the reason: the unit will read it."))
    return row


def can_answer(action: AnswerAction, answer: RequestAnswer, user: Any) -> bool:
    """Whether the button is shown."""
    try:
        check_answer(action, answer, user)
    except TransitionRefused:
        return False
    return True


def allowed_answers(answer: RequestAnswer, user: Any) -> Iterator[AnswerAction]:
    """What this person may do now, in table order."""
    return (row.action for row in ANSWER_TRANSITIONS if can_answer(row.action, answer, user))


def answer_place(row: AnswerTransition, answer: RequestAnswer, user: Any) -> Membership | None:
    """The membership by which the person makes the transition; None when there is none."""
    if row.side == Side.OFFICE:
        return place_of(user, ROLES[row.side], office=answer.request.office)
    return place_of(user, ROLES[row.side], unit=answer.unit)


def why_shut(request: Request) -> str:
    """Why nothing can be handed in, and whom to ask; "" while the request is open."""
    if request.state == RequestState.DRAFT:
        return _("This request has not been handed out yet.")
    if request.state == RequestState.CLOSED:
        return _("This request was closed on %(moment)s. To hand something in, ask %(whom)s.") % {
            "moment": moment(request.closed_at),
            "whom": whom_to_ask(request),
        }
    return ""


def why_fixed(answer: RequestAnswer) -> str:
    """Why the unit can't change its answer now, and what to do; "" when it can."""
    shut = why_shut(answer.request)
    if shut:
        return shut
    if answer.state == AnswerState.ACCEPTED:
        return _("Accepted on %(moment)s. To change something, ask %(whom)s to return it.") % {
            "moment": moment(answer.decided_at),
            "whom": whom_to_ask(answer.request),
        }
    if answer.state == AnswerState.ANSWERED:
        return _("Handed in. Until the office decides, %s can withdraw it.") % person_name(answer.answered_by)
    return ""


def is_own_answer(answer: RequestAnswer, user: Any) -> bool:
    """Whether the person has written at the answer, uploaded a file of it or handed it in."""
    decisions = [AnswerState.ACCEPTED, AnswerState.RETURNED]
    written = answer.events.filter(user=user).exclude(
        from_state__in=[AnswerState.ANSWERED, AnswerState.ACCEPTED], to_state__in=decisions
    )
    return answer.answered_by_id == user.pk or answer.files.filter(user=user).exists() or written.exists()


def _why_not_now(row: AnswerTransition, answer: RequestAnswer) -> str:
    fixed = why_fixed(answer) if row.side == Side.UNIT else ""
    return fixed or _("This answer is “%(state)s” and can't be changed this way: %(action)s.") % {
        "state": answer.get_state_display(),
        "action": row.action.label,
    }
