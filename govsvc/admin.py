"""Operation in the admin's dress: periodic tasks and task results, for superusers only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_celery_beat.admin import (
    ClockedScheduleAdmin,
    CrontabScheduleAdmin,
    PeriodicTaskAdmin,
    PeriodicTaskForm,
    TaskSelectWidget,
)
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_celery_results.admin import GroupResultAdmin, TaskResultAdmin
from django_celery_results.models import GroupResult, TaskResult
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from govsvc.models import OutboxMessage
from govsvc.schedule_words import describe_crontab

for _model in (
    PeriodicTask,
    IntervalSchedule,
    CrontabSchedule,
    SolarSchedule,
    ClockedSchedule,
    TaskResult,
    GroupResult,
):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class SuperuserAdmin(ModelAdmin):
    """Pages of the machine room: no membership opens them."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)


class UnfoldTaskSelectWidget(UnfoldAdminSelectWidget, TaskSelectWidget):
    """The list of known tasks, styled."""


class UnfoldPeriodicTaskForm(PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = UnfoldTaskSelectWidget()


@admin.register(PeriodicTask)
class PeriodicTasks(SuperuserAdmin, PeriodicTaskAdmin):
    form = UnfoldPeriodicTaskForm
    # celery-beat's own template shows the words in English by script; the field below shows them translated.
    change_form_template = None

    @admin.display(description=_("in words"))
    def crontab_translation(self, obj: PeriodicTask) -> str:
        return describe_crontab(obj.crontab) if obj.crontab else "—"

    @admin.display(description=_("scheduler"))
    def scheduler(self, obj: PeriodicTask) -> str:
        return describe_crontab(obj.crontab) if obj.crontab else str(obj.scheduler)


@admin.register(IntervalSchedule, SolarSchedule)
class Schedules(SuperuserAdmin):
    pass


@admin.register(CrontabSchedule)
class CrontabSchedules(SuperuserAdmin, CrontabScheduleAdmin):
    list_display = ("in_words", "minute", "hour", "day_of_month", "month_of_year", "day_of_week", "timezone")
    fields = ("in_words", *list_display[1:])
    readonly_fields = ("in_words",)

    @admin.display(description=_("in words"))
    def in_words(self, obj: CrontabSchedule) -> str:
        return describe_crontab(obj) if obj.pk else "—"


@admin.register(ClockedSchedule)
class ClockedSchedules(SuperuserAdmin, ClockedScheduleAdmin):
    pass


class Results(SuperuserAdmin):
    """Written by workers, never by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(TaskResult)
class TaskResults(Results, TaskResultAdmin):
    pass


@admin.register(GroupResult)
class GroupResults(Results, GroupResultAdmin):
    pass


@admin.register(OutboxMessage)
class OutboxMessages(Results):
    """What was promised to Celery and whether it is done."""

    list_display = ("task", "arguments", "created_at", "due_at", "attempts", "done_at", "error")
    list_filter = (("done_at", admin.EmptyFieldListFilter), "task")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
