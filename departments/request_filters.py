"""What the lists of requests and of answers are narrowed to; it all stands in the URL, and offers only what the person may see."""

import datetime as dt
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from departments.choices import RequestState
from departments.filter_base import UnitFilter
from departments.models import Group, Request, RequestAnswer
from departments.services.requests.overview import Wanted, condition, seen_answers, seen_requests


class RequestFilter(django_filters.FilterSet):
    """The office's requests by state and by a part of the title."""

    state = django_filters.ChoiceFilter(label=_("state"), choices=RequestState.choices, empty_label=_("all"))
    title = django_filters.CharFilter(label=_("title"), lookup_expr="icontains")

    class Meta:
        model = Request
        fields: tuple[str, ...] = ()


class AnswerFilter(UnitFilter):
    """Answers by request, state and group; on one request's page the request is settled."""

    request_chosen = django_filters.ModelChoiceFilter(
        label=_("request"),
        field_name="request",
        queryset=lambda request: asked_of(request.user),
        empty_label=_("all"),
    )
    state = django_filters.ChoiceFilter(
        label=_("state"), choices=Wanted.choices, method="in_state", empty_label=_("all")
    )
    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), method="in_group", empty_label=_("all")
    )

    class Meta:
        model = RequestAnswer
        fields: tuple[str, ...] = ()

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[RequestAnswer],
        *,
        of: Request | None = None,
        now: dt.datetime | None = None,
    ) -> None:
        super().__init__(request.GET, queryset=rows, request=request, now=now)
        if of is not None:
            del self.filters["request_chosen"]
        groups = Group.objects.filter(unit_versions__unit__in=rows.values("unit"))
        self.filters["group"].queryset = groups.distinct()

    def in_state(self, queryset: QuerySet[RequestAnswer], name: str, state: str) -> QuerySet[RequestAnswer]:
        return queryset.filter(condition(state, self.now))


def asked_of(user: Any) -> QuerySet[Request]:
    """The requests the person's answers belong to, and those of the person's office."""
    return Request.objects.filter(pk__in=seen_answers(user).values("request")) | seen_requests(user)


def without_unknown(request: HttpRequest, filters: django_filters.FilterSet) -> HttpResponse | None:
    """Back to the plain page when the address asks for something that is no filter: nothing else can be asked about rows."""
    if set(request.GET) - set(filters.filters):
        return HttpResponseRedirect(request.path)
    return None
