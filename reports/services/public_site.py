"""The public pages as plain files under settings.PUBLICATION_DIR: any web server shows them, nothing in them runs.

<office code>/<year>-<sequence>/index.html with bulletin.pdf, .docx and .xlsx beside it; above all a list by year and the
same as index.json. Every file is written beside and renamed, the page of an issue after its attachments; what does not
change is not touched, so writing twice changes nothing.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from reports.choices import Openness, PublicationState
from reports.models import Issue, IssueFile, Publication
from reports.renderers import render_html_body, stylesheet
from reports.services.public_document import public_document
from reports.services.search_text import title_of

SHOWN = (PublicationState.PUBLISHED, PublicationState.WITHDRAWN)
ATTACHED = ("pdf", "docx", "xlsx")
PAGE = "index.html"


@dataclass(frozen=True)
class Entry:
    """One issue on the public site: its latest publication that was approved; `folder` is its path below the root."""

    publication: Publication
    title: str
    folder: str
    # Folders of the issue it corrects and of the one that corrects it, "" where that is not published.
    corrects: str = ""
    corrected_by: str = ""

    @property
    def issue(self) -> Issue:
        return self.publication.issue

    @property
    def is_withdrawn(self) -> bool:
        return self.publication.state == PublicationState.WITHDRAWN

    @property
    def is_open(self) -> bool:
        """Whether text and attachments are shown, and not the title alone."""
        return not self.is_withdrawn and self.publication.openness == Openness.ACTIVE


def root() -> Path:
    return Path(settings.PUBLICATION_DIR)


def folder_of(issue: Issue) -> str:
    return f"{issue.bulletin.office.code}/{issue.year}-{issue.sequence}"


def is_written(publication: Publication) -> bool:
    """Whether the public page says what the record says."""
    page = root() / folder_of(publication.issue) / PAGE
    return page.exists() and _version(publication) in page.read_text(encoding="utf-8")


def write_publication(issue: Issue) -> None:
    """Writes the pages of an issue, of those it is chained to by corrections, and the lists."""
    chained = {issue.pk, issue.corrects_id, getattr(getattr(issue, "erratum", None), "pk", None)}
    with _alone():
        entries = _entries()
        _write_entries([entry for entry in entries if entry.issue.pk in chained])
        _write_lists(entries)


def rebuild() -> tuple[int, list[str]]:
    """Writes everything that is published, and removes folders of issues that are not; (issues, folders removed)."""
    with _alone():
        entries = _entries()
        _write_entries(entries)
        _write_lists(entries)
        known = {root() / entry.folder for entry in entries}
        strange = [path for path in sorted(root().glob("*/[0-9]*-[0-9]*")) if path not in known]
        for path in strange:
            shutil.rmtree(path)
    return len(entries), [str(path.relative_to(root())) for path in strange]


def public_page(entry: Entry, *, preview: bool = False) -> str:
    """The page of an issue as it is published; as a preview, for the approver, with links that lead nowhere left out."""
    document = public_document(json.loads(entry.issue.content))
    issued = timezone.localtime(entry.issue.issued_at)
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string(
            "reports/publication/site/page.html",
            {
                "entry": entry,
                "publication": entry.publication,
                "office": document["office"]["name"],
                "number": entry.issue.number,
                "issued_on": issued.date(),
                "version": _version(entry.publication),
                "attached": ATTACHED,
                "preview": preview,
                "body": mark_safe(render_html_body(document)) if entry.is_open else "",  # noqa: S308 (lxml escapes)
                "stylesheet": mark_safe(stylesheet()),  # noqa: S308 (a file of the renderers, not anybody's input)
            },
        )


def entry_of(publication: Publication) -> Entry:
    """One publication alone, as it will look; without the links to corrections."""
    issue = publication.issue
    return Entry(publication, title_of(issue), folder_of(issue))


def _entries() -> list[Entry]:
    """What is or was public, newest first; of an issue published twice the later publication."""
    rows = (
        Publication.objects.filter(state__in=SHOWN)
        .select_related("issue__bulletin__office", "issue__corrects__bulletin__office")
        .defer("issue__content", "issue__corrects__content", "issue__corrects__search_text")
        .order_by("id")
    )
    latest = {row.issue_id: row for row in rows}
    alive = {pk: row for pk, row in latest.items() if row.state == PublicationState.PUBLISHED}
    correcting = {row.issue.corrects_id: row.issue for row in alive.values() if row.issue.corrects_id}
    found = []
    for pk, row in latest.items():
        former, later = row.issue.corrects, correcting.get(pk)
        found.append(
            Entry(
                row,
                title_of(row.issue),
                folder_of(row.issue),
                corrects=folder_of(former) if former is not None and former.pk in latest else "",
                corrected_by=folder_of(later) if later is not None else "",
            )
        )
    return sorted(found, key=lambda entry: (entry.issue.issued_at, entry.issue.pk), reverse=True)


def _write_entries(entries: list[Entry]) -> None:
    for entry in entries:
        folder = root() / entry.folder
        folder.mkdir(parents=True, exist_ok=True)
        files = _attachments(entry)
        if entry.is_open:
            for name, content in files.items():
                _put(folder / name, content)
        _put(folder / PAGE, public_page(entry).encode())
        for left in folder.iterdir():
            if left.name != PAGE and left.name not in files:
                left.unlink()


def _attachments(entry: Entry) -> dict[str, bytes]:
    """The kept files by their public names; none of what only its title is public of."""
    if not entry.is_open:
        return {}
    kept = IssueFile.objects.filter(issue=entry.issue, format__in=ATTACHED)
    return {f"bulletin.{file.format}": bytes(file.content) for file in kept}


def _write_lists(entries: list[Entry]) -> None:
    years: dict[int, list[Entry]] = {}
    for entry in entries:
        years.setdefault(entry.issue.year or 0, []).append(entry)
    with translation.override(settings.LANGUAGE_CODE):
        page = render_to_string(
            "reports/publication/site/list.html",
            {
                "years": sorted(years.items(), reverse=True),
                "several": len({entry.issue.bulletin.office_id for entry in entries}) > 1,
                "offices": list(dict.fromkeys(entry.issue.bulletin.office.name for entry in entries)),
            },
        )
    listed = json.dumps({"issues": [_listed(entry) for entry in entries]}, ensure_ascii=False, indent=1)
    root().mkdir(parents=True, exist_ok=True)
    _put(root() / "index.json", (listed + "\n").encode())
    _put(root() / PAGE, page.encode())


def _listed(entry: Entry) -> dict[str, Any]:
    publication, issue = entry.publication, entry.issue
    files = IssueFile.objects.filter(issue=issue, format__in=ATTACHED).order_by("format")
    return {
        "index_number": publication.index_number,
        "title": entry.title,
        "number": issue.number,
        "office": issue.bulletin.office.name,
        "subject": publication.subject,
        "openness": publication.openness,
        "state": publication.state,
        "issued_on": _day(issue.issued_at),
        "published_on": _day(publication.decided_at),
        "withdrawn_on": _day(publication.withdrawn_at),
        "reason": publication.reason if entry.is_withdrawn else None,
        "path": f"{entry.folder}/{PAGE}",
        "corrects": f"{entry.corrects}/{PAGE}" if entry.corrects else None,
        "corrected_by": f"{entry.corrected_by}/{PAGE}" if entry.corrected_by else None,
        "attachments": [
            {"path": f"{entry.folder}/bulletin.{format_}", "sha256": sha256}
            for format_, sha256 in files.values_list("format", "sha256")
            if entry.is_open
        ],
    }


def _day(moment: Any) -> str | None:
    return timezone.localtime(moment).date().isoformat() if moment else None


def _version(publication: Publication) -> str:
    """What tells in the page which state of which publication it shows."""
    state = f"{publication.pk} {publication.state}"
    return hashlib.sha256(state.encode()).hexdigest()[:16]


def _put(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


@contextmanager
def _alone() -> Iterator[None]:
    """One writer at a time: who comes later reads what was decided meanwhile, so the last one leaves everything right."""
    with (Path(settings.VAR_DIR) / "publication.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
