"""The one table of what may happen to a submission; it drives code, buttons, checks, tests and the diagram in docs."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import Action, ApprovalPath, EntryMode, Role, Status
from departments.exceptions import TransitionRefused
from departments.models import Form, Register, Request, Submission, Unit, UnitVersion
from departments.models.submissions import EDITABLE
from departments.permissions import has_role
from departments.templatetags.moments import moment


class Actor(models.TextChoices):
    """Who makes a transition; `roles_for` says which roles of which unit that is for one submission."""

    FILLER = "filler", gettext_lazy("who fills the form")
    UNIT_HEAD = "unit_head", gettext_lazy("the unit's head")
    DECIDER = "decider", gettext_lazy("who decides")
    CLOCK = "clock", gettext_lazy("the clock")


FILLERS = frozenset({Role.CLERK, Role.UNIT_HEAD})
HEADS = frozenset({Role.UNIT_HEAD})
DECIDERS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True)
class Transition:
    """One row: from which states, to which (None keeps it), by whom, with which conditions."""

    action: Action
    sources: frozenset[Status]
    target: Status | None
    actor: Actor
    # Where the form asks for the unit head's confirmation, it goes there first.
    target_by_head: Status | None = None
    needs_reason: bool = False
    # Four-eyes rule: nobody decides on what they entered or submitted.
    not_own: bool = False
    # Only the person who submitted may take it back.
    own_only: bool = False
    # Refused while the window is closed and no re-opening is in force.
    needs_open_window: bool = False
    label: Any = ""


TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        Action.SAVE,
        EDITABLE,
        None,
        Actor.FILLER,
        needs_open_window=True,
        label=gettext_lazy("Save draft"),
    ),
    Transition(
        Action.SUBMIT,
        EDITABLE,
        Status.SUBMITTED,
        Actor.FILLER,
        target_by_head=Status.CHECKING,
        needs_open_window=True,
        label=gettext_lazy("Submit"),
    ),
    Transition(
        Action.CONFIRM,
        frozenset({Status.CHECKING}),
        Status.SUBMITTED,
        Actor.UNIT_HEAD,
        not_own=True,
        label=gettext_lazy("Confirm"),
    ),
    Transition(
        Action.WITHDRAW,
        frozenset({Status.CHECKING, Status.SUBMITTED}),
        Status.DRAFT,
        Actor.FILLER,
        own_only=True,
        label=gettext_lazy("Withdraw"),
    ),
    Transition(
        Action.RETURN,
        frozenset({Status.CHECKING}),
        Status.RETURNED,
        Actor.UNIT_HEAD,
        needs_reason=True,
        not_own=True,
        label=gettext_lazy("Return"),
    ),
    Transition(
        Action.RETURN,
        frozenset({Status.SUBMITTED}),
        Status.RETURNED,
        Actor.DECIDER,
        needs_reason=True,
        not_own=True,
        label=gettext_lazy("Return"),
    ),
    Transition(
        Action.APPROVE,
        frozenset({Status.SUBMITTED}),
        Status.APPROVED,
        Actor.DECIDER,
        not_own=True,
        label=gettext_lazy("Approve"),
    ),
    Transition(
        Action.REOPEN,
        frozenset({Status.APPROVED}),
        Status.REOPENED,
        Actor.DECIDER,
        needs_reason=True,
        not_own=True,
        label=gettext_lazy("Re-open"),
    ),
    Transition(
        Action.EXPIRE,
        frozenset({Status.REOPENED, Status.RETURNED, Status.DRAFT}),
        Status.APPROVED,
        Actor.CLOCK,
        label=gettext_lazy("Re-opening expired"),
    ),
)


def rows_of(action: Action) -> tuple[Transition, ...]:
    """The rows of one action; they differ in the states they start from."""
    return tuple(row for row in TRANSITIONS if row.action == action)


def roles_for(actor: Actor, submission: Submission) -> tuple[frozenset[Role], Unit]:
    """Which roles, for which unit, an actor is for one submission."""
    form = submission.window.form
    if actor == Actor.FILLER:
        return (DECIDERS if form.entered_by == EntryMode.OFFICE else FILLERS), submission.unit
    if actor == Actor.UNIT_HEAD:
        return HEADS, submission.unit
    if actor == Actor.DECIDER:
        above = parent_of(submission) if form.approval == ApprovalPath.PARENT else None
        return (HEADS, above) if above is not None else (DECIDERS, submission.unit)
    return frozenset(), submission.unit


def parent_of(submission: Submission) -> Unit | None:
    """The unit above, in the tree of the submission's period; None at the top."""
    version = (
        UnitVersion.objects.on(submission.window.ends_on)
        .filter(unit=submission.unit_id)
        .select_related("parent__office")
        .first()
    )
    return version.parent if version else None


def check_can(
    action: Action,
    submission: Submission,
    user: Any,
    *,
    reason: str | None = None,
    at: dt.datetime | None = None,
) -> Transition:
    """The transition, or TransitionRefused saying why not. `reason=None` leaves the reason unchecked (buttons)."""
    rows = rows_of(action)
    row = next((row for row in rows if submission.status in row.sources), rows[-1])
    roles, unit = roles_for(row.actor, submission)
    if not has_role(user, roles, unit=unit):
        raise TransitionRefused(
            _("“%(action)s” is for: %(roles)s.")
            % {"action": row.label, "roles": _named(roles, unit, submission)}
        )
    if submission.status not in row.sources:
        raise TransitionRefused(
            _("This form is “%(state)s” and can't be changed this way: %(action)s.")
            % {"state": submission.get_status_display(), "action": row.label}
        )
    if row.needs_open_window:
        closed = why_closed(submission, at or timezone.now())
        if closed:
            raise TransitionRefused(closed)
    if row.own_only and submission.submitted_by_id != user.pk:
        raise TransitionRefused(
            _("Only the person who submitted can withdraw: %s.") % submission.submitted_by
        )
    if row.not_own and _is_own(submission, user):
        raise TransitionRefused(_("You entered or submitted this form: somebody else must decide on it."))
    if row.needs_reason and reason is not None and not reason.strip():
        raise TransitionRefused(_("Please write the reason: the unit will read it."))
    return row


def why_closed(submission: Submission, now: dt.datetime) -> str:
    """Why nothing can be entered now although the state would allow it: since when, and whom to ask; "" when open."""
    window = submission.window
    if submission.open_until is not None and submission.open_until >= now:
        return ""
    whom = whom_to_ask(window.form)
    if submission.status == Status.REOPENED and submission.open_until is not None:
        return _(
            "The re-opening ended on %(moment)s. To change something, ask for another one (%(whom)s)."
        ) % {
            "moment": moment(submission.open_until),
            "whom": whom,
        }
    if window.closes_at is not None and window.closes_at < now:
        return _("This form closed on %(moment)s. Ask for it to be re-opened, or phone %(whom)s.") % {
            "moment": moment(window.closes_at),
            "whom": whom,
        }
    if window.opens_at > now:
        return _("This form opens on %(moment)s.") % {"moment": moment(window.opens_at)}
    return ""


def whom_to_ask(asking: Form | Register | Request) -> str:
    """Whom to phone about it: the person it names, else the office's telephone, else the office."""
    return asking.contact or asking.office.phone or asking.office.name


def can(action: Action, submission: Submission, user: Any) -> bool:
    """Whether the button is shown."""
    try:
        check_can(action, submission, user)
    except TransitionRefused:
        return False
    return True


def allowed(submission: Submission, user: Any) -> Iterator[Transition]:
    """The transitions this person may make now, in table order."""
    return (
        row for row in TRANSITIONS if submission.status in row.sources and can(row.action, submission, user)
    )


def _named(roles: frozenset[Role], unit: Unit, submission: Submission) -> str:
    names = "、".join(str(Role(role).label) for role in sorted(roles))
    return names if unit.pk == submission.unit_id else f"{unit}{names}"


def _is_own(submission: Submission, user: Any) -> bool:
    return submission.submitted_by_id == user.pk or submission.figures.filter(entered_by=user).exists()
