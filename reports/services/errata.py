"""Correcting what was issued: an erratum is the next edition of the same period, drafted, reviewed and issued like any issue."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Role
from departments.permissions import has_role
from reports.choices import IssueStatus
from reports.exceptions import Refused
from reports.models import Issue, TextEdit
from reports.services.issues import latest_edition, write_draft


@transaction.atomic
def correct_issue(*, issue: Issue, user: Any, reason: str, at: dt.datetime | None = None) -> Issue:
    """The draft of an erratum to the newest issued edition, from the figures approved now; nothing issued changes.

    Refused: not an administrator, not issued, no reason, or corrected already (a corrected issue is corrected by
    correcting its erratum).
    """
    at = at or timezone.now()
    bulletin = issue.bulletin
    if not has_role(user, {Role.ADMINISTRATOR}, office=bulletin.office):
        raise Refused(_("Correcting an issue is for administrators of the office."))
    latest = latest_edition(bulletin, issue.period)
    # Asked once the lock is held: somebody else may have drafted the erratum while this waited.
    if latest is None or issue.pk != latest.pk or erratum_of(latest) is not None:
        raise Refused(_("A later edition exists: correct that one, or go on with its draft."))
    if latest.status != IssueStatus.ISSUED:
        raise Refused(_("It is not issued: draft it again instead."))
    if not reason.strip():
        raise Refused(_("Please write why the issue is corrected: the reason is printed in the erratum."))
    erratum = Issue(
        bulletin=latest.bulletin,
        period=latest.period,
        edition=latest.edition + 1,
        corrects=latest,
        correction_reason=reason.strip()[:500],
    )
    write_draft(issue=erratum, user=user, at=at)
    if _take_over_texts(latest, erratum):
        write_draft(issue=erratum, user=user, at=at)
    return erratum


def _take_over_texts(wrong: Issue, erratum: Issue) -> bool:
    """Units' texts stay as they were edited in the wrong issue, as long as the units have not written anew."""
    edits = wrong.text_edits.filter(ended="")
    copies = [
        TextEdit(
            issue=erratum,
            unit_id=edit.unit_id,
            item_id=edit.item_id,
            original=edit.original,
            text=edit.text,
            reason=edit.reason,
            edited_by_id=edit.edited_by_id,
            edited_at=edit.edited_at,
        )
        for edit in edits
    ]
    return bool(TextEdit.objects.bulk_create(copies))


def erratum_of(issue: Issue) -> Issue | None:
    """The next edition, drafted or issued; None while there is none."""
    return Issue.objects.filter(corrects=issue).first()
