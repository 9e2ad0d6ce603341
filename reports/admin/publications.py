"""公开发布: the list of an office's publications and the routes of their pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import display

from departments.admin.base import RecordAdmin
from departments.permissions import get_visible
from reports.choices import PublicationState
from reports.models import Issue, Publication
from reports.services.search_text import title_of
from reports.views.publications import decide, preview, propose_page, publication_page


@admin.register(Publication)
class PublicationAdmin(RecordAdmin):
    empty_hint = _("It is proposed on the page of an issued bulletin; an issuer decides.")
    list_display = (
        "shown_title",
        "number",
        "state_words",
        "index_number",
        "openness",
        "proposed_at",
        "decided_at",
    )
    list_filter = ("state", "openness")
    list_select_related = ("issue__bulletin",)
    search_fields = ("index_number", "issue__number")

    @display(description=_("title"))
    def shown_title(self, publication: Publication) -> str:
        return title_of(publication.issue)

    @display(description=_("document number"), ordering="issue__number")
    def number(self, publication: Publication) -> str:
        return publication.issue.number

    @display(
        description=_("state"),
        ordering="state",
        label={
            PublicationState.PROPOSED.label: "warning",
            PublicationState.PUBLISHED.label: "success",
            PublicationState.REFUSED.label: "danger",
            PublicationState.WITHDRAWN.label: "danger",
        },
    )
    def state_words(self, publication: Publication) -> str:
        return publication.get_state_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if self.get_object(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        publication = self._publication(request, int(object_id))
        return publication_page(request, publication, self._context(request) | {"original": publication})

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("propose/<int:issue_id>/", self.propose_view, "propose"),
            ("<int:publication_id>/decide/", require_POST(self.decide_view), "decide"),
            ("<int:publication_id>/preview/", require_GET(self.preview_view), "preview"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"reports_publication_{name}")
            for route, view, name in routes
        ]
        return own + super().get_urls()

    def propose_view(self, request: HttpRequest, issue_id: int) -> HttpResponse:
        rows = Issue.objects.select_related("bulletin__office")
        issue = get_visible(rows, request.user, "change", pk=issue_id)
        return propose_page(request, issue, self._context(request))

    def decide_view(self, request: HttpRequest, publication_id: int) -> HttpResponse:
        return decide(request, self._publication(request, publication_id, "change"))

    def preview_view(self, request: HttpRequest, publication_id: int) -> HttpResponse:
        publication = self._publication(request, publication_id)
        return xframe_options_sameorigin(lambda _request: preview(publication))(request)

    def _publication(self, request: HttpRequest, pk: int, action: str = "view") -> Publication:
        rows = Publication.objects.select_related(
            "issue__bulletin__office", "proposed_by", "decided_by", "withdrawn_by"
        )
        return get_visible(rows, request.user, action, pk=pk)

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}
