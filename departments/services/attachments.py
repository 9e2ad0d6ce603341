"""Files handed in with a form: evidence and the stamped scan."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from departments.choices import Action, AttachmentKind
from departments.models import Attachment, Submission
from departments.services.ledger import lock
from departments.services.stored_files import keep, take_away
from departments.transitions import check_can


@transaction.atomic
def attach(
    *,
    submission: Submission,
    user: Any,
    file: Any,
    kind: str = AttachmentKind.EVIDENCE,
    cell: str = "",
    at: dt.datetime | None = None,
) -> Attachment:
    """Adds an uploaded file while the form can be changed; UnusableFile says why not."""
    at = at or timezone.now()
    locked = lock(submission)
    check_can(Action.SAVE, locked, user, at=at)
    row = Attachment(submission=locked, kind=AttachmentKind(kind), cell=cell)
    return keep(
        row,
        file,
        locked.attachments,
        within=locked.attachments.filter(kind=kind, cell=cell),
        user=user,
        at=at,
    )


@transaction.atomic
def remove(*, attachment: Attachment, user: Any, at: dt.datetime | None = None) -> Attachment:
    """Takes a file off the form while it can be changed; the record and the file stay."""
    at = at or timezone.now()
    locked = lock(attachment.submission)
    check_can(Action.SAVE, locked, user, at=at)
    take_away(attachment, user=user, at=at)
    return attachment
