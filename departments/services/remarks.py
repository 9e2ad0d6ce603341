"""What people write beside figures: comments, reasons of a return, explanations of warnings (强制上报). Never changed after."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import RemarkKind
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Remark, Submission
from departments.permissions import visible

MAX_LENGTH = 1000
# Which warning: the rule's code and the cell it is shown at.
Warned = tuple[str, str]


def may_comment(submission: Submission, user: Any) -> bool:
    """Whoever has a part in the form: its unit's clerks and heads, those above in the tree, the administrators."""
    return visible(Submission.objects.filter(pk=submission.pk), user, "change").exists()


@transaction.atomic
def comment(
    *, submission: Submission, user: Any, text: str, cell: str = "", at: dt.datetime | None = None
) -> Remark:
    """Adds a comment to a cell, or to the whole form, in every state; not for people who only look."""
    if not may_comment(submission, user):
        raise TransitionRefused(_("Comments are for those who fill this form, check it or decide on it."))
    return _write(submission, RemarkKind.COMMENT, user, text, cell=cell, at=at)


def remark_return(
    *, submission: Submission, user: Any, reasons: Mapping[str, str], at: dt.datetime
) -> list[Remark]:
    """Keeps why single cells were returned (cell key → reason); part of returning the form."""
    return [
        _write(submission, RemarkKind.RETURN, user, text, cell=cell, at=at)
        for cell, text in reasons.items()
        if text.strip()
    ]


def explain(
    *, submission: Submission, user: Any, explanations: Mapping[Warned, str], at: dt.datetime
) -> None:
    """Keeps the explanations of warnings that are new or changed; part of handing the form in."""
    known = explanations_of(submission)
    for (rule, cell), text in explanations.items():
        if text.strip() and known.get((rule, cell)) != text.strip():
            _write(submission, RemarkKind.EXPLANATION, user, text, cell=cell, rule=rule, at=at)


def explanations_of(submission: Submission) -> dict[Warned, str]:
    """The newest explanation of each warning."""
    rows = submission.remarks.filter(kind=RemarkKind.EXPLANATION).order_by("id")
    return {(row.rule, row.cell): row.text for row in rows}


def open_return_reasons(submission: Submission) -> dict[str, str]:
    """Why cells were returned the last time, by cell key; of earlier returns nothing."""
    rows = list(submission.remarks.filter(kind=RemarkKind.RETURN).order_by("id"))
    last = rows[-1].version if rows else None
    return {row.cell: row.text for row in rows if row.version == last}


def _write(
    submission: Submission,
    kind: RemarkKind,
    user: Any,
    text: str,
    *,
    cell: str = "",
    rule: str = "",
    at: dt.datetime | None = None,
) -> Remark:
    text = text.strip()
    if not text:
        raise DepartmentsError(_("Please write something first."))
    if len(text) > MAX_LENGTH:
        raise DepartmentsError(_("At most %s characters.") % MAX_LENGTH)
    return Remark.objects.create(
        submission=submission,
        kind=kind,
        cell=cell,
        rule=rule,
        text=text,
        user=user,
        at=at or timezone.now(),
        version=submission.version,
    )
