"""What a leader sees behind a read-only link, without an account: issued bulletins as they are printed, and their files.

No page here says whether a secret was wrong, has ended or was revoked; none may be kept by a cache or found by a
search engine, and none tells another site where its reader came from.
"""

import functools
import json
import logging
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from reports.models import Issue, IssueFile, ReadLink
from reports.renderers import render_html_body, stylesheet
from reports.services.archive import issued
from reports.services.public_document import public_document
from reports.services.read_links import find_link, note_opening, readable
from reports.services.search_text import title_of
from reports.views.file_answers import issue_file_answer

log = logging.getLogger("govsvc.access")

FILES = ("pdf", "docx", "xlsx")
ON_A_PAGE = 30
# So many requests a minute: of one link, and of one address that knows no link.
MOST_OF_LINK, MOST_MISSES = 120, 20
_MINUTE = 60

View = Callable[..., HttpResponse]


def behind_link(view: Callable[..., HttpResponse | None]) -> View:
    """Finds the link of the secret, counts what was shown, and gives every answer the headers of a private page."""

    @require_safe
    @functools.wraps(view)
    def opened(request: HttpRequest, secret: str, **arguments: Any) -> HttpResponse:
        response = _answer(view, request, secret, arguments)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return opened


def _answer(
    view: Callable[..., HttpResponse | None], request: HttpRequest, secret: str, arguments: dict[str, Any]
) -> HttpResponse:
    link = find_link(secret=secret)
    if link is None:
        tried_often = _count(f"read-misses-{request.META.get('REMOTE_ADDR', '')}") > MOST_MISSES
        return _nothing(request, 429 if tried_often else 404)
    if _count(f"read-link-{link.pk}") > MOST_OF_LINK:
        return _nothing(request, 429)
    response = view(request, link, secret, **arguments)
    if response is None:
        return _nothing(request, 404)
    note_opening(link=link)
    return response


def _count(key: str) -> int:
    """How often this minute, this time included; counted by each process of the server."""
    cache.add(key, 0, _MINUTE)
    try:
        return cache.incr(key)
    except ValueError:  # its minute ended between the two calls
        return 1


def _nothing(request: HttpRequest, status: int) -> HttpResponse:
    response = TemplateResponse(request, "reports/read/nothing.html", {"busy": status == 429}, status=status)
    if status == 429:
        response["Retry-After"] = str(_MINUTE)
    # Django would log the address, and with it a secret that may be good for another page.
    response._has_been_logged = True  # type: ignore[attr-defined]
    log.warning("refused read link from=%s status=%s", request.META.get("REMOTE_ADDR", ""), status)
    return response


@behind_link
def list_page(request: HttpRequest, link: ReadLink, secret: str) -> HttpResponse:
    """What the link opens, newest first."""
    page = Paginator(issued(readable(link)), ON_A_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(
        request,
        "reports/read/list.html",
        {
            "link": link,
            "secret": secret,
            "page": page,
            "rows": [(issue, title_of(issue), *_corrections(link, issue)) for issue in page],
        },
    )


@behind_link
def issue_page(request: HttpRequest, link: ReadLink, secret: str, issue_id: int) -> HttpResponse | None:
    """An issue as it is printed; no number in it leads anywhere."""
    issue = issued(readable(link)).defer(None).filter(pk=issue_id).first()
    if issue is None:
        return None
    document = public_document(json.loads(issue.content))
    corrects, corrected_by = _corrections(link, issue)
    return TemplateResponse(
        request,
        "reports/read/issue.html",
        {
            "link": link,
            "secret": secret,
            "issue": issue,
            "title": document["title"],
            "corrects": corrects,
            "corrected_by": corrected_by,
            "files": FILES,
            "body": mark_safe(render_html_body(document)),  # noqa: S308 (lxml escapes every text of the document)
            "stylesheet": mark_safe(stylesheet()),  # noqa: S308 (a file of the renderers, not anybody's input)
        },
    )


@behind_link
def file_page(
    request: HttpRequest, link: ReadLink, secret: str, issue_id: int, format_: str
) -> HttpResponse | None:
    """The file kept at issue, byte for byte."""
    kept = IssueFile.objects.filter(issue__in=readable(link), issue=issue_id, format=format_)
    file = kept.select_related("issue__bulletin").first() if format_ in FILES else None
    if file is None:
        return None
    return issue_file_answer(file.issue, title_of(file.issue), format_, bytes(file.content))


def _corrections(link: ReadLink, issue: Issue) -> tuple[tuple[Issue, bool] | None, tuple[Issue, bool] | None]:
    """The issue this one corrects, and the issued one that corrects it; each with whether the link opens it."""
    later = getattr(issue, "erratum", None)
    later = later if later is not None and later.issued_at else None
    former = issue.corrects
    everything = link.issue_id is None
    return (former, everything) if former else None, (later, everything) if later else None
