"""接口令牌: everybody's own page, and the office's tokens for its administrators. Nobody sees a key here."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.decorators import display

from departments.admin.base import OfficeFilterMixin, RecordAdmin
from departments.permissions import visible
from departments.templatetags.people import person_name
from reports.models import ApiToken
from reports.views.tokens import revoke, tokens_page

VALID, EXPIRED, REVOKED = gettext_lazy("valid"), gettext_lazy("expired"), gettext_lazy("revoked")


@admin.register(ApiToken)
class ApiTokenAdmin(OfficeFilterMixin, RecordAdmin):
    empty_hint = gettext_lazy("People make their own under “My interface tokens”.")
    list_display = (
        "name",
        "begins_with",
        "holder",
        "office",
        "state",
        "created_at",
        "expires_on",
        "last_used_at",
    )
    list_select_related = ("user", "office")
    search_fields = ("name", "prefix", "user__last_name", "user__username")
    fields = (
        "name", "begins_with", "holder", "office", "state", "created_at", "expires_on", "last_used_at", "revoked_at",
        "revoked_by",
    )  # fmt: skip
    readonly_fields = ("begins_with", "holder", "state")
    change_form_outer_after_template = "reports/token_revoke.html"

    @display(description=gettext_lazy("begins with"), ordering="prefix")
    def begins_with(self, token: ApiToken) -> str:
        return f"{token.prefix}…"

    @display(description=gettext_lazy("account"), ordering="user__last_name")
    def holder(self, token: ApiToken) -> str:
        return person_name(token.user)

    @display(description=gettext_lazy("state"), label={VALID: "success", EXPIRED: "info", REVOKED: "danger"})
    def state(self, token: ApiToken) -> str:
        if token.revoked_at:
            return str(REVOKED)
        return str(VALID if token.is_valid(timezone.localdate()) else EXPIRED)

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("mine/", self.mine_view, "mine"),
            ("<int:apitoken_id>/revoke/", require_POST(self.revoke_view), "revoke"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"reports_apitoken_{name}")
            for route, view, name in routes
        ]
        return own + super().get_urls()

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        return tokens_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def revoke_view(self, request: HttpRequest, apitoken_id: int) -> HttpResponse:
        """A person's own, or one of the administrator's office."""
        offices = visible(ApiToken.objects.all(), request.user)
        token = ApiToken.objects.filter(Q(user=request.user.pk) | Q(pk__in=offices), pk=apitoken_id).first()
        if token is None:
            raise PermissionDenied(_("This page does not exist or is not yours. Go back to your tasks."))
        return revoke(request, token)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        token = kwargs.get("obj")
        context["may_revoke"] = token is not None and token.is_valid(timezone.localdate())
        return super().render_change_form(request, context, *args, **kwargs)
