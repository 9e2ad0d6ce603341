"""Where a printed number comes from, read from the frozen document alone: nothing here computes a figure again."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from departments.periods import Period
from departments.services.organisation import placements
from expressions.numbers import display, parse_exact
from indicators.models import IndicatorVersion, Result
from reports.models import Issue
from reports.services.annex_cells import row_names, rows_behind
from reports.services.cells import row_cells
from reports.services.document import all_figures
from reports.services.unit_paragraphs import unit_paragraphs
from reports.statements.compose import UNIT_TEXT_KIND
from reports.views.counted_entries import EntryList, entries_behind

# Digits of an exact fraction shown beside it, to read; the fraction itself is what counts.
_SHOWN_DECIMALS = 8


@dataclass(frozen=True)
class CellShown:
    """One entered cell: its number as text, or what stands there instead; `state` number, not_applicable or missing."""

    text: str
    state: str


@dataclass(frozen=True)
class People:
    """One approved form behind the cells: who entered them, who approved, and when (aware times)."""

    submission: int
    period: str
    entered_by: str
    entered_at: dt.datetime
    approved_by: str
    approved_at: dt.datetime | None


@dataclass(frozen=True)
class UnitRow:
    """The cells of one unit in the order of the table's heads; `listed` when the printed list names the unit."""

    code: str
    name: str
    listed: bool
    cells: tuple[CellShown, ...]
    people: tuple[People, ...]


@dataclass(frozen=True)
class CellTable:
    """The cells behind a number: one row per unit. Nobody entered what is counted, e.g. entries of a register.

    `heads` are the items' names as the forms call them, each with its part in a plain quotient: n, d or "".
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[UnitRow, ...]

    @property
    def has_people(self) -> bool:
        return any(cell.state == "missing" for row in self.rows for cell in row.cells) or any(
            row.people for row in self.rows
        )


@dataclass(frozen=True)
class FigureOrigin:
    """Everything about a figure of a sentence. `figure` is its frozen JSON; units are named, not coded."""

    figure: Mapping[str, Any]
    exact: str
    version: IndicatorVersion | None
    missing: tuple[str, ...]
    listed: tuple[str, ...]
    target: Mapping[str, Any] | None
    table: CellTable
    entries: EntryList
    # Names of the units of an edited list as it was computed.
    computed: tuple[str, ...] = ()
    # How a unit's own text was edited: original, edited_by, edited_at, reason.
    edit: Mapping[str, Any] | None = None

    @property
    def period_label(self) -> str:
        """Of the period that the figure is of: another one than the issue's for 上期(…)."""
        return Period.parse(self.figure["period"]).label

    @property
    def edited_at(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.edit["edited_at"]) if self.edit else None


@dataclass(frozen=True)
class CellOrigin:
    """Everything about a printed cell of an annex; `result` is the unit's frozen result where the cell is an indicator."""

    annex: Mapping[str, Any]
    column: Mapping[str, Any]
    unit: str
    name: str
    printed: str
    exact: str
    result: Result | None
    table: CellTable
    entries: EntryList

    @property
    def head(self) -> str:
        return " · ".join(self.column["path"])


class Origins:
    """The frozen document of one issue, opened for questions about its numbers."""

    def __init__(self, issue: Issue, document: Mapping[str, Any]) -> None:
        self.issue, self.document = issue, document
        self.cells: Mapping[str, Mapping[str, Any]] = document["cells"]
        self.names = self._unit_names()

    def _unit_names(self) -> dict[str, str]:
        """Unit codes to names: as the office called them on the period's last day, as rankings and annexes print them."""
        day = Period.parse(self.document["period"]).end
        places = placements(self.issue.bulletin.office, day).values()
        names = {place.code: place.short_name for place in places}
        for ranking in self.document["rankings"]:
            names |= {row["unit"]: row["name"] for row in ranking["rows"]}
        return names

    def figure(self, identity: str) -> FigureOrigin:
        """KeyError when no sentence of the document has that figure."""
        figure = all_figures(self.document)[identity]
        listed = figure["units"] if figure["kind"] == "list" else []
        return FigureOrigin(
            figure=figure,
            exact=readable(figure["value"]),
            version=self._version(figure),
            missing=self._named((figure["coverage"] or {}).get("missing", [])),
            listed=self._named(listed or []),
            computed=self._named(figure.get("computed") or []),
            target=self._target(figure),
            table=self._table(figure["inputs"], figure["units"] or [], figure["indicator"]),
            entries=entries_behind(self.document, figure["inputs"], self.names),
            edit=unit_paragraphs(self.document)[identity]["edit"]
            if figure["kind"] == UNIT_TEXT_KIND
            else None,
        )

    def cell(self, number: int, name: str, column: str) -> CellOrigin:
        """KeyError when no annex prints that cell. `name`: the row as reports.services.annex_cells names it."""
        annex = _only(a for a in self.document["annexes"] if a["number"] == number)
        place = _only(i for i, head in enumerate(annex["columns"]) if head["code"] == column)
        at = _only(i for i, row in enumerate(row_names(annex)) if row == name)
        row, unit = annex["rows"][at], annex["rows"][at]["unit"]
        head = annex["columns"][place]
        indicator = head.get("indicator") if unit else ""
        keys = [key for part in rows_behind(annex, at) for key in row_cells(part, head)]
        return CellOrigin(
            annex=annex,
            column=head,
            unit=unit,
            name=self._printed_name(annex, row),
            printed=row["cells"][place],
            exact=readable(row["values"][place]),
            result=self._result(unit, indicator) if indicator else None,
            table=self._table(keys, [], indicator),
            entries=entries_behind(self.document, keys, self.names),
        )

    def _printed_name(self, annex: Mapping[str, Any], row: Mapping[str, Any]) -> str:
        printed = [
            cell for head, cell in zip(annex["columns"], row["cells"], strict=True) if head["kind"] == "unit"
        ]
        name = printed[0] if printed else self.names.get(row["unit"], row["unit"])
        return " · ".join(filter(None, (name, row.get("category_name"))))

    def _version(self, figure: Mapping[str, Any]) -> IndicatorVersion | None:
        """The definition named in the document; a version that stands behind an issue never changes."""
        if not figure["indicator"]:
            return None
        return (
            IndicatorVersion.objects.select_related("indicator")
            .filter(
                indicator__office=self.issue.bulletin.office_id,
                indicator__code=figure["indicator"],
                number=figure["version"],
            )
            .first()
        )

    def _result(self, unit: str, indicator: str) -> Result | None:
        return (
            Result.objects.filter(
                run=self.issue.run_id, unit__code=unit, version__indicator__code=indicator
            )
            .select_related("version__indicator", "group")
            .first()
        )  # fmt: skip

    def _target(self, figure: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The target frozen with a ranking of the same indicator in the same group."""
        if figure["kind"] in ("target", "change") or figure["period"] != self.document["period"]:
            return None
        return next(
            (
                ranking["target"]
                for ranking in self.document["rankings"]
                if ranking["indicator"] == figure["indicator"]
                and ranking["group_name"] == figure["scope"]
                and ranking.get("target")
            ),
            None,
        )

    def _named(self, codes: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.names.get(code, code) for code in codes)

    def _table(self, keys: Sequence[str], listed: Iterable[str], indicator: str | None) -> CellTable:
        return cell_table(self.cells, keys, self.names, listed=frozenset(listed), is_quotient=bool(indicator))


def cell_table(
    cells: Mapping[str, Mapping[str, Any]],
    keys: Sequence[str],
    names: Mapping[str, str],
    *,
    listed: frozenset[str] = frozenset(),
    is_quotient: bool = False,
) -> CellTable:
    """The cells of `keys` (`form/unit/item`), units in the order of the keys; an indicator's operands n before d."""
    items: dict[str, str] = {}
    units: dict[str, set[str]] = {}
    for key in keys:
        form, unit, code = key.split("/")
        item = f"{form}/{code}"
        items.setdefault(item, "")
        if key in cells:
            items[item] = cells[key]["label"]
        units.setdefault(unit, set()).add(item)
    parts = ("n", "d") if is_quotient and len(items) == 2 else ("",) * len(items)
    return CellTable(
        tuple(zip(parts, (label or item for item, label in items.items()), strict=True)),
        tuple(
            _row(unit, [cells.get(_key(unit, item)) for item in items], names, unit in listed)
            for unit in units
        ),
    )


def _row(
    unit: str, cells: Sequence[Mapping[str, Any] | None], names: Mapping[str, str], listed: bool
) -> UnitRow:
    return UnitRow(
        unit, names.get(unit, unit), listed, tuple(_shown(cell) for cell in cells), _distinct(cells)
    )


def _key(unit: str, item: str) -> str:
    """The key of a unit's cell; `item` is `form/item`."""
    form, _slash, code = item.partition("/")
    return f"{form}/{unit}/{code}"


def _only(found: Iterable[Any]) -> Any:
    """The first of what was found; KeyError when nothing was."""
    for thing in found:
        return thing
    raise KeyError


def _shown(cell: Mapping[str, Any] | None) -> CellShown:
    if cell is None:
        return CellShown(_("not approved or not reported"), "missing")
    if cell["state"] == "not_applicable":
        return CellShown(f"—（{cell['reason']}）" if cell["reason"] else "—", "not_applicable")
    if cell["value"] is not None:
        return CellShown(cell["value"], "number")
    return CellShown("；".join(entry["value"] for entry in cell["entries"]), cell["state"])


def _distinct(cells: Iterable[Mapping[str, Any] | None]) -> tuple[People, ...]:
    """The forms behind a row, each once for every person who entered something there (the latest entry's time)."""
    found: dict[tuple[int, str], People] = {}
    for cell in cells:
        for entry in cell["entries"] if cell else ():
            people = People(
                entry["submission"],
                Period.parse(entry["period"]).label,
                entry["entered_by"],
                dt.datetime.fromisoformat(entry["entered_at"]),
                entry["approved_by"],
                dt.datetime.fromisoformat(entry["approved_at"]) if entry["approved_at"] else None,
            )
            key = (people.submission, people.entered_by)
            if key not in found or found[key].entered_at < people.entered_at:
                found[key] = people
    return tuple(found.values())


def readable(exact: str | None) -> str:
    """An exact value for reading: a fraction also as the beginning of its decimals."""
    if exact is None or "/" not in exact:
        return exact or ""
    return f"{exact} ≈ {display(parse_exact(exact), _SHOWN_DECIMALS)}"
