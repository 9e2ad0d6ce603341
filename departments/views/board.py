"""报送看板: units × periods of one form, or units × forms of one period, each duty in a word and a colour."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from tablib import Dataset

from departments.board import Sought, Tally
from departments.choices import Role
from departments.exports import safe_cell
from departments.filters import FormFilter, PeriodFilter, RowFilter
from departments.models import Window
from departments.periods import Period
from departments.permissions import has_role, memberships_of
from departments.services.boards import Board, Coverage, Row, coverage, load_board, sees_whole_office
from departments.views.board_words import SOUGHT, TONES, Painter, board_url, plain, rate, short_label, year_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# With more rows than this, units that have others below them are shown folded.
FOLDED_FROM = 60


@dataclass(frozen=True)
class Line:
    """A row as the template prints it."""

    row: Row
    cells: SafeString
    url: str
    punctual: str
    complete: str
    hidden: bool


@dataclass(frozen=True)
class Head:
    """The head of a column: the period (by form) or the form (by period), and the list of that window."""

    window: Window
    title: str
    small: str
    url: str


@dataclass(frozen=True)
class Count:
    """How many squares are in a state, and the board of the units that have one."""

    word: str
    tone: str
    number: int
    url: str


def sees_board(user: Any) -> bool:
    """Everybody who belongs to an office: a unit's people see their own rows and those of the units below."""
    return user.is_superuser or bool(memberships_of(user))


def asked_filter(request: HttpRequest, *, strict: bool = False) -> RowFilter:
    """The filters of the URL, for both kinds of board and their lists; PermissionDenied for people without an office."""
    if not sees_board(request.user):
        raise PermissionDenied(_("The board is for the people of an office and its units."))
    kind = PeriodFilter if request.GET.get("by") == "period" else FormFilter
    return kind(request.GET, request=request, strict=strict)


def query_of(filters: RowFilter) -> dict[str, str]:
    """The filters in force, as they stand in addresses."""
    return {"by": "period", **filters.asked} if isinstance(filters, PeriodFilter) else filters.asked


def board_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    filters = asked_filter(request)
    context = context | {"title": _("Reporting board"), "filters": filters}
    if filters.office is not None:
        board = load_board(filters.qs.order_by(), filters.windows, user=request.user, office=filters.office)
        context |= _shown(request, filters, board)
    return TemplateResponse(request, "departments/board.html", context)


def _shown(request: HttpRequest, filters: RowFilter, board: Board) -> dict[str, Any]:
    query = query_of(filters)
    painter = Painter()
    folded = len(board.rows) > FOLDED_FROM
    office = filters.office
    assert office is not None
    return {
        "office": office,
        "whole": sees_whole_office(request.user, office),
        "may_remind": has_role(request.user, {Role.ADMINISTRATOR}, office=office),
        "by_period": isinstance(filters, PeriodFilter),
        "heads": [_head(window, filters, query) for window in board.windows],
        "lines": [_line(row, painter, folded) for row in board.rows],
        "folded": folded,
        "tree": any(row.below for row in board.rows),
        "columns": [(rate(one.punctual), rate(one.complete), _numbers(one)) for one in board.columns],
        "total": (rate(board.total.punctual), rate(board.total.complete), _numbers(board.total)),
        "counts": [
            Count(
                str(state.label),
                TONES[state],
                board.states[state],
                board_url("board", query, state=SOUGHT[state]),
            )
            for state in SOUGHT
            if board.states[state]
        ],
        "overdue": board.total.late + board.total.missing,
        "missing": board.total.missing,
        "late_url": board_url("late", query, state=Sought.OVERDUE),
        "remind_url": board_url("remind", query, state=Sought.MISSING),
        "export_url": board_url("board_export", query),
        "all_url": board_url("board", query, group="", parent="", state=""),
        "form_url": reverse("admin:departments_submission_board"),
        "period_url": board_url(
            "board", {}, by="period", office=str(office.pk), period=query.get("period", "")
        ),
        "coverage": _coverage(filters, board.windows),
        "shown_period": _period_of(filters, board.windows),
    }


def _line(row: Row, painter: Painter, folded: bool) -> Line:
    return Line(
        row,
        painter.cells(row.squares),
        reverse("admin:departments_submission_board_unit", args=[row.unit.pk]),
        rate(row.tally.punctual),
        rate(row.tally.complete),
        folded and bool(row.above),
    )


def _head(window: Window, filters: RowFilter, query: dict[str, str]) -> Head:
    kept: dict[str, str] = {name: query[name] for name in ("group", "parent") if name in query}
    url = board_url(
        "late",
        kept,
        by="period",
        office=str(window.form.office_id),
        period=window.period,
        form=str(window.form_id),
    )
    if isinstance(filters, PeriodFilter):
        return Head(window, window.form.title, window.when.label, url)
    return Head(window, short_label(window), year_of(window), url)


def _numbers(tally: Tally) -> str:
    return _("%(on_time)s on time, %(late)s late, %(missing)s missing; %(not_due)s not due yet") % vars(tally)


def _period_of(filters: RowFilter, windows: list[Window]) -> Period | None:
    if isinstance(filters, PeriodFilter):
        return Period.parse(filters.asked["period"])
    return windows[-1].when if windows else None


def _coverage(filters: RowFilter, windows: list[Window]) -> list[Coverage]:
    """Of the period chosen, or of the last one of the form; whatever the other filters leave out."""
    if not isinstance(filters, PeriodFilter):
        windows = windows[-1:]
    return coverage(filters.queryset, windows)


def board_export(request: HttpRequest) -> HttpResponse:
    """The board as shown, as .xlsx: states in words, rates as text, no text that could become a formula."""
    filters = asked_filter(request)
    table = Dataset(title=_("Reporting board"))
    if filters.office is not None:
        board = load_board(filters.qs.order_by(), filters.windows, user=request.user, office=filters.office)
        table = board_table(board, by_period=isinstance(filters, PeriodFilter))
    return xlsx(table, _("Reporting board"))


def board_table(board: Board, *, by_period: bool) -> Dataset:
    """A row per unit, a column per window, then both rates; the rates of the windows below."""
    heads = [f"{w.form.title} {w.when.label}" if by_period else w.when.label for w in board.windows]
    names = [_("unit code"), _("unit"), *heads, _("punctuality"), _("completeness")]
    table = Dataset(headers=[safe_cell(name) for name in names], title=_("Reporting board"))
    for row in board.rows:
        words = [row.unit.code, row.unit.name, *map(plain, row.squares)]
        table.append(
            [safe_cell(text) for text in (*words, rate(row.tally.punctual), rate(row.tally.complete))]
        )
    if board.rows:
        punctual = [rate(column.punctual) for column in board.columns]
        complete = [rate(column.complete) for column in board.columns]
        table.append(["", _("punctuality"), *punctual, rate(board.total.punctual), ""])
        table.append(["", _("completeness"), *complete, "", rate(board.total.complete)])
    return table


def xlsx(table: Dataset, name: str) -> HttpResponse:
    response = HttpResponse(table.export("xlsx"), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or ""
    return response
