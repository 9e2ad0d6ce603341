"""附件: a list of all tables, and the page on which each is designed."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.permissions import get_visible
from reports.exceptions import Refused
from reports.models import Annex
from reports.services.template_texts import copy_annex
from reports.views.designer import design_page


@admin.register(Annex)
class AnnexAdmin(ScopedAdmin):
    """Tables are added from the page of their bulletin, and changed in the designer."""

    list_display = ("title", "number", "bulletin", "form", "register", "scheme")
    list_filter = (("bulletin", VisibleFilter),)
    list_select_related = ("bulletin", "form", "register", "scheme")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:annex_id>/design/", guard(self.design_view), name="reports_annex_design"),
            path("<int:annex_id>/copy/", guard(require_POST(self.copy_view)), name="reports_annex_copy"),
            *super().get_urls(),
        ]

    def design_view(self, request: HttpRequest, annex_id: int) -> HttpResponse:
        annex = self._seen(request, annex_id, "view")
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": annex}
        return design_page(request, annex.bulletin, annex, context)

    def copy_view(self, request: HttpRequest, annex_id: int) -> HttpResponse:
        """The same table once more, opened at once."""
        annex = self._seen(request, annex_id, "change")
        try:
            annex = copy_annex(annex=annex, user=request.user)
            messages.success(request, _("Copied: this is the copy."))
        except (Refused, ValidationError) as refusal:
            words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, "；".join(words))
        return HttpResponseRedirect(reverse("admin:reports_annex_design", args=[annex.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """There is one page for a table: the designer."""
        annex = self.get_object(request, object_id)
        if annex is None:
            return super().change_view(request, object_id, form_url, extra_context)
        address = reverse("admin:reports_annex_design", args=[annex.pk])
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("“%s” is deleted.") % obj_display)
        return HttpResponseRedirect(reverse("admin:reports_annex_changelist"))

    def _seen(self, request: HttpRequest, pk: int, action: str) -> Annex:
        rows = Annex.objects.select_related(
            "bulletin__office", "bulletin__group", "form", "register", "scheme"
        )
        return get_visible(rows, request.user, action, pk=pk)
