"""The life of a unit's answer: writing, files, handing in, withdrawing; and what the office decides on it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.answer_transitions import AnswerAction, check_answer
from departments.choices import AnswerKind, AnswerState
from departments.exceptions import DepartmentsError
from departments.models import RequestAnswer, RequestAnswerFile
from departments.services.requests.record import Outdated, lock_answer, record_answer
from departments.services.requests.telling import tell_accepted, tell_returned
from departments.services.stored_files import keep, take_away


@dataclass(frozen=True)
class Accepted:
    """What became of one answer of a bulk acceptance: `refused` says why it was left alone, "" when it was accepted."""

    answer: RequestAnswer
    refused: str = ""


@transaction.atomic
def save_answer(
    *,
    answer: RequestAnswer,
    user: Any,
    text: str,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> RequestAnswer:
    """Keeps the text without handing it in; Outdated when somebody else wrote another one since `version`."""
    locked = lock_answer(answer)
    row = check_answer(AnswerAction.SAVE, locked, user)
    text = _text_for(locked, text)
    if text != locked.text:
        _refuse_outdated(locked, version)
        locked.text = text
        record_answer(locked, row, user, at or timezone.now())
    return locked


@transaction.atomic
def hand_in(
    *,
    answer: RequestAnswer,
    user: Any,
    text: str = "",
    no_comment: bool = False,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> RequestAnswer:
    """Answers with what is there: the files kept before and the text, or “no comment” alone.

    DepartmentsError says what is still wanted. The first moment counts for timeliness, whatever is returned later.
    """
    at = at or timezone.now()
    locked = lock_answer(answer)
    row = check_answer(AnswerAction.ANSWER, locked, user)
    _refuse_outdated(locked, version)
    locked.text = _text_for(locked, text)
    locked.kind = _no_comment(locked) if no_comment else _kind(locked)
    locked.answered_by, locked.answered_at = user, at
    locked.handed_in_at = locked.handed_in_at or at
    words = locked.text or str(locked.get_kind_display())
    record_answer(locked, row, user, at, target=row.target, text=words)
    return locked


@transaction.atomic
def withdraw_answer(*, answer: RequestAnswer, user: Any, at: dt.datetime | None = None) -> RequestAnswer:
    """Takes an undecided answer back; only the person who handed it in may. A first answer no longer counts as given."""
    locked = lock_answer(answer)
    row = check_answer(AnswerAction.WITHDRAW, locked, user)
    target = row.target
    if locked.handed_in_at == locked.answered_at:
        locked.handed_in_at = None
    else:
        target = AnswerState.RETURNED
    record_answer(locked, row, user, at or timezone.now(), target=target)
    return locked


@transaction.atomic
def attach_to_answer(
    *, answer: RequestAnswer, file: Any, user: Any, at: dt.datetime | None = None
) -> RequestAnswerFile:
    """Adds an uploaded file while the answer can be changed; UnusableFile says why it can't be taken."""
    locked = lock_answer(answer)
    check_answer(AnswerAction.SAVE, locked, user)
    if not locked.request.takes_file:
        raise DepartmentsError(_("This request takes no file: answer with a text."))
    return keep(RequestAnswerFile(answer=locked), file, locked.files, user=user, at=at or timezone.now())


@transaction.atomic
def remove_from_answer(*, file: RequestAnswerFile, user: Any, at: dt.datetime | None = None) -> None:
    """Takes a file off an answer that can be changed; the record and the file stay."""
    locked = lock_answer(file.answer)
    check_answer(AnswerAction.SAVE, locked, user)
    take_away(file, user=user, at=at or timezone.now())


@transaction.atomic
def accept(
    *, answer: RequestAnswer, user: Any, version: int | None = None, at: dt.datetime | None = None
) -> RequestAnswer:
    """The office takes the answer as it stands; several people at once: the first wins, the others are told."""
    at = at or timezone.now()
    locked = lock_answer(answer)
    row = check_answer(AnswerAction.ACCEPT, locked, user)
    _refuse_outdated(locked, version)
    locked.decided_by, locked.decided_at, locked.reason = user, at, ""
    event = record_answer(locked, row, user, at, target=row.target)
    tell_accepted(locked, event)
    return locked


def accept_many(
    *, answers: Iterable[tuple[RequestAnswer, int]], user: Any, at: dt.datetime | None = None
) -> list[Accepted]:
    """Accepts each answer as of the version seen; one that can't be is left alone and says why."""
    done = []
    for answer, version in answers:
        try:
            done.append(Accepted(accept(answer=answer, user=user, version=version, at=at)))
        except DepartmentsError as refusal:
            done.append(Accepted(answer, str(refusal)))
    return done


@transaction.atomic
def return_answer(
    *,
    answer: RequestAnswer,
    user: Any,
    reason: str,
    version: int | None = None,
    at: dt.datetime | None = None,
) -> RequestAnswer:
    """Sends an answer back with a reason, an accepted one too; the moment it was first handed in stays."""
    at = at or timezone.now()
    locked = lock_answer(answer)
    row = check_answer(AnswerAction.RETURN, locked, user, reason=reason)
    _refuse_outdated(locked, version)
    locked.decided_by, locked.decided_at, locked.reason = user, at, reason.strip()[:500]
    event = record_answer(locked, row, user, at, target=row.target, text=locked.reason)
    tell_returned(locked, event)
    return locked


def _refuse_outdated(locked: RequestAnswer, version: int | None) -> None:
    if version is not None and version != locked.version:
        raise Outdated


def _text_for(locked: RequestAnswer, text: str) -> str:
    text = "\n".join(text.strip().splitlines())
    if text and not locked.request.takes_text:
        raise DepartmentsError(_("This request takes no text: attach a file."))
    return text


def _present(locked: RequestAnswer) -> bool:
    return locked.files.filter(removed_at__isnull=True).exists()


def _no_comment(locked: RequestAnswer) -> AnswerKind:
    if not locked.request.takes_no_comment:
        raise DepartmentsError(_("“No comment” is no answer to this request."))
    if locked.text or _present(locked):
        raise DepartmentsError(
            _("“No comment” stands alone: clear the text and take off the files, or hand them in.")
        )
    return AnswerKind.NO_COMMENT


def _kind(locked: RequestAnswer) -> AnswerKind:
    if _present(locked):
        return AnswerKind.FILE
    if locked.text:
        return AnswerKind.TEXT
    request = locked.request
    if request.takes_file and request.takes_text:
        raise DepartmentsError(_("Attach a file or write your answer first."))
    if request.takes_file:
        raise DepartmentsError(_("Attach a file first."))
    if request.takes_text:
        raise DepartmentsError(_("Write your answer first."))
    raise DepartmentsError(_("This request is answered with “no comment” only."))
