"""What the page of targets may be narrowed by, as it stands in the address, and the shapes of its lights."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from departments.choices import Status
from departments.filter_base import UrlFilter
from departments.models import Group, Office, Window
from departments.periods import Period
from indicators.models import Indicator, Target
from indicators.services.targets import TargetRow, periods_with_targets
from indicators.targets import LIGHT_WORDS, Light

# A light is never a colour alone: its shape and its word say the same.
SHAPES = {Light.GREEN: "●", Light.YELLOW: "▲", Light.RED: "■", Light.NONE: "○"}


class TargetFilter(UrlFilter):
    """What is shown of an office's targets; everything stands in the address and narrows the rows, not the query."""

    period = django_filters.ChoiceFilter(label=gettext_lazy("period"), method="keep", empty_label=None)
    group = django_filters.ModelChoiceFilter(
        label=gettext_lazy("group"), method="keep", queryset=Group.objects.none(), to_field_name="code"
    )
    indicator = django_filters.ModelChoiceFilter(
        label=gettext_lazy("indicator"),
        method="keep",
        queryset=Indicator.objects.none(),
        to_field_name="code",
        empty_label=gettext_lazy("all"),
    )
    light = django_filters.ChoiceFilter(
        label=gettext_lazy("light"),
        method="keep",
        empty_label=gettext_lazy("all"),
        choices=[(light.value, f"{SHAPES[light]} {word}") for light, word in LIGHT_WORDS.items()],
    )

    class Meta:
        model = Target
        fields = ("period", "group", "indicator", "light")

    def __init__(self, data: Any, *, office: Office, queryset: QuerySet[Target]) -> None:
        self.office = office
        self.periods = periods_with_targets(office)
        chosen = data.copy()
        self.usual = _usual_period(office, self.periods)
        if self.usual and not chosen.get("period"):
            chosen["period"] = self.usual.code
        super().__init__(chosen, queryset)
        self.filters["period"].extra["choices"] = [(period.code, period.label) for period in self.periods]
        self.filters["group"].queryset = office.groups.all()
        indicators = office.indicators.filter(targets__isnull=False).distinct()
        self.filters["indicator"].queryset = indicators

    @property
    def chosen_period(self) -> Period | None:
        """The period in the address, else the newest with figures; None while there is no target."""
        code = self.chosen("period")
        return Period.parse(code) if code else self.usual

    def fits(self, row: TargetRow, *, whatever_light: bool = False) -> bool:
        group, indicator, light = (self.chosen(name) for name in ("group", "indicator", "light"))
        return (
            (group is None or row.group == group.code)
            and (indicator is None or row.definition.code == indicator.code)
            and (whatever_light or not light or row.assessment.light == light)
        )


def _usual_period(office: Office, periods: Sequence[Period]) -> Period | None:
    """The newest one that has begun and holds approved figures, else the newest that has begun, else any."""
    approved = Window.objects.filter(form__office=office, submissions__status=Status.APPROVED)
    filed = {Period.parse(code) for code in approved.values_list("period", flat=True).distinct()}
    begun = [period for period in periods if period.start <= timezone.localdate()]
    with_figures = [period for period in begun if any(period.contains(one) for one in filed)]
    return next(iter([*with_figures, *begun, *periods]), None)
