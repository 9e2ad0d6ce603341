"""The page of one unit's text in a draft: the unit's own, what is printed, who edited it, and editing it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.cells import MAX_TEXT
from reports.exceptions import Refused
from reports.models import Issue
from reports.services.text_edits import edit_text, take_back
from reports.services.unit_paragraphs import original_of, unit_paragraphs
from reports.views.issue import document_of
from reports.views.life import may_edit_draft
from reports.views.steps import to_issue

TAKE_BACK = "take-back"


@dataclass(frozen=True)
class Typed:
    """What was typed and refused, shown again."""

    text: str
    reason: str = ""


def text_page(request: HttpRequest, issue: Issue, figure: str, context: dict[str, Any]) -> HttpResponse:
    """GET shows the text; POST edits it or takes the edit back, then leads to it in the draft."""
    document = document_of(issue)
    paragraph = unit_paragraphs(document).get(figure)
    if paragraph is None:
        raise Http404(_("The document has no such text."))
    printed = paragraph["figures"][0]["display"]
    typed = Typed(printed)
    if request.method == "POST":
        typed = Typed(request.POST.get("text", ""), request.POST.get("reason", ""))
        if _edited(request, issue, figure, typed):
            return HttpResponseRedirect(f"{to_issue(issue).url}?figure={figure}#document")
    form, unit, item = paragraph["cell"].split("/")
    return TemplateResponse(
        request,
        "reports/issue/text.html",
        context
        | {
            "title": f"{issue.bulletin} · {document['period_label']}",
            "issue": issue,
            "figure": paragraph["figures"][0],
            "paragraph": paragraph,
            "printed": printed,
            "original": original_of(paragraph),
            "typed": typed,
            "max_text": MAX_TEXT,
            "may_edit": may_edit_draft(request.user, issue),
            "edits": issue.text_edits.filter(
                unit__code=unit, item__code=item, item__form__code=form
            ).select_related("edited_by", "ended_by"),
            "address": reverse("admin:reports_issue_text", args=[issue.pk, figure]),
        },
        status=422 if request.method == "POST" else 200,
    )


def _edited(request: HttpRequest, issue: Issue, figure: str, typed: Typed) -> bool:
    """Whether it was done; a refusal becomes a message."""
    try:
        if request.POST.get("action") == TAKE_BACK:
            take_back(issue=issue, figure=figure, user=request.user)
            messages.success(request, _("The unit's own text is printed again."))
        else:
            edit_text(
                issue=issue,
                figure=figure,
                text=typed.text,
                reason=typed.reason,
                user=request.user,
                seen=request.POST.get("seen"),
            )
            messages.success(request, _("Saved. The unit's own text stays on record beside it."))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    return True
