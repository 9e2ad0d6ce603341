"""The columns of an annex: what each computes, its head in the document, and how a cell is printed."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import Any

from expressions import NUMBER, TEXT, Expression, NameTable, Symbol, Type, check
from expressions.numbers import display, exact_text, half_up
from expressions.syntax import Name
from expressions.values import Kind, NoValue, Value
from reports.choices import AnnexRows, ColumnKind
from reports.models import Annex, AnnexColumn
from reports.statements import Source
from reports.statements.model import COLUMN

# Which row it is: nothing is computed.
PLACED = (ColumnKind.SEQUENCE, ColumnKind.UNIT)
# Figures, with exact values beside what is printed.
COUNTED = (ColumnKind.ITEM, ColumnKind.RATE)
# What each computed column computes.
WANTED: Mapping[str, Type] = {
    ColumnKind.ITEM: NUMBER,
    ColumnKind.RATE: NUMBER,
    ColumnKind.RANK: NUMBER,
    ColumnKind.TEXT: TEXT,
}
# The name of the row's category, where a row is a category of a unit.
CATEGORY = "category"
_CATEGORY = Symbol(CATEGORY, TEXT, ("类别", "类别名称"))

# What each column computes by its code; None where it only says which row it is.
Expressions = Mapping[str, Expression | None]


def check_column(
    text: str, names: Mapping[str, NameTable], want: Type = NUMBER, rows: str = AnnexRows.UNITS
) -> Expression:
    """The expression of an annex column (or of a key of its order), computed once per row. ExpressionError."""
    table = names[COLUMN]
    if rows == AnnexRows.CATEGORIES and want == TEXT:
        table = NameTable([*table.symbols, _CATEGORY])
    return check(text, table, want=want)


def expressions_of(
    annex: Annex, columns: Iterable[AnnexColumn], names: Mapping[str, NameTable]
) -> Expressions:
    """The checked expression of every column whose rows are computed. ExpressionError."""
    return {
        column.code: check_column(column.expression, names, WANTED[column.kind], annex.rows)
        if column.kind in WANTED
        else None
        for column in columns
    }


def indicator_of(expression: Expression | None, definitions: Mapping[str, Any]) -> str:
    """Code of the indicator or scheme that is all the expression says; "" for everything else."""
    if expression is None or not isinstance(expression.node, Name):
        return ""
    (code,) = expression.references
    return code if code in definitions else ""


def head_of(
    column: AnnexColumn, expression: Expression | None, source: Source, by_category: Collection[str] = ()
) -> dict[str, Any]:
    """The column as docs/bulletin-json.md describes it; `inputs` are `form/item`, `by_category` those of them that are
    the figure of the row's category."""
    inputs: tuple[str, ...] = ()
    split: list[str] = []
    indicator = ""
    if expression is not None and column.kind in (*COUNTED, ColumnKind.RANK):
        inputs = source.operands(expression.references)
        split = [item for item in expression.references if item in by_category]
        indicator = next((code for code in expression.references if code in source.data.definitions), "")
    return {
        "code": column.code,
        "path": column.path,
        "kind": column.kind,
        "decimals": column.decimals,
        "merge": column.merge,
        "inputs": [item.replace(".", "/", 1) for item in inputs],
        "by_category": [item.replace(".", "/", 1) for item in split],
        "indicator": indicator,
    }


def printed(column: AnnexColumn, expression: Expression | None, value: Value) -> str:
    """A cell: blank where nothing was reported, — where there is no value, else half up at the column's decimals.

    A figure that is printed as it was entered keeps no idle zeros: 9 and 17.5 stand in one column.
    """
    if isinstance(value, NoValue):
        return "" if value.kind is Kind.MISSING else "—"
    if not isinstance(value, Fraction):
        return str(value)
    if column.kind == ColumnKind.RATE:
        return display(value, column.decimals) + "%"
    if column.decimals and expression is not None and _as_entered(expression):
        return exact_text(Fraction(half_up(value, column.decimals)))
    return display(value, column.decimals)


def _as_entered(expression: Expression) -> bool:
    """Whether it is nothing but an item of a form; indicators have no dot in their code."""
    return isinstance(expression.node, Name) and "." in expression.references[0]
