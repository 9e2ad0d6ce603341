"""Approving many forms at once, after seeing in what each differs from its last period."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import RemarkKind, Status
from departments.comparison import compare
from departments.exceptions import NOTICE, Problem
from departments.models import Remark, Submission, Window
from departments.services.contexts import cells_before, load_contexts
from departments.services.submissions import approve_many
from departments.sheets import Cell, Sheet, load_sheet, show_cell
from departments.views.figures import cells_by_submission, values_of
from departments.views.queue import chosen, may_decide, waiting_rows

MOST = 200


@dataclass(frozen=True)
class Difference:
    """One cell that changed much: what it was, what it is."""

    label: str
    before: str
    now: str
    change: str


@dataclass(frozen=True)
class Summary:
    """What an approver should know of one form before approving it among others."""

    submission: Submission
    differences: tuple[Difference, ...]
    explained: tuple[Remark, ...]
    notices: tuple[Problem, ...]

    @property
    def calm(self) -> bool:
        return not (self.differences or self.explained or self.notices)

    @property
    def weight(self) -> tuple[int, int, int]:
        """How much there is to look at: large changes, then what stands out, then explanations."""
        return len(self.differences), len(self.notices), len(self.explained)


def bulk_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """POST with the forms chosen in the queue shows what differs; POST with `confirmed` approves them."""
    if not may_decide(request.user):
        raise PermissionDenied(
            _("The queue is for administrators of an office, and for heads who confirm forms.")
        )
    filters = chosen(request)
    queue = f"{reverse('admin:departments_submission_queue')}?{request.GET.urlencode()}"
    versions = _versions(request)
    rows = waiting_rows(request.user, filters).filter(pk__in=versions, status=Status.SUBMITTED)[:MOST]
    submissions = list(rows)
    if request.method != "POST" or not submissions:
        messages.error(request, _("Choose the forms in the list first."))
        return HttpResponseRedirect(queue)
    if request.POST.get("confirmed") != "1":
        summaries = sorted(_summaries(submissions), key=lambda summary: summary.weight, reverse=True)
        return TemplateResponse(
            request,
            "departments/bulk.html",
            context
            | {
                "title": _("Approve several forms"),
                "summaries": summaries,
                "calm": sum(summary.calm for summary in summaries),
                "queue": queue,
            },
        )
    outcomes = approve_many(
        chosen=[
            (row, versions[row.pk] if versions[row.pk] is not None else row.version) for row in submissions
        ],
        user=request.user,
    )
    done = sum(not outcome.refused for outcome in outcomes)
    if done:
        messages.success(request, _("Approved: %s forms.") % done)
    for outcome in outcomes:
        if outcome.refused:
            messages.error(request, f"{outcome.submission}：{outcome.refused}")
    return HttpResponseRedirect(queue)


def _versions(request: HttpRequest) -> dict[int, int]:
    """The chosen forms by id, with the version the page showed."""
    found = {}
    for text in request.POST.getlist("chosen"):
        pk, _colon, version = text.partition(":")
        if pk.isdecimal() and version.isdecimal():
            found[int(pk)] = int(version)
    return found


def _summaries(submissions: Iterable[Submission]) -> list[Summary]:
    """A fixed number of queries per window."""
    by_window: dict[Window, list[Submission]] = {}
    for submission in submissions:
        by_window.setdefault(submission.window, []).append(submission)
    found = []
    for window, rows in by_window.items():
        sheet = load_sheet(window.form)
        cells = cells_by_submission(rows)
        before = cells_before(sheet, window, {row.unit_id for row in rows})
        contexts = load_contexts(sheet, rows)
        remarks: dict[int, list[Remark]] = {row.pk: [] for row in rows}
        for remark in Remark.objects.filter(submission__in=rows, kind=RemarkKind.EXPLANATION):
            remarks[remark.submission_id].append(remark)
        for row in rows:
            own = sheet.for_unit(row.unit_id)
            problems = own.problems(cells[row.pk], complete=True, context=contexts[row.pk])
            found.append(
                Summary(
                    row,
                    tuple(_differences(own, cells[row.pk], before.get(row.unit_id))),
                    tuple(remarks[row.pk]),
                    tuple(problem for problem in problems if problem.severity == NOTICE),
                )
            )
    return found


def _differences(sheet: Sheet, now: dict[str, Cell], before: dict[str, Cell] | None) -> Iterable[Difference]:
    """The cells that changed much; nothing where there is no last period to compare with."""
    if before is None:
        return
    values, earlier = values_of(sheet, now), values_of(sheet, before)
    for place in sheet.places:
        change = compare(values[place.key], earlier[place.key], is_rate=False)
        if change.is_big:
            yield Difference(
                place.label,
                show_cell(place.item, before.get(place.key)),
                show_cell(place.item, now.get(place.key)),
                change.relative_text(),
            )
