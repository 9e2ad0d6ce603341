"""得分: the record of frozen scores, and the pages of results, which show issued bulletins beside the present figures."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from departments.admin.base import RecordAdmin, VisibleFilter
from departments.periods import Period
from indicators.models import Score
from reports.views.explanation import explanation_page
from reports.views.meeting import meeting_opening_page, meeting_page
from reports.views.score_sheet import sheet_page
from reports.views.unit_profile import profile_page


@admin.register(Score)
class ScoreAdmin(RecordAdmin):
    list_display = ("unit", "scheme", "run_period", "display", "grade", "shown_place")
    list_filter = (("group", VisibleFilter), ("scheme", VisibleFilter), "run__period")
    list_select_related = ("run", "unit", "group", "scheme")
    search_fields = ("unit__name", "scheme__name")
    fields = ("run", "scheme", "group", "unit", "display", "grade", "place", "ranked", "reason")

    @display(description=_("period"), ordering="run__period")
    def run_period(self, score: Score) -> str:
        return Period.parse(score.run.period).label

    @display(description=_("place"), ordering="place")
    def shown_place(self, score: Score) -> str:
        return f"{score.place}/{score.ranked}" if score.place else score.reason

    def get_urls(self) -> list[URLPattern]:
        def own(route: str, view: Any, name: str) -> URLPattern:
            return path(route, self.admin_site.admin_view(view), name=f"indicators_score_{name}")

        return [
            own("sheet/<int:scheme_id>/<int:unit_id>/", require_safe(self.sheet_view), "sheet"),
            own(
                "explanation/<int:indicator_id>/<int:unit_id>/",
                require_safe(self.explanation_view),
                "explanation",
            ),
            own("profile/<int:unit_id>/", require_safe(self.profile_view), "profile"),
            own("meeting/", require_safe(self.meeting_view), "meeting"),
            own("meeting/<int:meetingrule_id>/opening/", self.opening_view, "meeting_opening"),
            *super().get_urls(),
        ]

    def sheet_view(self, request: HttpRequest, scheme_id: int, unit_id: int) -> HttpResponse:
        """Whose pages a person may open is decided by the pages: by unit, not by rows of scores."""
        return sheet_page(request, scheme_id, unit_id, self._context(request))

    def explanation_view(self, request: HttpRequest, indicator_id: int, unit_id: int) -> HttpResponse:
        return explanation_page(request, indicator_id, unit_id, self._context(request))

    def profile_view(self, request: HttpRequest, unit_id: int) -> HttpResponse:
        return profile_page(request, unit_id, self._context(request))

    def meeting_view(self, request: HttpRequest) -> HttpResponse:
        return meeting_page(request, self._context(request))

    def opening_view(self, request: HttpRequest, meetingrule_id: int) -> HttpResponse:
        return meeting_opening_page(request, meetingrule_id, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
