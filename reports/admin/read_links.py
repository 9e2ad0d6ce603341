"""只读链接: the links of an office, who they are for and when they were last opened. Nobody sees a secret here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import action, display

from departments.admin.base import OfficeFilterMixin, RecordAdmin
from departments.choices import Role
from departments.permissions import get_visible, has_role
from reports.models import ReadLink
from reports.services.read_links import is_valid
from reports.views.read_links import make_page, revoke

VALID, EXPIRED, REVOKED = gettext_lazy("valid"), gettext_lazy("expired"), gettext_lazy("revoked")


@admin.register(ReadLink)
class ReadLinkAdmin(OfficeFilterMixin, RecordAdmin):
    empty_hint = gettext_lazy("Make one on the page of an issued bulletin, for people without an account.")
    list_display = ("reader", "opens", "office", "state", "expires_at", "opened", "last_opened_at", "made_at")
    list_select_related = ("issue", "office")
    search_fields = ("reader",)
    fields = (
        "reader", "opens", "office", "state", "expires_at", "opened", "last_opened_at", "made_by", "made_at",
        "revoked_by", "revoked_at",
    )  # fmt: skip
    readonly_fields = ("opens", "state")
    actions_list = ("open_make_page",)
    change_form_outer_after_template = "reports/read/revoke.html"

    @display(description=gettext_lazy("opens"))
    def opens(self, link: ReadLink) -> str:
        return link.issue.number if link.issue else _("All issued bulletins of the office")

    @display(description=gettext_lazy("state"), label={VALID: "success", EXPIRED: "info", REVOKED: "danger"})
    def state(self, link: ReadLink) -> str:
        if link.revoked_at:
            return str(REVOKED)
        return str(VALID if is_valid(link, timezone.now()) else EXPIRED)

    def has_make_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, {Role.ADMINISTRATOR})

    @action(description=gettext_lazy("Make a read-only link"), permissions=["make"], url_path="make")
    def open_make_page(self, request: HttpRequest) -> HttpResponse:
        return make_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.revoke_view))
        return [path("<int:readlink_id>/revoke/", view, name="reports_readlink_revoke"), *super().get_urls()]

    def revoke_view(self, request: HttpRequest, readlink_id: int) -> HttpResponse:
        link = get_visible(ReadLink.objects.select_related("office"), request.user, "change", pk=readlink_id)
        return revoke(request, link)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        link = kwargs.get("obj")
        context["may_revoke"] = link is not None and is_valid(link) and self.has_make_permission(request)
        return super().render_change_form(request, context, *args, **kwargs)
