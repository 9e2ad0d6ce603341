"""Which issued documents hold a form's figures: what a correction would make wrong."""

import json
from typing import Any

from django.urls import reverse

from departments.models import Submission
from departments.periods import Period
from departments.signals import issued_with
from reports.choices import IssueStatus
from reports.models import Issue


def connect() -> None:
    issued_with.connect(_answer, dispatch_uid="reports.touched")


def issued_documents(submission: Submission) -> list[tuple[str, str]]:
    """Title and address of every issued issue whose frozen content names this submission as the source of a cell."""
    window = submission.window
    issued = Issue.objects.filter(bulletin__office=window.form.office_id, status=IssueStatus.ISSUED)
    # What an erratum has corrected is not wrong any more by another correction.
    issues = issued.exclude(erratum__status=IssueStatus.ISSUED).select_related("bulletin")
    return [
        (f"{issue.bulletin} {issue.number}", reverse("admin:reports_issue_change", args=[issue.pk]))
        for issue in issues
        if Period.parse(issue.period).contains(window.when) and _holds(issue, submission.pk)
    ]


def _holds(issue: Issue, submission_id: int) -> bool:
    cells = json.loads(issue.content).get("cells", {})
    return any(entry["submission"] == submission_id for cell in cells.values() for entry in cell["entries"])


def _answer(sender: Any, submission: Submission, **_kwargs: Any) -> list[tuple[str, str]]:
    return issued_documents(submission)
