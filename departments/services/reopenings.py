"""Re-opening what is locked: asked for with a reason, granted by somebody else until a moment, expiring by itself.

An approved form is re-opened for change and stops counting meanwhile; a form whose window has closed is given more time.
When a re-opening of an approved form expires before the unit handed it in again, the approved figures are put back.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.cells import Cell, describe_cell, pack_cells, unpack_cells
from departments.choices import Action, ReopeningState, Status
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Figure, Reopening, Submission
from departments.permissions import has_role
from departments.services.ledger import changes_between, figure_of, lock, move
from departments.sheets import Sheet, cells_of, key_of, load_sheet
from departments.signals import counted_changed, issued_with, reopening_changed
from departments.transitions import DECIDERS, Actor, check_can, roles_for, rows_of, why_closed

# What is offered when granting: two days, enough over a night and a meeting.
USUAL = dt.timedelta(hours=48)
LONGEST = dt.timedelta(days=31)


@dataclass(frozen=True)
class Change:
    """One cell that differs from what was approved."""

    key: str
    label: str
    old: str
    new: str


def may_ask(submission: Submission, user: Any, at: dt.datetime | None = None) -> bool:
    """Whether the person may ask and there is something to re-open."""
    roles, unit = roles_for(Actor.FILLER, submission)
    if not (has_role(user, roles, unit=unit) or has_role(user, DECIDERS, unit=submission.unit)):
        return False
    return _is_locked(submission, at or timezone.now()) and pending(submission) is None


def pending(submission: Submission) -> Reopening | None:
    """The request nobody has decided on yet."""
    return submission.reopenings.filter(state=ReopeningState.ASKED).select_related("asked_by").first()


def may_decide(reopening: Reopening, user: Any) -> bool:
    """Whether the person may grant or refuse: who decides on the form, but never who asked."""
    roles, unit = roles_for(Actor.DECIDER, reopening.submission)
    return (
        reopening.state == ReopeningState.ASKED
        and reopening.asked_by_id != user.pk
        and has_role(user, roles, unit=unit)
    )


@transaction.atomic
def ask(*, submission: Submission, user: Any, reason: str, at: dt.datetime | None = None) -> Reopening:
    """Asks for a locked form to be opened again; one request at a time."""
    at = at or timezone.now()
    locked = lock(submission)
    if not reason.strip():
        raise DepartmentsError(_("Please write why the form must be opened again."))
    if pending(locked) is not None:
        raise DepartmentsError(_("It has been asked for already: wait for the decision."))
    if not may_ask(locked, user, at):
        raise TransitionRefused(_("This form is open, or not yours: there is nothing to re-open."))
    try:
        with transaction.atomic():
            reopening = Reopening.objects.create(
                submission=locked, reason=reason.strip()[:500], asked_by=user, asked_at=at
            )
    except IntegrityError as error:
        raise DepartmentsError(_("The form is open for change already.")) from error
    reopening_changed.send(Reopening, reopening=reopening, at=at)
    return reopening


@transaction.atomic
def grant(
    *,
    reopening: Reopening,
    user: Any,
    expires_at: dt.datetime | None = None,
    answer: str = "",
    at: dt.datetime | None = None,
) -> Reopening:
    """Opens the form until `expires_at` (default: USUAL from now). The one who asked can't grant it."""
    at = at or timezone.now()
    locked = lock(reopening.submission)
    row = _undecided(reopening, user)
    if not _is_locked(locked, at):
        raise TransitionRefused(_("This form is open already: refuse the request, and say so."))
    row.expires_at = expires_at or at + USUAL
    if not at < row.expires_at <= at + LONGEST:
        raise DepartmentsError(_("Choose a moment within the next 31 days."))
    row.state, row.from_status, row.before = ReopeningState.GRANTED, locked.status, _snapshot(locked)
    row.decided_by, row.decided_at, row.answer = user, at, answer.strip()[:500]
    row.save()
    locked.open_until = row.expires_at
    if locked.status == Status.APPROVED:
        transition = check_can(Action.REOPEN, locked, user, reason=row.reason, at=at)
        locked.decided_by, locked.decided_at, locked.reason = user, at, row.reason
        move(locked, transition, user, at, target=Status.REOPENED, reason=row.reason)
        counted_changed.send(Submission, submission=locked, at=at)
    else:
        locked.save()
    reopening_changed.send(Reopening, reopening=row, at=at)
    return row


@transaction.atomic
def refuse(*, reopening: Reopening, user: Any, answer: str, at: dt.datetime | None = None) -> Reopening:
    """Leaves the form locked; the answer says why."""
    at = at or timezone.now()
    lock(reopening.submission)
    row = _undecided(reopening, user)
    if not answer.strip():
        raise DepartmentsError(_("Please write why not: the one who asked will read it."))
    row.state, row.decided_by, row.decided_at = ReopeningState.REFUSED, user, at
    row.answer = answer.strip()[:500]
    row.save()
    reopening_changed.send(Reopening, reopening=row, at=at)
    return row


def expire_due(now: dt.datetime | None = None) -> int:
    """Ends every re-opening whose time has passed; what is waiting for a decision is left to it. How many ended."""
    now = now or timezone.now()
    due = Reopening.objects.filter(state=ReopeningState.GRANTED, expires_at__lt=now).select_related(
        "submission"
    )
    return sum(_expire(reopening, now) for reopening in due)


def changes_since(reopening: Reopening, sheet: Sheet | None = None) -> list[Change]:
    """The cells that differ from what they were when the form was re-opened, in the form's order."""
    submission = reopening.submission
    sheet = sheet or load_sheet(submission.window.form, submission)
    before = unpack_cells(reopening.before.get("cells", {}), sheet.reasons)
    after = cells_of(submission)
    return [
        Change(key, place.label, describe_cell(before.get(key)), describe_cell(after.get(key)))
        for key, place in sheet.by_key.items()
        if before.get(key) != after.get(key)
    ]


def issued_documents(submission: Submission) -> list[tuple[str, str]]:
    """Title and address of every issued document that holds this form's figures."""
    found: list[tuple[str, str]] = []
    for _receiver, pairs in issued_with.send(Submission, submission=submission):
        found.extend(pairs or ())  # type: ignore[arg-type]
    return found


def _is_locked(submission: Submission, at: dt.datetime) -> bool:
    if submission.status == Status.APPROVED:
        return True
    return submission.is_editable and submission.window.opens_at <= at and bool(why_closed(submission, at))


def _undecided(reopening: Reopening, user: Any) -> Reopening:
    row = (
        Reopening.objects.select_for_update(of=("self",))
        .select_related("submission__window__form__office", "submission__unit__office", "asked_by")
        .get(pk=reopening.pk)
    )
    if row.state != ReopeningState.ASKED:
        raise TransitionRefused(_("Somebody has decided on this request already."))
    if row.asked_by_id == user.pk:
        raise TransitionRefused(_("You asked for this yourself: somebody else must decide."))
    if not may_decide(row, user):
        raise TransitionRefused(_("Only who decides on this form can open it again."))
    return row


def _snapshot(locked: Submission) -> dict[str, Any]:
    """Content of every cell, and who entered it when, so that expiring restores the very figures approved."""
    figures = list(locked.figures.select_related("item", "category", "reason"))
    return {
        "cells": pack_cells(cells_of(locked)),
        "entered": {key_of(f): [f.entered_by_id, f.entered_at.isoformat()] for f in figures},
    }


@transaction.atomic
def _expire(reopening: Reopening, now: dt.datetime) -> bool:
    locked = lock(reopening.submission)
    row = Reopening.objects.select_for_update().get(pk=reopening.pk)
    if row.state != ReopeningState.GRANTED or not locked.is_editable:
        return False
    if locked.open_until is not None and locked.open_until >= now:
        # A return has given the unit more time than the re-opening did.
        return False
    row.state = ReopeningState.EXPIRED
    row.save()
    if row.from_status == Status.APPROVED:
        changes = _restore(locked, row)
        locked.open_until = None
        locked.nil_return = locked.nil_return and not changes
        transition = rows_of(Action.EXPIRE)[0]
        event = move(locked, transition, None, now, target=Status.APPROVED)
        event.changes = changes
        event.save(update_fields=["changes"])
        counted_changed.send(Submission, submission=locked, at=now)
    reopening_changed.send(Reopening, reopening=row, at=now)
    return True


def _restore(locked: Submission, row: Reopening) -> dict[str, list[str]]:
    """Puts the approved cells back; returns what that changed, for the log."""
    sheet = load_sheet(locked.window.form, locked)
    now_stored = cells_of(locked)
    approved = unpack_cells(row.before.get("cells", {}), sheet.reasons)
    back: dict[str, Cell | None] = {
        key: approved.get(key)
        for key in now_stored.keys() | approved.keys()
        if now_stored.get(key) != approved.get(key)
    }
    if back:
        entered = row.before["entered"]
        locked.figures.all().delete()
        figures = []
        for key, cell in approved.items():
            user, at = entered[key]
            figure = figure_of(locked, sheet.by_key[key], cell, None, dt.datetime.fromisoformat(at))
            figure.entered_by_id = user
            figures.append(figure)
        Figure.objects.bulk_create(figures)
    return changes_between(now_stored, back)
