"""The heads of a table, merged over neighbouring columns."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HeadCell:
    """A head over `columns` columns and `rows` head lines, its top left corner at (row, column)."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


def head_cells(paths: Sequence[Sequence[str]]) -> tuple[HeadCell, ...]:
    """Heads merged over neighbouring columns that share a prefix; a column's last head reaches down to the body."""
    depth = head_depth(paths)
    cells = []
    for level in range(depth):
        column = 0
        while column < len(paths):
            path = paths[column]
            if level >= max(len(path), 1):
                column += 1
                continue
            last = level >= len(path) - 1
            span = 1 if last else _shared(paths, column, level + 1)
            cells.append(
                HeadCell(
                    text=path[level] if path else "",
                    row=level,
                    column=column,
                    rows=depth - level if last else 1,
                    columns=span,
                )
            )
            column += span
    return tuple(cells)


def head_depth(paths: Sequence[Sequence[str]]) -> int:
    """Number of head lines; at least one."""
    return max((len(path) for path in paths), default=1) or 1


def _shared(paths: Sequence[Sequence[str]], start: int, length: int) -> int:
    """How many columns from `start` on stand under the same first `length` heads."""
    prefix = list(paths[start][:length])
    end = start
    while end < len(paths) and len(paths[end]) > length and list(paths[end][:length]) == prefix:
        end += 1
    return end - start
