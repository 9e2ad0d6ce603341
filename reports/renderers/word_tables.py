"""Annex tables in Word: fixed widths, merged heads repeated on each page, rows that stay whole."""

from dataclasses import dataclass
from typing import Any

from .heads import HeadCell
from .tables import INSET, MARK_SHADE, BodyCell, Table
from .word_xml import cell, paragraph, row, run, table


@dataclass(frozen=True)
class _Placed:
    """A cell in one row; `merge` is restart, continue or empty."""

    cell: BodyCell
    bold: bool
    merge: str


def annex_table(drawn: Table, head_style: str, text_style: str) -> Any:
    """The w:tbl of one table part; style ids for head and body cells."""
    half_points = round(drawn.size * 2)
    heads = [
        row(_head_line(drawn, line, head_style, half_points), head=True) for line in range(drawn.head_rows)
    ]
    body = [
        row(_body_line(drawn, placed, text_style, half_points), whole=not line.tall)
        for line, placed in zip(drawn.rows, _placed(drawn), strict=True)
    ]
    return table(drawn.widths, [*heads, *body], inset=INSET, padding=drawn.size * drawn.metrics.word_padding)


def _placed(drawn: Table) -> list[list[_Placed]]:
    """The cells of each row from the left, those reaching down from above among them."""
    lines: list[list[_Placed]] = []
    above: list[tuple[BodyCell, int]] = []
    for line in drawn.rows:
        here = [_Placed(cell, line.bold, "restart" if cell.rows > 1 else "") for cell in line.cells]
        here += [_Placed(cell, line.bold, "continue") for cell, _ in above]
        lines.append(sorted(here, key=lambda placed: placed.cell.column))
        above = [(cell, left - 1) for cell, left in above if left > 1]
        above += [(cell, cell.rows - 1) for cell in line.cells if cell.rows > 1]
    return lines


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
        width,
        paragraph(style, *words, grid=False, pitch=drawn.size * drawn.metrics.word_pitch),
        span=head.columns,
        merge=merge,
    )


def _body_line(drawn: Table, line: list[_Placed], style: str, half_points: int) -> list[Any]:
    return [_body_cell(drawn, placed, style, half_points) for placed in line]


def _body_cell(drawn: Table, placed: _Placed, style: str, half_points: int) -> Any:
    made = placed.cell
    width = sum(drawn.widths[made.column : made.column + made.columns])
    words = [run(made.text, bold=placed.bold or bool(made.mark), half_points=half_points)]
    return cell(
        width,
        paragraph(
            style,
            *(words if placed.merge != "continue" else []),
            align=made.align,
            grid=False,
            pitch=drawn.size * drawn.metrics.word_pitch,
        ),
        span=made.columns,
        merge=placed.merge,
        shade=MARK_SHADE if made.mark else "",
    )
