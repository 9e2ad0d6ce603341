"""今日预警: what a unit is warned of and answers; for the office the list of all alerts with how they were answered."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.alert_filters import AlertFilter, Sought, condition
from departments.choices import UNIT_ROLES, AlertKind
from departments.exceptions import DepartmentsError
from departments.models import Alert, MorningRun
from departments.permissions import get_visible, is_unit_staff, memberships_of, visible
from departments.services.alerts.answering import answer_alert

PER_PAGE = 50
# What ended within so many days is still shown to the unit.
RECENT = dt.timedelta(days=7)
TONES = {
    AlertKind.BELOW_TARGET: "gs-warning",
    AlertKind.OVERDUE_ENTRY: "gs-error",
    AlertKind.TOO_FEW: "gs-warning",
    AlertKind.UNANSWERED: "gs-error",
}


@dataclass(frozen=True)
class Line:
    """An alert on a page; `typed` is what was written and could not be kept."""

    alert: Alert
    tone: str
    is_new: bool
    may_answer: bool
    typed: str = ""


@dataclass(frozen=True)
class AlertTasks:
    """The alerts of the person's units that are not over: how many, and how many wait for an answer."""

    total: int
    unanswered: int


def own_units(user: Any) -> set[int]:
    """The ids of the units for which the person answers."""
    return {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES and m.unit_id}


def alert_tasks(user: Any) -> AlertTasks | None:
    """None for people who answer for no unit, and when there is no alert."""
    if not is_unit_staff(user):
        return None
    numbers = Alert.objects.filter(unit__in=own_units(user), ended_on__isnull=True).aggregate(
        total=Count("pk"), unanswered=Count("pk", filter=condition(Sought.UNANSWERED))
    )
    return AlertTasks(**numbers) if numbers["total"] else None


def today_page(
    request: HttpRequest, context: dict[str, Any], refused: dict[int, str] | None = None
) -> HttpResponse:
    """The alerts of the person's own units, those without an answer first; what ended lately below."""
    today = timezone.localdate()
    seen = _seen(request.user).filter(unit__in=_shown_units(request.user))
    standing = [_line(alert, request.user, today, refused) for alert in seen.filter(ended_on__isnull=True)]
    standing.sort(key=lambda line: (line.alert.answered_at is not None, line.alert.raised_on))
    ended = seen.filter(ended_on__gte=today - RECENT).order_by("-ended_on", "-id")
    return TemplateResponse(
        request,
        "departments/alerts_today.html",
        context
        | {
            "title": _("Alerts of today"),
            "waiting": [line for line in standing if line.alert.answered_at is None],
            "answered": [line for line in standing if line.alert.answered_at is not None],
            "ended": [_line(alert, request.user, today) for alert in ended],
            "several": len({line.alert.unit_id for line in standing}) > 1,
        },
        status=422 if refused else 200,
    )


def answer(request: HttpRequest, alert_id: int, context: dict[str, Any]) -> HttpResponse:
    """Keeps the posted answer; a refusal is said and what was typed stays."""
    alert = get_visible(Alert.objects.select_related("unit"), request.user, pk=alert_id)
    text = request.POST.get("text", "")
    try:
        answer_alert(alert=alert, user=request.user, text=text)
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return today_page(request, context, {alert.pk: text})
    messages.success(request, _("The answer is kept: you are not reminded of this any more."))
    return HttpResponseRedirect(reverse("admin:departments_alert_today"))


def alerts_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """All alerts the person sees, newest first, with what the filters leave counted."""
    filters = AlertFilter(request, _seen(request.user))
    found = filters.qs
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    numbers = found.order_by().aggregate(
        total=Count("pk"),
        units=Count("unit", distinct=True),
        reminders=Sum("reminders", default=0),
        **{
            str(state): Count("pk", filter=condition(state))
            for state in (Sought.UNANSWERED, Sought.ANSWERED, Sought.ENDED)
        },
    )
    today = timezone.localdate()
    return TemplateResponse(
        request,
        "departments/alerts.html",
        context
        | {
            "title": _("Alerts"),
            "filters": filters,
            "query": urlencode(filters.asked),
            "page": page,
            "lines": [_line(alert, request.user, today) for alert in page],
            "numbers": numbers,
            "last_run": _last_run(found),
            "own": bool(_shown_units(request.user)),
        },
    )


def _seen(user: Any) -> QuerySet[Alert]:
    return visible(Alert.objects.select_related("unit__office", "office", "answered_by"), user).order_by(
        "-raised_on", "unit__protocol_order", "id"
    )


def _shown_units(user: Any) -> set[int]:
    """The units of which the page of today speaks: those the person has any role for."""
    return {m.unit_id for m in memberships_of(user) if m.unit_id}


def _line(alert: Alert, user: Any, today: dt.date, refused: dict[int, str] | None = None) -> Line:
    return Line(
        alert,
        TONES[AlertKind(alert.kind)],
        alert.raised_on == today,
        alert.ended_on is None and alert.unit_id in own_units(user),
        (refused or {}).get(alert.pk, ""),
    )


def _last_run(alerts: QuerySet[Alert]) -> dt.datetime | None:
    run = (
        MorningRun.objects.filter(job=MorningRun.Job.ALERTS, office__in=alerts.order_by().values("office"))
        .order_by("-at")
        .first()
    )
    return run.at if run else None
