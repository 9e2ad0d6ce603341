"""投递: what became of each mail, and sending a failed one again."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from departments.admin.base import RecordAdmin, VisibleFilter
from departments.permissions import get_visible
from reports.choices import DeliveryStatus
from reports.exceptions import Refused
from reports.models import Delivery
from reports.services.deliveries import resend

STATE_TONES = {
    DeliveryStatus.WAITING.label: "info",
    DeliveryStatus.SENDING.label: "info",
    DeliveryStatus.SENT.label: "success",
    DeliveryStatus.FAILED.label: "danger",
    DeliveryStatus.UNCERTAIN.label: "warning",
}


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = ("unit", "address", "issue", "state", "attempts", "sent_at", "error")
    list_filter = ("status", ("issue", VisibleFilter), ("unit", VisibleFilter))
    list_select_related = ("unit", "issue__bulletin")
    search_fields = ("address", "unit__name")
    change_form_outer_after_template = "reports/delivery_resend.html"

    @display(description=_("state"), ordering="status", label=STATE_TONES)
    def state(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.resend_view))
        return [
            path("<int:delivery_id>/resend/", view, name="reports_delivery_resend"),
            *super().get_urls(),
        ]

    def resend_view(self, request: HttpRequest, delivery_id: int) -> HttpResponse:
        delivery: Delivery = get_visible(
            Delivery.objects.select_related("issue"), request.user, pk=delivery_id
        )
        try:
            resend(delivery=delivery, user=cast(User, request.user), reason=request.POST.get("reason", ""))
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request,
                _("The mail to %(address)s waits to be sent again.") % {"address": delivery.address},
            )
        return HttpResponseRedirect(self._back(request, delivery))

    def _back(self, request: HttpRequest, delivery: Delivery) -> str:
        if request.POST.get("back") == "issue":
            return reverse("admin:reports_issue_change", args=[delivery.issue_id]) + "#deliveries"
        return reverse("admin:reports_delivery_change", args=[delivery.pk])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        delivery = kwargs.get("obj")
        again = (DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN)
        context["may_resend"] = delivery is not None and delivery.status in again
        return super().render_change_form(request, context, *args, **kwargs)
