"""/api/v1/: every address of the interface; whatever else is asked for there is answered in JSON too."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from reports.api import views
from reports.api.base import ReadOnly


class Elsewhere(ReadOnly):
    """An address that is none."""

    schema = None

    def get(self, request: Request, **kwargs: Any) -> None:
        raise NotFound(_("There is no such resource; /api/v1/docs/ shows all of them."))


app_name = "api"
urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", login_required(SpectacularSwaggerView.as_view(url_name="api:schema")), name="docs"),
    path("offices/", views.OfficesView.as_view(), name="offices"),
    path("groups/", views.GroupsView.as_view(), name="groups"),
    path("units/", views.UnitsView.as_view(), name="units"),
    path("periods/", views.PeriodsView.as_view(), name="periods"),
    path("indicators/", views.IndicatorsView.as_view(), name="indicators"),
    path("targets/", views.TargetsView.as_view(), name="targets"),
    path("rankings/", views.RankingsView.as_view(), name="rankings"),
    path("rankings/<int:ranking_id>/table/", views.RankingTableView.as_view(), name="ranking_table"),
    path("results/", views.ResultsView.as_view(), name="results"),
    path("schemes/", views.SchemesView.as_view(), name="schemes"),
    path("schemes/<int:scheme_id>/", views.SchemeView.as_view(), name="scheme"),
    path("schemes/<int:scheme_id>/scores/", views.ScoresView.as_view(), name="scores"),
    path("issues/", views.IssuesView.as_view(), name="issues"),
    path("<path:url>", Elsewhere.as_view(), name="elsewhere"),
]
