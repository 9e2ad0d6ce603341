"""待审批: what waits for a decision, by due date and then by how much an approver should look at."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role, Severity, Status
from departments.models import Form, Submission, Window
from departments.permissions import offices_of, visible
from departments.sheets import Sheet, load_sheet
from departments.views.figures import cells_by_submission
from departments.views.words import time_left

FILTERS = ("form", "window")


@dataclass(frozen=True)
class Waiting:
    """One form in the queue with the number of warnings its rules give."""

    submission: Submission
    warnings: int
    due: str
    late: bool


def may_decide(user: Any) -> bool:
    """Whether the queue is this person's work."""
    return offices_of(user, {Role.ADMINISTRATOR}).exists()


def chosen(request: HttpRequest) -> dict[str, str]:
    """The filters of the queue as they stand in the URL; anything else is left out."""
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name, "").isdecimal()}


def waiting(user: Any, filters: dict[str, str]) -> list[Waiting]:
    """The queue in working order: due date, then warnings, then the official order of units."""
    offices = offices_of(user, {Role.ADMINISTRATOR})
    rows = visible(Submission.objects.filter(status=Status.SUBMITTED), user).filter(
        window__form__office__in=offices
    )
    if "form" in filters:
        rows = rows.filter(window__form=int(filters["form"]))
    if "window" in filters:
        rows = rows.filter(window=int(filters["window"]))
    submissions = list(rows.select_related("window__form__office", "unit", "submitted_by"))
    cells = cells_by_submission(submissions)
    sheets: dict[int, Sheet] = {}
    now = timezone.now()
    found = []
    for submission in submissions:
        form = submission.window.form
        sheet = sheets.get(form.pk) or sheets.setdefault(form.pk, load_sheet(form))
        problems = sheet.problems(cells[submission.pk], complete=True)
        due = submission.window.due_at
        found.append(
            Waiting(
                submission,
                sum(p.severity == Severity.WARNING for p in problems),
                time_left(due, now),
                submission.submitted_at is not None and submission.submitted_at > due,
            )
        )
    return sorted(
        found,
        key=lambda w: (
            w.submission.window.due_at,
            -w.warnings,
            w.submission.unit.protocol_order,
            w.submission.pk,
        ),
    )


def queue_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if not may_decide(request.user):
        raise PermissionDenied(_("The queue is for administrators of an office."))
    filters = chosen(request)
    offices = offices_of(request.user, {Role.ADMINISTRATOR})
    return TemplateResponse(
        request,
        "departments/queue.html",
        context
        | {
            "title": _("Awaiting approval"),
            "rows": waiting(request.user, filters),
            "filters": filters,
            "query": urlencode(filters),
            "forms": Form.objects.filter(office__in=offices),
            "windows": Window.objects.filter(form__office__in=offices).select_related("form")[:60],
        },
    )


def review_url(submission: Submission, filters: dict[str, str]) -> str:
    """The review page that keeps the queue's filters."""
    url = reverse("admin:departments_submission_change", args=[submission.pk])
    return f"{url}?{urlencode(filters)}" if filters else url


def neighbours(
    user: Any, submission: Submission, filters: dict[str, str]
) -> tuple[Submission | None, Submission | None, int]:
    """The forms before and after this one in the queue, and how many wait in all."""
    queue = [row.submission for row in waiting(user, filters)]
    place = next((i for i, row in enumerate(queue) if row.pk == submission.pk), None)
    if place is None:
        return None, queue[0] if queue else None, len(queue)
    before = queue[place - 1] if place else None
    after = queue[place + 1] if place + 1 < len(queue) else None
    return before, after, len(queue)
