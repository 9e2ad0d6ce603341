"""The cells of the entry page: blocks as on the paper form, and the table with a row per category."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from departments.choices import ItemKind, Measure, Severity
from departments.exceptions import NOTICE, Problem
from departments.models import Category, Item, Remark, Section, Submission
from departments.sheets import Cell, CellInput, Sheet, cell_key, show_cell
from departments.views.figures import Previous, typed
from departments.views.history import sparkline
from departments.views.layout import Block, Head, HeadCell, blocks, table_head
from expressions.values import MISSING, Value

YES_NO = ("是", "否")


@dataclass(frozen=True)
class EntryCell:
    """One cell of the page. `text` and `reason` fill the input; `before` is last period's figure as shown."""

    key: str
    item: Item
    label: str
    column: int
    text: str = ""
    reason: str = ""
    # A computed value; of an entered one what a locked page shows.
    shown: str = ""
    before: str = ""
    # What a click on last period's figure copies; blank when it can't be copied (flows, computed, not applicable).
    copies: str = ""
    problems: tuple[Problem, ...] = ()
    theirs: dict[str, Any] | None = None
    returned: str = ""
    remarks: int = 0
    chart: str = ""

    @property
    def severity(self) -> str:
        severities = {problem.severity for problem in self.problems}
        return next((s for s in (Severity.ERROR, Severity.WARNING, NOTICE) if s in severities), "")

    @property
    def options(self) -> tuple[str, ...]:
        """What a select offers, blank apart; what was typed stays to be seen although it is none of them."""
        if self.item.kind not in (ItemKind.TICK, ItemKind.CHOICE):
            return ()
        offered = YES_NO if self.item.kind == ItemKind.TICK else self.item.choices
        return offered if self.text in ("", *offered) else (*offered, self.text)


@dataclass(frozen=True)
class EntryBlock:
    block: Block
    cells: tuple[EntryCell, ...]

    @property
    def heads(self) -> tuple[Head, ...]:
        return self.block.heads

    @property
    def may_not_apply(self) -> bool:
        """Whether one answer “not applicable” for all figures of the block makes sense."""
        entered = [cell.item for cell in self.cells if cell.item.is_entered]
        return len(entered) > 1 and all(item.may_not_apply for item in entered)


@dataclass(frozen=True)
class EntryRow:
    """One row; `is_own`: of this unit alone, in a list where other rows are everybody's."""

    category: Category
    cells: tuple[EntryCell, ...]
    is_own: bool = False


@dataclass(frozen=True)
class EntryTable:
    """The items asked per category: a row per category under a head of several levels, totals below."""

    title: str
    head: list[tuple[HeadCell, ...]]
    rows: tuple[EntryRow, ...]
    totals: tuple[tuple[Item, str], ...]
    may_add: bool


@dataclass
class Attempt:
    """What a posted form brought and could not be stored: inputs and explanations as typed, and the other's cells."""

    inputs: dict[str, CellInput] = field(default_factory=dict)
    explanations: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    theirs: dict[str, dict[str, Any]] = field(default_factory=dict)
    # The labels of the blanks that a nil return answers with 0, while it asks once more.
    nil: list[str] | None = None


@dataclass(frozen=True)
class Page:
    """Everything the cells of one page are made of; all of it by cell key."""

    submission: Submission
    sheet: Sheet
    cells: Mapping[str, Cell]
    problems: Sequence[Problem] = ()
    attempt: Attempt = field(default_factory=Attempt)
    earlier: Previous | None = None
    history: Mapping[str, Sequence[tuple[str, Fraction]]] = field(default_factory=dict)
    remarks: Sequence[Remark] = ()
    returned: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> list[EntryBlock]:
        """The items that are asked once."""
        plain = [item for item in self.sheet.items if not item.by_category]
        return [
            EntryBlock(
                block,
                tuple(self._cell(item, None, column) for column, item in enumerate(block.items, 1)),
            )
            for block in blocks(plain, self._sections)
        ]

    def table(self) -> EntryTable | None:
        """The items asked per category; None where the form asks nothing per category."""
        rows = self.sheet.form.category_list
        if rows is None or not self._split:
            return None
        return EntryTable(
            title=rows.name,
            head=table_head(self._split, self._sections),
            rows=tuple(self.row(category) for category in self.sheet.categories),
            totals=tuple((item, self._total(item)) for item in self._split),
            may_add=rows.units_may_add,
        )

    def row(self, category: Category) -> EntryRow:
        cells = (self._cell(item, category, column) for column, item in enumerate(self._split, 1))
        shared = any(row.unit_id is None for row in self.sheet.categories)
        return EntryRow(category, tuple(cells), is_own=shared and category.unit_id is not None)

    @cached_property
    def _sections(self) -> dict[int, Section]:
        return {section.pk: section for section in self.sheet.form.sections.all()}

    @cached_property
    def _split(self) -> list[Item]:
        return [item for item in self.sheet.items if item.by_category]

    @cached_property
    def _computed(self) -> dict[str, Value]:
        return self.sheet.compute(self.cells)

    @cached_property
    def _problems(self) -> dict[str, list[Problem]]:
        found: dict[str, list[Problem]] = {}
        for problem in self.problems:
            found.setdefault(problem.item, []).append(problem)
        return found

    def _total(self, item: Item) -> str:
        return total_text(self.sheet, item, self.cells, self._computed)

    def _cell(self, item: Item, category: Category | None, column: int) -> EntryCell:
        key = cell_key(item.code, category.code if category else "")
        label = f"{category.name}·{item.name}" if category else item.name
        stored = self.cells.get(key)
        text, reason = as_typed(item, stored)
        given = self.attempt.inputs.get(key)
        if given is not None:
            text, reason = given.text, given.reason
        if item.is_entered:
            shown = show_cell(item, stored)
        else:
            shown = self.sheet.display(item, self._computed.get(key, MISSING))
        return EntryCell(
            key=key,
            item=item,
            label=label,
            column=column,
            text=text,
            reason=reason,
            shown=shown,
            before=self._before(item, key),
            copies=copies_of(item, key, self.earlier),
            problems=tuple(self._problems.get(key, ())),
            theirs=self.attempt.theirs.get(key),
            returned=self.returned.get(key, ""),
            remarks=sum(remark.cell == key for remark in self.remarks),
            chart=sparkline(item, self.history.get(key, ()), stored, self.submission.window.when.label),
        )

    def _before(self, item: Item, key: str) -> str:
        if self.earlier is None:
            return ""
        if item.is_entered:
            return show_cell(item, self.earlier.cells.get(key))
        return self.sheet.display(item, self.earlier.values.get(key, MISSING))


def as_typed(item: Item, cell: Cell | None) -> tuple[str, str]:
    """A stored cell as its input holds it: text (a tick in words, a percentage without its sign) and code of the reason."""
    text, reason = typed(cell)
    return (show_cell(item, cell), "") if item.kind == ItemKind.TICK and not reason else (text, reason)


def copies_of(item: Item, key: str, earlier: Previous | None) -> str:
    """What copying last period's cell types: only stocks and paragraphs, to be gone on with, are copied; a flow or a rate
    of the last period is never this one's."""
    if earlier is not None and item.is_paragraph:
        return as_typed(item, earlier.cells.get(key))[0]
    if earlier is None or item.measure != Measure.STOCK or item.kind in (ItemKind.COMPUTED, ItemKind.PERCENT):
        return ""
    return as_typed(item, earlier.cells.get(key))[0]


def total_text(sheet: Sheet, item: Item, cells: Mapping[str, Cell], computed: Mapping[str, Value]) -> str:
    """The figure below a column of categories, as shown; "" for what does not add up (texts, percentages)."""
    if item.kind == ItemKind.PERCENT:
        return ""
    value = sheet.total(item, cells) if item.is_entered else computed.get(item.code, MISSING)
    return sheet.display(item, value)
