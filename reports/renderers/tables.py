"""Annex tables before they are drawn: merged heads and cells, column widths that fit the page.

A table is set in the largest type at which it fits. Where even the smallest does not fit, it is cut into parts that
repeat the key columns (序号, 单位), never printed off the page. Widths are points, text widths ems of the type size.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .annexes import Annex, Column, Row
from .heads import HeadCell, head_cells, head_depth
from .merging import merged_spans
from .row_metrics import RowMetrics
from .text import em_width, longest_word
from .widths import balanced_ems

SIZES: Final = (12.0, 10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
INSET: Final = 2.0
_KEY_KINDS: Final = ("seq", "unit")
_BOLD_KINDS: Final = ("total", "subtotal", "group")
# A name or a text longer than this is broken into lines; in a table of long texts sooner.
_EMS: Final = {"unit": 14.0, "text": 10.0}
_WRAPPED_EMS: Final = {"unit": 5.0, "text": 4.0}
# Word's fonts may be a little wider than the shipped ones.
_SLACK_EMS: Final = 0.15
_NUMBER_EMS: Final = 16.0
_HEAD_LINES: Final = 5
_WRAPPED_HEAD_LINES: Final = 2
# Long texts are read in 五号 at most: larger type makes few rows fill a page.
_WRAPPED_SIZE: Final = 10.5
EMPTY: Final = "（无）"
# The ground of a cell set off; its words are bold as well, and the legend says why.
MARK_SHADE: Final = "#e3e3e3"

# Needs in ems, the columns of a part, type size, points to fill: widths in points.
Spread = Callable[[Sequence[float], Sequence[int], float, float], tuple[float, ...]]


@dataclass(frozen=True)
class BodyCell:
    """A printed cell; `source` is its column in the annex, `align` one of left, center, right.

    It reaches down over `rows` rows, which have no cell of their own there; `mark` sets it off (target, last).
    """

    text: str
    column: int
    columns: int
    align: str
    source: int
    rows: int = 1
    mark: str = ""


@dataclass(frozen=True)
class BodyRow:
    """A row as drawn; `tall`: no page can hold it, so it may be broken."""

    kind: str
    unit: str
    bold: bool
    cells: tuple[BodyCell, ...]
    tall: bool = False


@dataclass(frozen=True)
class Table:
    """One table, or one part of a table cut by columns or by rows; `columns` are those of the annex."""

    size: float
    widths: tuple[float, ...]
    head_rows: int
    head: tuple[HeadCell, ...]
    rows: tuple[BodyRow, ...]
    columns: tuple[int, ...]
    metrics: RowMetrics


def whole_table(annex: Annex) -> Table:
    """The table in one piece, for formats without pages; size and widths are zero."""
    return _table(annex, tuple(range(len(annex.columns))), 0.0, (0.0,) * len(annex.columns))


def fitted_tables(annex: Annex, width: float, largest: float = SIZES[0]) -> tuple[Table, ...]:
    """The parts of the annex, each exactly `width` points wide, in no larger type; none where it has no columns."""
    if not annex.columns:
        return ()
    least = [_least_ems(annex, index) for index in range(len(annex.columns))]
    lines = _WRAPPED_HEAD_LINES if annex.wrapped else _HEAD_LINES
    easy = [
        max(need, _easy_head_ems(column, lines)) for need, column in zip(least, annex.columns, strict=True)
    ]
    largest = min(largest, _WRAPPED_SIZE) if annex.wrapped else largest
    sizes = [size for size in SIZES if size <= largest]
    everything = tuple(range(len(annex.columns)))
    spread = _balance(annex) if annex.wrapped else _spread
    for needs in (easy, least):
        for size in sizes:
            if _points(needs, everything, size) <= width:
                return (_table(annex, everything, size, spread(needs, everything, size, width)),)
    size = SIZES[-1]
    return tuple(
        _table(annex, part, size, spread(least, part, size, width))
        for part in _cut(annex, least, size, width)
    )


def sliced(annex: Annex, table: Table, start: int, end: int) -> Table:
    """Rows [start, end) of the table alone: cells merged across its edges are whole on both sides."""
    return replace(table, rows=_body(annex, table.columns, start, end))


def _table(annex: Annex, part: tuple[int, ...], size: float, widths: tuple[float, ...]) -> Table:
    paths = [annex.columns[index].path for index in part]
    rows = _body(annex, part, 0, len(annex.rows))
    if not rows:
        rows = (
            BodyRow("empty", "", False, (BodyCell(EMPTY, 0, len(part), "center", part[0] if part else 0),)),
        )
    return Table(size, widths, head_depth(paths), head_cells(paths), rows, part, annex.metrics)


def _body(annex: Annex, part: Sequence[int], start: int, end: int) -> tuple[BodyRow, ...]:
    rows = annex.rows[start:end]
    spans = merged_spans(rows, annex.columns)
    return tuple(_body_row(row, annex.columns, part, span) for row, span in zip(rows, spans, strict=True))


def _body_row(row: Row, columns: Sequence[Column], part: Sequence[int], spans: Sequence[int]) -> BodyRow:
    cells = [
        BodyCell(
            text=row.cells[source],
            column=place,
            columns=1,
            align=_align(columns[source], row.cells[source]),
            source=source,
            rows=spans[source],
            mark=row.marks[source] if row.marks else "",
        )
        for place, source in enumerate(part)
    ]
    merged = len(part) if row.kind == "group" else _total_label_span(row, columns, part)
    if merged > 1:
        label = " ".join(cell.text for cell in cells[:merged] if cell.text)
        align = "left" if row.kind == "group" else "center"
        cells[:merged] = [BodyCell(label, 0, merged, align, part[0])]
    return BodyRow(row.kind, row.unit, row.kind in _BOLD_KINDS, tuple(cell for cell in cells if cell.rows))


def _total_label_span(row: Row, columns: Sequence[Column], part: Sequence[int]) -> int:
    """A total has no 序号: its label takes the place of 序号 and name together."""
    if row.kind == "data" or [columns[source].kind for source in part[:2]] != list(_KEY_KINDS):
        return 1
    return 2 if "" in (row.cells[part[0]], row.cells[part[1]]) else 1


def _align(column: Column, text: str) -> str:
    if column.kind in ("seq", "rank") or text in ("", "—"):
        return "center"
    return "left" if column.kind in ("unit", "text") else "right"


def _least_ems(annex: Annex, index: int) -> float:
    """What a column cannot do without: numbers on one line, names and texts on few, heads two characters wide."""
    column = annex.columns[index]
    limits = _WRAPPED_EMS if annex.wrapped else _EMS
    limit = limits.get(column.kind, _NUMBER_EMS)
    texts = [row.cells[index] for row in annex.rows if row.kind == "data" or column.kind not in _KEY_KINDS]
    body = max((max(min(em_width(text), limit), longest_word(text)) for text in texts), default=0.0)
    head = column.path[-1] if column.path else ""
    return max(body, min(em_width(head), 2.0), longest_word(head)) + _SLACK_EMS


def _easy_head_ems(column: Column, lines: int) -> float:
    """Width at which the column's own head takes at most so many lines, one em given up to breaking."""
    width = em_width(column.path[-1]) if column.path else 0.0
    return min(width, max(2.0, width / lines + 1.0))


def _points(needs: Sequence[float], part: Sequence[int], size: float) -> float:
    return sum(needs[index] * size + 2 * INSET for index in part)


def _spread(needs: Sequence[float], part: Sequence[int], size: float, width: float) -> tuple[float, ...]:
    """Widths that fill the page: every column keeps its need, the rest is shared out by need; 序号 takes none."""
    least = [needs[index] * size + 2 * INSET for index in part]
    grow = [points if place or len(part) == 1 else 0.0 for place, points in enumerate(least)]
    # Only a single column can need more than a page; its text then breaks inside the cell.
    spare = (width - sum(least)) / (sum(grow) or 1.0)
    return tuple(points + share * spare for points, share in zip(least, grow, strict=True))


def _balance(annex: Annex) -> Spread:
    """The spread for long texts: each cell counts once, however many rows it is merged over."""
    spans = merged_spans(annex.rows, annex.columns)
    texts = [
        [em_width(row.cells[index]) for row, span in zip(annex.rows, spans, strict=True) if span[index]]
        for index in range(len(annex.columns))
    ]

    def spread(needs: Sequence[float], part: Sequence[int], size: float, width: float) -> tuple[float, ...]:
        room = (width - 2 * INSET * len(part)) / size
        ems = balanced_ems([texts[index] for index in part], [needs[index] for index in part], room)
        return tuple(each * size + 2 * INSET for each in ems)

    return spread


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
