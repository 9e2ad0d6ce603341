"""定时任务: when a bulletin is drafted and mailed by itself, what comes next and what became of it."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import ScopedAdmin, VisibleFilter
from departments.choices import Role
from departments.permissions import get_visible, has_role
from departments.services.schedules import guess_warning
from departments.templatetags.moments import moment
from reports.exceptions import Refused
from reports.models import Schedule
from reports.services.schedule_runs import run_now
from reports.services.schedules import guessed_years, save_schedule, upcoming
from reports.views.schedule_words import rule_words, state_words

# How many moments and how many runs are shown.
_COMING, _RUNS = 5, 20


class ScheduleForm(forms.ModelForm):
    class Meta:
        model = Schedule
        fields = ("bulletin", "name", "action", "rule", "number", "time", "enabled")


@admin.register(Schedule)
class ScheduleAdmin(ScopedAdmin):
    empty_hint = _("A timed task drafts a bulletin or sends its mails at a fixed time.")
    form = ScheduleForm
    list_display = ("name", "bulletin", "action", "when", "next_time", "is_on", "last_run")
    list_filter = (("bulletin", VisibleFilter), "action", "enabled")
    list_select_related = ("bulletin__office",)
    search_fields = ("name",)
    fields = ("bulletin", "name", "action", ("rule", "number", "time"), "enabled", "coming", "history")
    change_form_outer_after_template = "reports/schedule/links.html"

    class Media:
        css = {"all": ("govsvc/mails.css", "govsvc/schedules.css")}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("bulletin", "coming", "history") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else tuple(f for f in self.fields or () if f not in ("coming", "history"))

    @display(description=_("when it runs"))
    def when(self, schedule: Schedule) -> str:
        return rule_words(schedule)

    @display(description=_("next time"))
    def next_time(self, schedule: Schedule) -> str:
        times = upcoming(schedule, 1) if schedule.enabled else []
        return moment(times[0]) if times else "—"

    @display(description=_("enabled"), label={True: "success", False: "info"}, ordering="enabled")
    def is_on(self, schedule: Schedule) -> tuple[bool, str]:
        return schedule.enabled, str(_("switched on") if schedule.enabled else _("switched off"))

    @display(description=_("last run"))
    def last_run(self, schedule: Schedule) -> str:
        run = schedule.runs.first()
        return f"{moment(run.started_at)} {state_words(run)}" if run else str(_("none yet"))

    @display(description=_("next times"))
    def coming(self, schedule: Schedule) -> SafeString:
        """As the stored rule says, also while a faulty change of it is shown again."""
        stored = Schedule.objects.select_related("bulletin__office").get(pk=schedule.pk)
        times = upcoming(stored, _COMING)
        return render_to_string(
            "reports/schedule/coming.html",
            {
                "schedule": stored,
                "rule": rule_words(stored),
                "times": times,
                "warning": guess_warning(guessed_years(stored, times)),
            },
        )

    @display(description=_("runs so far"))
    def history(self, schedule: Schedule) -> SafeString:
        runs = schedule.runs.all()[:_RUNS]
        return render_to_string(
            "reports/schedule/history.html", {"runs": [(run, state_words(run)) for run in runs]}
        )

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        former = Schedule.objects.get(pk=obj.pk) if change else None
        save_schedule(schedule=obj, former=former)
        self.require_reach(request, obj, change)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.run_view)
        return [path("<int:object_id>/run/", view, name="reports_schedule_run"), *super().get_urls()]

    def run_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Asks first, on POST begins the run."""
        rows = Schedule.objects.select_related("bulletin__office")
        schedule: Schedule = get_visible(rows, request.user, "change", pk=object_id)
        back = reverse("admin:reports_schedule_change", args=[schedule.pk])
        if request.method == "POST":
            try:
                run_now(schedule=schedule, user=cast(User, request.user))
            except Refused as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, gettext("It runs. Load this page again to see how it ended."))
            return HttpResponseRedirect(back)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": schedule}
        return TemplateResponse(
            request,
            "reports/schedule/run.html",
            context | {"title": gettext("Run now: %s") % schedule, "schedule": schedule, "back": back},
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        schedule = kwargs.get("obj")
        context["may_run"] = schedule is not None and has_role(
            request.user, {Role.ADMINISTRATOR}, office=schedule.bulletin.office
        )
        return super().render_change_form(request, context, *args, **kwargs)
