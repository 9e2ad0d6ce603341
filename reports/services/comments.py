"""What reviewers ask of a draft: written at its place, answered by those who draft, settled by those who asked."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import NoticeKind, Role
from departments.permissions import has_role
from departments.services.notices import notify
from reports.choices import IssueStatus
from reports.exceptions import Refused
from reports.models import Issue, IssueComment
from reports.services.annex_cells import ANNEX, annex_cells
from reports.services.document import all_figures, canonical

# Who checks a draft.
CHECKERS = frozenset({Role.REVIEWER, Role.ISSUER})
_QUOTED = 300


@transaction.atomic
def write_comment(
    *, issue: Issue, where: str, text: str, user: Any, at: dt.datetime | None = None
) -> IssueComment:
    """A remark on a figure (its id), a table (annex1), a cell (annex1/unit/column) or the whole (""); the gate waits for it."""
    locked = _lock(issue)
    _require(locked, user, CHECKERS, _("Comments are written by reviewers and issuers of the office."))
    if not text.strip():
        raise Refused(_("Please write what is to be changed or explained."))
    quoted = quoted_at(json.loads(locked.content), where)
    if quoted is None:
        raise Refused(_("The draft no longer has this place."))
    return IssueComment.objects.create(
        issue=locked,
        where=where,
        quoted=quoted[:_QUOTED],
        text=text.strip(),
        written_by=user,
        written_at=at or timezone.now(),
    )


@transaction.atomic
def answer_comment(*, comment: IssueComment, text: str, user: Any) -> IssueComment:
    """What an administrator says to it; the comment stays open until it is settled."""
    row = _lock_comment(comment)
    _require(
        row.issue, user, frozenset({Role.ADMINISTRATOR}), _("Answers are for administrators of the office.")
    )
    if not text.strip():
        raise Refused(_("Please write the answer."))
    row.answer = text.strip()
    row.save(update_fields=["answer"])
    return row


@transaction.atomic
def settle_comment(*, comment: IssueComment, user: Any, at: dt.datetime | None = None) -> IssueComment:
    """The writer, or a reviewer who did not draft the issue, finds it settled."""
    row = _lock_comment(comment)
    _require(row.issue, user, CHECKERS, _("Comments are settled by who wrote them or by a reviewer."))
    is_writer = row.written_by_id == user.pk
    is_reviewer = has_role(user, {Role.REVIEWER}, office=row.issue.bulletin.office)
    if not is_writer and (not is_reviewer or row.issue.drafted_by_id == user.pk):
        raise Refused(_("Comments are settled by who wrote them or by a reviewer."))
    row.settled_by, row.settled_at = user, at or timezone.now()
    row.save(update_fields=["settled_by", "settled_at"])
    return row


@transaction.atomic
def send_back(*, issue: Issue, text: str, user: Any, at: dt.datetime | None = None) -> Issue:
    """Returns a draft or a reviewed issue to its drafter, who is told, with a comment on the whole or those already open."""
    at = at or timezone.now()
    locked = _lock(issue)
    _require(locked, user, CHECKERS, _("Sending back is for reviewers and issuers of the office."))
    if text.strip():
        write_comment(issue=locked, where="", text=text, user=user, at=at)
    elif not locked.comments.filter(settled_by__isnull=True).exists():
        raise Refused(_("Please write what is to be changed, here or at its place in the draft."))
    locked.status, locked.reviewed_by, locked.reviewed_at = IssueStatus.DRAFT, None, None
    document = json.loads(locked.content)
    document["status"] = IssueStatus.DRAFT.value
    locked.content = canonical(document)
    locked.save(update_fields=["status", "reviewed_by", "reviewed_at", "content"])
    _tell_drafter(locked, text.strip(), at)
    return locked


def _tell_drafter(issue: Issue, text: str, at: dt.datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        notify(
            [issue.drafted_by],
            office=issue.bulletin.office,
            kind=NoticeKind.RETURNED,
            title=_("Sent back to be changed: %s") % issue,
            text=text or _("See the comments that are not settled yet."),
            url=reverse("admin:reports_issue_change", args=[issue.pk]),
            key=f"issue-back:{issue.pk}:{at.isoformat()}",
            at=at,
        )


def quoted_at(document: Mapping[str, Any], where: str) -> str | None:
    """What is printed at a place: a figure, a table's title, a cell, "" for the whole; None where there is no such place."""
    if not where:
        return ""
    figure = all_figures(document).get(where)
    if figure is not None:
        return str(figure["display"])
    titles = {f"{ANNEX}{annex['number']}": str(annex["title"]) for annex in document["annexes"]}
    cell = annex_cells(document).get(where)
    return str(cell["display"]) if cell else titles.get(where)


def _require(issue: Issue, user: Any, roles: frozenset[Role], words: str) -> None:
    if not has_role(user, roles, office=issue.bulletin.office):
        raise Refused(words)
    if issue.status == IssueStatus.ISSUED:
        raise Refused(_("%s is issued: a correction is an erratum.") % issue.number)


def _lock(issue: Issue) -> Issue:
    return Issue.objects.select_for_update(of=("self",)).select_related("bulletin__office").get(pk=issue.pk)


def _lock_comment(comment: IssueComment) -> IssueComment:
    """The comment as it is now, its issue locked before it; refused once it is settled."""
    issue = _lock(comment.issue)
    row = IssueComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
    row.issue = issue
    if row.settled_by_id is not None:
        raise Refused(_("This comment is settled already."))
    return row
