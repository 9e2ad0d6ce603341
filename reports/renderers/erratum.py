"""更正说明: what a later edition changed, said before the corrected text."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from .annexes import Annex, Column, Row
from .letter import Paragraph, Section
from .text import printable

HEADING = "更正说明"
CORRECTED = "更正后的通报"
_CHANGES = ("位置", "原为", "更正为")
_MOVES = ("排名", "单位", "原名次", "更正后名次")
_NONE = "（无）"


def read_erratum(erratum: Mapping[str, Any]) -> tuple[Section, Section]:
    """The section that says what changed, and the bare heading under which the corrected text follows.

    Who holds the wrong issue is the office's own business and not printed.
    """
    moved = erratum.get("moved") or ()
    differences = erratum.get("differences") or ()
    paragraphs = [Paragraph(_opening(erratum))]
    if differences:
        paragraphs += [Paragraph(f"更正内容共{len(differences)}处："), _changes(differences)]
    if moved:
        paragraphs += [Paragraph(f"名次变动共{len(moved)}个："), _moves(moved)]
    return Section(HEADING, 1, tuple(paragraphs)), Section(CORRECTED, 1, ())


def _opening(erratum: Mapping[str, Any]) -> str:
    number = printable(erratum.get("number") or "")
    issued = erratum.get("issued_at")
    said = "，".join(filter(None, (number, f"{_day(issued)}印发" if issued else "")))
    title = printable(erratum.get("title") or "")
    reason = printable(erratum.get("reason") or "").rstrip("。")
    return f"本通报更正《{title}》{f'（{said}）' if said else ''}。" + (
        f"更正原因：{reason}。" if reason else ""
    )


def _day(issued: str) -> str:
    day = dt.datetime.fromisoformat(issued)
    return f"{day.year}年{day.month}月{day.day}日"


def _changes(differences: Sequence[Mapping[str, Any]]) -> Paragraph:
    lines = [
        (
            str(difference.get("label") or difference.get("where") or ""),
            _value(difference.get("before")),
            _value(difference.get("after")),
        )
        for difference in differences
    ]
    return _table("更正内容", _CHANGES, lines)


def _moves(moved: Sequence[Mapping[str, Any]]) -> Paragraph:
    lines = [
        (str(move["ranking_name"]), str(move["name"]), _place(move.get("before")), _place(move.get("after")))
        for move in moved
    ]
    return _table("名次变动", _MOVES, lines)


def _value(value: str | None) -> str:
    return _NONE if value in (None, "") else str(value)


def _place(place: int | str | None) -> str:
    return "不排名" if place in (None, "") else str(place)


def _table(title: str, heads: Sequence[str], lines: Sequence[tuple[str, ...]]) -> Paragraph:
    table = Annex(
        label="",
        number=0,
        title=title,
        period_line="",
        note="",
        landscape=False,
        columns=tuple(Column("", (head,), "text") for head in heads),
        rows=tuple(Row("data", "", tuple(map(printable, cells)), (None,) * len(heads)) for cells in lines),
        wrapped=True,
    )
    return Paragraph(title, table=table)
