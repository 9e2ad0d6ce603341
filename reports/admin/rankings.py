"""排名: declared in indicators, shown from here, because its page shows issued bulletins beside the present figures."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from departments.admin.base import OfficeFilterMixin, ScopedAdmin, VisibleFilter
from indicators.admin.records import keep_to_office
from indicators.models import Ranking
from reports.views.comparison import comparison_export, comparison_page
from reports.views.rankings import overview_page, ranking_page
from reports.views.rectification import ranking_opening_page
from reports.views.side_by_side import side_by_side_export, side_by_side_page


class RankingForm(forms.ModelForm):
    class Meta:
        model = Ranking
        fields = (
            "office",
            "code",
            "name",
            "indicator",
            "scheme",
            "group",
            "ties",
            "last",
            "compare_decimals",
        )

    def clean_last(self) -> int:
        last: int = self.cleaned_data["last"]
        if last < 1:
            raise forms.ValidationError(_("The bottom list names at least one unit."))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        office = self.instance.office_id or getattr(data.get("office"), "pk", None)
        keep_to_office(self, office, "indicator", "scheme", "group")
        if not self.errors:
            self._check_subject(data)
        return data

    def _check_subject(self, data: dict[str, Any]) -> None:
        indicator, scheme, group = (data.get(name) for name in ("indicator", "scheme", "group"))
        if (indicator is None) == (scheme is None):
            self.add_error("scheme", _("Choose either an indicator or a scheme: what is ranked?"))
        elif scheme is not None and group is not None and not scheme.groups.filter(pk=group.pk).exists():
            names = "、".join(scheme.groups.values_list("name", flat=True))
            self.add_error("group", _("The scheme is for %(names)s: choose one of them.") % {"names": names})


@admin.register(Ranking)
class RankingAdmin(OfficeFilterMixin, ScopedAdmin):
    form = RankingForm
    list_display = ("name", "ranked_subject", "group", "office", "ties", "last", "places")
    list_filter = (("indicator", VisibleFilter), ("scheme", VisibleFilter), ("group", VisibleFilter))
    list_select_related = ("indicator", "scheme", "group", "office")
    search_fields = ("name", "code")

    @admin.display(description=_("indicator or scheme"))
    def ranked_subject(self, ranking: Ranking) -> str:
        return str(ranking.subject)

    @admin.display(description=_("places"))
    def places(self, ranking: Ranking) -> str:
        url = reverse("admin:indicators_ranking_page", args=[ranking.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', url, _("Show the places"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "code") if obj else ()

    def get_urls(self) -> list[URLPattern]:
        routes = (
            ("overview/", self.overview_view, "overview"),
            ("<int:ranking_id>/page/", self.page_view, "page"),
            ("<int:ranking_id>/opening/", self.opening_view, "opening"),
            ("<int:ranking_id>/comparison/", require_GET(self.comparison_view), "comparison"),
            (
                "<int:ranking_id>/comparison/export/",
                require_GET(self.comparison_export_view),
                "comparison_export",
            ),
            ("<int:ranking_id>/parts/", require_GET(self.parts_view), "parts"),
            ("<int:ranking_id>/parts/export/", require_GET(self.parts_export_view), "parts_export"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"indicators_ranking_{name}")
            for route, view, name in routes
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

    def comparison_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        """Open to the units of the office, as all pages about a ranking: each line is shown to whom it may be."""
        return comparison_page(request, self._ranking(ranking_id), self._context(request))

    def comparison_export_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        return comparison_export(request, self._ranking(ranking_id))

    def parts_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        return side_by_side_page(request, self._ranking(ranking_id), self._context(request))

    def parts_export_view(self, request: HttpRequest, ranking_id: int) -> HttpResponse:
        return side_by_side_export(request, self._ranking(ranking_id))

    def _ranking(self, pk: int) -> Ranking:
        ranking = (
            Ranking.objects.select_related("office", "indicator", "scheme", "group").filter(pk=pk).first()
        )
        if ranking is None:
            raise Http404
        return ranking

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}
