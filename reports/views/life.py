"""What the page of an issue shows of its life: comments, edited sections and lists, what it corrects or what corrects it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from reports.choices import IssueStatus
from reports.models import Issue, IssueComment
from reports.services.annex_cells import ANNEX, annex_cells
from reports.services.comments import CHECKERS
from reports.services.document import all_figures
from reports.services.errata import erratum_of
from reports.services.section_edits import texts_to_copy


@dataclass(frozen=True)
class CommentLine:
    """A comment as the page shows it; `figure` is the id of the figure it is on, if that is still printed."""

    comment: IssueComment
    place: str
    figure: str
    may_settle: bool


def comments_of(user: Any, issue: Issue, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the comments' box; one query."""
    office = issue.bulletin.office
    is_open = issue.status != IssueStatus.ISSUED
    is_reviewer = has_role(user, {Role.REVIEWER}, office=office)
    figures = all_figures(document)
    lines = [
        CommentLine(
            row,
            place_name(document, row.where),
            row.where if row.where in figures else "",
            is_open and (row.written_by_id == user.pk or (is_reviewer and issue.drafted_by_id != user.pk)),
        )
        for row in issue.comments.select_related("written_by", "settled_by")
    ]
    return {
        "comments": lines,
        "open_comments": sum(line.comment.settled_by_id is None for line in lines),
        "may_comment": is_open and has_role(user, CHECKERS, office=office),
        "may_answer": is_open and has_role(user, {Role.ADMINISTRATOR}, office=office),
    }


def comment_place(
    user: Any, issue: Issue, document: Mapping[str, Any], path: tuple[str, ...]
) -> dict[str, Any]:
    """The context of commenting on an opened number: ("figure", id) or ("cell", annex, unit, column)."""
    where = path[1] if path[0] == "figure" else f"annex{path[1]}/{path[2]}/{path[3]}"
    return {
        "comment_where": where,
        "comment_here": place_name(document, where),
        "may_comment": issue.status != IssueStatus.ISSUED
        and has_role(user, CHECKERS, office=issue.bulletin.office),
    }


def place_name(document: Mapping[str, Any], where: str) -> str:
    """Where a comment stands, in words."""
    if not where:
        return _("the whole")
    figure = all_figures(document).get(where)
    if figure is not None:
        return str(figure["describe"] or where)
    cell = annex_cells(document).get(where)
    if cell is not None:
        return str(cell["label"])
    number = where.removeprefix(ANNEX)
    return _("Annex %s") % number if where.startswith(ANNEX) and number.isdecimal() else where


def texts_of(user: Any, issue: Issue, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of the box of edited texts: sections by their order, and the lists that are not printed as computed."""
    may_edit = may_edit_draft(user, issue)
    return {
        "sections": [
            {"order": section.get("order", place), "heading": section["heading"], "edit": section.get("edit")}
            for place, section in enumerate(document["sections"], 1)
        ],
        "edited_lists": [
            figure for figure in all_figures(document).values() if figure.get("computed") is not None
        ],
        "may_edit": may_edit,
        "texts_to_copy": texts_to_copy(issue) if may_edit else [],
    }


def may_edit_draft(user: Any, issue: Issue) -> bool:
    """Whether this person can change texts and lists of the issue now."""
    return issue.status == IssueStatus.DRAFT and has_role(
        user, {Role.ADMINISTRATOR}, office=issue.bulletin.office
    )


def may_correct(user: Any, issue: Issue) -> bool:
    """Whether this person can start an erratum to this issue now."""
    return (
        issue.status == IssueStatus.ISSUED
        and has_role(user, {Role.ADMINISTRATOR}, office=issue.bulletin.office)
        and erratum_of(issue) is None
    )


def editions_of(user: Any, issue: Issue, document: Mapping[str, Any]) -> dict[str, Any]:
    """The context of what the page says about the other edition: what it corrects, or what corrects it."""
    later = erratum_of(issue)
    return {
        "later": later,
        "later_url": _url(later.pk) if later else "",
        "wrong_url": _url(issue.corrects_id) if issue.corrects_id else "",
        "erratum": document.get("erratum"),
        "may_correct": may_correct(user, issue),
    }


def _url(issue: int) -> str:
    return reverse("admin:reports_issue_change", args=[issue])
