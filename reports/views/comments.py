"""Comments on a draft: written beside what they are about, answered, settled; and sending the draft back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from reports.exceptions import Refused
from reports.models import Issue
from reports.services.comments import answer_comment, send_back, settle_comment, write_comment
from reports.views.steps import to_issue

SETTLE = "settle"


def comment(request: HttpRequest, issue: Issue) -> HttpResponse:
    def write() -> None:
        where, text = request.POST.get("where", ""), request.POST.get("text", "")
        write_comment(issue=issue, where=where, text=text, user=request.user)

    return _done(request, issue, write, _("Written. The issue waits until it is settled."))


def comment_step(request: HttpRequest, issue: Issue, comment_id: int) -> HttpResponse:
    """Answers or settles one comment of the issue."""
    row = issue.comments.filter(pk=comment_id).first()
    if row is None:
        raise Http404
    if request.POST.get("action") == SETTLE:
        return _done(
            request,
            issue,
            lambda: settle_comment(comment=row, user=request.user),
            _("The comment is settled."),
        )
    text = request.POST.get("answer", "")
    return _done(
        request,
        issue,
        lambda: answer_comment(comment=row, text=text, user=request.user),
        _("Answered. Whoever wrote the comment settles it."),
    )


def return_to_drafter(request: HttpRequest, issue: Issue) -> HttpResponse:
    text = request.POST.get("text", "")
    return _done(
        request,
        issue,
        lambda: send_back(issue=issue, text=text, user=request.user),
        _("Sent back with the comments that are open."),
    )


def _done(request: HttpRequest, issue: Issue, step: Callable[[], Any], words: str) -> HttpResponse:
    try:
        step()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return to_issue(issue, "comments")
