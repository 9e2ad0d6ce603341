"""核减: the list of exclusions, the page that asks for one, and the page of one with its decision."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.periods import Period
from departments.templatetags.people import person_name
from indicators.choices import ExclusionState
from indicators.models import Exclusion
from indicators.services.exclusions import plain
from indicators.views.exclusions import add_page, exclusion_page

STATE_TONES = {
    ExclusionState.ASKED: "warning",
    ExclusionState.APPROVED: "success",
    ExclusionState.REFUSED: "danger",
    ExclusionState.LIFTED: "info",
}


@admin.register(Exclusion)
class ExclusionAdmin(ScopedAdmin):
    """Exclusions change through the buttons of their page, which call the services."""

    empty_hint = _("What should not count is left out with a reason, and another person approves it.")

    list_display = ("item", "unit", "period_label", "not_counted", "reason", "shown_state", "asked_for_by")
    list_filter = (
        "state",
        "period",
        ("unit", VisibleFilter),
        ("item__form", VisibleFilter),
    )
    search_fields = ("unit__name", "item__name", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exclusion]:
        rows = super().get_queryset(request)
        return rows.select_related(
            "item__form__office", "unit__office", "asked_by", "decided_by", "lifted_by"
        )

    @display(description=_("period"), ordering="period")
    def period_label(self, exclusion: Exclusion) -> str:
        return Period.parse(exclusion.period).label

    @display(description=_("not counted"), ordering="amount")
    def not_counted(self, exclusion: Exclusion) -> str:
        return f"{plain(exclusion.amount)}{exclusion.item.unit_of_measure}"

    @display(description=_("state"), ordering="state", label=STATE_TONES)
    def shown_state(self, exclusion: Exclusion) -> tuple[str, str]:
        return exclusion.state, str(exclusion.get_state_display())

    @display(description=_("asked by"), ordering="asked_by")
    def asked_for_by(self, exclusion: Exclusion) -> str:
        return person_name(exclusion.asked_by)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was left out of a figure, and why, stays on record."""
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return add_page(request, self._context(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        exclusion = self.get_object(request, object_id)
        if exclusion is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return exclusion_page(request, exclusion, self._context(request) | {"original": exclusion})

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
