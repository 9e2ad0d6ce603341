"""期: the list of issues and the routes of their pages. An issue changes through its buttons, which call the services."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import action, display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.choices import Action, Role, Status
from departments.models import Submission, SubmissionEvent
from departments.periods import Period
from departments.permissions import get_visible, has_role
from reports.admin.archive import ArchiveRoutes
from reports.choices import IssueStatus
from reports.models import Issue
from reports.views import comments, edits, replies, steps
from reports.views.errata import correct_page
from reports.views.issue import issue_page, origin_page
from reports.views.rectification import issue_opening_page
from reports.views.reply_file import reply_file
from reports.views.text_edits import text_page

# Events that change what counts.
_COUNTED = (Action.APPROVE, Action.REOPEN)


def with_gate(issues: QuerySet[Issue]) -> QuerySet[Issue]:
    """What the list says of the gate, in the same query: the page of an issue asks the gate itself."""
    waiting = Submission.objects.filter(
        window__period=OuterRef("period"), window__form__annexes__bulletin=OuterRef("bulletin")
    ).exclude(status=Status.APPROVED)
    events = SubmissionEvent.objects.filter(
        submission__window__form__office=OuterRef("bulletin__office"),
        action__in=_COUNTED,
        at__gt=OuterRef("drafted_at"),
    )
    return issues.annotate(
        open_count=Count("contradictions", filter=Q(contradictions__accepted_by__isnull=True), distinct=True),
        comment_count=Count("comments", filter=Q(comments__settled_by__isnull=True), distinct=True),
        has_erratum=Exists(Issue.objects.filter(corrects=OuterRef("pk"), status=IssueStatus.ISSUED)),
        is_waiting=Exists(waiting),
        is_stale=Exists(events),
    )


def _by_method(request: HttpRequest) -> str:
    return "change" if request.method == "POST" else "view"


@admin.register(Issue)
class IssueAdmin(ArchiveRoutes, ScopedAdmin):
    list_display = (
        "shown_bulletin",
        "period_label",
        "state",
        "number",
        "gate_words",
        "drafted_at",
        "issued_at",
    )
    list_filter = (("bulletin", VisibleFilter), "status", "period")
    list_select_related = ("bulletin__office",)
    search_fields = ("number", "bulletin__name", "period")
    ordering = ("-id",)
    actions = None
    actions_list = ("open_draft_page",)

    @display(description=_("bulletin"), ordering="bulletin__name")
    def shown_bulletin(self, issue: Issue) -> str:
        return issue.bulletin.name

    @display(description=_("period"), ordering="period")
    def period_label(self, issue: Issue) -> str:
        label = Period.parse(issue.period).label
        return f"{label}（{_('erratum')}）" if issue.edition > 1 else label

    @display(
        description=_("state"),
        ordering="status",
        label={
            IssueStatus.DRAFT.label: "info",
            IssueStatus.REVIEWED.label: "warning",
            IssueStatus.ISSUED.label: "success",
        },
    )
    def state(self, issue: Issue) -> str:
        return issue.get_status_display()

    @display(description=_("gate"))
    def gate_words(self, issue: Any) -> str:
        if issue.status == IssueStatus.ISSUED:
            return str(_("corrected by an erratum")) if issue.has_erratum else "—"
        found = []
        if issue.is_waiting:
            found.append(_("units not approved"))
        if issue.open_count:
            found.append(_("%s contradictions open") % issue.open_count)
        if issue.comment_count:
            found.append(_("%s comments open") % issue.comment_count)
        if issue.is_stale:
            found.append(_("figures approved or re-opened since the draft"))
        return "；".join(map(str, found)) or str(_("nothing seen in the way"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_gate(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_draft_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, {Role.ADMINISTRATOR})

    @action(description=_("Draft a bulletin"), permissions=["draft"], url_path="draft-a-bulletin")
    def open_draft_page(self, request: HttpRequest) -> HttpResponse:
        return steps.draft_page(request, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        issue = self.get_object(request, object_id)
        if issue is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return issue_page(request, issue, self._context(request, issue))

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("<int:issue_id>/figure/<str:figure>/", require_GET(self.figure_view), "figure"),
            ("<int:issue_id>/cell/<int:annex>/<str:unit>/<str:column>/", require_GET(self.cell_view), "cell"),
            ("<int:issue_id>/text/<str:figure>/", self.text_view, "text"),
            ("<int:issue_id>/section/<int:order>/", self.section_view, "section"),
            ("<int:issue_id>/list/<str:figure>/", self.list_view, "list"),
            ("<int:issue_id>/copy-last/", require_POST(self.copy_last_view), "copy_last"),
            ("<int:issue_id>/comments/", require_POST(self.comment_view), "comment"),
            (
                "<int:issue_id>/comments/<int:issuecomment_id>/",
                require_POST(self.comment_step_view),
                "comment_step",
            ),
            ("<int:issue_id>/send-back/", require_POST(self.send_back_view), "send_back"),
            ("<int:issue_id>/correct/", self.correct_view, "correct"),
            ("<int:issue_id>/file/<str:format_>/", require_GET(self.file_view), "file"),
            ("<int:issue_id>/opening/", self.opening_view, "opening"),
            ("<int:issue_id>/accept/", require_POST(self.accept_view), "accept"),
            ("<int:issue_id>/draft/", require_POST(self.redraft_view), "redraft"),
            ("<int:issue_id>/review/", require_POST(self.review_view), "review"),
            ("<int:issue_id>/issue/", self.confirm_view, "confirm"),
            ("<int:issue_id>/replies/", require_GET(self.replies_view), "replies"),
            ("<int:issue_id>/replies/file/", require_GET(self.replies_file_view), "replies_file"),
            ("<int:issue_id>/replies/ask/", require_POST(self.ask_view), "ask"),
            ("<int:issue_id>/replies/waive/", require_POST(self.waive_view), "waive"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"reports_issue_{name}")
            for route, view, name in routes
        ]
        return own + super().get_urls()

    def figure_view(self, request: HttpRequest, issue_id: int, figure: str) -> HttpResponse:
        issue = self._issue(request, issue_id)
        return origin_page(request, issue, self._context(request, issue), ("figure", figure))

    def cell_view(
        self, request: HttpRequest, issue_id: int, annex: int, unit: str, column: str
    ) -> HttpResponse:
        issue = self._issue(request, issue_id)
        return origin_page(request, issue, self._context(request, issue), ("cell", str(annex), unit, column))

    def text_view(self, request: HttpRequest, issue_id: int, figure: str) -> HttpResponse:
        issue = self._issue(request, issue_id, _by_method(request))
        return text_page(request, issue, figure, self._context(request, issue))

    def section_view(self, request: HttpRequest, issue_id: int, order: int) -> HttpResponse:
        issue = self._issue(request, issue_id, _by_method(request))
        return edits.section_page(request, issue, order, self._context(request, issue))

    def list_view(self, request: HttpRequest, issue_id: int, figure: str) -> HttpResponse:
        issue = self._issue(request, issue_id, _by_method(request))
        return edits.list_page(request, issue, figure, self._context(request, issue))

    def copy_last_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return edits.copy_last(request, self._issue(request, issue_id, "change"))

    def comment_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return comments.comment(request, self._issue(request, issue_id, "change"))

    def comment_step_view(self, request: HttpRequest, issue_id: int, issuecomment_id: int) -> HttpResponse:
        return comments.comment_step(request, self._issue(request, issue_id, "change"), issuecomment_id)

    def send_back_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return comments.return_to_drafter(request, self._issue(request, issue_id, "change"))

    def correct_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id, _by_method(request))
        return correct_page(request, issue, self._context(request, issue))

    def opening_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id)
        return issue_opening_page(request, issue, self._context(request, issue))

    def file_view(self, request: HttpRequest, issue_id: int, format_: str) -> HttpResponse:
        return steps.download(request, self._issue(request, issue_id), format_)

    def accept_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id, "change")
        return steps.accept(request, issue, self._context(request, issue))

    def redraft_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return steps.redraft(request, self._issue(request, issue_id, "change"))

    def review_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return steps.review(request, self._issue(request, issue_id, "change"))

    def confirm_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id, "change")
        return steps.confirm_page(request, issue, self._context(request, issue))

    def replies_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id)
        return replies.table_page(request, issue, self._context(request, issue))

    def replies_file_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        return reply_file(self._issue(request, issue_id))

    def ask_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id, "change")
        return replies.ask(request, issue, self._context(request, issue))

    def waive_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        issue = self._issue(request, issue_id, "change")
        return replies.stop_waiting(request, issue, self._context(request, issue))

    def _issue(self, request: HttpRequest, pk: int, action: str = "view") -> Issue:
        rows = Issue.objects.select_related("bulletin__office", "bulletin__group")
        return get_visible(rows, request.user, action, pk=pk)

    def _context(self, request: HttpRequest, issue: Issue | None = None) -> dict[str, Any]:
        context: dict[str, Any] = {**self.admin_site.each_context(request), "opts": self.opts}
        if issue is not None:
            context |= {
                "original": issue,
                "issue_url": reverse("admin:reports_issue_change", args=[issue.pk]),
            }
        return context
