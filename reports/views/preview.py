"""A template tried out on a period: its faults, and the document it would give. Nothing is stored."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from departments.periods import Period, PeriodError
from expressions import ExpressionError
from reports.models import Bulletin
from reports.renderers import UnprintableDocumentError, render_html_body, stylesheet
from reports.services.document import build_document
from reports.services.source import Fault, faults_of
from reports.views.filters import current_period, periods_of


def period_of(request: HttpRequest, bulletin: Bulletin) -> str | None:
    """The period in the URL or form, else the office's newest with approved figures; None while nothing was ever asked."""
    wanted = request.POST.get("period", "") or request.GET.get("period", "")
    try:
        return Period.parse(wanted).code
    except PeriodError:
        return current_period(bulletin.office)


def template_faults(bulletin: Bulletin, period: str | None) -> list[Fault]:
    """Every fault of the saved template for a period; a broken indicator is one too."""
    if period is None:
        return []
    try:
        return faults_of(bulletin, period)
    except ExpressionError as error:
        return [Fault(_("Indicators"), p.line, p.column, p.message) for p in error.problems]


def preview_page(request: HttpRequest, bulletin: Bulletin, context: dict[str, Any]) -> HttpResponse:
    period = period_of(request, bulletin)
    faults = template_faults(bulletin, period)
    body = ""
    if period and not faults:
        try:
            body = _body(bulletin, period)
        except ExpressionError as error:
            faults = [Fault(_("Document"), p.line, p.column, p.message) for p in error.problems]
    return TemplateResponse(
        request,
        "reports/bulletin/preview.html",
        context
        | {
            "title": _("Preview: %s") % bulletin,
            "bulletin": bulletin,
            "period": Period.parse(period) if period else None,
            "periods": periods_of(bulletin.office),
            "faults": faults,
            "body": body,
            "stylesheet": mark_safe(stylesheet()),  # noqa: S308 (a file of the renderers, not anybody's input)
        },
    )


def _body(bulletin: Bulletin, period: str) -> str:
    document, _source, _names = build_document(bulletin, period)
    try:
        return mark_safe(render_html_body(document))  # noqa: S308 (lxml escapes every text of the document)
    except UnprintableDocumentError as error:
        return _("This document can't be shown: %s") % error
