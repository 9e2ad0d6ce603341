"""Files of issues as downloads."""

from urllib.parse import quote

from django.http import HttpResponse

from reports.models import Issue

_CONTENT_TYPES = {
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}


def issue_file_answer(issue: Issue, title: str, format_: str, content: bytes) -> HttpResponse:
    """A file in one of the renderers' formats under the issue's title, with a plain name for programs that know no other."""
    response = HttpResponse(content, content_type=_CONTENT_TYPES[format_])
    name = quote(f"{title}.{format_}", safe="")
    response["Content-Disposition"] = (
        f"attachment; filename=\"{issue.bulletin.code}-{issue.period}.{format_}\"; filename*=UTF-8''{name}"
    )
    return response
