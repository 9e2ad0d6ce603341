"""The cells a document rests on: what was entered, by whom, and who approved it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from departments.choices import FigureState, Status
from departments.models import Figure, Office
from departments.sheets import cell_of, describe_cell
from departments.templatetags.people import person_name
from expressions.numbers import exact_text
from expressions.values import is_number
from indicators.dataset import PeriodData


def cells_json(office: Office, data: PeriodData, used: Iterable[str]) -> dict[str, Any]:
    """Every cell the document rests on, by `form/unit/item` (`form/unit/item.category`): content, who entered it, who
    approved it (one query)."""
    used = set(used)
    figures = (
        Figure.objects.filter(
            submission__window__form__office=office,
            submission__status=Status.APPROVED,
            submission__window__ends_on__gte=data.period.start,
            submission__window__ends_on__lte=data.period.end,
        )
        .select_related(
            "item__form",
            "reason",
            "category",
            "entered_by",
            "submission__window",
            "submission__unit",
            "submission__decided_by",
        )
        .order_by("submission__window__form__order", "submission__unit__protocol_order", "item__order")
    )
    cells: dict[str, Any] = {}
    for figure in figures:
        if not data.period.contains(figure.submission.window.when):
            continue
        for item, label in _names(figure):
            key = f"{figure.item.form.code}/{figure.submission.unit.code}/{item}"
            if key in used:
                cell = cells.setdefault(key, _cell(figure, item, label))
                cell["entries"].append(_entry(figure))
    for key, cell in cells.items():
        form, unit, item = key.split("/")
        value = data.unit(unit).figures.get(f"{form}.{item}")
        cell["value"] = exact_text(value) if is_number(value) else None
    return cells


def _names(figure: Figure) -> Iterator[tuple[str, str]]:
    """Code and name of the cell a figure stands in: the item's, and for one asked per category also the category's."""
    yield figure.item.code, figure.item.name
    if figure.category is not None:
        yield f"{figure.item.code}.{figure.category.code}", f"{figure.item.name}（{figure.category.name}）"


def _cell(figure: Figure, item: str, label: str) -> dict[str, Any]:
    return {
        "form": figure.item.form.code,
        "unit": figure.submission.unit.code,
        "item": item,
        "label": label,
        "state": figure.state,
        "value": None,
        "reason": figure.reason.name if figure.reason else "",
        "entries": [],
    }


def _entry(figure: Figure) -> dict[str, Any]:
    submission = figure.submission
    approver = submission.decided_by
    return {
        "submission": submission.pk,
        "period": submission.window.period,
        "value": describe_cell(cell_of(figure)) if figure.state != FigureState.TEXT else figure.text,
        "entered_by": person_name(figure.entered_by),
        "entered_at": figure.entered_at.isoformat(),
        "approved_by": person_name(approver),
        "approved_at": submission.decided_at.isoformat() if submission.decided_at else None,
    }


def cells_used(sections: list[dict], annexes: list[dict]) -> Iterable[str]:
    """Keys of all cells behind the figures of the sentences and the rows of units in the annexes."""
    for section in sections:
        for paragraph in section["paragraphs"]:
            for figure in paragraph["figures"]:
                yield from figure["inputs"]
    for annex in annexes:
        for row in annex["rows"]:
            for column in annex["columns"] if row["unit"] else ():
                yield from row_cells(row, column)


def row_cells(row: Mapping[str, Any], column: Mapping[str, Any]) -> list[str]:
    """Keys of the cells behind one printed cell of a unit; of an item asked per category, that of the row's category."""
    keys = []
    for item in column["inputs"]:
        form, _slash, code = item.partition("/")
        if item in column.get("by_category", ()):
            code = f"{code}.{row['category']}"
        keys.append(f"{form}/{row['unit']}/{code}")
    return keys


def forms_in_annexes(document: Mapping[str, Any]) -> set[str]:
    """Codes of the forms (and registers) behind the columns of a document's annexes."""
    columns = (column for annex in document["annexes"] for column in annex["columns"])
    return {key.split("/")[0] for column in columns for key in column["inputs"]}


def cell_key(unit: str, item: str) -> str:
    """`form/unit/item`, given the item as `form.item`."""
    form, _dot, code = item.partition(".")
    return f"{form}/{unit}/{code}"
