"""填报单: the list, and the two pages behind it (entry for a unit's people, review for the office's)."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.admin.transfer import TransferAdmin
from departments.choices import Action, Status
from departments.models import Submission
from departments.permissions import has_role, memberships_of
from departments.transitions import Actor, can, roles_for
from departments.views.answers import add_category_row, add_comment, check_cells, save_cells
from departments.views.attachments import download_attachment
from departments.views.board import board_export, board_page
from departments.views.board_lists import list_export, list_page, remind_page, unit_page
from departments.views.bulk import bulk_page
from departments.views.entry import entry_page
from departments.views.print import print_page
from departments.views.queue import queue_page
from departments.views.review import review_page
from departments.views.workbook import download_workbook, upload_workbook


def sees_review(user: Any, submission: Submission) -> bool:
    """Whoever decides, and the office's and the parent's people, look at a form on the review page; a unit's people on the form."""
    if user.is_superuser or any(can(action, submission, user) for action in (Action.CONFIRM, Action.APPROVE)):
        return True
    own = {m.unit_id for m in memberships_of(user) if m.office_id == submission.unit.office_id}
    return submission.unit_id not in own


@admin.register(Submission)
class SubmissionAdmin(ScopedAdmin, TransferAdmin):  # type: ignore[misc]
    """Read-only as a record: it changes through the buttons of its pages, which call the services."""

    list_display = ("unit", "form_title", "period", "state", "due", "submitted_at", "decided_at")
    list_filter = (
        "status",
        ("window__form", VisibleFilter),
        ("window", VisibleFilter),
        ("unit", VisibleFilter),
    )
    search_fields = ("unit__name", "window__form__title", "window__period")
    list_select_related = ("unit", "window__form")
    ordering = ("-window__due_at", "unit__protocol_order")
    actions = None

    @display(description=_("form"), ordering="window__form__order")
    def form_title(self, submission: Submission) -> str:
        return submission.window.form.title

    @display(description=_("period"), ordering="window__starts_on")
    def period(self, submission: Submission) -> str:
        return submission.window.when.label

    @display(
        description=_("state"),
        ordering="status",
        label={
            Status.DRAFT.label: "info",
            Status.CHECKING.label: "warning",
            Status.SUBMITTED.label: "warning",
            Status.RETURNED.label: "danger",
            Status.REOPENED.label: "danger",
            Status.APPROVED.label: "success",
        },
    )
    def state(self, submission: Submission) -> str:
        return submission.get_status_display()

    @display(description=_("due at"), ordering="window__due_at")
    def due(self, submission: Submission) -> Any:
        return submission.window.due_at

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                "queue/",
                self.admin_site.admin_view(self.queue_view),
                name="departments_submission_queue",
            ),
            path(
                "board/",
                self.admin_site.admin_view(self.board_view),
                name="departments_submission_board",
            ),
            *self._board_urls(),
            path("bulk/", self.admin_site.admin_view(self.bulk_view), name="departments_submission_bulk"),
            path("<int:object_id>/check/", check_cells, name="departments_submission_check"),
            path("<int:object_id>/save/", save_cells, name="departments_submission_save"),
            path("<int:object_id>/row/", add_category_row, name="departments_submission_row"),
            path("<int:object_id>/comment/", add_comment, name="departments_submission_comment"),
            path(
                "<int:object_id>/workbook/",
                self.admin_site.admin_view(download_workbook),
                name="departments_submission_workbook",
            ),
            path(
                "<int:object_id>/upload/",
                self.admin_site.admin_view(self.upload_view),
                name="departments_submission_upload",
            ),
            path(
                "<int:object_id>/print/",
                self.admin_site.admin_view(self.print_view),
                name="departments_submission_print",
            ),
            path(
                "file/<int:attachment_id>/",
                self.admin_site.admin_view(download_attachment),
                name="departments_submission_file",
            ),
        ]
        return own + super().get_urls()

    def _board_urls(self) -> list[URLPattern]:
        """What lies behind the board: its file, the list of late forms, the reminder and one unit's page."""

        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(
                f"board/{route}/", self.admin_site.admin_view(view), name=f"departments_submission_{name}"
            )

        return [
            own("export", require_safe(board_export), "board_export"),
            own("late", require_safe(self.late_view), "late"),
            own("late/export", require_safe(list_export), "late_export"),
            own("remind", self.remind_view, "remind"),
            own("unit/<int:unit_id>", require_safe(self.board_unit_view), "board_unit"),
        ]

    def late_view(self, request: HttpRequest) -> HttpResponse:
        return list_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def remind_view(self, request: HttpRequest) -> HttpResponse:
        return remind_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def board_unit_view(self, request: HttpRequest, unit_id: int) -> HttpResponse:
        return unit_page(request, unit_id, self.admin_site.each_context(request) | {"opts": self.opts})

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        return queue_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        return bulk_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def upload_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return upload_workbook(
            request, object_id, self.admin_site.each_context(request) | {"opts": self.opts}
        )

    def print_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return print_page(request, object_id, self.admin_site.each_context(request))

    def board_view(self, request: HttpRequest) -> HttpResponse:
        return board_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        submission = self.get_object(request, object_id)
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "original": submission}
        roles, unit = roles_for(Actor.FILLER, submission)
        fills = submission.is_editable and has_role(request.user, roles, unit=unit)
        review = sees_review(request.user, submission)
        if review and (not fills or request.GET.get("page") == "review"):
            return review_page(request, submission, context)
        return entry_page(request, submission, context)
