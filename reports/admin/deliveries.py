"""投递: what became of each mail, and what an administrator decides about it."""

from collections import Counter
from collections.abc import Callable
from copy import copy
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from departments.admin.base import RecordAdmin, VisibleFilter
from departments.permissions import get_visible, visible
from reports.choices import DeliveryStatus
from reports.exceptions import Refused
from reports.models import Delivery, Issue
from reports.services.decisions import confirm_arrival, resend
from reports.views.delivery_words import decisions_on, outlook, receiver

STATE_TONES = {
    DeliveryStatus.WAITING.label: "info",
    DeliveryStatus.SENDING.label: "info",
    DeliveryStatus.SENT.label: "success",
    DeliveryStatus.FAILED.label: "danger",
    DeliveryStatus.UNCERTAIN.label: "warning",
    DeliveryStatus.BOUNCED.label: "danger",
}
# The same tones over the list.
COUNT_TONES = {
    DeliveryStatus.SENT: "gs-good",
    DeliveryStatus.FAILED: "gs-error",
    DeliveryStatus.BOUNCED: "gs-error",
    DeliveryStatus.UNCERTAIN: "gs-warning",
}
_BY_STATE = "status__exact"


class ReceiverFilter(admin.SimpleListFilter):
    """Units, who get their own edition, or subscribers, who get the whole issue."""

    title = _("kind of receiver")
    parameter_name = "receiver"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unit", _("Units")), ("subscription", _("Subscribers"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        wanted = self.value()
        return queryset.filter(subscription__isnull=wanted == "unit") if wanted else queryset


class IssueFilter(VisibleFilter):
    """Names issues without reading their documents."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, Any]]:
        rows = visible(Issue.objects.select_related("bulletin"), request.user)
        newest = rows.defer("content", "search_text").order_by("-id")[:200]
        return [(str(row.pk), str(row)) for row in newest]


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    empty_hint = _("Mails are prepared when a bulletin with a mailing is issued.")
    list_display = ("receiver", "address", "issue", "state", "next_step", "sent_at", "error")
    list_filter = (
        "status",
        ReceiverFilter,
        ("issue", IssueFilter),
        ("mailing", VisibleFilter),
        ("unit", VisibleFilter),
    )
    listed_lookups = ("subscription", "receiver")
    list_select_related = ("unit", "subscription", "issue__bulletin", "mailing__ranking")
    list_before_template = "reports/delivery/counts.html"
    search_fields = ("address", "unit__name", "subscription__name")
    fields = (
        "receiver", "address", "issue", "mailing", "subscription", "state", "next_step", "attempts", "claimed_at",
        "sent_at", "message_id", "error",
    )  # fmt: skip
    readonly_fields = ("receiver", "state", "next_step")
    change_form_outer_before_template = "reports/delivery/decide.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("issue__content", "issue__search_text")

    @display(description=_("receiver"), ordering="unit__protocol_order")
    def receiver(self, delivery: Delivery) -> str:
        return receiver(delivery)

    @display(description=_("state"), ordering="status", label=STATE_TONES)
    def state(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

    @display(description=_("what next"))
    def next_step(self, delivery: Delivery) -> str:
        return outlook(delivery) or "—"

    def get_urls(self) -> list[URLPattern]:
        routes = (("resend", self.resend_view), ("confirm", self.confirm_view))
        own = [
            path(
                f"<int:delivery_id>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"reports_delivery_{name}",
            )
            for name, view in routes
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Over the list how many mails are in which state, among those the other filters leave."""
        response: Any = super().changelist_view(request, extra_context)
        if "cl" in getattr(response, "context_data", {}):
            response.context_data |= self._counts(request)
        return response

    def _counts(self, request: HttpRequest) -> dict[str, Any]:
        query = request.GET.copy()
        chosen = query.pop(_BY_STATE, [""])[-1]
        every_state: Any = copy(request)
        every_state.GET = query
        others = self.get_changelist_instance(every_state).queryset
        counts = Counter(others.order_by().values_list("status", flat=True))
        return {
            "counts": [
                {
                    "label": state.label,
                    "count": counts[state],
                    "tone": COUNT_TONES.get(state, "gs-info"),
                    "chosen": chosen == state,
                    "url": f"?{_with(query, state)}",
                }
                for state in DeliveryStatus
                if counts[state]
            ],
            "counts_total": counts.total(),
            "counts_url": f"?{query.urlencode()}",
        }

    def resend_view(self, request: HttpRequest, delivery_id: int) -> HttpResponse:
        reason, address = request.POST.get("reason", ""), request.POST.get("address", "").strip()
        return self._decide(
            request,
            delivery_id,
            lambda row: resend(delivery=row, user=cast(User, request.user), reason=reason, address=address),
            _("The mail to %(address)s waits to be sent again."),
        )

    def confirm_view(self, request: HttpRequest, delivery_id: int) -> HttpResponse:
        reason = request.POST.get("reason", "")
        return self._decide(
            request,
            delivery_id,
            lambda row: confirm_arrival(delivery=row, user=cast(User, request.user), reason=reason),
            _("Noted: the mail to %(address)s has arrived."),
        )

    def _decide(
        self, request: HttpRequest, pk: int, act: Callable[[Delivery], Delivery], done: Any
    ) -> HttpResponse:
        delivery: Delivery = get_visible(Delivery.objects.select_related("issue"), request.user, pk=pk)
        try:
            decided = act(delivery)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done % {"address": decided.address})
        return HttpResponseRedirect(self._back(request, delivery))

    def _back(self, request: HttpRequest, delivery: Delivery) -> str:
        if request.POST.get("back") == "issue":
            return reverse("admin:reports_issue_change", args=[delivery.issue_id]) + "#deliveries"
        return reverse("admin:reports_delivery_change", args=[delivery.pk])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        delivery = kwargs.get("obj")
        context |= decisions_on(delivery, request.user)
        context["outlook"] = outlook(delivery) if delivery is not None else ""
        return super().render_change_form(request, context, *args, **kwargs)


def _with(query: Any, state: str) -> str:
    narrowed = query.copy()
    narrowed[_BY_STATE] = state
    return str(narrowed.urlencode())
