"""Answers across requests (a unit's own, the office's list of those who did not answer), their file, and the reminder."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import RequestState, Role
from departments.exceptions import DepartmentsError
from departments.models import Office, Request, RequestAnswer, Unit
from departments.permissions import has_role, memberships_of
from departments.request_filters import AnswerFilter, without_unknown
from departments.services.requests.overview import load_lines, seen_answers
from departments.services.requests.reminders import owing, remind_now
from departments.views.board import xlsx
from departments.views.request_words import answers_table, request_url, shown

# A list shows so many answers; its file holds all.
LISTED = 500


def answers_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What one's units were asked, or everything the office asked: who owes first, newest request first."""
    filters = AnswerFilter(request, _handed_out(request))
    elsewhere = without_unknown(request, filters)
    if elsewhere is not None:
        return elsewhere
    count = filters.qs.count()
    lines = load_lines(filters.qs, user=request.user, office=_office(request), limit=LISTED)
    return TemplateResponse(
        request,
        "departments/request_answers.html",
        context
        | {
            "title": _("Answers to requests"),
            "filters": filters,
            "narrowed": bool(filters.asked),
            "lines": [shown(line) for line in lines],
            "n": count,
            "is_office": _office(request) is not None,
            "now": timezone.now(),
            "query": request.GET.urlencode(),
        },
    )


def answers_export(request: HttpRequest) -> HttpResponse:
    """The list as filtered, as .xlsx."""
    filters = AnswerFilter(request, _handed_out(request))
    lines = load_lines(filters.qs, user=request.user, office=_office(request))
    return xlsx(answers_table([shown(line) for line in lines]), _("Answers to requests"))


def remind_page(request: HttpRequest, asked: Request, context: dict[str, Any]) -> HttpResponse:
    """Before: who would be told. After: back to the request, which says who was told and when."""
    if not has_role(request.user, {Role.ADMINISTRATOR}, office=asked.office):
        raise PermissionDenied(_("Only an administrator of the office reminds units."))
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("answer") if pk.isdecimal()]
        units = Unit.objects.filter(request_answers__in=chosen, request_answers__request=asked)
        _remind(request, asked, list(units.distinct()))
        return HttpResponseRedirect(request_url("change", asked))
    rows = owing(asked).filter(pk__in=AnswerFilter(request, _handed_out(request), of=asked).qs.values("pk"))
    lines = [shown(line) for line in load_lines(rows, user=request.user, office=asked.office)]
    return TemplateResponse(
        request,
        "departments/request_remind.html",
        context
        | {
            "title": _("Remind"),
            "asked": asked,
            "lines": lines if asked.state == RequestState.ISSUED else [],
            "back_url": request_url("change", asked),
        },
    )


def _handed_out(request: HttpRequest) -> QuerySet[RequestAnswer]:
    return seen_answers(request.user).exclude(request__state=RequestState.DRAFT)


def _office(request: HttpRequest) -> Office | None:
    """The office whose people are named beside the units: the person's own, when it is one."""
    offices = {m.office for m in memberships_of(request.user) if m.unit_id is None}
    return offices.pop() if len(offices) == 1 else None


def _remind(request: HttpRequest, asked: Request, units: list[Unit]) -> None:
    if not units:
        messages.warning(request, _("Nobody was reminded: choose at least one unit."))
        return
    try:
        done = remind_now(
            request=asked,
            units=units,
            user=request.user,
            text=request.POST.get("text", "")[:200],
            by_robot=bool(request.POST.get("by_robot")),
        )
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return
    if done.notices:
        told = ngettext("%(n)s notice was sent.", "%(n)s notices were sent.", done.notices)
        messages.success(request, told % {"n": done.notices})
    elif not done.nobody:
        messages.warning(request, _("They have all been told within the last minute; nobody is told twice."))
    if done.nobody:
        messages.warning(
            request,
            _("Nobody to tell in: %(names)s. Give these units a clerk or a head.")
            % {"names": "、".join(sorted(unit.name for unit in done.nobody))},
        )
