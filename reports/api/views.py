"""The resources. What one may see of each is what one may see on its page (ADR 0003)."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Group, Office, Unit, UnitVersion
from departments.permissions import offices_of
from indicators.models import Indicator, IndicatorVersion, Ranking, Scheme, SchemeNode, Target
from reports.api import filters, queries, serializers, tables
from reports.api.base import ReadOnly, Rows, found, seen
from reports.api.figures import ranking_table, results, score_sheets
from reports.api.schema import BULLETINS, FIGURES, SETUP
from reports.choices import IssueStatus
from reports.models import Issue


class OfficesView(Rows):
    tag, title = SETUP, _("Offices")
    queryset = Office.objects.all()
    serializer_class = serializers.OfficeSerializer
    filterset_class = filters.OfficeFilter


class GroupsView(Rows):
    tag, title = SETUP, _("Groups of units that are ranked together")
    queryset = Group.objects.select_related("office")
    serializer_class = serializers.GroupSerializer
    filterset_class = filters.GroupFilter


class UnitsView(Rows):
    tag, title = SETUP, _("Units")
    words = _("People of a unit get their own unit only.")
    queryset = Unit.objects.select_related("office")
    serializer_class = serializers.UnitSerializer
    filterset_class = filters.UnitFilter

    def get_queryset(self) -> QuerySet[Any]:
        present = UnitVersion.objects.on(timezone.localdate()).select_related("group", "parent")
        return super().get_queryset().prefetch_related(Prefetch("versions", present, to_attr="present"))


class PeriodsView(ReadOnly, generics.GenericAPIView):
    tag, title = SETUP, _("Periods the office has asked figures for")
    words = _("Newest first.")
    query = queries.OfficeQuery
    filter_backends: tuple[Any, ...] = ()
    pagination_class = None
    queryset = Office.objects.none()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return serializers.PeriodSerializer(*args, many=True, **kwargs)

    def get(self, request: Request) -> Response:
        values = queries.checked(request, self.query)
        office = queries.office_of(request, values.get("office"))
        return Response(self.get_serializer(queries.periods(office)).data)


class IndicatorsView(Rows):
    tag, title = SETUP, _("Indicators with all versions of their definitions")
    words = _("For the people of the office. Only checked versions are computed with.")
    queryset = Indicator.objects.select_related("office").prefetch_related(
        Prefetch("versions", IndicatorVersion.objects.select_related("lead").order_by("number")),
        "versions__groups",
        "versions__responsible",
    )
    serializer_class = serializers.IndicatorSerializer
    filterset_class = filters.IndicatorFilter


class TargetsView(Rows):
    tag, title = SETUP, _("Targets")
    words = _("For the people of the office.")
    queryset = Target.objects.select_related("indicator__office", "group", "unit")
    serializer_class = serializers.TargetSerializer
    filterset_class = filters.TargetFilter


class RankingsView(ReadOnly, generics.ListAPIView):
    tag, title = FIGURES, _("Declared rankings")
    words = _("For everybody of the office; the places are in the table of each.")
    queryset = Ranking.objects.select_related("office", "indicator", "scheme", "group")
    serializer_class = serializers.RankingSerializer
    filterset_class = filters.RankingFilter

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(office__in=offices_of(self.request.user))


class RankingTableView(ReadOnly, generics.GenericAPIView):
    tag, title = FIGURES, _("The table of a ranking in a period")
    words = _(
        "As on the page: people of a unit see their own rows until the bulletin is issued, then the whole table as it was"
        " issued."
    )
    query = queries.TableQuery
    queryset = Ranking.objects.select_related("office", "indicator", "scheme", "group")
    serializer_class = tables.TableSerializer

    def get(self, request: Request, ranking_id: int) -> Response:
        rankings = self.get_queryset().filter(office__in=offices_of(request.user))
        ranking = found(request, rankings, pk=ranking_id)
        asked = queries.asked(request, self.query, ranking.office)
        group = queries.group_of(request, ranking.office, asked.values.get("group"))
        return Response(self.get_serializer(ranking_table(asked, ranking, group)).data)


class ResultsView(ReadOnly, generics.GenericAPIView):
    tag, title = FIGURES, _("Values of the indicators of every unit in a period")
    words = _("People of a unit get their own unit only.")
    query = queries.ResultQuery
    filter_backends: tuple[Any, ...] = ()
    queryset = Office.objects.none()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return tables.ResultSerializer(*args, many=True, **kwargs)

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(results(queries.asked(request, self.query)))
        return self.get_paginated_response(self.get_serializer(page).data)


class SchemesView(Rows):
    tag, title = FIGURES, _("Schemes")
    words = _("For the people of the office.")
    queryset = Scheme.objects.select_related("office").prefetch_related("groups")
    serializer_class = tables.SchemeSerializer
    filterset_class = filters.SchemeFilter


class SchemeView(ReadOnly, generics.RetrieveAPIView):
    tag, title = FIGURES, _("A scheme with its tree, bonuses, deductions and grades")
    words = _("For the people of the office.")
    lookup_url_kwarg = "scheme_id"
    nodes = SchemeNode.objects.select_related("parent", "indicator").prefetch_related(
        "applies_to_groups", "applies_to_units"
    )
    queryset = Scheme.objects.select_related("office").prefetch_related(
        "groups", Prefetch("nodes", nodes), "adjustments__register", "grades"
    )
    serializer_class = tables.TreeSerializer

    def get_object(self) -> Scheme:
        return found(self.request, seen(self.get_queryset(), self.request.user), pk=self.kwargs["scheme_id"])


class ScoresView(ReadOnly, generics.GenericAPIView):
    tag, title = FIGURES, _("Score sheets under a scheme in a period")
    words = _("Every point with its rule. People of a unit get their own sheet only, after issue too.")
    query = queries.ScoreQuery
    filter_backends: tuple[Any, ...] = ()
    queryset = Scheme.objects.select_related("office")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return tables.ScoreSerializer(*args, many=True, **kwargs)

    def get(self, request: Request, scheme_id: int) -> Response:
        schemes = self.get_queryset().filter(office__in=offices_of(request.user))
        scheme = found(request, schemes, pk=scheme_id)
        asked = queries.asked(request, self.query, scheme.office)
        page = self.paginate_queryset(score_sheets(asked, scheme))
        return self.get_paginated_response(self.get_serializer(page).data)


class IssuesView(ReadOnly, generics.ListAPIView):
    tag, title = BULLETINS, _("Issued bulletins")
    words = _(
        "For everybody of the office. The hash is that of the content, as printed in the files of the bulletin."
    )
    queryset = (
        Issue.objects.filter(status=IssueStatus.ISSUED)
        .select_related("bulletin__office", "corrects", "erratum")
        .defer("corrects__content", "erratum__content")
        .order_by("-issued_at", "-id")
    )
    serializer_class = serializers.IssueSerializer
    filterset_class = filters.IssueFilter

    def get_queryset(self) -> QuerySet[Any]:
        reach = Q(bulletin__office__in=offices_of(self.request.user))
        return super().get_queryset().filter(reach)
