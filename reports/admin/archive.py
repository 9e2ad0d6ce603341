"""归档: the archive and the comparison of two issues, as further pages of the issues' admin."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reports.views.archive import archive_page
from reports.views.side_by_side_issues import side_by_side_file, side_by_side_page


class ArchiveRoutes:
    """Adds to an admin of issues what is read across issues."""

    admin_site: AdminSite
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("archive/", require_GET(self.archive_view), "archive"),
            ("side-by-side/", require_GET(self.side_by_side_view), "side_by_side"),
            ("side-by-side/file/", require_GET(self.side_by_side_file_view), "side_by_side_file"),
        )
        own = [
            path(route, self.admin_site.admin_view(self._of_readers(view)), name=f"reports_issue_{name}")
            for route, view, name in routes
        ]
        return own + super().get_urls()  # type: ignore[misc]

    def _of_readers(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """For those who read issues at all: a unit's people would find every list empty."""

        def checked(request: HttpRequest) -> HttpResponse:
            if not self.has_view_permission(request):  # type: ignore[attr-defined]
                raise PermissionDenied(_("The archive is for the people of the office."))
            return view(request)

        return checked

    def archive_view(self, request: HttpRequest) -> HttpResponse:
        return archive_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def side_by_side_view(self, request: HttpRequest) -> HttpResponse:
        return side_by_side_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def side_by_side_file_view(self, request: HttpRequest) -> HttpResponse:
        return side_by_side_file(request)
