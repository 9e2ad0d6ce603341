"""The cells a document rests on: what was entered, by whom, and who approved it."""

from collections.abc import Iterable
from typing import Any

from departments.choices import FigureState, Status
from departments.models import Figure, Office
from departments.sheets import cell_of, describe_cell
from departments.templatetags.people import person_name
from expressions.numbers import exact_text
from expressions.values import is_number
from indicators.dataset import PeriodData


def cells_json(office: Office, data: PeriodData, used: Iterable[str]) -> dict[str, Any]:
    """Every cell the document rests on, by `form/unit/item`: content, who entered it, who approved it (one query)."""
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
            "entered_by",
            "submission__window",
            "submission__unit",
            "submission__decided_by",
        )
        .order_by("submission__window__form__order", "submission__unit__protocol_order", "item__order")
    )
    cells: dict[str, Any] = {}
    for figure in figures:
        key = f"{figure.item.form.code}/{figure.submission.unit.code}/{figure.item.code}"
        if key not in used or not data.period.contains(figure.submission.window.when):
            continue
        cell = cells.setdefault(
            key,
            {
                "form": figure.item.form.code,
                "unit": figure.submission.unit.code,
                "item": figure.item.code,
                "label": figure.item.name,
                "state": figure.state,
                "value": None,
                "reason": figure.reason.name if figure.reason else "",
                "entries": [],
            },
        )
        cell["entries"].append(_entry(figure))
    for key, cell in cells.items():
        form, unit, item = key.split("/")
        value = data.unit(unit).figures.get(f"{form}.{item}")
        cell["value"] = exact_text(value) if is_number(value) else None
    return cells


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
        items = [item for column in annex["columns"] for item in column["inputs"]]
        for row in annex["rows"]:
            for item in items if row["unit"] else ():
                form, _slash, code = item.partition("/")
                yield f"{form}/{row['unit']}/{code}"


def cell_key(unit: str, item: str) -> str:
    """`form/unit/item`, given the item as `form.item`."""
    form, _dot, code = item.partition(".")
    return f"{form}/{unit}/{code}"
