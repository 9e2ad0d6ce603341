"""The annexes of the frozen document as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import UnprintableDocumentError
from .row_metrics import ROOMY, RowMetrics
from .text import printable


@dataclass(frozen=True)
class Column:
    """A column of an annex; `path` holds its heads from the top.

    `merge`: equal neighbours of data rows are one cell where those of every merging column to the left are, too.
    """

    code: str
    path: tuple[str, ...]
    kind: str
    merge: bool = False


@dataclass(frozen=True)
class Row:
    """A printed row; `values` are exact numbers as text, or None where nothing is counted.

    `marks` say of each cell why it is set off: target, last, or an empty string; no marks at all where none is.
    """

    kind: str
    unit: str
    cells: tuple[str, ...]
    values: tuple[str | None, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Annex:
    """A table. `label` is 附件 with its number, or 附件 alone where there is only one.

    `metrics`: how high its rows are. `wrapped`: its texts are long, so widths follow them; otherwise columns share the page by what they cannot do without.
    """

    label: str
    number: int
    title: str
    period_line: str
    note: str
    landscape: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    legend: str = ""
    wrapped: bool = False
    metrics: RowMetrics = ROOMY

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands under the table: what the marks mean, then the note."""
        return tuple(filter(None, (self.legend, self.note)))


def read_annex(
    annex: Mapping[str, Any], position: int, total: int, *, metrics: RowMetrics, texts: bool = False
) -> Annex:
    """The annex at a position (from 1) among `total`; `texts`: the layout says that its cells hold long texts.

    Raises UnprintableDocumentError for a row that is not as wide as the columns.
    """
    number = annex.get("number") or position
    columns = tuple(
        Column(
            printable(column["code"]),
            tuple(map(printable, column["path"])),
            column["kind"],
            bool(column.get("merge")),
        )
        for column in annex["columns"]
    )
    return Annex(
        label="附件" if total == 1 else f"附件{number}",
        number=number,
        title=printable(annex["title"]),
        period_line=printable(annex.get("period_line") or ""),
        note=printable(annex.get("note") or ""),
        landscape=bool(annex.get("landscape")),
        columns=columns,
        rows=tuple(
            _row(row, len(columns), f"annex {number} row {line}") for line, row in enumerate(annex["rows"], 1)
        ),
        legend=printable(annex.get("legend") or ""),
        wrapped=texts or any(column.merge for column in columns),
        metrics=metrics,
    )


def _row(row: Mapping[str, Any], width: int, where: str) -> Row:
    cells = tuple(printable(cell or "") for cell in row["cells"])
    values, marks = tuple(row["values"]), tuple(row.get("marks") or ())
    if not len(cells) == len(values) == width:
        raise UnprintableDocumentError(
            f"{where}: {len(cells)} cells and {len(values)} values in {width} columns"
        )
    if marks and len(marks) != width:
        raise UnprintableDocumentError(f"{where}: {len(marks)} marks in {width} columns")
    return Row(row["kind"], row.get("id") or row.get("unit") or "", cells, values, marks)
