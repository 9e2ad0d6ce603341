"""The grid of one form for many units: the form's head over its columns, a row per unit (and category)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

from departments.choices import Action, ItemKind, Severity
from departments.exceptions import Problem, TransitionRefused
from departments.models import Category, Item, Submission
from departments.services.contexts import load_contexts
from departments.services.mappings import section_path
from departments.services.table_entry import cells_by_row, totals
from departments.sheets import Cell, CellInput, Context, Sheet, cell_key, show_cell
from departments.transitions import check_can
from departments.views.figures import typed
from expressions.values import Value


@dataclass(frozen=True)
class HeadCell:
    """A cell of the head; `item` on the lowest level."""

    name: str
    columns: int
    rows: int
    item: Item | None = None


@dataclass(frozen=True)
class GridCell:
    """One place of the grid. Without an item it is empty: the row does not ask for that column."""

    column: int
    key: str = ""
    item: Item | None = None
    text: str = ""
    shown: str = ""
    problems: tuple[Problem, ...] = ()
    theirs: Mapping[str, Any] | None = None

    @property
    def severity(self) -> str:
        severities = {str(problem.severity) for problem in self.problems}
        return next((s for s in (Severity.ERROR, Severity.WARNING, "notice") if s in severities), "")

    @property
    def is_number(self) -> bool:
        return self.item is not None and (self.item.is_number or self.item.kind == ItemKind.COMPUTED)


@dataclass(frozen=True)
class GridRow:
    """One line: a unit's plain items, or its items of one category. `lines` is how many lines the unit has."""

    submission: Submission
    cells: tuple[GridCell, ...]
    category: Category | None = None
    is_first: bool = True
    lines: int = 1


@dataclass
class GridUnit:
    """All about one unit on the page. `why_locked` is "" while its row can be changed."""

    submission: Submission
    rows: list[GridRow]
    problems: tuple[Problem, ...] = ()
    why_locked: str = ""
    filled: int = 0
    wanted: int = 0
    message: str = ""
    # The rules' findings and blanks; a row without errors can be handed in.
    is_complete: bool = False
    needs_explanation: bool = False

    @property
    def errors(self) -> int:
        return sum(problem.severity == Severity.ERROR for problem in self.problems)


@dataclass
class Attempt:
    """What a posted grid brought for one unit and could not be stored."""

    inputs: Mapping[str, CellInput] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    theirs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    message: str = ""


@dataclass(frozen=True)
class Grid:
    head: tuple[tuple[HeadCell, ...], ...]
    items: tuple[Item, ...]
    units: tuple[GridUnit, ...]
    # Every item with its column's total as shown.
    totals: tuple[tuple[Item, str], ...]

    @property
    def has_categories(self) -> bool:
        return any(row.category for unit in self.units for row in unit.rows)


def build_grid(
    sheet: Sheet, rows: Sequence[Submission], user: Any, attempts: Mapping[int, Attempt] | None = None
) -> Grid:
    """The page's grid; the number of queries does not grow with the rows. `attempts` by unit id."""
    stored = cells_by_row(rows)
    contexts = load_contexts(sheet, rows)
    units = tuple(
        _unit(
            sheet.for_unit(row.unit_id),
            row,
            stored[row.unit_id],
            contexts[row.pk],
            user,
            (attempts or {}).get(row.unit_id) or Attempt(),
        )
        for row in rows
    )
    shown = total_texts(sheet, stored.values())
    return Grid(
        head=tuple(_head(sheet)),
        items=sheet.items,
        units=units,
        totals=tuple((item, shown.get(item.code, "")) for item in sheet.items),
    )


def total_texts(sheet: Sheet, rows: Any) -> dict[str, str]:
    """Column totals as shown, by item code."""
    return {code: total_text(sheet, code, value) for code, (value, _n) in totals(sheet, rows).items()}


def total_text(sheet: Sheet, code: str, value: Value) -> str:
    item = sheet.by_code[code]
    if isinstance(value, Fraction) and item.is_entered:
        return f"{value.numerator:,}" if value.denominator == 1 else sheet.display(item, value)
    return sheet.display(item, value)


def cell_texts(sheet: Sheet, cells: Mapping[str, Cell]) -> dict[str, str]:
    """Every entered cell as a person would type it into the grid; reasons by their names."""
    return {key: cell_text(sheet, cell) for key, cell in cells.items()}


def cell_text(sheet: Sheet, cell: Cell | None) -> str:
    text, reason = typed(cell)
    return sheet.reasons[reason].name if reason in sheet.reasons else text


def computed_texts(sheet: Sheet, cells: Mapping[str, Cell]) -> dict[str, str]:
    """Every computed value as shown, by cell key."""
    return {
        key: sheet.display(sheet.by_code[key.partition("@")[0]], value)
        for key, value in sheet.compute(cells).items()
    }


def why_locked(submission: Submission, user: Any) -> str:
    try:
        check_can(Action.SAVE, submission, user)
    except TransitionRefused as refusal:
        return str(refusal)
    return ""


def _unit(
    sheet: Sheet,
    submission: Submission,
    cells: Mapping[str, Cell],
    context: Context,
    user: Any,
    attempt: Attempt,
) -> GridUnit:
    found = tuple(sheet.problems(cells, complete=False, context=context))
    whole = sheet.problems(cells, complete=True, context=context)
    problems = tuple(dict.fromkeys((*attempt.problems, *found)))
    wanted = [place.key for place in sheet.places if not place.item.may_be_blank]
    return GridUnit(
        submission=submission,
        rows=list(_rows(sheet, submission, cells, problems, attempt)),
        problems=problems,
        why_locked=why_locked(submission, user),
        filled=sum(key in cells for key in wanted),
        wanted=len(wanted),
        message=attempt.message,
        is_complete=not any(problem.severity == Severity.ERROR for problem in whole),
        needs_explanation=any(problem.severity == Severity.WARNING for problem in whole),
    )


def _rows(
    sheet: Sheet,
    submission: Submission,
    cells: Mapping[str, Cell],
    problems: Sequence[Problem],
    attempt: Attempt,
) -> Iterator[GridRow]:
    """A line of the plain items where there are any, then one line per category."""
    computed = computed_texts(sheet, cells)
    plain = any(not item.by_category for item in sheet.items)
    lines: list[Category | None] = [*([None] if plain or not sheet.categories else []), *sheet.categories]
    for category in lines:
        row = []
        for column, item in enumerate(sheet.items):
            if item.by_category != (category is not None):
                row.append(GridCell(column))
                continue
            key = cell_key(item.code, category.code if category else "")
            text = cell_text(sheet, cells.get(key))
            given = attempt.inputs.get(key)
            if given is not None:
                text = sheet.reasons[given.reason].name if given.reason in sheet.reasons else given.text
            row.append(
                GridCell(
                    column=column,
                    key=key,
                    item=item,
                    text=text,
                    shown=show_cell(item, cells.get(key)) if item.is_entered else computed.get(key, ""),
                    problems=tuple(problem for problem in problems if problem.item == key),
                    theirs=attempt.theirs.get(key),
                )
            )
        yield GridRow(submission, tuple(row), category, category is lines[0], len(lines))


def _head(sheet: Sheet) -> Iterator[tuple[HeadCell, ...]]:
    """The head level by level: headings over their columns, item names down to the lowest level."""
    sections = {section.pk: section for section in sheet.form.sections.all()}
    paths = [section_path(item, sections) for item in sheet.items]
    depth = max((len(path) for path in paths), default=0)
    for level in range(depth + 1):
        cells = []
        columns = zip(sheet.items, paths, strict=True)
        for above, run in groupby(columns, key=lambda column: column[1][: level + 1]):
            group = list(run)
            if len(above) > level:
                cells.append(HeadCell(above[level], len(group), 1))
            else:
                cells += [
                    HeadCell(item.name, 1, depth + 1 - level, item)
                    for item, path in group
                    if len(path) == level
                ]
        yield tuple(cells)
