"""定性指标 of the whole office: leaves × units, each square a status in words with a sign, and what still waits."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from departments.services.organisation import Placement
from indicators.choices import LeafReportState, LeafStatus
from indicators.models import LeafReport
from indicators.services.leaf_board import Board, is_done, load_board
from indicators.services.leaf_reports import why_locked
from indicators.services.scheme_tree import Place
from indicators.views.leaf_choice import choose, leaf_url, list_url
from indicators.views.leaf_list import shown_status, state_words, status_tone, status_words
from indicators.views.leaf_rights import decides
from indicators.views.scheme_words import deadline_words, overdue_words


class Wanted(models.TextChoices):
    """What the matrix is narrowed to."""

    WAITING = "submitted", gettext_lazy("To be confirmed")
    MISSING = "missing", gettext_lazy("Not reported")
    RETURNED = "returned", gettext_lazy("Returned")
    BEHIND = "behind", gettext_lazy("Behind")
    NOT_STARTED = "not_started", gettext_lazy("Not started")
    OVERDUE = "overdue", gettext_lazy("Past the deadline")


TONES = {
    Wanted.WAITING: "wait",
    Wanted.MISSING: "none",
    Wanted.RETURNED: "back",
    Wanted.BEHIND: "bad",
    Wanted.NOT_STARTED: "back",
    Wanted.OVERDUE: "bad",
}


@dataclass(frozen=True)
class Square:
    """One leaf and unit: `applies` false is hatched; `kinds` are what it is counted and narrowed by."""

    applies: bool
    url: str = ""
    word: str = ""
    tone: str = "none"
    state: str = ""
    waits: bool = False
    title: str = ""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    place: Place
    path: str
    deadline: str
    squares: tuple[Square, ...]


def matrix_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Scheme, period, group and state in the address."""
    chosen = choose(request, own=False)
    found: dict[str, Any] = {"lines": []}
    if chosen is not None:
        board = load_board(chosen.scheme, chosen.period)
        groups = {group.code: group.name for group in chosen.scheme.groups.all()}
        group = request.GET.get("group", "") if request.GET.get("group", "") in groups else ""
        units = [unit for unit in board.units if group in ("", unit.group)]
        wanted = request.GET.get("state", "") if request.GET.get("state", "") in Wanted.values else ""
        lines = [line_of(board, place, units) for place in board.leaves]
        numbers = Counter(kind for line in lines for square in line.squares for kind in square.kinds)
        asked = chosen.query | ({"group": group} if group else {})
        found = {
            "units": units,
            "lines": [
                line for line in lines if not wanted or any(wanted in square.kinds for square in line.squares)
            ],
            "groups": groups,
            "group": group,
            "wanted": wanted,
            "counts": [
                (
                    str(kind.label),
                    TONES[kind],
                    numbers[kind],
                    list_url(asked | {"state": kind}),
                    kind == wanted,
                )
                for kind in Wanted
                if numbers[kind]
            ],
            "all_url": list_url(asked),
            "locked": why_locked(chosen.scheme.office, chosen.period.code),
            "n_waiting": numbers[Wanted.WAITING],
            "decides": decides(request.user, chosen.scheme.office),
        }
    return TemplateResponse(
        request,
        "indicators/leaf_matrix.html",
        context | {"title": _("Leaves in words"), "chosen": chosen, **found},
    )


def line_of(board: Board, place: Place, units: list[Placement]) -> Line:
    return Line(
        place,
        " › ".join(place.path),
        deadline_words(place.node.deadline),
        tuple(_square(board, place, unit) for unit in units),
    )


def _square(board: Board, place: Place, unit: Placement) -> Square:
    if unit.unit not in board.applies[place.node.pk]:
        return Square(applies=False, title=_("does not apply to this unit"))
    report = board.report(place.node, unit.unit)
    status = shown_status(report)
    state, _tone = state_words(report)
    overdue = overdue_words(place.node.deadline, timezone.localdate(), is_done(report))
    said = "" if report is None else f"：{report.text[:80]}" if report.text else ""
    return Square(
        applies=True,
        url=leaf_url(place.node, unit.unit, board.period),
        word=status_words(status) or _("not reported"),
        tone=status_tone(status),
        state="" if report is None or report.state == LeafReportState.CONFIRMED else state,
        waits=report is not None and report.state == LeafReportState.SUBMITTED,
        title=f"{unit.short_name} {place.node.name} {state}{said}{f'（{overdue}）' if overdue else ''}",
        kinds=_kinds(report, status, is_overdue=bool(overdue)),
    )


def _kinds(report: LeafReport | None, status: str, *, is_overdue: bool) -> frozenset[str]:
    found = {Wanted.MISSING} if report is None else set()
    if report is not None and report.state == LeafReportState.SUBMITTED:
        found.add(Wanted.WAITING)
    if report is not None and report.state == LeafReportState.RETURNED:
        found.add(Wanted.RETURNED)
    if status == LeafStatus.BEHIND:
        found.add(Wanted.BEHIND)
    if status == LeafStatus.NOT_STARTED:
        found.add(Wanted.NOT_STARTED)
    if is_overdue:
        found.add(Wanted.OVERDUE)
    return frozenset(kind.value for kind in found)
