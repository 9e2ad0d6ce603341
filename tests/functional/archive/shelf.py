"""Issued issues put on the shelf: copies of a small office's issue with other numbers, periods and texts."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from reports.choices import IssueStatus
from reports.models import Issue, IssueFile
from reports.renderers import render
from reports.services.archive import index_issues
from reports.services.document import canonical
from tests import build
from tests.documents.wujin import wujin_document
from tests.functional.reports.scene import Scene

FILES = ("pdf", "docx", "xlsx")
MONTHS = ("2022-04", "2022-05", "2022-06", "2022-07", "2022-08", "2022-09")


def shelve(
    model: Issue,
    document: Mapping[str, Any],
    *,
    period: str,
    sequence: int,
    year: int = 2022,
    corrects: Issue | None = None,
    files: tuple[str, ...] = (),
) -> Issue:
    """One more issued issue of the model's bulletin with that content, number and year."""
    at = dt.datetime(year, 4, 18, 10, tzinfo=build.SHANGHAI) + dt.timedelta(days=sequence)
    number = f"某政通〔{year}〕{sequence}号"
    whole = {**document, "number": number, "issued_at": at.isoformat(), "status": "issued"}
    issue = Issue.objects.create(
        bulletin=model.bulletin,
        period=period,
        edition=2 if corrects else 1,
        corrects=corrects,
        status=IssueStatus.ISSUED,
        run=model.run,
        content=canonical(whole),
        hash="0" * 64,
        year=year,
        sequence=sequence,
        number=number,
        drafted_by=model.drafted_by,
        drafted_at=at,
        issued_by=model.issued_by,
        issued_at=at,
    )
    for format_ in files:
        content = render(whole, format_)
        IssueFile.objects.create(
            issue=issue, format=format_, content=content, sha256=hashlib.sha256(content).hexdigest()
        )
    index_issues(Issue.objects.filter(pk=issue.pk))
    return issue


def content_of(issue: Issue, **replaced: str) -> dict[str, Any]:
    """The document of an issue with texts replaced everywhere, old=new."""
    text = issue.content
    for old, new in replaced.items():
        text = text.replace(old, new)
    return dict(json.loads(text))


def wujin(title: str = "", **replaced: str) -> dict[str, Any]:
    """The real Wujin bulletin (36 rows, 23 columns), its figures left out, with texts replaced everywhere."""
    text = json.dumps(wujin_document(), ensure_ascii=False)
    for old, new in replaced.items():
        text = text.replace(old, new)
    document: dict[str, Any] = json.loads(text)
    for section in document["sections"]:
        for paragraph in section["paragraphs"]:
            paragraph["figures"] = []
    document["title"] = title or document["title"]
    return document


def name_people(scene: Scene) -> None:
    """Names no published page may hold."""
    for key, user in scene.people.items():
        user.last_name = f"金丝雀{key}"
        user.save()
