"""排名: declared in indicators, shown from here, because its page shows issued bulletins beside the present figures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, VisibleFilter
from indicators.admin.records import keep_to_office
from indicators.models import Ranking
from reports.views.rankings import overview_page, ranking_page
from reports.views.rectification import ranking_opening_page


class RankingForm(forms.ModelForm):
    class Meta:
        model = Ranking
        fields = ("office", "code", "name", "indicator", "group", "ties", "last", "compare_decimals")

    def clean_last(self) -> int:
        last: int = self.cleaned_data["last"]
        if last < 1:
            raise forms.ValidationError(_("The bottom list names at least one unit."))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office = self.instance.office_id or getattr(data.get("office"), "pk", None)
        keep_to_office(self, office, "indicator", "group")
        return data


@admin.register(Ranking)
class RankingAdmin(OfficeFilterMixin, ScopedAdmin):
    form = RankingForm
    list_display = ("name", "indicator", "group", "office", "ties", "last", "places")
    list_filter = (("indicator", VisibleFilter), ("group", VisibleFilter))
    list_select_related = ("indicator", "group", "office")
    search_fields = ("name", "code")

    @admin.display(description=_("places"))
    def places(self, ranking: Ranking) -> str:
        url = reverse("admin:indicators_ranking_page", args=[ranking.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, _("Show the places"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("overview/", view(self.overview_view), name="indicators_ranking_overview"),
            path("<int:ranking_id>/page/", view(self.page_view), name="indicators_ranking_page"),
            path("<int:ranking_id>/opening/", view(self.opening_view), name="indicators_ranking_opening"),
        ]
        return own + super().get_urls()

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        return overview_page(request, self.admin_site.each_context(request) | {"opts": self.opts})

    def page_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        """Open to the units of the office too: what they see of it is decided by the page."""
        return ranking_page(request, self._ranking(ranking_id), self._context(request))

    def opening_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        """For administrators of its office only; the page refuses others."""
        return ranking_opening_page(request, self._ranking(ranking_id), self._context(request))

    def _ranking(self, pk: int) -> Ranking:
        ranking = Ranking.objects.select_related("office", "indicator", "group").filter(pk=pk).first()
        if ranking is None:
            raise Http404
        return ranking

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
