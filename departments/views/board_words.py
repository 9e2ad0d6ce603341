"""How the board writes a square, a rate and a period: few letters, the whole sentence when pointed at."""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
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
    """准时, 迟报2天, 未报, 已退回, 未到期 or 不需报; lateness in its largest unit only."""
    if square.state == BoardState.LATE:
        return _late(square.late_by)
    return str(square.state.label)


def step(square: Square) -> str:
    """What is still to be done with a form handed in; "" when it is approved, or not handed in."""
    return {
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


class Painter:
    """Squares as table cells. Not a template's work: a board may have 13,000 of them, but only some dozens of looks."""

    def __init__(self) -> None:
        self._list_url = reverse("admin:departments_submission_changelist")
        self._looks: dict[tuple[Any, ...], tuple[SafeString, SafeString]] = {}

    def cells(self, squares: Iterable[Square]) -> SafeString:
        """The squares of one row; each leads to its submission."""
        return SafeString("".join([self._cell(square) for square in squares]))

    def _cell(self, square: Square) -> str:
        if square.submission is None:
            return format_html('<td class="gs-tone-{}">{}</td>', TONES[square.state], word(square))
        key = (square.state, square.status, square.nil, square.late_by)
        before, after = self._looks.get(key) or self._looks.setdefault(key, self._look(square))
        return f"{before}{square.submission:d}{after}"

    def _look(self, square: Square) -> tuple[SafeString, SafeString]:
        """What stands before and after the submission's id."""
        mark = step(square)
        return (
            format_html(
                '<td class="gs-tone-{}" title="{}"><a href="{}',
                TONES[square.state],
                sentence(square),
                self._list_url,
            ),
            format_html(
                '/change/">{}{}{}</a></td>',
                word(square),
                format_html("<i>{}</i>", _("nil")) if square.nil else "",
                format_html("<small>{}</small>", mark) if mark else "",
            ),
        )


def plain(square: Square) -> str:
    """The square in a table file."""
    return word(square) + (_(" (nil return)") if square.nil else "")


def rate(value: Fraction | None) -> str:
    """In per cent with one decimal, half up; a dash where nothing counts."""
    return "—" if value is None else f"{display(100 * value, 1)}%"


def short_label(window: Window) -> str:
    """The period without its year, which stands below it; a year is just that."""
    label = window.when.label
    return label.removeprefix(f"{year_of(window)}年") or label


def year_of(window: Window) -> str:
    return window.when.label[:4]


def board_url(name: str, query: dict[str, str], **changes: str) -> str:
    """The address of one of the board's pages with the present filters, some of them changed ("" takes one out)."""
    kept = {key: value for key, value in {**query, **changes}.items() if value}
    url = reverse(f"admin:departments_submission_{name}")
    return f"{url}?{urlencode(kept)}" if kept else url


def _late(length: dt.timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds >= 86400:
        return _("late %sd") % (seconds // 86400)
    if seconds >= 3600:
        return _("late %sh") % (seconds // 3600)
    return _("late %smin") % max(seconds // 60, 1)
