"""Addresses of the files of entries, under those of the registers."""

from collections.abc import Callable
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from departments.models import Register
from departments.views.registers.batch import batch_list, batch_page, batch_upload
from departments.views.registers.batch_files import batch_faults, batch_template


def urls(admin_site: AdminSite) -> list[URLPattern]:
    """Included by the register's admin."""

    def page(view: Callable[[HttpRequest, int, dict[str, Any]], HttpResponse]) -> Any:
        def shown(request: HttpRequest, **number: int) -> HttpResponse:
            [pk] = number.values()
            return view(request, pk, admin_site.each_context(request) | {"opts": Register._meta})

        return admin_site.admin_view(shown)

    def file(view: Callable[[HttpRequest, int], HttpResponse]) -> Any:
        def sent(request: HttpRequest, **number: int) -> HttpResponse:
            [pk] = number.values()
            return view(request, pk)

        return admin_site.admin_view(require_safe(sent))

    register, batch = "<int:register_id>/", "batch/<int:entrybatch_id>/"
    return [
        path(f"{register}import/", page(batch_upload), name="departments_register_import"),
        path(f"{register}files/", page(batch_list), name="departments_register_files"),
        path(f"{register}template/", file(batch_template), name="departments_register_template"),
        path(batch, page(batch_page), name="departments_register_batch"),
        path(f"{batch}faults/", file(batch_faults), name="departments_register_batch_faults"),
    ]
