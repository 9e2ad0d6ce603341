"""Figures as a table file: one row per figure. Numbers stay numbers; no text can become a formula.

A spreadsheet runs a text that begins with = + - @, TAB or CR (also full-width ＝＋－＠) as a formula, so such texts get a
leading apostrophe (ADR 0007; OWASP ASVS 1.2.10).
"""

import re
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.resources import Resource
from tablib import Dataset

from departments.models import Figure, Submission

_RISKY = frozenset("=+-@\t\r\n＝＋－＠")
# Blank-like characters that spreadsheets skip before they look for a formula.
_SKIPPED = " \u00a0\u3000\ufeff\u200b"
# Characters that XML, and so .xlsx, can't hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe_text(text: str) -> str:
    """The text as it may stand in a table file."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.lstrip(_SKIPPED)[:1] in _RISKY and clean.strip() else clean


def safe_cell(value: Any) -> Any:
    """Numbers as they are (negative ones too), everything else as safe text."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return "" if value is None else safe_text(str(value))
    return value


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
                "reason",
            )
            .order_by(
                "submission__window__due_at", "submission__unit__protocol_order", "submission", "item__order"
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
        _number(figure.value) if figure.value is not None else figure.text,
        figure.reason.name if figure.reason else "",
        item.unit_of_measure,
        _person(submission.submitted_by),
        _time(submission.submitted_at),
        _person(submission.decided_by),
        _time(submission.decided_at),
    ]


def _number(value: Decimal) -> Decimal | int:
    return int(value) if value == value.to_integral_value() else value.normalize()


def _person(user: Any) -> str:
    return (user.get_full_name() or user.username) if user else ""


def _time(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
