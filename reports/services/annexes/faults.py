"""What is wrong with a saved annex: which part of it, where in its text, and why."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from expressions import ExpressionError, NameTable
from indicators.dataset import PeriodData
from reports.choices import AnnexRows, ColumnKind, Highlight, TotalPlace
from reports.models import Annex, AnnexColumn
from reports.services.annexes.categories import items_by_category
from reports.services.annexes.columns import WANTED, check_column, indicator_of
from reports.services.annexes.leaf_rows import READINGS, reading_of
from reports.services.annexes.order import key_texts
from reports.services.entry_rows import entry_faults

# Part of the annex ("" for the whole), line and column in its text, why.
Found = tuple[str, int, int, str]
_ORDER = "行序"
_COMPARED = "对照行"
# Rows that are no units: nothing is added up or compared.
_LISTS = (AnnexRows.ENTRIES, AnnexRows.LEAVES)


def annex_faults(annex: Annex, names: Mapping[str, NameTable], data: PeriodData) -> Iterator[Found]:
    """Every fault; `data` is the period the bulletin is checked for."""
    places = {column.code: place for place, column in enumerate(annex.columns.all(), 1)}
    for key in key_texts(annex.order_by):
        yield from _problems(_ORDER, partial(check_column, key.text, names), first_line=key.line)
    yield from _whole(annex, data)
    if annex.register is not None:
        for code, why in entry_faults(annex):
            yield column_place(code, places), 1, 1, why
    if annex.rows == AnnexRows.LEAVES:
        yield from _of_leaves(annex, places)
    elif annex.rows != AnnexRows.ENTRIES:
        for column in annex.columns.all():
            yield from _of_column(annex, column, names, data, column_place(column.code, places))


def column_place(code: str, places: Mapping[str, int]) -> str:
    """A column as faults name it: 第2列（claim_rate）; "" for none."""
    return f"第{places[code]}列（{code}）" if code else ""


def _whole(annex: Annex, data: PeriodData) -> Iterator[Found]:
    known = {unit.code for unit in data.units}
    for part, codes in ((_ORDER, annex.row_order), (_COMPARED, annex.comparison_units)):
        for code in codes.split():
            if code not in known:
                yield part, 1, 1, _("There is no unit with the code “%s” in this period.") % code
    if annex.rows in _LISTS and (
        annex.total != TotalPlace.NONE or annex.groups.all() or annex.comparison_units
    ):
        yield "", 1, 1, _("Totals, groups and rows to compare with need rows that are units.")
    if annex.rows == AnnexRows.CATEGORIES and not items_by_category(annex):
        yield "", 1, 1, _("“%s” asks for nothing by category.") % annex.form


def _of_column(
    annex: Annex, column: AnnexColumn, names: Mapping[str, NameTable], data: PeriodData, where: str
) -> Iterator[Found]:
    if column.kind not in WANTED:
        return
    found = list(
        _problems(where, lambda: check_column(column.expression, names, WANTED[column.kind], annex.rows))
    )
    yield from found
    if found or (column.kind != ColumnKind.RANK and column.highlight == Highlight.NONE):
        return
    expression = check_column(column.expression, names, WANTED[column.kind], annex.rows)
    if not indicator_of(expression, data.definitions):
        yield where, 1, 1, _("A place, and cells that are set off, need one indicator as the expression.")


def _of_leaves(annex: Annex, places: Mapping[str, int]) -> Iterator[Found]:
    for column in annex.columns.all():
        where = column_place(column.code, places)
        if column.kind not in (ColumnKind.SEQUENCE, ColumnKind.TEXT):
            yield where, 1, 1, _("A row that is a leaf holds row numbers and texts only.")
        elif column.kind == ColumnKind.TEXT and reading_of(column.expression) is None:
            yield (
                where,
                1,
                1,
                _("A leaf has no “%(name)s”: write one of %(known)s.")
                % {"name": column.expression, "known": "、".join(READINGS)},
            )


def _problems(where: str, attempt: Callable[[], Any], first_line: int = 1) -> Iterator[Found]:
    try:
        attempt()
    except ExpressionError as error:
        for problem in error.problems:
            yield where, problem.line + first_line - 1, problem.column, problem.message
