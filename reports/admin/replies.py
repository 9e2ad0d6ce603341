"""核对: the list of replies and the page of one; nothing is written here but through the services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from departments.admin.base import RecordAdmin, VisibleFilter
from departments.permissions import get_visible
from reports.models import Reply
from reports.views import replies

STATE_TONES = {
    replies.STATES["open"]: "info",
    replies.STATES["confirmed"]: "success",
    replies.STATES["objected"]: "danger",
    replies.STATES["decided"]: "success",
    replies.STATES[replies.SILENT]: "warning",
}


@admin.register(Reply)
class ReplyAdmin(RecordAdmin):
    list_display = ("unit", "issue", "shown_state", "due_at", "answered_at")
    list_filter = ("state", ("issue", VisibleFilter), ("unit", VisibleFilter))
    list_select_related = ("unit", "issue__bulletin")
    search_fields = ("unit__name",)

    @display(description=_("state"), ordering="state", label=STATE_TONES)
    def shown_state(self, reply: Reply) -> str:
        return replies.line_of(reply, timezone.now()).label

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("unit__office", "issue__bulletin__office")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        reply = self.get_object(request, object_id)
        if reply is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return replies.reply_page(request, reply, self._context(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:reply_id>/answer/", view(require_POST(self.answer_view)), name="reports_reply_answer"),
            path("<int:reply_id>/decide/", view(require_POST(self.decide_view)), name="reports_reply_decide"),
            *super().get_urls(),
        ]

    def answer_view(self, request: HttpRequest, reply_id: int) -> HttpResponse:
        return replies.answer(request, self._reply(request, reply_id), self._context(request))

    def decide_view(self, request: HttpRequest, reply_id: int) -> HttpResponse:
        return replies.decision(request, self._reply(request, reply_id), self._context(request))

    def _reply(self, request: HttpRequest, pk: int) -> Reply:
        rows = Reply.objects.select_related("unit__office", "issue__bulletin__office")
        return get_visible(rows, request.user, "change", pk=pk)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
