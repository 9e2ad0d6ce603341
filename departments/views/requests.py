"""报送要求 for the office: the list, and one request's page with who has answered and what may be done about the others."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import RequestState, Role
from departments.exceptions import DepartmentsError
from departments.models import Request, RequestAnswer, Unit
from departments.permissions import has_role, memberships_of, offices_of
from departments.request_filters import AnswerFilter, RequestFilter, without_unknown
from departments.services.requests import drafting, issuing
from departments.services.requests.answering import accept_many
from departments.services.requests.overview import Wanted, counted, load_lines, seen_answers, seen_requests
from departments.views.queue import administers
from departments.views.reopening import posted_moment
from departments.views.request_form import unit_choices
from departments.views.request_words import REQUEST_TONES, request_url, shown
from departments.views.words import time_left

# A list shows so many requests; older ones are found by the filters.
LISTED = 200


def sees_requests(user: Any) -> bool:
    """Whether the person works for a whole office; a unit's people meet requests as their own answers."""
    return user.is_superuser or any(m.unit_id is None for m in memberships_of(user))


def requests_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The office's requests, newest due first, with how far each is."""
    filters = RequestFilter(request.GET, queryset=seen_requests(request.user), request=request)
    elsewhere = without_unknown(request, filters)
    if elsewhere is not None:
        return elsewhere
    now = timezone.now()
    rows = counted(filters.qs.select_related("office")).order_by("-due_at", "-pk")[:LISTED]
    return TemplateResponse(
        request,
        "departments/requests.html",
        context
        | {
            "title": _("Requests"),
            "filters": filters,
            "narrowed": any(request.GET.get(name) for name in filters.filters),
            "rows": [
                {
                    "request": row,
                    "tone": REQUEST_TONES[RequestState(row.state)],
                    "left": time_left(row.due_at, now) if row.state == RequestState.ISSUED else "",
                    "overdue": row.state == RequestState.ISSUED and row.due_at < now,
                    "unanswered": row.n_asked - row.n_answered,
                }
                for row in rows
            ],
            "several": offices_of(request.user).count() > 1,
            "may_add": administers(request.user),
        },
    )


def request_page(request: HttpRequest, asked: Request, context: dict[str, Any]) -> HttpResponse:
    """Who has answered and who has not; an administrator accepts, reminds, adds units, moves the due moment, closes."""
    rows = seen_answers(request.user).filter(request=asked)
    filters = AnswerFilter(request, rows, of=asked)
    if request.method == "POST":
        _posted(request, asked)
        return HttpResponseRedirect(request_url("change", asked, filters.asked))
    elsewhere = without_unknown(request, filters)
    if elsewhere is not None:
        return elsewhere
    now = timezone.now()
    lines = load_lines(filters.qs, user=request.user, office=asked.office, now=now)
    tally = counted(Request.objects.filter(pk=asked.pk)).get()
    manages = has_role(request.user, {Role.ADMINISTRATOR}, office=asked.office)
    is_open = asked.state == RequestState.ISSUED
    unanswered = tally.n_asked - tally.n_answered
    return TemplateResponse(
        request,
        "departments/request.html",
        context
        | {
            "title": asked.title,
            "asked": asked,
            "tone": REQUEST_TONES[RequestState(asked.state)],
            "left": time_left(asked.due_at, now) if is_open else "",
            "overdue": is_open and asked.due_at < now,
            "filters": filters,
            "tally": tally,
            "counts": _counts(asked, tally, unanswered, overdue=asked.due_at < now),
            "lines": [shown(line) for line in lines],
            "documents": asked.files.filter(removed_at__isnull=True),
            "events": asked.events.select_related("user", "acting_for"),
            "manages": manages,
            "is_open": is_open,
            "may_remind": manages and is_open and unanswered > 0,
            "may_accept": manages and any(line.answer.state == "answered" for line in lines),
            "addable": unit_choices(asked.office, but=asked) if manages and is_open else (),
            "remind_url": request_url("remind", asked, filters.asked),
            "export_url": reverse("admin:departments_requestanswer_export")
            + f"?request_chosen={asked.pk}"
            + "".join(f"&{name}={value}" for name, value in filters.asked.items()),
        },
    )


def _counts(asked: Request, tally: Any, unanswered: int, *, overdue: bool) -> list[tuple[str, str, int, str]]:
    """(word, tone, number, address) of the squares over the list; the first is the list of those who did not answer."""
    numbers = (
        (Wanted.MISSING if overdue else Wanted.UNANSWERED, "bad" if overdue else "wait", unanswered),
        (Wanted.LATE, "late", tally.n_late),
        (Wanted.TO_LOOK_AT, "wait", tally.n_to_look_at),
        (Wanted.RETURNED, "back", tally.n_returned),
        (Wanted.ACCEPTED, "good", tally.n_accepted),
    )
    return [
        (str(wanted.label), tone, number, request_url("change", asked, {"state": wanted}))
        for wanted, tone, number in numbers
        if number
    ]


def _posted(request: HttpRequest, asked: Request) -> None:
    action = request.POST.get("action", "")
    act = _ACTS.get(action)
    try:
        if act is not None:
            act(request, asked)
        elif action.startswith(REMOVE):
            _remove_document(request, asked, action.removeprefix(REMOVE))
        else:
            messages.error(request, _("Nothing was done: choose a button of this page."))
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))


def _accept(request: HttpRequest, asked: Request) -> None:
    """The chosen answers, each as of the version that was on the page."""
    pairs = [text.partition(":") for text in request.POST.getlist("chosen")]
    versions = {int(pk): int(v) for pk, _colon, v in pairs if pk.isdecimal() and v.isdecimal()}
    answers = RequestAnswer.objects.filter(request=asked, pk__in=versions).select_related("unit", "request")
    if not answers:
        messages.warning(request, _("Choose at least one answer."))
        return
    done = accept_many(answers=[(one, versions[one.pk]) for one in answers], user=request.user)
    taken = sum(not one.refused for one in done)
    if taken:
        words = ngettext("%(n)s answer accepted.", "%(n)s answers accepted.", taken) % {"n": taken}
        messages.success(request, words)
    for one in done:
        if one.refused:
            messages.error(request, f"{one.answer.unit.name}：{one.refused}")


def _add_units(request: HttpRequest, asked: Request) -> None:
    chosen = [pk for pk in request.POST.getlist("units") if pk.isdecimal()]
    new = issuing.add_units(
        request=asked, units=Unit.objects.filter(office=asked.office, pk__in=chosen), user=request.user
    )
    messages.success(request, _("Asked as well: %s.") % "、".join(unit.name for unit in new))


def _move_due(request: HttpRequest, asked: Request) -> None:
    due_at = posted_moment(request.POST.get("due_at", ""))
    if due_at is None:
        raise DepartmentsError(_("Choose a date and a time."))
    issuing.change_due(
        request=asked, due_at=due_at, reason=request.POST.get("reason", "")[:500], user=request.user
    )
    messages.success(request, _("The due moment is changed; the units that have not answered are told."))


def _close(request: HttpRequest, asked: Request) -> None:
    reason = request.POST.get("reason", "")[:500]
    issuing.close_request(request=asked, user=request.user, reason=reason)
    messages.success(request, _("Closed: nothing can be handed in any more."))


def _reopen(request: HttpRequest, asked: Request) -> None:
    reason = request.POST.get("reason", "")[:500]
    issuing.reopen_request(request=asked, user=request.user, reason=reason)
    messages.success(request, _("Opened again: units can answer, late."))


def _add_document(request: HttpRequest, asked: Request) -> None:
    files = request.FILES.getlist("documents")
    if not files:
        raise DepartmentsError(_("Choose a file first."))
    for file in files:
        added = drafting.add_document(request=asked, file=file, user=request.user)
        messages.success(request, _("Attached: %s.") % added.name)


def _remove_document(request: HttpRequest, asked: Request, text: str) -> None:
    file = asked.files.filter(removed_at__isnull=True, pk=int(text) if text.isdecimal() else 0).first()
    if file is None:
        raise DepartmentsError(_("This file is no longer there."))
    drafting.remove_document(file=file, user=request.user)
    messages.success(request, _("Taken off: %s. It stays in the record.") % file.name)


REMOVE = "remove-"
_ACTS: dict[str, Callable[[HttpRequest, Request], None]] = {
    "accept": _accept,
    "units": _add_units,
    "due": _move_due,
    "close": _close,
    "reopen": _reopen,
    "document": _add_document,
}
