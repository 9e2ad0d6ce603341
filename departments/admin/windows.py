"""填报期次: opening a form for a period lays a draft before every expected unit."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.choices import Status
from departments.models import Window
from departments.periods import Period, PeriodError
from departments.services.submissions import open_window


class WindowForm(forms.ModelForm):
    class Meta:
        model = Window
        fields = ("form", "period", "opens_at", "due_at", "closes_at")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        form, code = data.get("form"), data.get("period")
        if form and code:
            try:
                frequency = Period.parse(code).frequency
            except PeriodError:
                return data
            if frequency != form.frequency:
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
    form = WindowForm
    list_display = ("form", "period_label", "opens_at", "due_at", "coverage")
    list_filter = (("form", VisibleFilter),)
    search_fields = ("form__title", "period")
    list_select_related = ("form",)

    @display(description=_("period"), ordering="starts_on")
    def period_label(self, window: Window) -> str:
        return window.when.label

    @display(description=_("reported / approved / expected"))
    def coverage(self, window: Window) -> str:
        states = list(window.submissions.values_list("status", flat=True))
        reported = sum(state in (Status.SUBMITTED, Status.APPROVED) for state in states)
        return f"{reported} / {states.count(Status.APPROVED)} / {len(states)}"

    def get_list_display(self, request: HttpRequest) -> Any:
        """A unit's people see the times, not how far the other units are."""
        shown = super().get_list_display(request)
        return shown if self._may(request, "change", None) else [name for name in shown if name != "coverage"]

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
