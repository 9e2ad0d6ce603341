"""定性指标 of one's own unit: every leaf in words that applies to it, what was said of it and what the office decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.models import Unit
from indicators.choices import LeafReportState, LeafStatus
from indicators.models import LeafReport
from indicators.services.leaf_board import Board, is_done, is_owed, load_board
from indicators.services.leaf_reports import why_locked
from indicators.services.scheme_tree import Place
from indicators.views.leaf_choice import choose, leaf_url
from indicators.views.leaf_rights import own_units
from indicators.views.scheme_words import (
    STATE_TONES,
    STATUS_SIGNS,
    STATUS_TONES,
    deadline_words,
    overdue_words,
)


@dataclass(frozen=True)
class Row:
    """One leaf of one unit as lists print it; `word` is the state, `said` the status with its sign."""

    place: Place
    unit: str
    report: LeafReport | None
    url: str
    word: str
    tone: str
    said: str
    said_tone: str
    deadline: str
    overdue: str
    owed: bool

    @property
    def path(self) -> str:
        return " › ".join(self.place.path)


def status_words(status: str) -> str:
    """A status with its sign: ✓ 已完成."""
    return f"{STATUS_SIGNS[LeafStatus(status)]} {LeafStatus(status).label}" if status else ""


def status_tone(status: str) -> str:
    return STATUS_TONES[LeafStatus(status)] if status else "none"


def state_words(report: LeafReport | None) -> tuple[str, str]:
    """The state of a report in a word and a tone; where there is none, that it is not reported."""
    if report is None:
        return _("Not reported"), "warning"
    return str(report.get_state_display()), STATE_TONES[LeafReportState(report.state)]


def shown_status(report: LeafReport | None) -> str:
    """What counts, else what the unit said."""
    return (report.confirmed or report.status) if report is not None else ""


def row_of(board: Board, place: Place, unit: int, name: str) -> Row:
    report = board.report(place.node, unit)
    word, tone = state_words(report)
    status = shown_status(report)
    return Row(
        place=place,
        unit=name,
        report=report,
        url=leaf_url(place.node, unit, board.period),
        word=word,
        tone=tone,
        said=status_words(status),
        said_tone=status_tone(status),
        deadline=deadline_words(place.node.deadline),
        overdue=overdue_words(place.node.deadline, timezone.localdate(), is_done(report)),
        owed=is_owed(report),
    )


def own_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Scheme and period in the address; what is owed stands first."""
    chosen = choose(request, own=True)
    units = own_units(request.user)
    rows: list[Row] = []
    locked = ""
    if chosen is not None:
        board = load_board(chosen.scheme, chosen.period, units)
        rows = sorted(_rows(board, units), key=lambda row: not row.owed)
        locked = why_locked(chosen.scheme.office, chosen.period.code)
    return TemplateResponse(
        request,
        "indicators/leaf_list.html",
        context
        | {
            "title": _("Leaves in words"),
            "chosen": chosen,
            "rows": rows,
            "several": len({row.unit for row in rows}) > 1,
            "n_owed": sum(row.owed for row in rows),
            "locked": locked,
        },
    )


def _rows(board: Board, units: dict[int, Unit]) -> Iterator[Row]:
    for place in board.leaves:
        for unit, where in board.applies[place.node.pk].items():
            if unit in units:
                yield row_of(board, place, unit, where.short_name)
