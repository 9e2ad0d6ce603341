"""填报期次: opening a form for a period lays a draft before every expected unit."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.choices import EntryMode, Status
from departments.models import Window
from departments.periods import Period, PeriodError
from departments.services.submissions import open_window
from departments.views.table_answers import table_cells
from departments.views.table_entry import table_page
from departments.views.table_upload import import_page, upload_page


class WindowForm(forms.ModelForm):
    class Meta:
        model = Window
        fields = ("form", "period", "opens_at", "due_at", "closes_at")
        help_texts = {
            "period": _("2023-06 is a month, 2023-W23 a week, 2023Q2 a quarter, 2023 a year."),
            "due_at": _("What comes later counts as late."),
            "closes_at": _("Nothing can be filed afterwards. Empty: late figures are still taken."),
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        form, code = data.get("form"), data.get("period")
        if form and code:
            try:
                when = Period.parse(code)
            except PeriodError:
                return data
            if not when.fits(form.frequency):
                self.add_error(
                    "period",
                    _("%(form)s is filled per %(a)s, not for %(period)s.")
                    % {"form": form, "a": form.get_frequency_display(), "period": code},
                )
        opens, due, closes = data.get("opens_at"), data.get("due_at"), data.get("closes_at")
        if opens and due and due <= opens:
            self.add_error("due_at", _("The due time must come after the opening."))
        if due and closes and closes < due:
            self.add_error("closes_at", _("A window can't close before it is due."))
        return data


@admin.register(Window)
class WindowAdmin(ScopedAdmin):
    empty_hint = _("Forms with a rule open by themselves; others are opened here.")
    form = WindowForm
    list_display = ("form", "period_label", "opens_at", "due_at", "coverage", "table")
    list_filter = (("form", VisibleFilter),)
    search_fields = ("form__title", "period")
    list_select_related = ("form",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Window]:
        handed_in = Q(submissions__status__in=[Status.SUBMITTED, Status.APPROVED])
        return (
            super()
            .get_queryset(request)
            .annotate(
                expected=Count("submissions"),
                reported=Count("submissions", filter=handed_in),
                approved=Count("submissions", filter=Q(submissions__status=Status.APPROVED)),
            )
        )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Open from this morning, due at the end of the seventh day's work."""
        today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        due = today + timedelta(days=7)
        return {"opens_at": today, "due_at": due.replace(hour=17)} | super().get_changeform_initial_data(
            request
        )

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        own = [
            path("<int:object_id>/table/", guard(self.table_view), name="departments_window_table"),
            path("<int:object_id>/table/cells/", table_cells, name="departments_window_table_cells"),
            path(
                "<int:object_id>/table/upload/",
                guard(self.table_upload_view),
                name="departments_window_table_upload",
            ),
            path(
                "<int:object_id>/table/upload/<int:upload_id>/",
                guard(self.table_import_view),
                name="departments_window_table_import",
            ),
        ]
        return own + super().get_urls()

    def table_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return table_page(request, object_id, self._context(request))

    def table_upload_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return upload_page(request, object_id, self._context(request))

    def table_import_view(self, request: HttpRequest, object_id: int, upload_id: int) -> HttpResponse:
        return import_page(request, object_id, upload_id, self._context(request))

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return self.admin_site.each_context(request) | {"opts": self.opts}

    @display(description=_("period"), ordering="starts_on")
    def period_label(self, window: Window) -> str:
        return window.when.label

    @display(description=_("reported / approved / expected"))
    def coverage(self, window: Any) -> str:
        return f"{window.reported} / {window.approved} / {window.expected}"

    @display(description=_("table"))
    def table(self, window: Window) -> str:
        """The way to the grid, for forms that the office fills for all units."""
        if window.form.entered_by != EntryMode.OFFICE:
            return ""
        address = reverse("admin:departments_window_table", args=[window.pk])
        return format_html('<a href="{}">{}</a>', address, _("Fill in as a table"))

    def get_list_display(self, request: HttpRequest) -> Any:
        """A unit's people see the times, not how far the other units are."""
        shown = super().get_list_display(request)
        if self._may(request, "change", None):
            return shown
        return [name for name in shown if name not in ("coverage", "table")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("form", "period") if obj else ()

    def save_model(self, request: HttpRequest, obj: Window, form: Any, change: bool) -> None:
        window = open_window(
            form=obj.form,
            period=obj.period,
            opens_at=obj.opens_at,
            due_at=obj.due_at,
            closes_at=obj.closes_at,
        )
        obj.pk, obj.starts_on, obj.ends_on = window.pk, window.starts_on, window.ends_on
        self.require_reach(request, obj, change)
