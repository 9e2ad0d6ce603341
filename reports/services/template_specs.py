"""What a bulletin is set up from: its sections, annexes with columns and groups of rows, and rules, as plain values."""

from dataclasses import dataclass

from departments.models import Form, Group, Register
from indicators.models import Scheme
from reports.choices import AnnexRows, Highlight, TotalPlace


@dataclass(frozen=True)
class SectionText:
    """A heading ("" for none) of level 1–3 and its paragraphs, one a line, with `{…}` holes; `repeat`: once a unit of it.

    `row` is the id of the stored section it was made from, where that is known; None for a new one.
    """

    heading: str
    text: str
    level: int = 1
    repeat: Group | None = None
    row: int | None = None


@dataclass(frozen=True)
class ColumnSpec:
    """One annex column; `head` levels are separated by “|”; `expression` for items, rates, places and texts."""

    code: str
    head: str
    kind: str
    expression: str = ""
    decimals: int = 0
    merge: bool = False
    in_totals: bool = True
    total_text: str = ""
    highlight: str = Highlight.NONE
    highlight_count: int = 3


@dataclass(frozen=True)
class GroupSpec:
    """Rows that stand together: the units of `group`, a line above ("" for none) and a subtotal below ("" for none)."""

    group: Group
    label: str = ""
    subtotal_label: str = ""


@dataclass(frozen=True)
class AnnexSpec:
    """One annex; its rows are the units asked for `form` (or their categories), those with entries in `register` (or the
    entries), or the leaves of `scheme`.

    `row_order` and `comparison_units` hold unit codes separated by blanks, `order_by` one expression a line.
    """

    number: int
    title: str
    form: Form | None
    columns: tuple[ColumnSpec, ...]
    name_set: str = ""
    row_order: str = ""
    period_line: str = ""
    note: str = ""
    landscape: bool = True
    register: Register | None = None
    rows: str = AnnexRows.UNITS
    count: str = ""
    order_by: str = ""
    scheme: Scheme | None = None
    total: str = TotalPlace.NONE
    total_label: str = "合计"
    comparison_units: str = ""
    groups: tuple[GroupSpec, ...] = ()


# What of an annex is taken over as it is.
ANNEX_FIELDS = (
    "title", "form", "register", "scheme", "rows", "count", "name_set", "row_order", "order_by", "total", "total_label",
    "comparison_units", "period_line", "note", "landscape",
)  # fmt: skip
COLUMN_FIELDS = (
    "code", "head", "kind", "expression", "decimals", "merge", "in_totals", "total_text", "highlight", "highlight_count",
)  # fmt: skip
GROUP_FIELDS = ("group", "label", "subtotal_label")


@dataclass(frozen=True)
class RuleSpec:
    """A condition on the whole issue and what is said when it fails."""

    code: str
    expression: str
    message: str
