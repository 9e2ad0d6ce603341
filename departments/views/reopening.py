"""Re-opening on the pages of a submission: asking, deciding, and what has changed since it was approved."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from departments.choices import ReopeningState
from departments.exceptions import DepartmentsError
from departments.models import Submission
from departments.services import reopenings

ASK, GRANT, REFUSE = "ask-reopening", "grant-reopening", "refuse-reopening"


def reopening_data(request: HttpRequest, submission: Submission) -> dict[str, Any]:
    """What both pages show about re-opening: the request, who may do what, the changes, the documents touched."""
    rows = list(submission.reopenings.select_related("asked_by", "decided_by", "submission__window__form"))
    asked = next((row for row in rows if row.state == ReopeningState.ASKED), None)
    latest = next((row for row in rows if row.state in (ReopeningState.GRANTED, ReopeningState.USED)), None)
    return {
        "reopenings": rows,
        "asked": asked,
        "may_ask": reopenings.may_ask(submission, request.user),
        "may_grant": asked is not None and reopenings.may_decide(asked, request.user),
        "since": latest,
        "since_changes": reopenings.changes_since(latest) if latest else [],
        "touched": reopenings.issued_documents(submission) if asked or latest else [],
        "until": timezone.localtime() + reopenings.USUAL,
    }


def reopening_post(request: HttpRequest, submission: Submission) -> bool:
    """Handles the buttons about re-opening; False when another button was pressed."""
    action = request.POST.get("action", "")
    reason = request.POST.get("reason", "")
    if action == ASK:
        reopenings.ask(submission=submission, user=request.user, reason=reason)
        messages.success(request, _("Asked for. Somebody of the office decides; you will be told."))
    elif action in (GRANT, REFUSE):
        asked = reopenings.pending(submission)
        if asked is None:
            raise DepartmentsError(_("Somebody has decided on this request already."))
        if action == GRANT:
            until = posted_moment(request.POST.get("until", ""))
            reopenings.grant(reopening=asked, user=request.user, expires_at=until, answer=reason)
            messages.success(request, _("Opened: the unit can change the form until then."))
        else:
            reopenings.refuse(reopening=asked, user=request.user, answer=reason)
            messages.success(request, _("Refused: the form stays locked."))
    else:
        return False
    return True


def posted_moment(text: str) -> dt.datetime | None:
    """What the page's date field sends, in local time; None when left empty."""
    if not text:
        return None
    value = parse_datetime(text)
    if value is None:
        raise DepartmentsError(_("“%s” is no moment: choose a date and a time.") % text[:40])
    return timezone.make_aware(value) if timezone.is_naive(value) else value
