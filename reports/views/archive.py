"""归档: every issued bulletin the person may read, by year and by words."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from departments.permissions import visible
from reports.models import Issue
from reports.services.archive import Hit, hit, issued
from reports.views.archive_filter import ArchiveFilter

ON_A_PAGE = 20


def archive_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The archive, narrowed by the address; an invalid choice in it narrows nothing."""
    everything = issued(visible(Issue.objects.all(), request.user))
    filters = ArchiveFilter(request.GET, queryset=everything)
    page = Paginator(filters.qs, ON_A_PAGE).get_page(request.GET.get("page"))
    asked = filters.asked
    return TemplateResponse(
        request,
        "reports/archive/archive.html",
        context
        | {
            "title": _("Archive"),
            "filters": filters,
            "words": filters.words,
            "years": [
                (year, count, _query(asked | {"year": str(year)}), str(year) == asked.get("year"))
                for year, count in filters.counts()
            ],
            "every_year": _query({name: value for name, value in asked.items() if name != "year"}),
            "narrowed": bool(asked),
            "any": page.paginator.count > 0 or everything.exists(),
            "page": page,
            "rows": [(one, *_chain(one)) for one in (hit(issue, filters.words) for issue in page)],
            "older": _query(asked | {"page": str(page.next_page_number())}) if page.has_next() else "",
            "newer": _query(asked | {"page": str(page.previous_page_number())})
            if page.has_previous()
            else "",
            "several": "office" in filters.filters,
            "formats": ("pdf", "docx", "xlsx"),
        },
    )


def _query(asked: dict[str, str]) -> str:
    made = QueryDict(mutable=True)
    made.update(asked)
    return f"?{made.urlencode()}"


def _chain(one: Hit) -> tuple[Issue | None, Issue | None]:
    """The issue this one corrects, and the issued one that corrects it."""
    later = getattr(one.issue, "erratum", None)
    return one.issue.corrects, later if later is not None and later.issued_at else None
