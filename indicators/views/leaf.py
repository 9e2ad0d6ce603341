"""One leaf in words of one unit and period: the unit reports it here, the office confirms or returns it here."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Unit
from departments.periods import Period, PeriodError
from departments.permissions import get_visible
from departments.services.stored_files import MAX_BYTES, MOST_FILES
from departments.views.attachments import file_response
from departments.views.request_form import ACCEPT
from indicators.choices import LeafReportState, LeafStatus
from indicators.models import LeafReport, LeafReportFile, SchemeNode
from indicators.services import leaf_reports as services
from indicators.services.leaf_board import is_done, load_board, previous_report
from indicators.services.leaf_figures import is_in_words
from indicators.services.scheme_tree import Place, load_tree
from indicators.views.leaf_choice import leaf_url, list_url
from indicators.views.leaf_list import state_words, status_tone, status_words
from indicators.views.leaf_queue import queue_url, waiting_reports
from indicators.views.leaf_rights import decides, own_units, sees_unit, sees_whole
from indicators.views.scheme_words import (
    STATUS_SIGNS,
    deadline_words,
    overdue_words,
    rule_words,
)

REPORT, NEXT, REMOVE = "report", "report-next", "remove-"


def leaf_page(
    request: HttpRequest, schemenode_id: int, unit_id: int, period: str, context: dict[str, Any]
) -> HttpResponse:
    """PermissionDenied for what is not the person's; 404 for no leaf in words or no period."""
    node, unit, when = _asked(request, schemenode_id, unit_id, period)
    typed: dict[str, str] = {}
    if request.method == "POST":
        done = _posted(request, node, unit, when, typed)
        if done is not None:
            return done
    report = _report(node, unit, when)
    place = next(place for place in load_tree(node.scheme) if place.node.pk == node.pk)
    why_not = services.why_not_reported(node, unit, when.code, request.user)
    editable = not why_not and (report is None or report.state != LeafReportState.CONFIRMED)
    mine = unit.pk in own_units(request.user)
    return TemplateResponse(
        request,
        "indicators/leaf.html",
        context
        | {
            "title": node.name,
            "place": place,
            "node": node,
            "unit": unit,
            "period": when,
            "report": report,
            "rule": rule_words(node),
            "deadline": deadline_words(node.deadline),
            "overdue": overdue_words(node.deadline, timezone.localdate(), is_done(report)),
            "editable": editable,
            "fixed": _why_fixed(report, why_not) if mine and not editable else "",
            "before": _before(node, unit, when),
            "typed": typed or _stored(report),
            "statuses": [(s.value, STATUS_SIGNS[s], s.label) for s in LeafStatus],
            "files": report.files.filter(removed_at__isnull=True).select_related("user") if report else (),
            "events": report.events.select_related("user", "acting_for") if report else (),
            "accept": ACCEPT,
            "megabytes": MAX_BYTES // 2**20,
            "most_files": MOST_FILES,
            **_words_of(report),
            **_deciding(request, report),
            **_ways(request, node, unit, when, mine),
        },
        status=422 if typed else 200,
    )


def leaf_file(request: HttpRequest, leafreportfile_id: int) -> HttpResponse:
    """A file of a report, taken off or not: the record keeps it."""
    return file_response(get_visible(LeafReportFile.objects.all(), request.user, pk=leafreportfile_id))


def _asked(request: HttpRequest, node_id: int, unit_id: int, period: str) -> tuple[SchemeNode, Unit, Period]:
    node = SchemeNode.objects.select_related("scheme__office", "indicator").filter(pk=node_id).first()
    unit = Unit.objects.select_related("office").filter(pk=unit_id).first()
    if (
        node is None
        or unit is None
        or unit.office_id != node.scheme.office_id
        or not sees_unit(request.user, unit)
    ):
        raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
    try:
        when = Period.parse(period)
    except PeriodError as error:
        raise Http404(str(error)) from error
    if not is_in_words(node):
        raise Http404(_("“%s” is no leaf in words: its points come from figures.") % node)
    return node, unit, when


def _report(node: SchemeNode, unit: Unit, when: Period) -> LeafReport | None:
    return (
        LeafReport.objects.filter(node=node, unit=unit, period=when.code)
        .select_related("node__scheme__office", "unit", "reported_by", "decided_by")
        .first()
    )


def _words_of(report: LeafReport | None) -> dict[str, Any]:
    """The state, the status reported and the one that counts, in words with their tones."""
    word, tone = state_words(report)
    said, counted = (report.status, report.confirmed) if report is not None else ("", "")
    return {
        "word": word,
        "tone": tone,
        "said": status_words(said),
        "said_tone": status_tone(said),
        "counted": status_words(counted),
        "counted_tone": status_tone(counted),
    }


def _stored(report: LeafReport | None) -> dict[str, str]:
    return {"status": report.status, "text": report.text} if report is not None else {}


def _before(node: SchemeNode, unit: Unit, when: Period) -> dict[str, Any] | None:
    report = previous_report(node, unit.pk, when)
    if report is None:
        return None
    status = report.confirmed or report.status
    return {
        "period": Period.parse(report.period).label,
        "said": status_words(status),
        "tone": status_tone(status),
        "text": report.text,
        "state": report.get_state_display(),
    }


def _why_fixed(report: LeafReport | None, why_not: str) -> str:
    if why_not:
        return why_not
    return _("Confirmed. To change something, ask the office to return it.") if report is not None else ""


def _deciding(request: HttpRequest, report: LeafReport | None) -> dict[str, Any]:
    """What the office may do with the report now, and why this person may not."""
    if report is None or not decides(request.user, report.node.scheme.office):
        return {"may_confirm": False, "may_return": False, "undecided": ""}
    why = services.why_not_decided(report, request.user)
    return {
        "may_confirm": not why and report.state == LeafReportState.SUBMITTED,
        "may_return": not why and report.state != LeafReportState.RETURNED,
        "undecided": why if report.state == LeafReportState.SUBMITTED else "",
    }


def _ways(request: HttpRequest, node: SchemeNode, unit: Unit, when: Period, mine: bool) -> dict[str, Any]:
    """Back to the list, and on to the next leaf the unit owes."""
    query: dict[str, str] = {"scheme": str(node.scheme_id), "period": when.code}
    whole = sees_whole(request.user, node.scheme.office)
    after = _next_owed(node, unit, when) if mine else None
    return {
        "back_url": list_url(query | ({} if whole else {"own": "1"})),
        "next_url": leaf_url(after.node, unit, when) if after is not None else "",
        "next_name": after.node.name if after is not None else "",
    }


def _next_owed(node: SchemeNode, unit: Unit, when: Period) -> Place | None:
    owed = load_board(node.scheme, when, [unit.pk]).owed(unit.pk)
    later = [place for place in owed if (place.node.order, place.node.pk) > (node.order, node.pk)]
    others = [place for place in owed if place.node.pk != node.pk]
    return next(iter(later or others), None)


def _posted(
    request: HttpRequest, node: SchemeNode, unit: Unit, when: Period, typed: dict[str, str]
) -> HttpResponse | None:
    """Does what the pressed button says; None when the page is shown again with `typed`."""
    action = request.POST.get("action", "")
    act = _ACTS.get(REMOVE if action.startswith(REMOVE) else action)
    here = HttpResponseRedirect(leaf_url(node, unit, when))
    if act is None:
        messages.error(request, _("Nothing was done: choose a button of this page."))
        return here
    try:
        return act(request, node, unit, when)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return here
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        typed |= {name: request.POST.get(name, "") for name in ("status", "text", "confirm_as", "reason")}
        return None


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else None


def _report_it(request: HttpRequest, node: SchemeNode, unit: Unit, when: Period) -> HttpResponse:
    services.report_leaf(
        node=node,
        unit=unit,
        period=when.code,
        status=request.POST.get("status", ""),
        text=request.POST.get("text", ""),
        files=request.FILES.getlist("file"),
        user=request.user,
        version=_version(request),
    )
    messages.success(
        request, _("Reported: %s. The office confirms it; until then you can change it.") % node.name
    )
    after = _next_owed(node, unit, when) if request.POST.get("action") == NEXT else None
    return HttpResponseRedirect(leaf_url(after.node if after is not None else node, unit, when))


def _decision(request: HttpRequest, node: SchemeNode, unit: Unit, when: Period) -> HttpResponse:
    """Then on to the next report that waits, else back to the queue."""
    report = _report(node, unit, when)
    if report is None:
        raise TransitionRefused(_("Nothing is reported yet: nothing is to be decided."))
    reason = request.POST.get("reason", "")
    if request.POST.get("action") == "return":
        services.return_leaf(report=report, user=request.user, reason=reason, version=_version(request))
        messages.success(request, _("Returned: %s. The unit has been told.") % unit.name)
    else:
        services.confirm_leaf(
            report=report,
            user=request.user,
            status=request.POST.get("confirm_as", ""),
            reason=reason,
            version=_version(request),
        )
        messages.success(
            request, _("Confirmed: %(unit)s, %(leaf)s.") % {"unit": unit.name, "leaf": node.name}
        )
    for other in waiting_reports(request.user).filter(node__scheme=node.scheme_id, period=when.code):
        if not services.why_not_decided(other, request.user):
            return HttpResponseRedirect(leaf_url(other.node, other.unit, other.period))
    return HttpResponseRedirect(queue_url())


def _remove(request: HttpRequest, node: SchemeNode, unit: Unit, when: Period) -> HttpResponse:
    report = _report(node, unit, when)
    text = request.POST.get("action", "").removeprefix(REMOVE)
    files = LeafReportFile.objects.filter(
        report=report, removed_at__isnull=True, pk=int(text) if text.isdecimal() else 0
    )
    for file in files:
        services.remove_leaf_file(file=file, user=request.user)
        messages.success(request, _("Taken off: %s. It stays in the record.") % file.name)
    return HttpResponseRedirect(leaf_url(node, unit, when))


_ACTS: dict[str, Callable[[HttpRequest, SchemeNode, Unit, Period], HttpResponse]] = {
    REPORT: _report_it,
    NEXT: _report_it,
    "confirm": _decision,
    "return": _decision,
    REMOVE: _remove,
}
