"""What the archive is narrowed by, as it stands in the address."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from departments.filter_base import UrlFilter
from departments.models import Office
from reports.models import Bulletin, Issue
from reports.services.archive import search, words_of, years_of

FIRST, CORRECTION = "first", "correction"


class ArchiveFilter(UrlFilter):
    """Issued issues by office, bulletin, year, kind and words; offers only what the given issues hold."""

    q = django_filters.CharFilter(
        label=_("words"), method="with_words", widget=forms.TextInput(attrs={"type": "search", "size": 28})
    )
    office = django_filters.ModelChoiceFilter(
        label=_("office"),
        field_name="bulletin__office",
        queryset=Office.objects.none(),
        empty_label=_("all"),
    )
    bulletin = django_filters.ModelChoiceFilter(
        label=_("bulletin"), queryset=Bulletin.objects.none(), empty_label=_("all")
    )
    year = django_filters.ChoiceFilter(label=_("year"), empty_label=_("all"))
    kind = django_filters.ChoiceFilter(
        label=_("kind"),
        method="of_kind",
        empty_label=_("all"),
        choices=((FIRST, _("First editions")), (CORRECTION, _("Corrections"))),
    )

    class Meta:
        model = Issue
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, *, queryset: QuerySet[Issue]) -> None:
        super().__init__(data, queryset=queryset)
        bulletins = Bulletin.objects.filter(pk__in=queryset.order_by().values("bulletin"))
        offices = Office.objects.filter(pk__in=bulletins.order_by().values("office"))
        self.filters["bulletin"].queryset = bulletins
        self.filters["office"].queryset = offices
        self.filters["year"].extra["choices"] = [(year, year) for year, _count in years_of(queryset)]
        if offices.count() < 2:
            del self.filters["office"]

    @property
    def words(self) -> tuple[str, ...]:
        return words_of(self.chosen("q") or "")

    def counts(self) -> list[tuple[int, int]]:
        """(year, issues) with everything chosen but the year."""
        rows = self.queryset
        self.form.is_valid()
        for name, value in self.form.cleaned_data.items():
            if name != "year":
                rows = self.filters[name].filter(rows, value)
        return years_of(rows)

    def with_words(self, queryset: QuerySet[Issue], name: str, text: str) -> QuerySet[Issue]:
        return search(queryset, words_of(text))

    def of_kind(self, queryset: QuerySet[Issue], name: str, kind: Any) -> QuerySet[Issue]:
        return queryset.filter(corrects__isnull=kind == FIRST)
