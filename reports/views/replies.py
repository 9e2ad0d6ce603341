"""核对: the page on which a unit checks its part of a draft, and the office's table of all answers to an issue."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.choices import UNIT_ROLES, Role
from departments.models import Submission
from departments.periods import Period
from departments.permissions import has_role, memberships_of, visible
from reports.choices import IssueStatus, ReplyState
from reports.exceptions import Refused
from reports.models import Issue, Reply
from reports.services.replies import ASKERS, confirm, decide, object_to, open_replies, waive

# The states of the filter: those of a reply, and an open one whose time has run out.
SILENT, DROPPED = "silent", "dropped"
STATES: dict[str, Any] = {
    **dict(ReplyState.choices),
    SILENT: gettext_lazy("No answer in time"),
    DROPPED: gettext_lazy("No longer in the draft"),
}
TONES = {
    ReplyState.OPEN.value: "gs-info",
    ReplyState.CONFIRMED.value: "gs-good",
    ReplyState.OBJECTED.value: "gs-error",
    ReplyState.DECIDED.value: "gs-good",
    SILENT: "gs-warning",
    DROPPED: "gs-muted",
}
# What is offered when an office asks its units: this many days, until the end of the working day.
DAYS_OFFERED, HOUR_OFFERED = 2, 17


@dataclass(frozen=True)
class Line:
    """One reply as lists show it."""

    reply: Reply
    state: str

    @property
    def label(self) -> str:
        return str(STATES[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]


@dataclass(frozen=True)
class Kept:
    """What somebody had written when it was refused; shown again."""

    text: str = ""
    due: str = ""


def line_of(reply: Reply, at: dt.datetime) -> Line:
    if not reply.shown:
        return Line(reply, DROPPED)
    return Line(reply, SILENT if reply.is_silent(at) else reply.state)


def reply_tasks(user: Any) -> list[Line]:
    """What the person's units have to check, and what became of it, until the issue is issued; for the page met first."""
    units = {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES}
    replies = (
        visible(Reply.objects.filter(unit__in=units), user)
        .exclude(issue__status=IssueStatus.ISSUED)
        .exclude(shown={})
        .select_related("issue__bulletin", "unit")
        .order_by("due_at", "unit__protocol_order")
    )
    now = timezone.now()
    return [line_of(reply, now) for reply in replies]


def reply_page(
    request: HttpRequest, reply: Reply, context: dict[str, Any], kept: Kept | None = None
) -> HttpResponse:
    """One unit's part of the draft with its answer; the unit answers here, the office decides here."""
    office = reply.issue.bulletin.office
    live = reply.issue.status != IssueStatus.ISSUED
    now = timezone.now()
    is_own = has_role(request.user, UNIT_ROLES, unit=reply.unit)
    answerable = live and bool(reply.shown) and reply.state != ReplyState.DECIDED
    return TemplateResponse(
        request,
        "reports/reply.html",
        context
        | {
            "title": _("Check your figures: %s") % reply.unit.name,
            "line": line_of(reply, now),
            "reply": reply,
            "awaited": reply.is_awaited(now),
            "may_answer": answerable and is_own,
            "may_decide": live
            and reply.state == ReplyState.OBJECTED
            and has_role(request.user, ASKERS, office=office)
            and reply.answered_by_id != request.user.pk,
            "is_office": visible(Issue.objects.filter(pk=reply.issue_id), request.user).exists(),
            "events": reply.events.select_related("user"),
            "submissions": _submissions(request.user, reply)
            if reply.text and reply.upheld is not False
            else (),
            "kept": kept or Kept(),
        },
        status=422 if kept else 200,
    )


def _submissions(user: Any, reply: Reply) -> list[Submission]:
    """The unit's forms of the period that the bulletin's tables rest on: where a re-opening is asked for."""
    period = Period.parse(reply.issue.period)
    found = visible(Submission.objects.filter(unit=reply.unit), user).filter(
        window__form__annexes__bulletin=reply.issue.bulletin_id,
        window__ends_on__gte=period.start,
        window__ends_on__lte=period.end,
    )
    return list(
        found.select_related("window__form").distinct().order_by("window__ends_on", "window__form__order")
    )


def answer(request: HttpRequest, reply: Reply, context: dict[str, Any]) -> HttpResponse:
    """The unit confirms or objects; refused, what it wrote stays on the page."""
    text, version = request.POST.get("text", ""), _version(request)
    user = cast(User, request.user)
    if request.POST.get("answer") == "confirm":
        done = _tried(request, lambda: confirm(reply=reply, user=user, version=version))
        words = _("Confirmed. Thank you; nothing more is to be done.")
    else:
        done = _tried(request, lambda: object_to(reply=reply, user=user, text=text, version=version))
        words = _("The objection is on record. The office decides before the bulletin is issued.")
    return _back(request, reply, context, words, done, Kept(text))


def decision(request: HttpRequest, reply: Reply, context: dict[str, Any]) -> HttpResponse:
    text, upheld = request.POST.get("text", ""), request.POST.get("decision") == "uphold"
    user, version = cast(User, request.user), _version(request)
    done = _tried(request, lambda: decide(reply=reply, user=user, upheld=upheld, text=text, version=version))
    words = (
        _("Upheld. Ask for the form to be re-opened below, and draft again once it is corrected.")
        if upheld
        else _("Rejected. The unit reads the grounds.")
    )
    return _back(request, reply, context, words, done, Kept(text))


def _back(
    request: HttpRequest, reply: Reply, context: dict[str, Any], words: str, done: bool, kept: Kept
) -> HttpResponse:
    if not done:
        reply.refresh_from_db()
        return reply_page(request, reply, context, kept)
    messages.success(request, words)
    return HttpResponseRedirect(reverse("admin:reports_reply_change", args=[reply.pk]))


def _version(request: HttpRequest) -> int:
    """The version the person had read; a request without one is older than any."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else -1


def _tried(request: HttpRequest, step: Callable[[], Any]) -> bool:
    try:
        step()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True


def lines_of(issue: Issue) -> list[Line]:
    """All replies of an issue in protocol order."""
    replies = issue.replies.select_related("unit", "answered_by", "decided_by").order_by(
        "unit__protocol_order"
    )
    now = timezone.now()
    return [line_of(reply, now) for reply in replies]


def table_page(
    request: HttpRequest, issue: Issue, context: dict[str, Any], kept: Kept | None = None
) -> HttpResponse:
    """Units × answers of one issue, by state; here the office asks, extends the time, or ceases to wait."""
    # What is to be decided stands first, the rest in protocol order.
    lines = sorted(lines_of(issue), key=lambda line: line.state != ReplyState.OBJECTED)
    numbers = Counter(line.state for line in lines)
    state = request.GET.get("state", "")
    office, is_draft = issue.bulletin.office, issue.status == IssueStatus.DRAFT
    return TemplateResponse(
        request,
        "reports/reply_table.html",
        context
        | {
            "title": _("Checked by the units: %s") % issue,
            "is_fullwidth": "1",
            "issue": issue,
            "lines": [line for line in lines if state in ("", line.state)],
            "total": len(lines),
            "states": [(key, label, numbers[key]) for key, label in STATES.items() if numbers[key]],
            "chosen": state,
            "decides": issue.status != IssueStatus.ISSUED and has_role(request.user, ASKERS, office=office),
            "may_ask": is_draft and has_role(request.user, ASKERS, office=office),
            "may_waive": issue.status != IssueStatus.ISSUED
            and numbers[ReplyState.OPEN] > 0
            and has_role(request.user, {Role.REVIEWER}, office=office),
            "due": (kept and kept.due) or f"{_due_offered(lines):%Y-%m-%d %H:%M}",
            "kept": kept or Kept(),
        },
        status=422 if kept else 200,
    )


def _due_offered(lines: list[Line]) -> dt.datetime:
    """The time units were given last, else the end of the day after tomorrow."""
    if lines:
        return timezone.localtime(max(line.reply.due_at for line in lines))
    day = timezone.localtime() + dt.timedelta(days=DAYS_OFFERED)
    return day.replace(hour=HOUR_OFFERED, minute=0, second=0, microsecond=0)


def ask(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    text = request.POST.get("due", "")
    due_at = _moment(text)
    if due_at is None:
        messages.error(request, _("Give day and time, for example 2022-04-15 17:00."))
    elif _tried(request, lambda: open_replies(issue=issue, due_at=due_at, user=cast(User, request.user))):
        messages.success(request, _("The units are asked to check their figures."))
        return to_table(issue)
    return table_page(request, issue, context, Kept(due=text))


def _moment(text: str) -> dt.datetime | None:
    """A local moment as people type it (2022-04-15 17:00); None for anything else."""
    try:
        naive = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(naive) if naive is not None and timezone.is_naive(naive) else naive


def stop_waiting(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if not _tried(request, lambda: waive(issue=issue, user=cast(User, request.user), reason=reason)):
        return table_page(request, issue, context, Kept(reason))
    messages.success(
        request, _("Unanswered replies are no longer waited for; they stay recorded as unanswered.")
    )
    return to_table(issue)


def to_table(issue: Issue) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:reports_issue_replies", args=[issue.pk]))
