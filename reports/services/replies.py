"""The right of reply: before issue every unit sees its own figures and places, and what it says is decided on record.

A reply is locked after its issue, as drafting does, so that nobody answers a draft that is being rewritten.
"""

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, Role
from departments.models import Unit
from departments.permissions import has_role
from reports.choices import IssueStatus, ReplyAction, ReplyState
from reports.exceptions import Refused
from reports.models import Issue, Reply, ReplyEvent
from reports.services.excerpts import excerpt, figures_and_places, former_cells, names_of_units, units_of
from reports.signals import replies_opened

# Who asks the units and decides on what they object to.
ASKERS = frozenset({Role.ADMINISTRATOR, Role.REVIEWER})


@transaction.atomic
def open_replies(
    *, issue: Issue, due_at: dt.datetime, user: Any, at: dt.datetime | None = None
) -> list[Reply]:
    """Asks every unit the draft speaks of to check its part until `due_at`; gives all replies of the issue.

    Asked again, units that are new are added, and those that have not answered get the later time. Nobody's time is cut short.
    """
    at = at or timezone.now()
    locked = _lock(issue)
    _require_asker(locked, user)
    if locked.status != IssueStatus.DRAFT:
        raise Refused(_("Units check a draft: draft the issue again first."))
    if due_at <= at:
        raise Refused(_("The time to answer by must lie ahead."))
    replies = _locked_replies(locked)
    for reply in replies:
        if reply.state != ReplyState.OPEN or reply.due_at == due_at:
            continue
        if reply.due_at > due_at:
            raise Refused(
                _("The units were given until %s: the time can only be extended.") % _clock(reply.due_at)
            )
        reply.due_at, reply.waiver = due_at, ""
        _record(reply, ReplyAction.EXTEND, user, at, text=_clock(due_at))
    _show(locked, replies, user, at, due_at)
    return _locked_replies(locked)


def renew_replies(*, issue: Issue, user: Any, at: dt.datetime) -> None:
    """After a draft was rewritten: shows each asked unit its present part, and asks again where figures or places changed.

    The caller holds the issue's lock. Does nothing where units were never asked.
    """
    replies = _locked_replies(issue)
    if replies:
        _show(issue, replies, user, at, max(reply.due_at for reply in replies))


def _show(issue: Issue, replies: list[Reply], user: Any, at: dt.datetime, due_at: dt.datetime) -> None:
    document, names = json.loads(issue.content), names_of_units(issue.bulletin.office)
    before = former_cells(issue)
    asked = []
    for reply in replies:
        shown = excerpt(document, reply.unit.code, names, before)
        if figures_and_places(shown) != figures_and_places(reply.shown):
            _renew(reply, shown, user, at)
            asked.append(reply)
        else:
            reply.shown = shown
            reply.save(update_fields=["shown"])
    new = units_of(document) - {reply.unit.code for reply in replies}
    for unit in Unit.objects.filter(office=issue.bulletin.office_id, code__in=new):
        reply = Reply(issue=issue, unit=unit, opened_at=at, due_at=max(due_at, at))
        reply.shown = excerpt(document, unit.code, names, before)
        _record(reply, ReplyAction.ASK, user, at)
        asked.append(reply)
    awaited = [reply for reply in asked if reply.is_awaited(at)]
    if awaited:
        replies_opened.send(Reply, issue=issue, replies=awaited, at=at)


def _renew(reply: Reply, shown: dict[str, Any], user: Any, at: dt.datetime) -> None:
    """The answer lapses with what it stood on, and the unit gets as long again as it had at first."""
    seen, answer, upheld, from_state = reply.shown, reply.text, reply.upheld, reply.state
    reply.due_at, reply.opened_at = at + (reply.due_at - reply.opened_at), at
    reply.state, reply.renewed_at, reply.shown = ReplyState.OPEN, at, shown
    reply.waiver, reply.text, reply.decision, reply.upheld = "", "", "", None
    reply.answered_by = reply.answered_at = reply.decided_by = reply.decided_at = None
    _record(reply, ReplyAction.RENEW, user, at, from_state, text=answer, upheld=upheld, shown=seen)


@transaction.atomic
def confirm(*, reply: Reply, user: Any, version: int, at: dt.datetime | None = None) -> Reply:
    """The unit finds its part right. It may still object later, until somebody decided or the issue was issued."""
    return _answer(reply, user, version, at, ReplyState.CONFIRMED, "")


@transaction.atomic
def object_to(*, reply: Reply, user: Any, text: str, version: int, at: dt.datetime | None = None) -> Reply:
    """The unit says what is wrong; the issue waits until the office has decided."""
    if not text.strip():
        raise Refused(_("Please write which figure or place is wrong, and why."))
    return _answer(reply, user, version, at, ReplyState.OBJECTED, text.strip())


def _answer(
    reply: Reply, user: Any, version: int, at: dt.datetime | None, state: ReplyState, text: str
) -> Reply:
    at = at or timezone.now()
    locked = _lock_reply(reply, version)
    if not has_role(user, UNIT_ROLES, unit=locked.unit):
        raise Refused(_("Only the unit's own people answer for it."))
    if locked.state == ReplyState.DECIDED:
        raise Refused(
            _("The office has decided on the objection. Ask the office if it must be looked at again.")
        )
    if not locked.shown:
        raise Refused(_("The draft no longer speaks of your unit; there is nothing to check."))
    from_state = locked.state
    locked.state, locked.text, locked.answered_by, locked.answered_at = state, text, user, at
    action = ReplyAction.OBJECT if state == ReplyState.OBJECTED else ReplyAction.CONFIRM
    return _record(locked, action, user, at, from_state, text=text, shown=locked.shown)


@transaction.atomic
def decide(
    *, reply: Reply, user: Any, upheld: bool, text: str, version: int, at: dt.datetime | None = None
) -> Reply:
    """The office upholds or rejects an objection, with its grounds. No figure changes by that: the unit corrects it."""
    at = at or timezone.now()
    locked = _lock_reply(reply, version)
    _require_asker(locked.issue, user)
    if locked.answered_by_id == user.pk:
        raise Refused(_("You objected for the unit: somebody else must decide."))
    if locked.state != ReplyState.OBJECTED:
        raise Refused(_("There is no objection to decide on."))
    if not text.strip():
        raise Refused(_("Please write the grounds of the decision: the unit reads them."))
    locked.state, locked.upheld, locked.decision = ReplyState.DECIDED, upheld, text.strip()
    locked.decided_by, locked.decided_at = user, at
    return _record(
        locked, ReplyAction.DECIDE, user, at, ReplyState.OBJECTED, text=text.strip(), upheld=upheld
    )


@transaction.atomic
def waive(*, issue: Issue, user: Any, reason: str, at: dt.datetime | None = None) -> int:
    """A reviewer ceases to wait for the units that have not answered, with a reason; gives their number."""
    at = at or timezone.now()
    locked = _lock(issue)
    if not has_role(user, {Role.REVIEWER}, office=locked.bulletin.office):
        raise Refused(_("Not waiting for answers is for reviewers of the office to decide."))
    _require_unissued(locked)
    if not reason.strip():
        raise Refused(_("Please write why the answers are not waited for."))
    awaited = [reply for reply in _locked_replies(locked) if reply.is_awaited(at)]
    for reply in awaited:
        reply.waiver = reason.strip()
        _record(reply, ReplyAction.WAIVE, user, at, text=reply.waiver)
    return len(awaited)


def unsettled(issue: Issue, at: dt.datetime | None = None) -> list[str]:
    """What of the replies stands in the way of review and issue, naming the units; [] where none was ever asked."""
    at = at or timezone.now()
    replies = [r for r in issue.replies.select_related("unit").order_by("unit__protocol_order") if r.shown]
    reasons = []
    if objected := [r for r in replies if r.state == ReplyState.OBJECTED]:
        reasons.append(_("Objections not decided yet: %s.") % _names(objected))
    if awaited := [r for r in replies if r.is_awaited(at)]:
        reasons.append(
            _("%(n)s units may still check their figures until %(due)s: %(names)s.")
            % {"n": len(awaited), "due": _clock(max(r.due_at for r in awaited)), "names": _names(awaited)}
        )
    if upheld := [r for r in replies if r.upheld and r.decided_at and r.decided_at > issue.drafted_at]:
        reasons.append(
            _("Objections upheld since the draft: %s. Settle them and draft again.") % _names(upheld)
        )
    return reasons


def _names(replies: Iterable[Reply]) -> str:
    return "、".join(reply.unit.name for reply in replies)


def _clock(moment: dt.datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def _require_asker(issue: Issue, user: Any) -> None:
    if not has_role(user, ASKERS, office=issue.bulletin.office):
        raise Refused(_("This is for administrators and reviewers of the office."))
    _require_unissued(issue)


def _require_unissued(issue: Issue) -> None:
    if issue.status == IssueStatus.ISSUED:
        raise Refused(_("%s is issued: nothing about it can be answered or decided any more.") % issue.number)


def _record(
    reply: Reply,
    action: ReplyAction,
    user: Any,
    at: dt.datetime,
    from_state: str | None = None,
    **kept: Any,
) -> Reply:
    """Saves the reply as its next version, and what was done; without `from_state` the state did not change."""
    before = "" if reply.pk is None else from_state or reply.state
    reply.version += 1
    reply.save()
    ReplyEvent.objects.create(
        reply=reply,
        action=action,
        from_state=before,
        to_state=reply.state,
        user=user,
        at=at,
        version=reply.version,
        **{"shown": {}, **kept},
    )
    return reply


def _lock(issue: Issue) -> Issue:
    return Issue.objects.select_for_update(of=("self",)).select_related("bulletin__office").get(pk=issue.pk)


def _locked_replies(issue: Issue) -> list[Reply]:
    replies = issue.replies.select_for_update(of=("self",)).select_related("unit")
    return list(replies.order_by("unit__protocol_order", "pk"))


def _lock_reply(reply: Reply, version: int) -> Reply:
    """The reply as it is now, its issue locked before it; refused when it has changed since `version` or was issued."""
    issue = _lock(reply.issue)
    _require_unissued(issue)
    locked = Reply.objects.select_for_update(of=("self",)).select_related("unit__office").get(pk=reply.pk)
    locked.issue = issue
    if locked.version != version:
        raise Refused(
            _("Somebody has answered or the figures have changed meanwhile. Look at the page again first.")
        )
    return locked
