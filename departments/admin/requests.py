"""报送要求: the office's list and page of each request; a unit's list and page of its answers."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from departments.admin.base import ScopedAdmin
from departments.choices import RequestState
from departments.models import Request, RequestAnswer
from departments.permissions import get_visible
from departments.services.requests.overview import seen_answers
from departments.views.request_answer import answer_document, answer_file, answer_page, request_document
from departments.views.request_form import draft_page
from departments.views.request_lists import answers_export, answers_page, remind_page
from departments.views.requests import request_page, requests_page


@admin.register(Request)
class RequestAdmin(ScopedAdmin):
    """All pages are our own: a draft is a form, a request that was handed out a list of answers."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Request]:
        return super().get_queryset(request).select_related("office")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("<int:object_id>/remind/", guard(self.remind_view), name="departments_request_remind"),
            path(
                "document/<int:requestfile_id>/",
                guard(require_safe(request_document)),
                name="departments_request_document",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return require_safe(requests_page)(request, self._context(request))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return draft_page(request, None, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        asked = self.get_object(request, object_id)
        if asked is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self._context(request) | {"original": asked}
        if asked.state == RequestState.DRAFT and self.has_change_permission(request, asked):
            return draft_page(request, asked, context)
        return request_page(request, asked, context)

    def remind_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        asked = get_visible(self.get_queryset(request), request.user, pk=object_id)
        return remind_page(request, asked, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}


@admin.register(RequestAnswer)
class RequestAnswerAdmin(ScopedAdmin):
    """Answers change through the buttons of their page, which call the services."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[RequestAnswer]:
        return seen_answers(request.user).select_related(
            "request__office", "unit__office", "answered_by", "decided_by"
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        return [
            path("export/", guard(require_safe(answers_export)), name="departments_requestanswer_export"),
            path(
                "file/<int:requestanswerfile_id>/",
                guard(require_safe(answer_file)),
                name="departments_requestanswer_file",
            ),
            path(
                "<int:object_id>/document/<int:requestfile_id>/",
                guard(require_safe(answer_document)),
                name="departments_requestanswer_document",
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return require_safe(answers_page)(request, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        answer = self.get_object(request, object_id)
        if answer is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return answer_page(request, answer, self._context(request) | {"original": answer})

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
