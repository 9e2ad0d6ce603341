"""Annex tables before they are drawn: merged heads, placed cells, column widths that fit the page.

A table is set in the largest type at which it fits. Where even the smallest does not fit, it is cut into parts that
repeat the key columns (序号, 单位), never printed off the page. Widths are points, text widths ems of the type size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .content import Annex, Column, Row
from .text import em_width, longest_word

SIZES: Final = (12.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
INSET: Final = 2.0
_KEY_KINDS: Final = ("seq", "unit")
_BOLD_KINDS: Final = ("total", "subtotal", "group")
_UNIT_EMS: Final = 14.0
_TEXT_EMS: Final = 10.0
# Word's fonts may be a little wider than the shipped ones.
_SLACK_EMS: Final = 0.15
_NUMBER_EMS: Final = 16.0
EMPTY: Final = "（无）"


@dataclass(frozen=True)
class HeadCell:
    """A head over `columns` columns and `rows` head lines, its top left corner at (row, column)."""

    text: str
    row: int
    column: int
    rows: int
    columns: int


@dataclass(frozen=True)
class BodyCell:
    """A printed cell; `source` is its column in the annex, `align` one of left, center, right."""

    text: str
    column: int
    columns: int
    align: str
    source: int


@dataclass(frozen=True)
class BodyRow:
    """A row as drawn."""

    kind: str
    unit: str
    bold: bool
    cells: tuple[BodyCell, ...]


@dataclass(frozen=True)
class Table:
    """One table, or one part of a table cut by columns."""

    size: float
    widths: tuple[float, ...]
    head_rows: int
    head: tuple[HeadCell, ...]
    rows: tuple[BodyRow, ...]


def whole_table(annex: Annex) -> Table:
    """The table in one piece, for formats without pages; size and widths are zero."""
    return _table(annex, tuple(range(len(annex.columns))), 0.0, (0.0,) * len(annex.columns))


def fitted_tables(annex: Annex, width: float) -> tuple[Table, ...]:
    """The parts of the annex, each exactly `width` points wide; none where it has no columns."""
    if not annex.columns:
        return ()
    least = [_least_ems(annex, index) for index in range(len(annex.columns))]
    easy = [max(need, _easy_head_ems(column)) for need, column in zip(least, annex.columns, strict=True)]
    everything = tuple(range(len(annex.columns)))
    for needs in (easy, least):
        for size in SIZES:
            if _points(needs, everything, size) <= width:
                return (_table(annex, everything, size, _spread(needs, everything, size, width)),)
    size = SIZES[-1]
    return tuple(
        _table(annex, part, size, _spread(least, part, size, width))
        for part in _cut(annex, least, size, width)
    )


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


def _table(annex: Annex, part: tuple[int, ...], size: float, widths: tuple[float, ...]) -> Table:
    paths = [annex.columns[index].path for index in part]
    rows = tuple(_body_row(row, annex.columns, part) for row in annex.rows)
    if not rows:
        rows = (
            BodyRow("empty", "", False, (BodyCell(EMPTY, 0, len(part), "center", part[0] if part else 0),)),
        )
    return Table(size, widths, head_depth(paths), head_cells(paths), rows)


def _body_row(row: Row, columns: Sequence[Column], part: Sequence[int]) -> BodyRow:
    cells = [
        BodyCell(row.cells[source], place, 1, _align(columns[source].kind, row.cells[source]), source)
        for place, source in enumerate(part)
    ]
    merged = len(part) if row.kind == "group" else _total_label_span(row, columns, part)
    if merged > 1:
        label = " ".join(cell.text for cell in cells[:merged] if cell.text)
        align = "left" if row.kind == "group" else "center"
        cells[:merged] = [BodyCell(label, 0, merged, align, part[0])]
    return BodyRow(row.kind, row.unit, row.kind in _BOLD_KINDS, tuple(cells))


def _total_label_span(row: Row, columns: Sequence[Column], part: Sequence[int]) -> int:
    """A total has no 序号: its label takes the place of 序号 and name together."""
    if row.kind == "data" or [columns[source].kind for source in part[:2]] != list(_KEY_KINDS):
        return 1
    return 2 if "" in (row.cells[part[0]], row.cells[part[1]]) else 1


def _align(kind: str, text: str) -> str:
    if kind == "seq" or text in ("", "—"):
        return "center"
    return "left" if kind in ("unit", "text") else "right"


def _least_ems(annex: Annex, index: int) -> float:
    """What a column cannot do without: numbers on one line, names and texts on few, heads two characters wide."""
    column = annex.columns[index]
    limit = {"unit": _UNIT_EMS, "text": _TEXT_EMS}.get(column.kind, _NUMBER_EMS)
    texts = [row.cells[index] for row in annex.rows if row.kind == "data" or column.kind not in _KEY_KINDS]
    body = max((max(min(em_width(text), limit), longest_word(text)) for text in texts), default=0.0)
    head = column.path[-1] if column.path else ""
    return max(body, min(em_width(head), 2.0), longest_word(head)) + _SLACK_EMS


def _easy_head_ems(column: Column) -> float:
    """Width at which the column's own head takes at most five lines, one em given up to breaking."""
    width = em_width(column.path[-1]) if column.path else 0.0
    return min(width, max(2.0, width / 5 + 1.0))


def _points(needs: Sequence[float], part: Sequence[int], size: float) -> float:
    return sum(needs[index] * size + 2 * INSET for index in part)


def _spread(needs: Sequence[float], part: Sequence[int], size: float, width: float) -> tuple[float, ...]:
    """Widths that fill the page: every column keeps its need, the rest is shared out by need; 序号 takes none."""
    least = [needs[index] * size + 2 * INSET for index in part]
    grow = [points if place or len(part) == 1 else 0.0 for place, points in enumerate(least)]
    # Only a single column can need more than a page; its text then breaks inside the cell.
    spare = (width - sum(least)) / (sum(grow) or 1.0)
    return tuple(points + share * spare for points, share in zip(least, grow, strict=True))


def _cut(annex: Annex, needs: Sequence[float], size: float, width: float) -> list[tuple[int, ...]]:
    """Column sets of the parts: as few as fit, of like width, each with the key columns first."""
    keys: list[int] = []
    for index, column in enumerate(annex.columns):
        if column.kind not in _KEY_KINDS or index != len(keys):
            break
        keys.append(index)
    groups = _head_groups(annex.columns, len(keys))
    points = [[_points(needs, [index], size) for index in group] for group in groups]
    room = width - _points(needs, keys, size)
    fewest = len(_fill(groups, points, room))
    level = sum(map(sum, points)) / fewest
    rooms = (level + (room - level) * step / 20 for step in range(21))
    parts = next(
        (parts for parts in (_fill(groups, points, each) for each in rooms) if len(parts) == fewest), []
    )
    return [(*keys, *part) for part in parts or _fill(groups, points, room)]


def _fill(groups: list[list[int]], points: list[list[float]], room: float) -> list[list[int]]:
    """Fill one part after the other; a head group is cut only where it is wider than a part."""
    parts: list[list[int]] = []
    used = room + 1
    for group, widths in zip(groups, points, strict=True):
        whole = sum(widths)
        for index, points_of_column in zip(group, widths, strict=True):
            need = whole if index == group[0] and whole <= room else points_of_column
            if not parts or used + need > room:
                parts.append([])
                used = 0.0
            parts[-1].append(index)
            used += points_of_column
    return parts


def _head_groups(columns: Sequence[Column], start: int) -> list[list[int]]:
    groups: list[list[int]] = []
    for index in range(start, len(columns)):
        top = columns[index].path[:1]
        if groups and len(columns[index].path) > 1 and columns[groups[-1][-1]].path[:1] == top:
            groups[-1].append(index)
        else:
            groups.append([index])
    return groups
