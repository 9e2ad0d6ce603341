"""What the office's list of alerts is narrowed to; it all stands in the URL, and offers only what the person may see."""

import django_filters
from django.db.models import Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from departments.choices import AlertKind
from departments.filter_base import UnitFilter, day_input
from departments.models import Alert, Group, Unit


class Sought(TextChoices):
    """What has become of an alert."""

    UNANSWERED = "unanswered", _("Not answered yet")
    ANSWERED = "answered", _("Answered, not over yet")
    ENDED = "ended", _("Over")


def condition(sought: str) -> Q:
    """The alerts in that state."""
    return {
        Sought.UNANSWERED: Q(ended_on__isnull=True, answered_at__isnull=True),
        Sought.ANSWERED: Q(ended_on__isnull=True, answered_at__isnull=False),
        Sought.ENDED: Q(ended_on__isnull=False),
    }[Sought(sought)]


class AlertFilter(UnitFilter):
    """The alerts a person sees; without a choice of state those that are not over."""

    state = django_filters.ChoiceFilter(
        label=_("state"), choices=Sought.choices, method="in_state", empty_label=_("not over")
    )
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=AlertKind.choices, empty_label=_("all"))
    unit = django_filters.ModelChoiceFilter(
        label=_("unit"), queryset=Unit.objects.none(), empty_label=_("all")
    )
    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), method="in_group", empty_label=_("all")
    )
    since = django_filters.DateFilter(
        label=_("raised from"), field_name="raised_on", lookup_expr="gte", widget=day_input()
    )
    until = django_filters.DateFilter(
        label=_("raised to"), field_name="raised_on", lookup_expr="lte", widget=day_input()
    )

    class Meta:
        model = Alert
        fields: tuple[str, ...] = ()

    def __init__(self, request: HttpRequest, alerts: QuerySet[Alert]) -> None:
        super().__init__(request.GET, queryset=alerts, request=request)
        self.filters["unit"].queryset = Unit.objects.filter(pk__in=alerts.order_by().values("unit"))
        self.filters["group"].queryset = Group.objects.filter(
            office__in=alerts.order_by().values("office"), unit_versions__unit__in=alerts.values("unit")
        ).distinct()

    def filter_queryset(self, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        found = super().filter_queryset(queryset)
        return found if self.chosen("state") else found.filter(ended_on__isnull=True)

    def in_state(self, queryset: QuerySet[Alert], name: str, state: str) -> QuerySet[Alert]:
        return queryset.filter(condition(state))
