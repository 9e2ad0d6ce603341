"""Annex tables in Word: fixed widths, merged heads repeated on each page, rows that stay whole."""

from typing import Any, Final

from .tables import INSET, BodyCell, BodyRow, HeadCell, Table
from .word_xml import cell, paragraph, row, run, table

# Line height and padding above and below, in ems of the type size.
_PITCH: Final = 1.15
_PADDING: Final = 0.08


def annex_table(drawn: Table, head_style: str, text_style: str) -> Any:
    """The w:tbl of one table part; style ids for head and body cells."""
    half_points = round(drawn.size * 2)
    heads = [
        row(_head_line(drawn, line, head_style, half_points), head=True) for line in range(drawn.head_rows)
    ]
    body = [row(_body_line(drawn, line, text_style, half_points)) for line in drawn.rows]
    return table(drawn.widths, [*heads, *body], inset=INSET, padding=drawn.size * _PADDING)


def _head_line(drawn: Table, line: int, style: str, half_points: int) -> list[Any]:
    """Cells that start in this line, and the continuations of those reaching down from above."""
    cells = []
    for head in sorted(drawn.head, key=lambda head: head.column):
        if head.row == line:
            words = [run(head.text, half_points=half_points)]
            cells.append(_head_cell(drawn, head, words, style, "restart" if head.rows > 1 else ""))
        elif head.row < line < head.row + head.rows:
            cells.append(_head_cell(drawn, head, [], style, "continue"))
    return cells


def _head_cell(drawn: Table, head: HeadCell, words: list[Any], style: str, merge: str) -> Any:
    width = sum(drawn.widths[head.column : head.column + head.columns])
    return cell(
        width, paragraph(style, *words, grid=False, pitch=drawn.size * _PITCH), span=head.columns, merge=merge
    )


def _body_line(drawn: Table, line: BodyRow, style: str, half_points: int) -> list[Any]:
    return [_body_cell(drawn, line, placed, style, half_points) for placed in line.cells]


def _body_cell(drawn: Table, line: BodyRow, placed: BodyCell, style: str, half_points: int) -> Any:
    width = sum(drawn.widths[placed.column : placed.column + placed.columns])
    words = run(placed.text, bold=line.bold, half_points=half_points)
    return cell(
        width,
        paragraph(style, words, align=placed.align, grid=False, pitch=drawn.size * _PITCH),
        span=placed.columns,
    )
