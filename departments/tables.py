"""Tables as offices keep them: title lines, a head of one to four levels with merged cells, rows, totals and notes.

Only the shape is recognised here. Which column answers which item and which unit a name means is decided in
departments.services.mappings, where what is not certain is asked.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from departments.grids import LIMITS, Grid, Limits, TableError, read_file, read_pasted
from departments.models import normal_name

__all__ = ["LIMITS", "LeftOut", "Limits", "Row", "Table", "TableError", "read_pasted_table", "read_table"]

MAX_LEVELS = 4
# The head is looked for in so many rows from the top; above it stand title lines.
MAX_TITLE_ROWS = 20
UNIT_HEADS = frozenset(
    map(
        normal_name,
        [
            "单位",
            "单位名称",
            "填报单位",
            "责任单位",
            "部门",
            "部门名称",
            "单位（部门）",
            "单位/部门",
            "区划/部门",
            "区划",
            "办件所属区划",
            "所属区划",
            "区域",
            "乡镇",
            "镇",
            "镇（街道）",
            "乡镇（街道）",
            "村",
            "村（社区）",
            "窗口",
            "窗口单位",
            "名称",
            "unit",
        ],
    )
)
SERIAL_HEADS = frozenset({"序号", "编号", "No.", "no"})
TOTALS = frozenset({"合计", "总计", "小计", "共计", "总数", "平均", "平均值", "均值", "全区", "全市", "全县"})
_TOTAL_END = ("合计", "总计", "小计", "平均值", "平均水平")
_NOTE = re.compile(
    r"^(注|备注|说明|填报人|填报单位|填报时间|填报日期|填表人|审核人|审核|审批人|负责人|单位负责人|联系人|联系电话|制表|制表人|数据来源)"
    r"\s*[:：1-9１-９①（]"
)
_NUMBER = re.compile(r"^[+\-－]?[0-9０-９][0-9０-９,，.．]*[%％]?$")
_COLUMN_MARKS = frozenset({"甲", "乙", "栏次"})


@dataclass(frozen=True)
class Row:
    """One row of figures: its number in the file, and one text per column, unit names carried down merged cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """A row that is no unit's: `kind` is "total", "group" (a heading between rows) or "note"."""

    number: int
    text: str
    kind: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """What a table says. `head` is one path per column (top level first; empty for a column without a head).

    `unit` is the column of the units' names and `serial` that of the row numbers, where their heads say so.
    """

    titles: tuple[str, ...]
    head: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    left_out: tuple[LeftOut, ...] = ()
    unit: int | None = None
    serial: int | None = None
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """A name of each column, different from all others: its path by “/”, then “#2” for a second one of that path."""
        seen: Counter[str] = Counter()
        found = []
        for number, path in enumerate(self.head, 1):
            key = "/".join(path) or f"#{number}"
            seen[key] += 1
            found.append(key if seen[key] == 1 else f"{key}#{seen[key]}")
        return tuple(found)

    @property
    def depth(self) -> int:
        return max((len(path) for path in self.head), default=0)


def read_table(content: bytes, name: str, limits: Limits = LIMITS) -> Table:
    """The table in an .xlsx, .csv, .tsv or .txt file; TableError tells why it can't be read."""
    return recognise(read_file(content, name, limits))


def read_pasted_table(text: str, limits: Limits = LIMITS) -> Table:
    """The table in a text from the clipboard, head included."""
    return recognise(read_pasted(text, limits))


def recognise(grid: Grid) -> Table:
    """Title lines, head, rows, totals and notes of a grid; TableError when no head can be found."""
    top = _head_top(grid)
    bottom = _head_bottom(grid, top)
    head = tuple(_paths(_filled_head(grid, top, bottom)))
    unit = next((n for n, path in enumerate(head) if path and normal_name(path[-1]) in UNIT_HEADS), None)
    serial = next((n for n, path in enumerate(head) if path and normal_name(path[-1]) in SERIAL_HEADS), None)
    rows, left_out = _body(grid, bottom + 1, unit)
    if not rows:
        raise TableError(_("There are no rows under the head of this table."))
    return Table(
        titles=tuple(text for row in grid.rows[:top] if (text := " ".join(filter(None, row)))),
        head=head,
        rows=tuple(rows),
        left_out=tuple(left_out),
        unit=unit,
        serial=serial,
        sheet=grid.sheet,
        other_sheets=grid.other_sheets,
    )


def is_number(text: str) -> bool:
    """Whether a cell holds a figure (thousands separators and a per cent sign included)."""
    return bool(_NUMBER.match(text))


def is_total(name: str) -> bool:
    """Whether a name in the units' column is that of a total, not of a unit."""
    folded = normal_name(name)
    return folded in TOTALS or folded.endswith(_TOTAL_END)


def _head_top(grid: Grid) -> int:
    """The first row that names the units' column; without one, the first row of several texts and no figure."""
    first = grid.rows[:MAX_TITLE_ROWS]
    for index, row in enumerate(first):
        if any(normal_name(text) in UNIT_HEADS for text in row) and sum(map(bool, row)) > 1:
            return index
    for index, row in enumerate(first):
        if sum(map(bool, row)) > 1 and not any(map(is_number, row)) and not any("：" in text for text in row):
            return index
    raise TableError(
        _("No head was found: the table needs a row with the names of the columns, one of them “单位”.")
    )


def _head_bottom(grid: Grid, top: int) -> int:
    """The last row of the head: as deep as its merged cells reach, or down to the last row without name and figure."""
    bottom = max(
        (merge.bottom for merge in grid.merges or () if merge.top == top and merge.bottom < top + MAX_LEVELS),
        default=top,
    )
    named = [
        column for column, text in enumerate(grid.rows[top]) if normal_name(text) in UNIT_HEADS | SERIAL_HEADS
    ]
    while bottom + 1 < min(top + MAX_LEVELS, len(grid.rows)):
        row = grid.rows[bottom + 1]
        if not any(row) or any(row[column] for column in named) or any(map(is_number, row)) or not named:
            break
        bottom += 1
    return bottom


def _filled_head(grid: Grid, top: int, bottom: int) -> list[list[str]]:
    """The head's levels with merged texts carried right, blanks inside texts removed."""
    levels = [["".join(text.split()) for text in row] for row in grid.rows[top : bottom + 1]]
    spans = [merge for merge in grid.merges or () if top <= merge.top <= bottom and merge.right > merge.left]
    for merge in spans:
        text = levels[merge.top - top][merge.left]
        for column in range(merge.left, min(merge.right, len(levels[0]) - 1) + 1):
            levels[merge.top - top][column] = text
    if not spans:
        _carry_right(levels)
    return levels


def _carry_right(levels: list[list[str]]) -> None:
    """Where nothing says what was merged: a blank above a text belongs to its left neighbour under the same heading."""
    for depth, level in enumerate(levels[:-1]):
        for column in range(1, len(level)):
            below = any(lower[column] for lower in levels[depth + 1 :])
            same = all(upper[column] == upper[column - 1] for upper in levels[:depth])
            if not level[column] and below and same:
                level[column] = level[column - 1]


def _paths(levels: list[list[str]]) -> Iterator[tuple[str, ...]]:
    for column in range(len(levels[0])):
        yield tuple(level[column] for level in levels if level[column])


def _body(grid: Grid, start: int, unit: int | None) -> tuple[list[Row], list[LeftOut]]:
    carried = _carried(grid, start, unit)
    rows: list[Row] = []
    left_out: list[LeftOut] = []
    name = ""
    for index in range(start, len(grid.rows)):
        cells, number = grid.rows[index], grid.numbers[index]
        if not any(cells) or (unit is not None and normal_name(cells[unit]) in _COLUMN_MARKS):
            continue
        kind = _kind(cells, unit)
        if kind:
            text = next(text for text in cells if text and not (kind == "total" and is_number(text)))
            left_out.append(LeftOut(number, text, kind, cells))
            name = ""
            continue
        if unit is not None:
            name = cells[unit] or carried.get(index, name if grid.merges is None else "")
            cells = (*cells[:unit], name, *cells[unit + 1 :])
        rows.append(Row(number, cells))
    return rows, left_out


def _kind(cells: tuple[str, ...], unit: int | None) -> str:
    """ "note", "group" or "total" for a row that is no unit's, "" for the others."""
    first = next(text for text in cells if text)
    if _NOTE.match(first) and sum(map(is_number, cells)) <= 1:
        return "note"
    if any(
        is_total(text)
        for place, text in enumerate(cells)
        if text and not is_number(text) and place <= (unit or 0)
    ):
        return "total"
    # A row of one text: a heading, or a unit that has left everything blank; nothing can be taken from either.
    if len(cells) > 2 and len(set(filter(None, cells))) == 1 and not is_number(first):
        return "group"
    return ""


def _carried(grid: Grid, start: int, unit: int | None) -> dict[int, str]:
    """Row → the name of the merged cell that covers it in the units' column."""
    return {
        row: grid.rows[merge.top][unit]
        for merge in grid.merges or ()
        if unit is not None and merge.left <= unit <= merge.right and merge.top >= start
        for row in range(merge.top + 1, min(merge.bottom, len(grid.rows) - 1) + 1)
    }
