"""What a register's list of entries is narrowed to and sorted by; it all stands in the URL, and offers only what the person may see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, OrderBy, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from departments.choices import Meaning
from departments.filter_base import UnitFilter, day_input
from departments.models import Entry, Group, Register, RegisterStatus, Unit
from departments.services.registers.repeats import repeated

# Open ones first, in each status by due day.
USUAL = ("status__order", F("due_on").asc(nulls_last=True), "unit__protocol_order", "pk")
SORTS = {
    "key": "key",
    "name": "name",
    "unit": "unit__protocol_order",
    "type": "type",
    "status": "status__order",
    "opened": "opened_on",
    "due": "due_on",
    "done": "done_on",
}
YES = (("1", _("yes")),)
# Shown at once; the others are folded away until one of them is used.
FIRST = ("unit", "status", "type", "overdue", "q")


def late() -> Q:
    """Entries that are still open after their due day."""
    return Q(status__meaning=Meaning.OPEN, due_on__lt=timezone.localdate())


class EntryFilter(UnitFilter):
    """The visible entries of one register."""

    unit = django_filters.ModelChoiceFilter(
        label=_("unit responsible"), queryset=Unit.objects.none(), empty_label=_("all")
    )
    parent = django_filters.ModelChoiceFilter(
        label=_("parent"), queryset=Unit.objects.none(), method="under", empty_label=_("all")
    )
    group = django_filters.ModelChoiceFilter(
        label=_("group"), queryset=Group.objects.none(), method="in_group", empty_label=_("all")
    )
    status = django_filters.ModelChoiceFilter(
        label=_("state"), queryset=RegisterStatus.objects.none(), empty_label=_("all")
    )
    meaning = django_filters.ChoiceFilter(
        label=_("counts as"),
        field_name="status__meaning",
        choices=Meaning.choices,
        empty_label=_("all"),
    )
    type = django_filters.ChoiceFilter(label=_("type"), empty_label=_("all"))
    level = django_filters.ChoiceFilter(label=_("level"), empty_label=_("all"))
    overdue = django_filters.ChoiceFilter(
        label=_("overdue only"), choices=YES, method="is_late", empty_label=_("all")
    )
    repeats = django_filters.ChoiceFilter(
        label=_("repeated only"), choices=YES, method="is_repeated", empty_label=_("all")
    )
    since = django_filters.DateFilter(
        label=_("handed out from"), field_name="opened_on", lookup_expr="gte", widget=day_input()
    )
    until = django_filters.DateFilter(
        label=_("handed out to"), field_name="opened_on", lookup_expr="lte", widget=day_input()
    )
    due = django_filters.DateFilter(
        label=_("due up to"), field_name="due_on", lookup_expr="lte", widget=day_input()
    )
    q = django_filters.CharFilter(label=_("search"), method="holds")

    class Meta:
        model = Entry
        fields: tuple[str, ...] = ()

    def __init__(
        self, request: HttpRequest, register: Register, entries: QuerySet[Entry], *, whole: bool
    ) -> None:
        """`entries` are those of the register the person may see, `whole` whether these are all."""
        super().__init__(request.GET, queryset=entries, request=request)
        self.register = register
        units = Unit.objects.filter(pk__in=entries.order_by().values("unit"))
        self.filters["unit"].queryset = units
        self.filters["status"].queryset = register.statuses.order_by("order")
        self.filters["type"].extra["choices"] = _names(register.type_names, entries, "type")
        self.filters["level"].extra["choices"] = _names(register.level_names, entries, "level")
        if whole:
            today = self.versions.filter(unit__in=units)
            self.filters["group"].queryset = Group.objects.filter(pk__in=today.values("group"))
            self.filters["parent"].queryset = Unit.objects.filter(pk__in=today.values("parent"))

    @property
    def asked(self) -> dict[str, str]:
        """The filters and the order in force."""
        return super().asked | ({"o": self.sort} if self.sort else {})

    @property
    def narrowed(self) -> bool:
        return any(name != "o" for name in self.asked)

    @property
    def narrowed_further(self) -> bool:
        """Whether one of the folded filters is in force."""
        return any(name not in (*FIRST, "o") for name in self.asked)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self.form[name] for name in FIRST]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [field for field in self.form if field.name not in FIRST]

    @property
    def sort(self) -> str:
        """The column sorted by, with “-” before it for the other way round; "" for the usual order."""
        asked = self.data.get("o", "")
        return asked if asked.removeprefix("-") in SORTS else ""

    @property
    def rows(self) -> QuerySet[Entry]:
        """The entries that are left, in the order asked for."""
        return self.qs.order_by(*self._order()).select_related("unit", "status", "register__office")

    def _order(self) -> tuple[str | OrderBy, ...]:
        if not self.sort:
            return USUAL
        column = F(SORTS[self.sort.removeprefix("-")])
        first = column.desc(nulls_last=True) if self.sort[0] == "-" else column.asc(nulls_last=True)
        return (first, "unit__protocol_order", "pk")

    def is_late(self, queryset: QuerySet[Entry], name: str, value: Any) -> QuerySet[Entry]:
        return queryset.filter(late())

    def is_repeated(self, queryset: QuerySet[Entry], name: str, value: Any) -> QuerySet[Entry]:
        return queryset.filter(pk__in=repeated(self.register).values("pk"))

    def holds(self, queryset: QuerySet[Entry], name: str, text: str) -> QuerySet[Entry]:
        return queryset.filter(Q(key__icontains=text.strip()) | Q(name__icontains=text.strip()))


def _names(known: tuple[str, ...], entries: QuerySet[Entry], field: str) -> list[tuple[str, str]]:
    """The register's own words; without any, those that stand in the entries."""
    if not known:
        found = entries.exclude(**{field: ""}).order_by(field).values_list(field, flat=True)
        known = tuple(found.distinct()[:200])
    return [(name, name) for name in known]
