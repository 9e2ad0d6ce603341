"""Notices that follow from a request: asked, due moment changed, returned, accepted."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from departments.choices import UNIT_ROLES, AnswerState, NoticeKind, Role
from departments.models import Request, RequestAnswer, RequestAnswerEvent, RequestEvent
from departments.permissions import people_of
from departments.services.notices import notify, staff_by_unit
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name
from departments.transitions import whom_to_ask


def answer_url(answer: RequestAnswer) -> str:
    return reverse("admin:departments_requestanswer_change", args=[answer.pk])


def tell_asked(request: Request, answers: Iterable[RequestAnswer], at: dt.datetime) -> None:
    """The clerks of every unit asked, without clerks its heads."""
    clerks, heads = (staff_by_unit(request.office, {role}, at) for role in (Role.CLERK, Role.UNIT_HEAD))
    with translation.override(settings.LANGUAGE_CODE):
        for answer in answers:
            lines = [
                _("%(unit)s is asked for “%(title)s”.") % {"unit": answer.unit.name, "title": request.title},
                _("Due %(due)s.") % {"due": moment(request.due_at)},
            ]
            _tell(
                clerks.get(answer.unit_id, []) or heads.get(answer.unit_id, []),
                answer,
                kind=NoticeKind.REQUEST,
                title=_("Asked of you: %(title)s, due %(due)s")
                % {"title": request.title, "due": moment(request.due_at)},
                lines=lines,
                key=f"request:{request.pk}/{answer.pk}",
                at=at,
            )


def tell_due_changed(request: Request, event: RequestEvent, reason: str, before: dt.datetime) -> None:
    """The clerks (without clerks the heads) of the units that still owe an answer."""
    office = request.office
    clerks, heads = (staff_by_unit(office, {role}, event.at) for role in (Role.CLERK, Role.UNIT_HEAD))
    owing = request.answers.filter(state__in=[AnswerState.WAITING, AnswerState.RETURNED])
    with translation.override(settings.LANGUAGE_CODE):
        words = {"title": request.title, "due": moment(request.due_at), "before": moment(before)}
        for answer in owing.select_related("unit", "request__office"):
            _tell(
                clerks.get(answer.unit_id, []) or heads.get(answer.unit_id, []),
                answer,
                kind=NoticeKind.REQUEST,
                title=_("%(title)s is now due %(due)s") % words,
                lines=[
                    _("Due %(due)s, before it was %(before)s.") % words,
                    _("Reason: %(reason)s") % {"reason": reason},
                ],
                key=f"request-due:{event.pk}/{answer.pk}",
                at=event.at,
            )


def tell_returned(answer: RequestAnswer, event: RequestAnswerEvent) -> None:
    """Everybody who acts for the unit."""
    with translation.override(settings.LANGUAGE_CODE):
        _tell(
            people_of(UNIT_ROLES, unit=answer.unit),
            answer,
            kind=NoticeKind.RETURNED,
            title=_("Your answer to “%(title)s” was returned") % {"title": answer.request.title},
            lines=[_("Reason: %(reason)s") % {"reason": answer.reason}, _by(event)],
            key=f"answer:{event.pk}",
            at=event.at,
            but=event.user,
        )


def tell_accepted(answer: RequestAnswer, event: RequestAnswerEvent) -> None:
    """Whoever handed it in, in the inbox only: nothing is to be done."""
    with translation.override(settings.LANGUAGE_CODE):
        _tell(
            [answer.answered_by] if answer.answered_by else [],
            answer,
            kind=NoticeKind.DECISION,
            title=_("Your answer to “%(title)s” was accepted") % {"title": answer.request.title},
            lines=[_by(event)],
            key=f"answer:{event.pk}",
            at=event.at,
            by_email=False,
            but=event.user,
        )


def _by(event: RequestAnswerEvent) -> str:
    return _("By: %(person)s") % {"person": person_name(event.user)}


def _tell(
    users: Iterable[User],
    answer: RequestAnswer,
    *,
    kind: str,
    title: str,
    lines: list[str],
    key: str,
    at: dt.datetime,
    by_email: bool = True,
    but: User | None = None,
) -> None:
    request = answer.request
    notify(
        [user for user in users if but is None or user.pk != but.pk],
        office=request.office,
        kind=kind,
        title=title,
        text="\n".join([*lines, _("Whom to ask: %(contact)s") % {"contact": whom_to_ask(request)}]),
        url=answer_url(answer),
        key=key,
        at=at,
        unit=answer.unit,
        by_email=by_email,
    )
