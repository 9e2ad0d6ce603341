"""预警: the pages of alerts. They are written by the morning's run and answered on the page of today."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from departments.admin.base import RecordAdmin, ScopedTabularInline
from departments.models import Alert, AlertEvent
from departments.templatetags.people import person_name
from departments.views.alerts import alerts_page, answer, today_page


class AlertEventInline(ScopedTabularInline):
    """The history of one alert."""

    model = AlertEvent
    fields = ("at", "action", "person", "text")
    readonly_fields = ("at", "action", "person", "text")

    @display(description=_("by"))
    def person(self, event: AlertEvent) -> str:
        return person_name(event.user) or "—"


@admin.register(Alert)
class AlertAdmin(RecordAdmin):
    fields = (
        "unit",
        "kind",
        "title",
        "raised_on",
        "reminders",
        "reminded_on",
        "answer",
        "person",
        "answered_at",
        "ended_on",
    )
    readonly_fields = ("person",)
    inlines = (AlertEventInline,)

    @display(description=_("answered by"))
    def person(self, alert: Alert) -> str:
        return person_name(alert.answered_by) or "—"

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("today/", guard(require_safe(self.today_view)), name="departments_alert_today"),
            path(
                "<int:alert_id>/answer/",
                guard(require_POST(self.answer_view)),
                name="departments_alert_answer",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        self._require_view(request)
        return alerts_page(request, self._context(request))

    def today_view(self, request: HttpRequest) -> HttpResponse:
        self._require_view(request)
        return today_page(request, self._context(request))

    def answer_view(self, request: HttpRequest, alert_id: int) -> HttpResponse:
        self._require_view(request)
        return answer(request, alert_id, self._context(request))

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
