"""One unit's answer to a request: the unit writes it here, the office looks at it here."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.answer_transitions import (
    AnswerAction,
    allowed_answers,
    can_answer,
    check_answer,
    why_fixed,
)
from departments.choices import AnswerState, RequestState, Timeliness
from departments.durations import span
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Request, RequestAnswer, RequestAnswerFile, RequestFile
from departments.permissions import get_visible, visible
from departments.services.requests import answering
from departments.services.requests.overview import seen_answers, sees_content
from departments.services.stored_files import MAX_BYTES, MOST_FILES
from departments.timeliness import lateness, timeliness
from departments.transitions import whom_to_ask
from departments.views.attachments import file_response
from departments.views.request_form import ACCEPT
from departments.views.request_words import ANSWER_TONES, request_url
from departments.views.words import time_left

NO_COMMENT, SURE, REMOVE = "no-comment", "no-comment-sure", "remove-"


@dataclass
class Attempt:
    """What was posted and could not be done: the text typed, and whether “no comment” waits for a second word."""

    text: str | None = None
    confirming: bool = False


def answer_page(request: HttpRequest, answer: RequestAnswer, context: dict[str, Any]) -> HttpResponse:
    attempt = Attempt()
    if request.method == "POST":
        done = _posted(request, answer, attempt)
        if done is not None:
            return done
        answer = seen_answers(request.user).select_related(*_RELATED).get(pk=answer.pk)
    now = timezone.now()
    asked = answer.request
    actions = set(allowed_answers(answer, request.user))
    is_office = visible(Request.objects.filter(pk=asked.pk), request.user).exists()
    is_open = asked.state == RequestState.ISSUED
    late = timeliness(asked.due_at, answer.handed_in_at, now)
    editable = AnswerAction.SAVE in actions
    return TemplateResponse(
        request,
        "departments/request_answer.html",
        context
        | {
            "title": asked.title,
            "answer": answer,
            "asked": asked,
            "tone": ANSWER_TONES[AnswerState(answer.state)],
            "editable": editable,
            "actions": actions,
            "fixed": "" if editable or is_office else why_fixed(answer),
            "left": time_left(asked.due_at, now) if is_open and not answer.handed_in_at else "",
            "overdue": late == Timeliness.MISSING,
            "late": span(lateness(asked.due_at, answer.handed_in_at, now)) if late == Timeliness.LATE else "",
            "contact": whom_to_ask(asked),
            "text": answer.text if attempt.text is None else attempt.text,
            "kept_apart": attempt.text is not None and attempt.text != answer.text,
            "confirming": attempt.confirming,
            "shows_answer": sees_content(request.user, answer),
            "files": answer.files.filter(removed_at__isnull=True).select_related("user"),
            "documents": asked.files.filter(removed_at__isnull=True),
            "events": answer.events.select_related("user", "acting_for"),
            "is_office": is_office,
            "back_url": request_url("change", asked) if is_office else reverse(_LIST),
            "accept": ACCEPT,
            "megabytes": MAX_BYTES // 2**20,
            "most_files": MOST_FILES,
        },
    )


_LIST = "admin:departments_requestanswer_changelist"
_RELATED = ("request__office", "unit__office", "answered_by", "decided_by")


def answer_file(request: HttpRequest, requestanswerfile_id: int) -> HttpResponse:
    """A file of an answer, taken off or not: the record keeps it."""
    files = RequestAnswerFile.objects.select_related("answer")
    file = get_visible(files, request.user, pk=requestanswerfile_id)
    if not sees_content(request.user, file.answer):
        raise PermissionDenied(_("The unit has not handed anything in yet."))
    return file_response(file)


def answer_document(request: HttpRequest, object_id: int, requestfile_id: int) -> HttpResponse:
    """A document sent along with the request, for whoever sees one of its answers."""
    answer = get_visible(seen_answers(request.user), request.user, pk=object_id)
    return file_response(get_object_or_404(RequestFile, pk=requestfile_id, request=answer.request_id))


def request_document(request: HttpRequest, requestfile_id: int) -> HttpResponse:
    """The same for the office, whether units are asked already or not."""
    return file_response(get_visible(RequestFile.objects.all(), request.user, pk=requestfile_id))


def _posted(request: HttpRequest, answer: RequestAnswer, attempt: Attempt) -> HttpResponse | None:
    """Does what the pressed button says; None when the page must be shown again, with `attempt` holding what was typed."""
    action = request.POST.get("action", "")
    here = HttpResponseRedirect(request.path)
    try:
        if action in (AnswerAction.ACCEPT, AnswerAction.RETURN):
            return _decide(request, answer, action)
        if action == AnswerAction.WITHDRAW:
            answering.withdraw_answer(answer=answer, user=request.user)
            messages.success(request, _("Withdrawn: you can change it again."))
            return here
        if action not in _WRITING and not action.startswith(REMOVE):
            messages.error(request, _("Nothing was done: choose a button of this page."))
            return here
        check_answer(AnswerAction.SAVE, answer, request.user)
        return _write(request, answer, attempt, action)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return here
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        attempt.text = request.POST.get("text", "")
        return None


_WRITING = frozenset({AnswerAction.SAVE, AnswerAction.ANSWER, NO_COMMENT, SURE})


def _decide(request: HttpRequest, answer: RequestAnswer, action: str) -> HttpResponse:
    """Then on to the next answer that waits for a look, else to the request."""
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() else None
    if action == AnswerAction.ACCEPT:
        answering.accept(answer=answer, user=request.user, version=version)
        messages.success(request, _("Accepted: %s.") % answer.unit.name)
    else:
        reason = request.POST.get("reason", "")
        answering.return_answer(answer=answer, user=request.user, reason=reason, version=version)
        messages.success(request, _("Returned: %s. The unit has been told.") % answer.unit.name)
    waiting = RequestAnswer.objects.filter(request=answer.request_id, state=AnswerState.ANSWERED)
    for other in waiting.order_by("unit__protocol_order", "unit__code").select_related(*_RELATED):
        if can_answer(AnswerAction.ACCEPT, other, request.user):
            return HttpResponseRedirect(reverse("admin:departments_requestanswer_change", args=[other.pk]))
    return HttpResponseRedirect(request_url("change", answer.request))


def _write(request: HttpRequest, answer: RequestAnswer, attempt: Attempt, action: str) -> HttpResponse | None:
    """Files that were chosen are kept with every button; what is typed is saved before anything is handed in."""
    here = HttpResponseRedirect(request.path)
    seen = request.POST.get("version", "")
    saved = answering.save_answer(
        answer=answer,
        user=request.user,
        text=request.POST.get("text", ""),
        version=int(seen) if seen.isdecimal() else None,
    )
    files_fine = _attach(request, answer)
    if action.startswith(REMOVE):
        _remove(request, answer, action.removeprefix(REMOVE))
    if not files_fine:
        return None
    if action == NO_COMMENT:
        attempt.confirming = True
        return None
    if action in (AnswerAction.ANSWER, SURE):
        answering.hand_in(
            answer=answer,
            user=request.user,
            text=saved.text,
            no_comment=action == SURE,
            version=saved.version,
        )
        messages.success(request, _("Handed in. The office looks at it; you can withdraw it until then."))
    elif action == AnswerAction.SAVE:
        messages.success(request, _("Saved, but not handed in yet."))
    return here


def _attach(request: HttpRequest, answer: RequestAnswer) -> bool:
    fine = True
    for file in request.FILES.getlist("file"):
        try:
            added = answering.attach_to_answer(answer=answer, file=file, user=request.user)
        except DepartmentsError as refusal:
            messages.error(request, f"{file.name}：{refusal}")
            fine = False
        else:
            messages.success(request, _("Attached: %s.") % added.name)
    return fine


def _remove(request: HttpRequest, answer: RequestAnswer, text: str) -> None:
    present = answer.files.filter(removed_at__isnull=True, pk=int(text) if text.isdecimal() else 0)
    for file in present:
        answering.remove_from_answer(file=file, user=request.user)
        messages.success(request, _("Taken off: %s. It stays in the record.") % file.name)
