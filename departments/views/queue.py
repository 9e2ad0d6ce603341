"""待审批: what waits for this person's word, by due date and then by how much there is to look at."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import ApprovalPath, RemarkKind, ReopeningState, Role, Status
from departments.models import Form, Reopening, Submission, UnitVersion, Window
from departments.permissions import memberships_of, offices_of
from departments.views.words import time_left

FILTERS = ("form", "window")


@dataclass(frozen=True)
class Waiting:
    """One form in the queue with the number of warnings its unit explained."""

    submission: Submission
    explained: int
    due: str
    late: bool


def administers(user: Any) -> bool:
    """Whether the person decides for an office."""
    return offices_of(user, {Role.ADMINISTRATOR}).exists()


def headed_units(user: Any) -> set[int]:
    return {m.unit_id for m in memberships_of(user) if m.role == Role.UNIT_HEAD and m.unit_id}


def may_decide(user: Any) -> bool:
    """Whether the queue is this person's work: an administrator, or a unit head whose office's forms pass by heads."""
    if administers(user):
        return True
    heads = [m.office_id for m in memberships_of(user) if m.role == Role.UNIT_HEAD]
    if not heads:
        return False
    passes = Q(unit_head_step=True) | Q(approval=ApprovalPath.PARENT)
    return Form.objects.filter(passes, office__in=heads).exists()


def chosen(request: HttpRequest) -> dict[str, str]:
    """The filters of the queue as they stand in the URL; anything else is left out."""
    return {name: request.GET[name] for name in FILTERS if request.GET.get(name, "").isdecimal()}


def waiting_rows(user: Any, filters: dict[str, str]) -> QuerySet[Submission]:
    """The forms that wait for this person, in working order: due date, then explained warnings, then the order of units."""
    units = headed_units(user)
    rows = Submission.objects.filter(
        _for_administrators(user)
        | Q(status=Status.CHECKING, unit__in=units)
        | Q(_below(units), status=Status.SUBMITTED, window__form__approval=ApprovalPath.PARENT)
    )
    if "form" in filters:
        rows = rows.filter(window__form=int(filters["form"]))
    if "window" in filters:
        rows = rows.filter(window=int(filters["window"]))
    return (
        rows.select_related("window__form__office", "unit", "submitted_by")
        .annotate(explained=Count("remarks", filter=Q(remarks__kind=RemarkKind.EXPLANATION)))
        .order_by("window__due_at", "-explained", "unit__protocol_order", "pk")
    )


def _versions() -> QuerySet[UnitVersion]:
    """Where the submission's unit stood in the tree of its period."""
    return UnitVersion.objects.filter(
        unit=OuterRef("unit"), valid_from__lte=OuterRef("window__ends_on"), parent__isnull=False
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("window__ends_on")))


def _for_administrators(user: Any) -> Q:
    """Every submitted form of the office, but those that a unit above decides on."""
    offices = offices_of(user, {Role.ADMINISTRATOR})
    mine = Q(status=Status.SUBMITTED, window__form__office__in=offices)
    return mine & (~Q(window__form__approval=ApprovalPath.PARENT) | ~Q(Exists(_versions())))


def _below(units: set[int]) -> Q:
    return Q(Exists(_versions().filter(parent__in=units)))


def reopenings_to_decide(user: Any) -> QuerySet[Reopening]:
    """Requests to re-open that an administrator may decide on: not their own."""
    return (
        Reopening.objects.filter(
            state=ReopeningState.ASKED,
            submission__window__form__office__in=offices_of(user, {Role.ADMINISTRATOR}),
        )
        .exclude(asked_by=user)
        .select_related("submission__unit", "submission__window__form", "asked_by")
        .order_by("asked_at")
    )


def waiting(user: Any, filters: dict[str, str]) -> list[Waiting]:
    """The queue as the page shows it."""
    now = timezone.now()
    return [
        Waiting(
            row,
            row.explained,  # type: ignore[attr-defined]
            time_left(row.window.due_at, now),
            row.handed_in_at is not None and row.handed_in_at > row.window.due_at,
        )
        for row in waiting_rows(user, filters)
    ]


def queue_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if not may_decide(request.user):
        raise PermissionDenied(
            _("The queue is for administrators of an office, and for heads who confirm forms.")
        )
    filters = chosen(request)
    rows = waiting(request.user, filters)
    windows = Window.objects.filter(pk__in=waiting_rows(request.user, {}).values("window"))
    return TemplateResponse(
        request,
        "departments/queue.html",
        context
        | {
            "title": _("Awaiting approval"),
            "rows": rows,
            "filters": filters,
            "query": urlencode(filters),
            "forms": Form.objects.filter(windows__in=windows).distinct(),
            "windows": windows.select_related("form"),
            "requests": reopenings_to_decide(request.user),
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
    queue = list(waiting_rows(user, filters))
    place = next((i for i, row in enumerate(queue) if row.pk == submission.pk), None)
    if place is None:
        return None, queue[0] if queue else None, len(queue)
    before = queue[place - 1] if place else None
    after = queue[place + 1] if place + 1 < len(queue) else None
    return before, after, len(queue)
