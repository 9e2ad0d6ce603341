"""Notices that follow from what people did: returned, waiting for the unit head, a re-opening asked for, granted, refused, over."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from departments.choices import OFFICE_ROLES, Action, NoticeKind, RemarkKind, ReopeningState, Status
from departments.models import Category, Item, Remark, Reopening, Submission, SubmissionEvent
from departments.permissions import people_of
from departments.services.notices import notify
from departments.signals import reopening_changed, submission_moved
from departments.templatetags.moments import moment
from departments.templatetags.people import person_name
from departments.transitions import Actor, roles_for

# What the unit is told of the end of a request; %(what)s is form and period.
_DECIDED = {
    ReopeningState.GRANTED: gettext_noop("%(what)s was re-opened"),
    ReopeningState.REFUSED: gettext_noop("%(what)s: the re-opening was refused"),
    ReopeningState.EXPIRED: gettext_noop("The re-opening of %(what)s has expired"),
}


@dataclass(frozen=True)
class _Event:
    """What happened to a submission, by whom (None: the clock), and the key of its notices."""

    submission: Submission
    key: str
    at: dt.datetime
    actor: User | None


def connect() -> None:
    """Called once when the app is ready."""
    submission_moved.connect(_moved, dispatch_uid="notices.moved")
    reopening_changed.connect(_reopening, dispatch_uid="notices.reopening")


def _moved(sender: Any, submission: Submission, event: SubmissionEvent, **_kwargs: Any) -> None:
    happened = _Event(submission, f"event:{event.pk}", event.at, event.user)
    with translation.override(settings.LANGUAGE_CODE):
        if event.action == Action.RETURN:
            lines = [_("Reason: %(reason)s") % {"reason": event.reason}, *_cell_reasons(event)]
            _tell(happened, _unit_people(submission), NoticeKind.RETURNED, _("%(what)s was returned"), lines)
        elif event.to_status == Status.CHECKING:
            roles, unit = roles_for(Actor.UNIT_HEAD, submission)
            lines = [_("Due %(due)s.") % {"due": moment(submission.window.due_at)}]
            title = _("%(what)s waits for you to confirm")
            _tell(happened, people_of(roles, unit=unit), NoticeKind.REQUEST, title, lines)


def _reopening(sender: Any, reopening: Reopening, at: dt.datetime, **_kwargs: Any) -> None:
    submission, state = reopening.submission, ReopeningState(reopening.state)
    key = f"reopening:{reopening.pk}:{state}"
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Reason: %(reason)s") % {"reason": reopening.reason}
        answer = _("Answer: %(answer)s") % {"answer": reopening.answer} if reopening.answer else ""
        if state == ReopeningState.ASKED:
            happened = _Event(submission, key, at, reopening.asked_by)
            title = _("%(what)s: a re-opening is asked for")
            _tell(happened, _deciders(submission), NoticeKind.REQUEST, title, [reason])
            return
        told = _DECIDED.get(state)
        if told is None:
            return
        until = _("It can be changed and handed in again until %(time)s.")
        lines = {
            ReopeningState.GRANTED: [until % {"time": moment(reopening.expires_at)}, reason, answer],
            ReopeningState.REFUSED: [answer],
            ReopeningState.EXPIRED: [_("It was not handed in again in time: the time to change it is over.")],
        }[state]
        by = None if state == ReopeningState.EXPIRED else reopening.decided_by
        _tell(_Event(submission, key, at, by), _unit_people(submission), NoticeKind.DECISION, _(told), lines)


def _unit_people(submission: Submission) -> Iterable[User]:
    """Who fills the form: the unit's people, or the office's where it fills in one table for all."""
    roles, unit = roles_for(Actor.FILLER, submission)
    return _holders(roles, submission, unit)


def _deciders(submission: Submission) -> Iterable[User]:
    roles, unit = roles_for(Actor.DECIDER, submission)
    return _holders(roles, submission, unit)


def _holders(roles: frozenset[Any], submission: Submission, unit: Any) -> Iterable[User]:
    if roles <= OFFICE_ROLES:
        return people_of(roles, office=submission.window.form.office)
    return people_of(roles, unit=unit)


def _tell(event: _Event, users: Iterable[User], kind: str, title: str, lines: list[str]) -> None:
    """To these people, but not to whoever did it."""
    submission, actor = event.submission, event.actor
    window = submission.window
    what = f"{window.form.title} {window.when.label}"
    if kind == NoticeKind.REQUEST:
        # Who is asked has many units, or at least many forms.
        what = f"{submission.unit.name} {what}"
    said = [_("Unit: %(unit)s") % {"unit": submission.unit.name}, *lines]
    if actor is not None:
        said.append(_("By: %(person)s") % {"person": person_name(actor)})
    notify(
        [user for user in users if actor is None or user.pk != actor.pk],
        office=window.form.office,
        kind=kind,
        title=title % {"what": what},
        text="\n".join(filter(None, said)),
        url=reverse("admin:departments_submission_change", args=[submission.pk]),
        key=event.key,
        at=event.at,
        submission=submission,
        unit=submission.unit,
    )


def _cell_reasons(event: SubmissionEvent) -> list[str]:
    """The reasons written on single cells when this happened, as far as the reason of the whole does not say them."""
    submission = event.submission
    remarks = list(
        Remark.objects.filter(submission=submission, kind=RemarkKind.RETURN, at=event.at).exclude(cell="")
    )
    remarks = [remark for remark in remarks if remark.text not in event.reason]
    if not remarks:
        return []
    form = submission.window.form
    items = dict(Item.objects.filter(form=form).values_list("code", "name"))
    categories = dict(Category.objects.filter(list=form.category_list_id).values_list("code", "name"))
    found = []
    for remark in remarks:
        item, _at, category = remark.cell.partition("@")
        row = f"（{categories.get(category, category)}）" if category else ""
        found.append(f"{items.get(item, item)}{row}：{remark.text}")
    return found
