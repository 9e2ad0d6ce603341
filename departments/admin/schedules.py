"""When a form opens and is due, on the form's own page, with what the rule means for the next periods."""

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from departments.admin.base import ScopedStackedInline
from departments.models import Schedule
from departments.services.schedules import check_schedule, guess_warning, preview


class ScheduleFormSet(BaseInlineFormSet):
    """Rules are tried out on the form as it is being saved: the frequency may change on the same page."""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if form.errors or form in self.deleted_forms or not form.instance.valid_from:
                continue
            form.instance.form = self.instance
            try:
                check_schedule(form.instance)
            except ValidationError as error:
                form.add_error(None, error)


class ScheduleInline(ScopedStackedInline):
    model = Schedule
    formset = ScheduleFormSet
    tab = True
    fields = (
        ("valid_from", "valid_to"),
        ("due_basis", "due_number", "due_time"),
        ("on_rest_day", "opens_day", "closes_days"),
        "coming",
    )
    readonly_fields = ("coming",)

    class Media:
        css = {"all": ("govsvc/schedules.css",)}

    @display(description=_("next periods"))
    def coming(self, schedule: Schedule) -> SafeString:
        """The next six periods as the stored rule opens them, also while a faulty change of it is shown again."""
        stored = Schedule.objects.select_related("form__office").filter(pk=schedule.pk).first()
        rows = preview(stored) if stored else []
        return render_to_string(
            "departments/schedule_preview.html",
            {
                "schedule": schedule,
                "rows": rows,
                "warning": guess_warning(year for row in rows for year in row.guessed),
            },
        )
