"""Tables over pages. A merged cell that crosses a page's end is printed again on the next page, so a table with merged
cells is cut here, at heights that no typesetter used exceeds; any other table is left to flow.

Lengths are points. Heights are those of the PDF, which Word's are below.
"""

from dataclasses import dataclass, replace
from typing import Final

from . import page
from .annexes import Annex
from .heads import HeadCell
from .merging import merged_spans
from .row_metrics import FIRST
from .tables import INSET, SIZES, Table, fitted_tables, sliced
from .text import line_count, title_lines

# Between what stands above a table and the table.
GAP_EMS: Final = 0.6
# A page is not ended inside a merged cell when it is at least this full where the cell begins.
_FULL: Final = 0.75
# What Word's footer, though empty, takes from a turned sheet, and the low paragraph between two parts.
_TURNED_SLACK: Final = 16.0
# 小五, below which no type is made smaller only to save a page.
_PLAIN_SIZE: Final = 9.0
# Fewer characters than this never fill a page.
_LONG: Final = 100


@dataclass(frozen=True)
class Part:
    """A table for one page or, where nothing is merged, for as many as it needs.

    `continued` counts the parts cut by columns (续表1 …) at the first page of each, 0 elsewhere.
    """

    table: Table
    continued: int


def annex_parts(annex: Annex) -> tuple[Part, ...]:
    """The parts of an annex in print order, each begun on a page of its own."""
    room = page.text_height(annex.landscape) - (_TURNED_SLACK if annex.landscape else 0.0)
    title = title_lines(annex.title, page.text_width(annex.landscape) / page.SIZE_TITLE)
    # The label and a blank line stand above the title, the period below it.
    lines = 2 + len(title) + bool(annex.period_line)
    return _parts(annex, page.text_width(annex.landscape), room - lines * page.PITCH_PT, room)


def letter_parts(table: Annex) -> tuple[Part, ...]:
    """The parts of a small table among the paragraphs of the letter."""
    room = page.text_height(False)
    return _parts(table, page.text_width(False), room, room)


def _parts(annex: Annex, width: float, first: float, room: float) -> tuple[Part, ...]:
    parts: list[Part] = []
    for index, table in enumerate(_fitted(annex, width, first)):
        left = room - page.PITCH_PT if index else first
        cuts = _cuts(annex, table, left, room) if _merges(annex) else [(0, len(annex.rows))]
        for place, (start, end) in enumerate(cuts):
            cut = sliced(annex, table, start, end) if len(cuts) > 1 else table
            parts.append(Part(_tall(cut, room), index if place == 0 else 0))
    return tuple(parts)


def _fitted(annex: Annex, width: float, first: float) -> tuple[Table, ...]:
    """The tables in the largest type that fits the width; in a smaller one where that leaves no rows for a second page."""
    tables = fitted_tables(annex, width)
    least = len(annex.rows) * _PLAIN_SIZE * annex.metrics.height(1)
    if annex.metrics is FIRST or len(tables) != 1 or not annex.rows or least > first:
        return tables
    for size in (size for size in SIZES if _PLAIN_SIZE <= size <= tables[0].size):
        (smaller,) = fitted_tables(annex, width, size)
        if _head_height(smaller) + sum(row_heights(smaller)) + _notes_height(annex, width) <= first:
            return (smaller,)
    return tables


def _notes_height(annex: Annex, width: float) -> float:
    lines = sum(line_count(note, width / page.SIZE_TABLE_NOTE) for note in annex.notes)
    return GAP_EMS * page.SIZE_BODY + page.SIZE_TABLE_NOTE * (1.5 * lines + len(annex.notes))


def _merges(annex: Annex) -> bool:
    return any(column.merge for column in annex.columns) and bool(annex.rows)


def _cuts(annex: Annex, table: Table, first: float, room: float) -> list[tuple[int, int]]:
    """Row ranges of the pages, each as many rows as the page holds, ended before a merged cell where that wastes little."""
    head = _head_height(table) + GAP_EMS * page.SIZE_BODY
    innermost = max(index for index, column in enumerate(annex.columns) if column.merge)
    begins = [span[innermost] > 0 for span in merged_spans(annex.rows, annex.columns)]
    cuts: list[tuple[int, int]] = []
    start, left = 0, first - head
    while start < len(annex.rows):
        end, good = start + 1, 0
        while (
            end < len(annex.rows) and (used := sum(row_heights(sliced(annex, table, start, end + 1)))) <= left
        ):
            end += 1
            if used >= left * _FULL and (end == len(annex.rows) or begins[end]):
                good = end
        end = good or end
        cuts.append((start, end))
        start, left = end, room - head
    return cuts


def row_heights(table: Table) -> list[float]:
    """The greatest height of each body row; what a merged cell needs beyond its rows goes to the last of them."""
    heights = [0.0] * len(table.rows)
    spanning: list[tuple[int, int, float]] = []
    for line, row in enumerate(table.rows):
        for cell in row.cells:
            need = _height(cell.text, table, cell.column, cell.columns)
            if cell.rows == 1:
                heights[line] = max(heights[line], need)
            else:
                spanning.append((line, cell.rows, need))
    for line, count, need in sorted(spanning, key=lambda span: span[0] + span[1]):
        heights[line + count - 1] += max(0.0, need - sum(heights[line : line + count]))
    return heights


def _head_height(table: Table) -> float:
    heights = [0.0] * table.head_rows
    for cell in sorted(table.head, key=lambda cell: cell.row + cell.rows):
        need = _head_cell_height(cell, table) - sum(heights[cell.row : cell.row + cell.rows])
        heights[cell.row + cell.rows - 1] += max(0.0, need)
    return sum(heights)


def _head_cell_height(cell: HeadCell, table: Table) -> float:
    return _height(cell.text, table, cell.column, cell.columns)


def _height(text: str, table: Table, column: int, columns: int) -> float:
    width = sum(table.widths[column : column + columns]) - 2 * INSET
    return table.size * table.metrics.height(line_count(text, width / table.size))


def _tall(table: Table, room: float) -> Table:
    """The table with every row marked that no page holds below its head."""
    long = [max((len(cell.text) for cell in row.cells), default=0) > _LONG for row in table.rows]
    if not any(long):
        return table
    most = room - _head_height(table) - GAP_EMS * page.SIZE_BODY
    rows = [
        replace(row, tall=is_long and height > most)
        for row, is_long, height in zip(table.rows, long, row_heights(table), strict=True)
    ]
    return replace(table, rows=tuple(rows))
