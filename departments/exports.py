"""Figures as a table file: one row per figure. Numbers stay numbers; no text can become a formula."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.resources import Resource
from tablib import Dataset

from departments.formula_safety import safe_cell, safe_text
from departments.models import Figure, Submission
from departments.templatetags.people import person_name

__all__ = ["FigureExport", "safe_cell", "safe_text"]


class FigureExport(Resource):
    """The figures of the given submissions, in the order of the list and of the form."""

    @classmethod
    def get_display_name(cls) -> str:
        return _("Figures, one per row")

    def export(self, queryset: QuerySet[Submission] | None = None, **kwargs: Any) -> Dataset:
        rows = Dataset(
            headers=[
                _("unit code"),
                _("unit"),
                _("form"),
                _("period"),
                _("state"),
                _("item code"),
                _("item"),
                _("category code"),
                _("category"),
                _("value"),
                _("not applicable"),
                _("unit of measure"),
                _("submitted by"),
                _("submitted at"),
                _("decided by"),
                _("decided at"),
            ]
        )
        assert queryset is not None
        figures = (
            Figure.objects.filter(submission__in=queryset.order_by())
            .select_related(
                "submission__unit",
                "submission__window__form",
                "submission__submitted_by",
                "submission__decided_by",
                "item",
                "category",
                "reason",
            )
            .order_by(
                "submission__window__due_at",
                "submission__unit__protocol_order",
                "submission",
                "category__order",
                "item__order",
            )
        )
        for figure in figures:
            rows.append([safe_cell(value) for value in _row(figure)])
        return rows


def _row(figure: Figure) -> list[Any]:
    submission, item = figure.submission, figure.item
    return [
        submission.unit.code,
        submission.unit.name,
        submission.window.form.title,
        submission.window.period,
        submission.get_status_display(),
        item.code,
        item.name,
        figure.category.code if figure.category else "",
        figure.category.name if figure.category else "",
        _number(figure.value) if figure.value is not None else figure.text,
        figure.reason.name if figure.reason else "",
        item.unit_of_measure,
        person_name(submission.submitted_by),
        _time(submission.submitted_at),
        person_name(submission.decided_by),
        _time(submission.decided_at),
    ]


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _time(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
