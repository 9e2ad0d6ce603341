"""The one table of what may happen to a submission; it drives code, buttons, checks, tests and the diagram in docs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import Action, Role, Status
from departments.exceptions import TransitionRefused
from departments.models import Submission
from departments.permissions import has_role

FILLERS = frozenset({Role.CLERK, Role.UNIT_HEAD})
DECIDERS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Transition:
    """One row: from which states, to which (None keeps it), by whom, with which conditions."""

    action: Action
    sources: frozenset[Status]
    target: Status | None
    roles: frozenset[Role]
    needs_reason: bool = False
    # Four-eyes rule: nobody decides on what they entered or submitted.
    not_own: bool = False
    # Only the person who submitted may take it back.
    own_only: bool = False
    label: Any = ""


_EDITABLE = frozenset({Status.DRAFT, Status.RETURNED, Status.REOPENED})
TRANSITIONS: dict[Action, Transition] = {
    row.action: row
    for row in (
        Transition(Action.SAVE, _EDITABLE, None, FILLERS, label=gettext_lazy("Save draft")),
        Transition(Action.SUBMIT, _EDITABLE, Status.SUBMITTED, FILLERS, label=gettext_lazy("Submit")),
        Transition(
            Action.WITHDRAW,
            frozenset({Status.SUBMITTED}),
            Status.DRAFT,
            FILLERS,
            own_only=True,
            label=gettext_lazy("Withdraw"),
        ),
        Transition(
            Action.RETURN,
            frozenset({Status.SUBMITTED}),
            Status.RETURNED,
            DECIDERS,
            needs_reason=True,
            not_own=True,
            label=gettext_lazy("Return"),
        ),
        Transition(
            Action.APPROVE,
            frozenset({Status.SUBMITTED}),
            Status.APPROVED,
            DECIDERS,
            not_own=True,
            label=gettext_lazy("Approve"),
        ),
        Transition(
            Action.REOPEN,
            frozenset({Status.APPROVED}),
            Status.REOPENED,
            DECIDERS,
            needs_reason=True,
            not_own=True,
            label=gettext_lazy("Re-open"),
        ),
    )
}


def check_can(action: Action, submission: Submission, user: Any, *, reason: str | None = None) -> Transition:
    """The transition, or TransitionRefused saying why not. `reason=None` leaves the reason unchecked (buttons)."""
    row = TRANSITIONS[action]
    if not has_role(user, row.roles, unit=submission.unit):
        raise TransitionRefused(
            _("“%(action)s” is for: %(roles)s.")
            % {"action": row.label, "roles": "、".join(str(Role(r).label) for r in sorted(row.roles))}
        )
    if submission.status not in row.sources:
        raise TransitionRefused(
            _("This form is “%(state)s” and can't be changed this way: %(action)s.")
            % {"state": submission.get_status_display(), "action": row.label}
        )
    if row.own_only and submission.submitted_by_id != user.pk:
        raise TransitionRefused(
            _("Only the person who submitted can withdraw: %s.") % submission.submitted_by
        )
    if row.not_own and _is_own(submission, user):
        raise TransitionRefused(_("You entered or submitted this form: somebody else must decide on it."))
    if row.needs_reason and reason is not None and not reason.strip():
        raise TransitionRefused(_("Please write the reason: the unit will read it."))
    return row


def can(action: Action, submission: Submission, user: Any) -> bool:
    """Whether the button is shown."""
    try:
        check_can(action, submission, user)
    except TransitionRefused:
        return False
    return True


def allowed(submission: Submission, user: Any) -> Iterator[Transition]:
    """The transitions this person may make now, in table order."""
    return (row for action, row in TRANSITIONS.items() if can(action, submission, user))


def _is_own(submission: Submission, user: Any) -> bool:
    return submission.submitted_by_id == user.pk or submission.figures.filter(entered_by=user).exists()
