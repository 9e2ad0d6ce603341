"""催报 for requests: the usual moments before and after the due one by the clock, and at once by an administrator's button."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import AnswerState, NoticeKind, RequestState, Role
from departments.durations import span
from departments.exceptions import TransitionRefused
from departments.models import Notice, Request, RequestAnswer, RequestEvent, Unit
from departments.services.notices import notify, staff_by_unit, tell_groups
from departments.services.reminders import CATCH_UP, DEFAULTS, Reminded
from departments.services.requests.record import lock_request, place_of_administrator, record_request
from departments.services.requests.telling import answer_url
from departments.templatetags.moments import moment
from departments.transitions import whom_to_ask


@dataclass(frozen=True)
class _Matter:
    """One request's reminder: whom (role), what kind, the batch of its keys, and words of a person's own."""

    request: Request
    now: dt.datetime
    kind: str
    role: str
    batch: str
    words: str = ""
    by_robot: bool = False


def send_request_reminders(*, now: dt.datetime | None = None) -> int:
    """Writes the notices of every open request whose moment has come, up to a day late; how many. Again: none twice."""
    now = now or timezone.now()
    hours = [dt.timedelta(hours=number) for number, _role in DEFAULTS]
    open_requests = Request.objects.filter(
        state=RequestState.ISSUED,
        opens_at__lte=now,
        due_at__gt=now - CATCH_UP - max(hours),
        due_at__lte=now - min(hours),
    )
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        for request in open_requests:
            for number, role in DEFAULTS:
                when = request.due_at + dt.timedelta(hours=number)
                # Handed out later than a reminder's moment: its units have just been told.
                if now - CATCH_UP < when <= now and request.opens_at and when > request.opens_at:
                    written += _follow(request, number, role, now)
    return written


def remind_now(
    *,
    request: Request,
    units: Iterable[Unit],
    user: Any,
    text: str = "",
    by_robot: bool = False,
    at: dt.datetime | None = None,
) -> Reminded:
    """The button: tells the clerks (without clerks the heads) of those units that have not answered.

    Pressed twice within a minute it tells nobody twice. `text` is the administrator's own sentence.
    """
    at = at or timezone.now()
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        locked = lock_request(request)
        place = place_of_administrator(locked, user)
        if locked.state != RequestState.ISSUED:
            raise TransitionRefused(_("Only units asked by an open request are reminded."))
        kind = NoticeKind.OVERDUE if at > locked.due_at else NoticeKind.REMINDER
        minute = f"{timezone.localtime(at):%y%m%d%H%M}"
        batch = f"asknow:{locked.pk}:{minute}"
        matter = _Matter(locked, at, kind, Role.CLERK, batch, text.strip(), by_robot)
        done = _tell_units(matter, list(owing(locked).filter(unit__in=[unit.pk for unit in units])))
        if done.notices:
            names = "、".join(unit.name for unit in done.units)
            record_request(locked, RequestEvent.Action.REMIND, place, user, at, names)
        return done


def owing(request: Request) -> QuerySet[RequestAnswer]:
    """The units that have never answered, in protocol order; a returned answer has been told of its return."""
    return (
        request.answers.filter(state=AnswerState.WAITING)
        .select_related("unit")
        .order_by("unit__protocol_order", "unit__code")
    )


def _follow(request: Request, hours: int, role: str, now: dt.datetime) -> int:
    kind = NoticeKind.REMINDER
    if hours > 0:
        kind = NoticeKind.ESCALATION if role == Role.UNIT_HEAD else NoticeKind.OVERDUE
    with transaction.atomic():
        # Two clocks at once: the second finds what the first has written.
        locked = lock_request(request)
        # A moved due moment is a new matter: who was reminded of the old one is reminded of the new one.
        batch = f"ask:{locked.pk}:{hours}:{role}:{locked.due_at:%y%m%d%H%M}"
        matter = _Matter(locked, now, kind, role, batch)
        late = list(owing(locked))
        if role == Role.ADMINISTRATOR:
            return _tell_office(matter, late)
        return _tell_units(matter, late).notices


def _tell_units(matter: _Matter, late: list[RequestAnswer]) -> Reminded:
    office = matter.request.office
    clerks, heads = (staff_by_unit(office, {role}, matter.now) for role in (Role.CLERK, Role.UNIT_HEAD))
    batch = Notice.objects.filter(
        unit__in=[answer.unit_id for answer in late], key__startswith=f"{matter.batch}/"
    )
    told = set(batch.values_list("unit", "user"))
    written, nobody = 0, []
    for answer in late:
        own_heads = heads.get(answer.unit_id, [])
        users = own_heads if matter.role == Role.UNIT_HEAD else clerks.get(answer.unit_id, []) or own_heads
        if not users:
            nobody.append(answer.unit)
        if all((answer.unit_id, user.pk) in told for user in users):
            continue
        written += len(
            notify(
                users,
                office=office,
                kind=matter.kind,
                title=_title(matter),
                text=_unit_text(matter, answer),
                url=answer_url(answer),
                key=f"{matter.batch}/{answer.pk}",
                at=matter.now,
                unit=answer.unit,
            )
        )
    if matter.by_robot and written:
        tell_groups(office=office, batch=matter.batch)
    return Reminded(written, tuple(answer.unit for answer in late), tuple(nobody))


def _tell_office(matter: _Matter, late: list[RequestAnswer]) -> int:
    """One notice with the names of all units that have not answered; none when there are none."""
    if not late:
        return 0
    names = "、".join(answer.unit.name for answer in late)
    notices = notify(
        staff_by_unit(matter.request.office, {matter.role}, matter.now).get(None, []),
        office=matter.request.office,
        kind=matter.kind,
        title=_("%(title)s, %(n)s not answered") % {"title": _title(matter), "n": len(late)},
        text="\n".join(
            [
                _due_line(matter),
                _("Not answered (%(n)s): %(names)s") % {"n": len(late), "names": names},
            ]
        ),
        url=reverse("admin:departments_request_change", args=[matter.request.pk]) + "?state=unanswered",
        key=matter.batch,
        at=matter.now,
    )
    return len(notices)


def _title(matter: _Matter) -> str:
    words = {"title": matter.request.title, "due": moment(matter.request.due_at)}
    if matter.now > matter.request.due_at and matter.kind != NoticeKind.REMINDER:
        return _("%(title)s is overdue, due was %(due)s") % words
    return _("%(title)s is due %(due)s") % words


def _due_line(matter: _Matter) -> str:
    due, now = matter.request.due_at, matter.now
    words = {"due": moment(due), "span": span(due - now)}
    if abs(due - now) < dt.timedelta(minutes=1):
        return _("Due %(due)s: that is now.") % words
    return (_("Due %(due)s: %(span)s left.") if now < due else _("Due %(due)s: %(span)s overdue.")) % words


def _unit_text(matter: _Matter, answer: RequestAnswer) -> str:
    request = matter.request
    lines = [
        _("%(unit)s has not answered “%(title)s”.") % {"unit": answer.unit.name, "title": request.title},
        _due_line(matter),
    ]
    if matter.kind == NoticeKind.ESCALATION:
        lines.append(_("Please see to it that it is answered as soon as possible."))
    if matter.words:
        lines.append(_("The office says: %(words)s") % {"words": matter.words})
    lines.append(_("Whom to ask: %(contact)s") % {"contact": whom_to_ask(request)})
    return "\n".join(lines)
