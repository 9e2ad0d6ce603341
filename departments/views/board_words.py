"""How the board writes a square, a rate and a period: few letters, the whole sentence when pointed at."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import SafeString, format_html, format_html_join
from django.utils.translation import gettext as _

from departments.board import BoardState, Sought, Square
from departments.choices import Status
from departments.durations import span
from departments.models import Window
from expressions.numbers import display

TONES = {
    BoardState.ON_TIME: "good",
    BoardState.LATE: "late",
    BoardState.MISSING: "bad",
    BoardState.RETURNED: "back",
    BoardState.NOT_DUE: "draft",
    BoardState.NOT_EXPECTED: "none",
}
# Which squares a count on top leads to.
SOUGHT = {
    BoardState.ON_TIME: Sought.ON_TIME,
    BoardState.LATE: Sought.LATE,
    BoardState.MISSING: Sought.MISSING,
    BoardState.RETURNED: Sought.RETURNED,
    BoardState.NOT_DUE: Sought.NOT_DUE,
}


def word(square: Square) -> str:
    """准时, 迟报 2 天, 未报, 已退回, 未到期 or 不需报; lateness in its largest unit only."""
    if square.state == BoardState.LATE:
        return f"{square.state.label} {_roughly(square.late_by)}"
    return str(square.state.label)


def step(square: Square) -> str:
    """How far the approval is: ✓ approved, else a word; "" where there is nothing to decide."""
    return {
        Status.APPROVED.value: "✓",
        Status.SUBMITTED.value: _("to approve"),
        Status.CHECKING.value: _("to confirm"),
        Status.REOPENED.value: _("open again"),
    }.get(square.status, "")


def sentence(square: Square) -> str:
    """Everything about the square: state, exact lateness, nil return and the state of the form."""
    parts = [str(square.state.label)]
    if square.late_by and square.state in (BoardState.LATE, BoardState.MISSING):
        parts = [f"{square.state.label} {span(square.late_by)}"]
    if square.nil:
        parts.append(_("nil return"))
    if square.status and square.state != BoardState.RETURNED:
        parts.append(str(Status(square.status).label))
    return " · ".join(parts)


def cells(squares: Iterable[Square], list_url: str) -> SafeString:
    """The squares of one row as table cells. Built here, not in the template: a board may have 13,000 of them."""
    return format_html_join(
        "",
        '<td class="gs-tone-{}" title="{}">{}</td>',
        ((TONES[one.state], sentence(one), _inside(one, list_url)) for one in squares),
    )


def _inside(square: Square, list_url: str) -> SafeString | str:
    if square.submission is None:
        return word(square)
    mark = step(square)
    return format_html(
        '<a href="{}{}/change/">{}{}{}</a>',
        list_url,
        str(square.submission),
        word(square),
        format_html("<i>{}</i>", _("nil")) if square.nil else "",
        format_html("<small>{}</small>", mark) if mark else "",
    )


def plain(square: Square) -> str:
    """The square in a table file."""
    return word(square) + (_(" (nil return)") if square.nil else "")


def rate(value: Fraction | None) -> str:
    """In per cent with one decimal, half up; a dash where nothing counts."""
    return "—" if value is None else f"{display(100 * value, 1)}%"


def short_label(window: Window) -> str:
    """The period without its year, which stands below it."""
    when = window.when
    label = when.label
    year = f"{label[:4]}年"
    return label.removeprefix(year) or label if label.startswith(year) else label


def year_of(window: Window) -> str:
    return window.when.label[:4]


def board_url(name: str, query: dict[str, str], **changes: str) -> str:
    """The address of one of the board's pages with the present filters, some of them changed ("" takes one out)."""
    kept = {key: value for key, value in {**query, **changes}.items() if value}
    url = reverse(f"admin:departments_submission_{name}")
    return f"{url}?{urlencode(kept)}" if kept else url


def _roughly(length: dt.timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds >= 86400:
        return _("%s d") % (seconds // 86400)
    if seconds >= 3600:
        return _("%s h") % (seconds // 3600)
    return _("%s min") % max(seconds // 60, 1)
