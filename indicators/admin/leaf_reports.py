"""定性指标: a unit's list, the office's matrix and queue, and the page of one leaf; written only through the services."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from departments.admin.base import RecordAdmin
from indicators.models import LeafReport
from indicators.views.leaf import leaf_file, leaf_page
from indicators.views.leaf_list import own_page
from indicators.views.leaf_matrix import matrix_page
from indicators.views.leaf_queue import queue_page
from indicators.views.leaf_rights import own_units, sees_some_whole


@admin.register(LeafReport)
class LeafReportAdmin(RecordAdmin):
    """All pages are our own."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("node__scheme", "unit")

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"indicators_leafreport_{name}")

        return [
            own("queue/", self.queue_view, "queue"),
            own("leaf/<int:schemenode_id>/<int:unit_id>/<str:period>/", self.leaf_view, "leaf"),
            own("file/<int:leafreportfile_id>/", require_safe(leaf_file), "file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The whole office's people see the matrix; a unit's people, and whoever asks for `own`, their own list."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        wants_own = "own" in request.GET and bool(own_units(request.user))
        page = matrix_page if sees_some_whole(request.user) and not wants_own else own_page
        return require_safe(page)(request, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self.leaf_view(request, report.node_id, report.unit_id, report.period)

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        return queue_page(request, self._context(request))

    def leaf_view(self, request: HttpRequest, schemenode_id: int, unit_id: int, period: str) -> HttpResponse:
        return leaf_page(request, schemenode_id, unit_id, period, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
