"""Who has answered, when, and late by how much: what lists of requests and answers show. Nothing is written here."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.choices import AnswerState, NoticeKind, RequestState, Role, Timeliness
from departments.models import Notice, Office, Request, RequestAnswer, RequestAnswerFile
from departments.permissions import memberships_of, visible
from departments.services.boards import contacts_by_unit, sees_whole_office
from departments.services.requests.telling import answer_url
from departments.timeliness import lateness, timeliness


class Wanted(models.TextChoices):
    """What a list of answers is narrowed to."""

    UNANSWERED = "unanswered", _("Not answered")
    MISSING = "missing", _("Overdue, not answered")
    LATE = "late", _("Answered late")
    TO_LOOK_AT = "answered", _("To be looked at")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")


@dataclass(frozen=True)
class Line:
    """One unit's answer as lists show it; `told` are the last reminders of each person."""

    answer: RequestAnswer
    timeliness: Timeliness
    late_by: dt.timedelta
    files: tuple[RequestAnswerFile, ...]
    contacts: tuple[str, ...]
    told: tuple[Notice, ...]


def seen_requests(user: Any) -> QuerySet[Request]:
    """The requests of the person's office, with their counts."""
    return visible(Request.objects.all(), user)


def seen_answers(user: Any) -> QuerySet[RequestAnswer]:
    """The answers the person may see: a unit meets a request only when it is handed out."""
    rows = visible(RequestAnswer.objects.all(), user)
    if user.is_superuser:
        return rows
    whole = {m.office_id for m in memberships_of(user) if m.unit_id is None}
    return rows.exclude(~Q(request__office__in=whole), request__state=RequestState.DRAFT)


def sees_content(user: Any, answer: RequestAnswer) -> bool:
    """What a unit has not handed in is its own affair; later everybody who sees the answer sees what it holds."""
    if answer.handed_in_at is not None:
        return True
    return any(m.unit_id == answer.unit_id for m in memberships_of(user))


def condition(wanted: str, now: dt.datetime) -> Q:
    """The answers of one kind, as departments.timeliness sees them at `now`."""
    handed_in = Q(handed_in_at__isnull=False)
    return {
        Wanted.UNANSWERED: ~handed_in,
        Wanted.MISSING: ~handed_in & Q(request__due_at__lt=now),
        Wanted.LATE: handed_in & Q(handed_in_at__gt=F("request__due_at")),
        Wanted.TO_LOOK_AT: Q(state=AnswerState.ANSWERED),
        Wanted.RETURNED: Q(state=AnswerState.RETURNED),
        Wanted.ACCEPTED: Q(state=AnswerState.ACCEPTED),
    }[Wanted(wanted)]


def counted(requests: QuerySet[Request]) -> QuerySet[Any]:
    """Each with n_asked, n_answered (handed in at least once), n_late, n_to_look_at, n_returned, n_accepted."""
    handed_in = Q(answers__handed_in_at__isnull=False)
    return requests.annotate(
        n_asked=Count("answers"),
        n_answered=Count("answers", filter=handed_in),
        n_late=Count("answers", filter=handed_in & Q(answers__handed_in_at__gt=F("due_at"))),
        n_to_look_at=Count("answers", filter=Q(answers__state=AnswerState.ANSWERED)),
        n_returned=Count("answers", filter=Q(answers__state=AnswerState.RETURNED)),
        n_accepted=Count("answers", filter=Q(answers__state=AnswerState.ACCEPTED)),
    )


def missing_first(answers: QuerySet[RequestAnswer]) -> QuerySet[RequestAnswer]:
    """Who owes something before who has answered; newest request first, within it in protocol order."""
    order = {
        AnswerState.WAITING: 0,
        AnswerState.RETURNED: 1,
        AnswerState.ANSWERED: 2,
        AnswerState.ACCEPTED: 3,
    }
    rank = Case(
        *(When(state=state, then=Value(place)) for state, place in order.items()),
        output_field=IntegerField(),
    )
    return answers.annotate(rank=rank).order_by(
        "rank", "-request__due_at", "request", "unit__protocol_order", "unit__code"
    )


def load_lines(
    answers: QuerySet[RequestAnswer],
    *,
    user: Any,
    office: Office | None,
    now: dt.datetime | None = None,
    limit: int | None = None,
) -> list[Line]:
    """These answers, who owes first; whom to ask and who was reminded only for people of the whole office."""
    now = now or timezone.now()
    files = RequestAnswerFile.objects.filter(removed_at__isnull=True).order_by("pk")
    rows = list(
        missing_first(answers)
        .select_related("unit", "request__office", "answered_by", "decided_by")
        .prefetch_related(Prefetch("files", files))[:limit]
    )
    whole = office is not None and sees_whole_office(user, office)
    contacts = contacts_by_unit(office, now) if office is not None and whole else {}
    told = _reminders(office, rows, now) if office is not None and whole else {}
    return [
        Line(
            row,
            timeliness(row.request.due_at, row.handed_in_at, now),
            lateness(row.request.due_at, row.handed_in_at, now),
            tuple(row.files.all()),
            contacts.get(row.unit_id, ()),
            tuple(told.get(answer_url(row), {}).values()),
        )
        for row in rows
    ]


def open_answers(user: Any, roles: Iterable[Role]) -> QuerySet[RequestAnswer]:
    """What the person's own units were asked by requests that are still open, by due moment."""
    units = {m.unit_id for m in memberships_of(user) if m.role in set(roles)}
    return (
        seen_answers(user)
        .filter(unit__in=units, request__state=RequestState.ISSUED)
        .exclude(state=AnswerState.ACCEPTED)
        .select_related("request__office", "unit", "answered_by", "decided_by")
        .order_by("request__due_at", "request", "unit__protocol_order")
    )


def _reminders(office: Office, rows: list[RequestAnswer], now: dt.datetime) -> dict[str, dict[int, Notice]]:
    """The last reminder of each person, by the address of the answer it is about."""
    found: dict[str, dict[int, Notice]] = {}
    notices = Notice.objects.filter(
        office=office,
        unit__in={row.unit_id for row in rows},
        url__in=[answer_url(row) for row in rows],
        kind__in=(NoticeKind.REMINDER, NoticeKind.OVERDUE, NoticeKind.ESCALATION),
        at__lte=now,
    )
    for notice in notices.select_related("user").order_by("at"):
        found.setdefault(notice.url, {})[notice.user_id] = notice
    return found
