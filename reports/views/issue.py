"""The page of one issue: the document, what stands behind each number, the gate, contradictions, and what comes next."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from expressions import ExpressionError
from reports.choices import EditEnd, IssueStatus
from reports.models import Issue, TextEdit
from reports.renderers import FORMATS, UnprintableDocumentError, render_html_body, stylesheet
from reports.services.document import all_figures
from reports.services.issues import gate
from reports.services.unit_paragraphs import cell_of, unit_paragraphs
from reports.views.delivery_words import deliveries_of
from reports.views.life import comment_place, comments_of, editions_of, texts_of
from reports.views.opened import openings_in
from reports.views.origins import Origins
from reports.views.publications import publication_box
from reports.views.replies import lines_of


@dataclass(frozen=True)
class Button:
    """One step in the life of an issue: where it posts (or leads), or why this person can't take it now."""

    label: str
    url: str
    why_not: str = ""
    asks_first: bool = False


@dataclass(frozen=True)
class Accepting:
    """What a reviewer had chosen and written when accepting was refused; shown again."""

    chosen: frozenset[int] = frozenset()
    reason: str = ""


def document_of(issue: Issue) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(issue.content)
    return document


def issue_page(
    request: HttpRequest, issue: Issue, context: dict[str, Any], accepting: Accepting | None = None
) -> HttpResponse:
    document = document_of(issue)
    reasons = held(issue)
    contradictions = list(issue.contradictions.select_related("accepted_by", "typed_by"))
    return TemplateResponse(
        request,
        "reports/issue/page.html",
        context
        | {
            "title": f"{issue.bulletin} · {document['period_label']}",
            "is_fullwidth": "1",
            "issue": issue,
            "document": document,
            "body": body_of(issue, document),
            "stylesheet": mark_safe(stylesheet()),  # noqa: S308 (a file of the renderers, not anybody's input)
            "reasons": reasons,
            "contradictions": contradictions,
            "open_count": sum(c.accepted_by_id is None for c in contradictions),
            "figures": {key: figure["describe"] or key for key, figure in all_figures(document).items()},
            "may_accept": may_accept(request.user, issue),
            "accepting": accepting or Accepting(),
            "buttons": buttons(request.user, issue, reasons),
            "turn": whose_turn(issue, reasons),
            "replies": dict(Counter(line.label for line in lines_of(issue))),
            "formats": FORMATS,
            **_chosen_origin(request, issue, document),
            "text_edits": _text_edits(issue, document),
            **comments_of(request.user, issue, document),
            **texts_of(request.user, issue, document),
            **editions_of(request.user, issue, document),
            **publication_box(request.user, issue),
            **deliveries_of(request.user, issue),
            **openings_in(request.user, issue.bulletin.office, document["rankings"], contradictions),
        },
        status=422 if accepting else 200,
    )


def held(issue: Issue) -> list[str]:
    """The reasons that hold the issue; a template that can't be used any more is one. Issued: none."""
    if issue.status == IssueStatus.ISSUED:
        return []
    try:
        return gate(issue)
    except ExpressionError as error:
        return [
            _("The bulletin's template can't be used: %s") % problem for problem in str(error).splitlines()
        ]


def body_of(issue: Issue, document: Mapping[str, Any]) -> str:
    """The document as HTML with every number a link to its origin."""
    try:
        return mark_safe(  # noqa: S308 (lxml escapes every text of the document)
            render_html_body(
                document,
                figure_url=lambda figure: reverse("admin:reports_issue_figure", args=[issue.pk, figure]),
                cell_url=lambda annex, unit, column: reverse(
                    "admin:reports_issue_cell", args=[issue.pk, annex, unit, column]
                ),
            )
        )
    except UnprintableDocumentError as error:
        return _("This document can't be shown: %s") % error


def may_accept(user: Any, issue: Issue) -> bool:
    return issue.status == IssueStatus.DRAFT and has_role(user, {Role.REVIEWER}, office=issue.bulletin.office)


def buttons(user: Any, issue: Issue, reasons: list[str]) -> list[Button]:
    """The steps the state knows; those of other roles are left out, those held or forbidden say why."""
    if issue.status == IssueStatus.ISSUED:
        return []
    office = issue.bulletin.office
    shut = _("The gate is shut: see the reasons above.") if reasons else ""
    found = []
    if has_role(user, {Role.ADMINISTRATOR}, office=office):
        found.append(Button(_("Draft again"), reverse("admin:reports_issue_redraft", args=[issue.pk])))
    if issue.status == IssueStatus.DRAFT and has_role(user, {Role.REVIEWER}, office=office):
        own = (
            _("You drafted this issue: somebody else must review it.")
            if issue.drafted_by_id == user.pk
            else ""
        )
        found.append(
            Button(
                _("Reviewed and right"), reverse("admin:reports_issue_review", args=[issue.pk]), own or shut
            )
        )
    if has_role(user, {Role.ISSUER}, office=office):
        early = "" if issue.status == IssueStatus.REVIEWED else _("A reviewer has not confirmed it yet.")
        found.append(
            Button(_("Issue…"), reverse("admin:reports_issue_confirm", args=[issue.pk]), early or shut, True)
        )
    return found  # fmt: skip


def whose_turn(issue: Issue, reasons: list[str]) -> str:
    """One sentence: who does what next."""
    if issue.status == IssueStatus.ISSUED:
        return _("Issued. Nothing in it changes any more; a correction is an erratum of its own.")
    if issue.status == IssueStatus.REVIEWED:
        return (
            _("An administrator drafts again: the gate has shut since the review.")
            if reasons
            else _("An issuer issues it.")
        )
    if reasons:
        return _("The reasons below are to be settled first; then a reviewer confirms the draft.")
    return _("A reviewer who did not draft it confirms it.")


def origin_of(issue: Issue, document: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The context of a panel: ("figure", id) or ("cell", annex, unit, column). Http404 when the document has none."""
    origins = Origins(issue, document)
    try:
        if path[0] == "figure":
            return {"figure": origins.figure(path[1])}
        return {"cell": origins.cell(int(path[1]), path[2], path[3])}
    except KeyError:
        raise Http404(_("The document has no such number.")) from None


def _text_edits(issue: Issue, document: Mapping[str, Any]) -> list[tuple[TextEdit, str]]:
    """The edits in force and those the unit's new text has put out of date, each with the id of its text if printed."""
    figures = {paragraph["cell"]: figure for figure, paragraph in unit_paragraphs(document).items()}
    edits = issue.text_edits.filter(ended__in=("", EditEnd.OUT_OF_DATE)).select_related(
        "unit", "item__form", "edited_by"
    )
    return [(edit, figures.get(cell_of(edit), "")) for edit in edits]


def _chosen_origin(request: HttpRequest, issue: Issue, document: Mapping[str, Any]) -> dict[str, Any]:
    """The number named in the URL (`?figure=…`), so that an opened panel can be linked to."""
    wanted = request.GET.get("figure")
    if wanted not in all_figures(document):
        return {"origin": None}
    path = ("figure", str(wanted))
    return {"origin": origin_of(issue, document, path), **comment_place(request.user, issue, document, path)}


def origin_page(
    request: HttpRequest, issue: Issue, context: dict[str, Any], path: tuple[str, ...]
) -> HttpResponse:
    """What stands behind one number: a fragment for the panel, or a page of its own without JavaScript."""
    document = document_of(issue)
    fragment = "fragment" in request.GET
    return TemplateResponse(
        request,
        "reports/issue/_origin.html" if fragment else "reports/issue/origin.html",
        context
        | {
            "title": f"{issue.bulletin} · {document['period_label']}",
            "issue": issue,
            "document": document,
            "origin": origin_of(issue, document, path),
            **comment_place(request.user, issue, document, path),
        },
    )
