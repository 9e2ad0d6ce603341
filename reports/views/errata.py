"""Correcting an issued issue: the page that asks for the reason and starts the erratum."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from expressions import ExpressionError
from reports.exceptions import Refused
from reports.models import Issue
from reports.services.errata import correct_issue
from reports.services.erratum_parts import holders_of
from reports.views.issue import document_of
from reports.views.life import may_correct
from reports.views.steps import to_issue


def correct_page(request: HttpRequest, issue: Issue, context: dict[str, Any]) -> HttpResponse:
    """Asks why the issue is corrected and says who received it; POST drafts the erratum and leads to it."""
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        erratum = _corrected(request, issue, reason)
        if erratum is not None:
            return to_issue(erratum)
    return TemplateResponse(
        request,
        "reports/issue/correct.html",
        context
        | {
            "title": _("Correct %s") % (issue.number or issue),
            "issue": issue,
            "document": document_of(issue),
            "reason": reason,
            "holders": holders_of(issue),
            "may_correct": may_correct(request.user, issue),
        },
        status=422 if request.method == "POST" else 200,
    )


def _corrected(request: HttpRequest, issue: Issue, reason: str) -> Issue | None:
    try:
        erratum = correct_issue(issue=issue, user=request.user, reason=reason)
    except Refused as refusal:
        messages.error(request, str(refusal))
    except ExpressionError as error:
        for problem in error.problems:
            messages.error(request, _("The bulletin's template can't be used: %s") % problem)
    else:
        messages.success(request, _("Drafted. The page shows all that differs from the issue it corrects."))
        return erratum
    return None
