"""通讯录: the directory and a unit's page are our own; a contact changes through proposals alone."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from departments.admin.base import RecordAdmin
from departments.models import Contact
from departments.views.contact_unit import unit_page
from departments.views.contacts import contacts_file, contacts_page, decide_page, print_page


@admin.register(Contact)
class ContactAdmin(RecordAdmin):
    list_display = ("unit", "kind", "name", "valid_from", "valid_to", "state")

    def get_urls(self) -> list[URLPattern]:
        routes: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
            ("unit/<int:unit_id>/", self.unit_view, "unit"),
            ("print/", require_GET(self.print_view), "print"),
            ("file/", require_GET(self.file_view), "file"),
            ("decide/", require_POST(self.decide_view), "decide"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"departments_contact_{name}")
            for route, view, name in routes
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return contacts_page(request, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        contact = self.get_object(request, object_id)
        if contact is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(reverse("admin:departments_contact_unit", args=[contact.unit_id]))

    def unit_view(self, request: HttpRequest, unit_id: int) -> HttpResponse:
        return unit_page(request, unit_id, self._context(request))

    def print_view(self, request: HttpRequest) -> HttpResponse:
        return print_page(request, self._context(request))

    def file_view(self, request: HttpRequest) -> HttpResponse:
        return contacts_file(request)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        return decide_page(request)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
