"""Cells merged downwards: equal neighbours of data rows become one where every merging column to the left is one, too."""

from collections.abc import Sequence

from .annexes import Column, Row

Spans = tuple[tuple[int, ...], ...]


def merged_spans(rows: Sequence[Row], columns: Sequence[Column]) -> Spans:
    """For each row and column how many rows the cell starting there reaches over; 0 where one from above covers it.

    Blank cells are never merged: two units that left a cell blank did not say the same.
    """
    spans = [[1] * len(columns) for _ in rows]
    merging = [index for index, column in enumerate(columns) if column.merge]
    # joined[i]: whether row i goes on the cells of the row above in every merging column looked at so far.
    joined = [bool(line) and rows[line - 1].kind == row.kind == "data" for line, row in enumerate(rows)]
    for column in merging:
        start = 0
        for line, row in enumerate(rows):
            text = row.cells[column]
            joined[line] = joined[line] and text != "" and text == rows[line - 1].cells[column]
            if joined[line]:
                spans[start][column] += 1
                spans[line][column] = 0
            else:
                start = line
    return tuple(tuple(line) for line in spans)
