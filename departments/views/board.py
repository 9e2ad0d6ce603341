"""报送情况: units × windows of an office, each state in a word and a colour."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import OFFICE_ROLES, Role, Status
from departments.models import Office, Submission, Unit, Window
from departments.permissions import memberships_of, offices_of

WINDOWS_SHOWN = 8


@dataclass(frozen=True)
class Square:
    """One unit in one window: the word, the colour's name and the page behind it (None: not expected)."""

    word: str
    tone: str
    submission: int | None = None


def sees_board(user: Any) -> bool:
    """People of the whole office: those with an office role, and viewers without a unit."""
    return user.is_superuser or any(m.role in OFFICE_ROLES or m.unit_id is None for m in memberships_of(user))


def board_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if not sees_board(request.user):
        raise PermissionDenied(_("The board is for the people of an office."))
    offices = _offices(request.user)
    office = next(
        (o for o in offices if str(o.pk) == request.GET.get("office", "")), offices[0] if offices else None
    )
    windows, rows = _grid(office) if office else ([], [])
    counts: dict[tuple[str, str], int] = {}
    for _unit, squares in rows:
        for square in squares:
            counts[(square.word, square.tone)] = counts.get((square.word, square.tone), 0) + 1
    return TemplateResponse(
        request,
        "departments/board.html",
        context
        | {
            "title": _("Reporting board"),
            "office": office,
            "offices": offices,
            "windows": windows,
            "rows": rows,
            "counts": [(word, tone, n) for (word, tone), n in sorted(counts.items()) if tone != "none"],
        },
    )


def _offices(user: Any) -> list[Office]:
    if user.is_superuser:
        return list(Office.objects.all())
    office_wide = {m.office_id for m in memberships_of(user) if m.unit_id is None}
    return list(offices_of(user, Role.values).filter(pk__in=office_wide))


def _grid(office: Office) -> tuple[list[Window], list[tuple[Unit, list[Square]]]]:
    now = timezone.now()
    windows = list(
        Window.objects.filter(form__office=office, opens_at__lte=now)
        .select_related("form")
        .order_by("-due_at", "form__order")[:WINDOWS_SHOWN]
    )
    found = {
        (s.unit_id, s.window_id): s
        for s in Submission.objects.filter(window__in=windows).select_related("window")
    }
    units = {unit for unit, _window in found}
    rows = [
        (unit, [_square(found.get((unit.pk, window.pk)), now) for window in windows])
        for unit in office.units.filter(pk__in=units).order_by("protocol_order", "code")
    ]
    return windows, rows


def _square(submission: Submission | None, now: Any) -> Square:
    if submission is None:
        return Square(_("Not expected"), "none")
    due = submission.window.due_at
    if submission.status in (Status.SUBMITTED, Status.APPROVED):
        late = submission.submitted_at is not None and submission.submitted_at > due
        if submission.status == Status.APPROVED:
            return Square(
                _("Approved, late") if late else _("Approved"), "late" if late else "good", submission.pk
            )
        return Square(
            _("Handed in, late") if late else _("Handed in"), "late" if late else "wait", submission.pk
        )
    if submission.status in (Status.RETURNED, Status.REOPENED):
        return Square(str(submission.get_status_display()), "back", submission.pk)
    return (
        Square(_("Missing"), "bad", submission.pk)
        if now > due
        else Square(_("Being filled"), "draft", submission.pk)
    )
