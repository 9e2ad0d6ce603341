"""批量上传: a person's uploaded files of figures; administrators see those of their office."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from departments.admin.base import ScopedAdmin
from departments.models import Upload
from departments.services.uploads import uploads_of
from departments.views.uploads import (
    may_upload,
    upload_faults,
    upload_page,
    upload_progress,
    uploads_page,
)


@admin.register(Upload)
class UploadAdmin(ScopedAdmin):
    """The list and the page of one upload are our own; nothing is changed or deleted here."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        return uploads_of(request.user).select_related("form", "user")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return self.get_queryset(request).filter(pk=obj.pk).exists()
        return may_upload(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            path(f"<int:object_id>/{name}/", self._page(view), name=f"departments_upload_{name}")
            for name, view in (("progress", upload_progress), ("faults", upload_faults))
        ] + super().get_urls()

    def _page(self, view: Callable[[HttpRequest, Upload], HttpResponse]) -> Any:
        def page(request: HttpRequest, object_id: int) -> HttpResponse:
            upload = self.get_object(request, str(object_id))
            if upload is None:
                raise PermissionDenied
            return view(request, upload)

        return self.admin_site.admin_view(page)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return uploads_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        upload = self.get_object(request, object_id)
        if upload is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "original": upload}
        return upload_page(request, upload, context)
