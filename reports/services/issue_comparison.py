"""Two issues set side by side: text, tables and places, as they were printed. Pure; takes documents.

Unlike an erratum's list of differences this also fits two months or two bulletins: tables belong together by title
without its numbers, else by their number; rows by unit and kind, columns by code.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports.choices import ColumnKind
from reports.services.differences import MovedRank, differences
from reports.services.text_alignment import Pair, align

_NUMBER = re.compile(r"[\d〇一二三四五六七八九十]+")
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One cell on both sides; None where that side has no such row or column."""

    before: str | None
    after: str | None

    @property
    def is_same(self) -> bool:
        return self.before == self.after


@dataclass(frozen=True)
class Row:
    """One row by its name as printed; `side` is "before" or "after" where only that side has it."""

    name: str
    kind: str
    cells: tuple[Cell, ...]
    side: str = ""

    @property
    def is_same(self) -> bool:
        return not self.side and all(cell.is_same for cell in self.cells)


@dataclass(frozen=True)
class TablePair:
    """One table on both sides; `columns` are the heads of the cells, without row numbers and names.

    Rows stand in the order of the second side; those only the first has come last.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    side: str = ""

    @property
    def changed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.is_same)

    def narrowed(self) -> "TablePair":
        """Without the rows and columns in which nothing differs."""
        rows = self.changed
        kept = [n for n in range(len(self.columns)) if not all(row.cells[n].is_same for row in rows)]
        return replace(
            self,
            columns=tuple(self.columns[n] for n in kept),
            rows=tuple(replace(row, cells=tuple(row.cells[n] for n in kept)) for row in rows),
        )


@dataclass(frozen=True)
class IssueComparison:
    text: tuple[Pair, ...]
    tables: tuple[TablePair, ...]
    moved: tuple[MovedRank, ...]

    @property
    def changed_text(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.text if not pair.is_same)


def compare(before: Document, after: Document) -> IssueComparison:
    """What both documents print, beside each other."""
    return IssueComparison(
        text=tuple(align(_paragraphs(before), _paragraphs(after))),
        tables=tuple(_tables(before["annexes"], after["annexes"])),
        moved=differences(before, after).moved,
    )


def _paragraphs(document: Document) -> list[str]:
    found = [document["title"]]
    for section in document["sections"]:
        found += filter(None, [section.get("heading")])
        found += [line for p in section["paragraphs"] for line in p["text"].split("\n") if line]
    return found


def _tables(before: Sequence[Document], after: Sequence[Document]) -> list[TablePair]:
    """In the order of the second document; what only the first has comes last."""
    left = list(before)
    found = []
    for annex in after:
        other = _same_table(annex, left)
        if other is not None:
            left.remove(other)
        found.append(_table(other, annex))
    return found + [_table(annex, None) for annex in left]


def _same_table(annex: Document, others: Sequence[Document]) -> Document | None:
    title = _NUMBER.sub("", annex["title"])
    named = [other for other in others if _NUMBER.sub("", other["title"]) == title]
    codes = {column["code"] for column in annex["columns"]}
    numbered = [
        other
        for other in others
        if other["number"] == annex["number"] and codes & {column["code"] for column in other["columns"]}
    ]
    return next(iter([*named, *numbered]), None)


def _table(before: Document | None, after: Document | None) -> TablePair:
    shown = after or before
    assert shown is not None
    side = "" if before and after else "after" if after else "before"
    heads = {code: head for one in (after, before) if one for code, head in reversed(_counted(one).items())}
    codes = tuple(reversed(heads))
    rows = [_rows(one) if one else {} for one in (before, after)]
    return TablePair(
        title=shown["title"],
        columns=tuple(heads[code] for code in codes),
        rows=tuple(_row(key, codes, rows[0].get(key), rows[1].get(key)) for key in {**rows[1], **rows[0]}),
        side=side,
    )


def _counted(annex: Document) -> dict[str, str]:
    """Code → head of the columns that are compared."""
    left_out = (ColumnKind.SEQUENCE, ColumnKind.UNIT)
    return {c["code"]: " · ".join(c["path"]) for c in annex["columns"] if c["kind"] not in left_out}


# (kind, unit code or name as printed, which of equal ones)
_Key = tuple[str, str, int]


def _rows(annex: Document) -> dict[_Key, tuple[str, dict[str, str]]]:
    """Key → (name as printed, cell by column code)."""
    seen: Counter[tuple[str, str]] = Counter()
    found = {}
    for row in annex["rows"]:
        cells = {column["code"]: cell for column, cell in zip(annex["columns"], row["cells"], strict=True)}
        name = _name(annex, row)
        same = (row["kind"], row.get("entry") or row["unit"] or name)
        found[*same, seen[same]] = (name, cells)
        seen[same] += 1
    return found


def _name(annex: Document, row: Document) -> str:
    """The unit as printed; of a row without one its first text that is no row number."""
    texts = [
        (column["kind"], cell) for column, cell in zip(annex["columns"], row["cells"], strict=True) if cell
    ]
    units = [cell for kind, cell in texts if kind == ColumnKind.UNIT]
    others = [cell for kind, cell in texts if kind != ColumnKind.SEQUENCE]
    return next(iter([*units, *others]), "")


def _row(
    key: _Key,
    codes: Sequence[str],
    before: tuple[str, Mapping[str, str]] | None,
    after: tuple[str, Mapping[str, str]] | None,
) -> Row:
    name, _cells = after or before or ("", {})
    left, right = (one[1] if one else {} for one in (before, after))
    return Row(
        name=name,
        kind=key[0],
        cells=tuple(Cell(left.get(code), right.get(code)) for code in codes),
        side="" if before and after else "after" if after else "before",
    )
