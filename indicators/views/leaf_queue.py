"""待确认的定性指标: the list, several confirmed together after seeing them once more."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import Role
from departments.periods import Period
from departments.permissions import offices_of
from indicators.choices import LeafReportState
from indicators.models import LeafReport
from indicators.services.leaf_reports import confirm_many, why_not_decided
from indicators.views.leaf_list import status_tone, status_words

MOST = 300


@dataclass(frozen=True)
class Waiting:
    """A report that waits for the office; `why_not` says why this person can't decide on it, "" when they can."""

    report: LeafReport
    period: str
    said: str
    tone: str
    files: int
    why_not: str


def waiting_reports(user: Any) -> QuerySet[LeafReport]:
    """What waits in the offices the person administers, scheme by scheme, newest period first."""
    return (
        LeafReport.objects.filter(
            state=LeafReportState.SUBMITTED,
            node__scheme__office__in=offices_of(user, {Role.ADMINISTRATOR}),
        )
        .select_related("node__scheme__office", "unit", "reported_by")
        .prefetch_related("files")
        .order_by("node__scheme", "-period", "node__order", "unit__protocol_order", "pk")
    )


def queue_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """GET lists; POST with reports chosen shows them once more; POST with `confirmed` confirms them."""
    if not offices_of(request.user, {Role.ADMINISTRATOR}).exists():
        raise PermissionDenied(_("This list is for administrators of an office."))
    here = request.path
    if request.method == "POST":
        return _posted(request, context, here)
    scheme = request.GET.get("scheme", "")
    rows = waiting_reports(request.user)
    if scheme.isdecimal():
        rows = rows.filter(node__scheme=int(scheme))
    return TemplateResponse(
        request,
        "indicators/leaf_queue.html",
        context
        | {
            "title": _("Leaves in words to be confirmed"),
            "rows": [_shown(report, request.user) for report in rows[:MOST]],
            "choosing": True,
        },
    )


def _posted(request: HttpRequest, context: dict[str, Any], here: str) -> HttpResponse:
    versions = _versions(request)
    reports = list(waiting_reports(request.user).filter(pk__in=versions))
    if not reports:
        messages.error(request, _("Choose at least one report that still waits."))
        return HttpResponseRedirect(here)
    if request.POST.get("confirmed") != "1":
        return TemplateResponse(
            request,
            "indicators/leaf_queue.html",
            context
            | {
                "title": _("Confirm several reports"),
                "rows": [_shown(report, request.user) for report in reports],
                "choosing": False,
                "chosen": set(versions),
            },
        )
    done = confirm_many(reports=[(one, versions[one.pk]) for one in reports], user=request.user)
    taken = sum(not one.refused for one in done)
    if taken:
        words = ngettext("%(n)s report confirmed.", "%(n)s reports confirmed.", taken) % {"n": taken}
        messages.success(request, words)
    for one in done:
        if one.refused:
            messages.error(request, f"{one.report.unit.name} {one.report.node.name}：{one.refused}")
    return HttpResponseRedirect(here)


def _versions(request: HttpRequest) -> dict[int, int]:
    """The chosen reports by id, with the version the page showed."""
    pairs = [text.partition(":") for text in request.POST.getlist("chosen")]
    return {int(pk): int(v) for pk, _colon, v in pairs if pk.isdecimal() and v.isdecimal()}


def _shown(report: LeafReport, user: Any) -> Waiting:
    return Waiting(
        report,
        Period.parse(report.period).label,
        status_words(report.status),
        status_tone(report.status),
        sum(file.removed_at is None for file in report.files.all()),
        why_not_decided(report, user),
    )


def queue_url() -> str:
    return reverse("admin:indicators_leafreport_queue")
