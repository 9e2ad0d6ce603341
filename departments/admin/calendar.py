"""工作日历: the days on which an office departs from the published holidays, and the years nobody has published yet."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSingleDateWidget

from departments.admin.base import OfficeFilterMixin, ScopedAdmin
from departments.calendars import DAY, WorkCalendar, last_published_year
from departments.models import CalendarDay
from departments.permissions import offices_of
from departments.services.schedules import calendar_of, guess_warning, save_calendar_day

# A holiday with its days off in a row is entered at once; the longest so far had nine.
LONGEST = 31


class YearFilter(admin.SimpleListFilter):
    title = _("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The years of the days the person may see."""
        years = model_admin.get_queryset(request).dates("day", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> QuerySet[CalendarDay]:
        year = self.value()
        return queryset.filter(day__year=year) if year and year.isdecimal() else queryset


class CalendarDayForm(forms.ModelForm):
    last_day = forms.DateField(
        label=_("to"),
        required=False,
        widget=UnfoldAdminSingleDateWidget(),
        help_text=_("Enters every day from the first to this one. Empty: one day only."),
    )

    class Meta:
        model = CalendarDay
        fields = ("office", "day", "is_working", "name")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("day"), data.get("last_day")
        if first and last and not first <= last < first + LONGEST * DAY:
            self.add_error("last_day", _("The last day follows the first within %s days.") % LONGEST)
        return data


@admin.register(CalendarDay)
class CalendarDayAdmin(OfficeFilterMixin, ScopedAdmin):
    form = CalendarDayForm
    list_display = ("day", "weekday", "kind", "name", "published", "office")
    list_filter = (YearFilter,)
    listed_lookups = ("year",)
    list_before_template = "departments/calendar_note.html"
    search_fields = ("name",)
    ordering = ("-day",)

    class Media:
        css = {"all": ("govsvc/schedules.css",)}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office", "day", *(() if obj else ("last_day",)), "is_working", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("office",) if obj else ()

    @display(description=_("weekday"))
    def weekday(self, row: CalendarDay) -> str:
        return date_format(row.day, "l")

    @display(description=_("kind"), label={True: "info", False: "warning"}, ordering="is_working")
    def kind(self, row: CalendarDay) -> tuple[bool, str]:
        return row.is_working, _word(row.is_working)

    @display(description=_("otherwise"))
    def published(self, row: CalendarDay) -> str:
        """What the day would be without this row."""
        otherwise = WorkCalendar()
        return (
            _word(otherwise.is_working(row.day)) if otherwise.knows(row.day.year) else str(_("not published"))
        )

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        last: dt.date = form.cleaned_data.get("last_day") or obj.day
        for offset in range(1, (last - obj.day).days + 1):
            save_calendar_day(
                office=obj.office, day=obj.day + offset * DAY, is_working=obj.is_working, name=obj.name
            )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        note = {"published_until": last_published_year(), "warning": _unknown_years(request)}
        return super().changelist_view(request, (extra_context or {}) | note)


def _word(is_working: bool) -> str:
    return str(_("working day") if is_working else _("day off"))


def _unknown_years(request: HttpRequest) -> str:
    """The warning for this year and the next, if one of the person's offices has to guess them."""
    year = timezone.localdate().year
    calendars = [calendar_of(office) for office in offices_of(request.user)]
    return guess_warning(y for y in (year, year + 1) if not all(calendar.knows(y) for calendar in calendars))
