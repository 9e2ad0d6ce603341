"""How a form lies on the page: blocks of columns under heads of several levels, so that no page is wider than a screen."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from departments.models import Item, Section

# More columns than this don't fit beside each other with readable heads at 1440 px.
MAX_COLUMNS = 8


@dataclass(frozen=True)
class Head:
    """A heading inside a block over `span` columns from `column` (from 1), on level `row` (from 1)."""

    name: str
    column: int
    span: int
    row: int


@dataclass(frozen=True)
class HeadCell:
    """A cell of a table's head over `columns` columns and `rows` levels; with `item` it names one column."""

    name: str
    columns: int
    rows: int
    item: Item | None = None


@dataclass(frozen=True)
class Block:
    """A piece of the form under one top heading: its items in column order and the heads above them."""

    title: str
    items: tuple[Item, ...]
    heads: tuple[Head, ...]
    depth: int

    @property
    def columns(self) -> int:
        return len(self.items)

    @property
    def is_paragraph(self) -> bool:
        """Whether it is one text of several lines instead of columns."""
        return self.items[0].is_paragraph

    @property
    def width(self) -> str:
        """How much of a line the block takes: a third, two thirds or all of it."""
        if self.is_paragraph:
            return "wide"
        return "narrow" if self.columns <= 3 else "middle" if self.columns <= 5 else "wide"


def blocks(items: Sequence[Item], sections: Mapping[int, Section]) -> list[Block]:
    """The items, in their order, cut at each change of top section and again where a section is too wide.

    A paragraph is a block of its own.

    `sections` are all sections of the form by id.
    """
    found = []
    for top, run in groupby(items, key=lambda item: _path(item, sections)[:1]):
        for is_paragraph, like in groupby(run, key=lambda item: item.is_paragraph):
            same = list(like)
            for part in [[item] for item in same] if is_paragraph else _balanced(same):
                found.append(_block(top[0].name if top else "", part, sections))
    return found


def table_head(items: Sequence[Item], sections: Mapping[int, Section]) -> list[tuple[HeadCell, ...]]:
    """The head of a table with a column per item, level by level: headings over their columns, items down to the lowest."""
    paths = [_path(item, sections) for item in items]
    depth = max((len(path) for path in paths), default=0)
    levels = []
    for level in range(depth + 1):
        cells = []
        columns = zip(items, paths, strict=True)
        for above, run in groupby(columns, key=lambda column: column[1][: level + 1]):
            group = list(run)
            if len(above) > level:
                cells.append(HeadCell(above[level].name, len(group), 1))
            else:
                rows = depth + 1 - level
                cells += [HeadCell(item.name, 1, rows, item) for item, path in group if len(path) == level]
        levels.append(tuple(cells))
    return levels


def _block(title: str, items: Sequence[Item], sections: Mapping[int, Section]) -> Block:
    paths = [_path(item, sections)[1:] for item in items]
    depth = max(len(path) for path in paths)
    heads = []
    for level in range(depth):
        column = 1
        for section, run in groupby(paths, key=lambda path: path[: level + 1]):
            span = len(list(run))
            if len(section) > level:
                heads.append(Head(section[level].name, column, span, level + 1))
            column += span
    return Block(title, tuple(items), tuple(heads), depth)


def _path(item: Item, sections: Mapping[int, Section]) -> tuple[Section, ...]:
    path: list[Section] = []
    step = item.section_id
    while step is not None and sections[step] not in path:
        path.insert(0, sections[step])
        step = sections[step].parent_id
    return tuple(path)


def _balanced(items: list[Item]) -> Iterator[list[Item]]:
    pieces = -(-len(items) // MAX_COLUMNS)
    size = -(-len(items) // pieces)
    for start in range(0, len(items), size):
        yield items[start : start + size]
