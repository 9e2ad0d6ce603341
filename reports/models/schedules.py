"""When bulletins are drafted and mailed by themselves, in office time; a missed time is made up for once."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.scoping import OFFICE_STAFF, Scope, configuration
from reports.choices import ScheduleAction, ScheduleRule
from reports.models.templates import Bulletin

# The largest number each rule takes.
LARGEST = {ScheduleRule.DAY: 31, ScheduleRule.WORKING_DAY: 23, ScheduleRule.WEEKDAY: 7}


class Schedule(models.Model):
    """One rule of days and a time of day. In a month without the day (the 31st) it is the month's last."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="schedules", verbose_name=_("bulletin")
    )
    name = models.CharField(_("name"), max_length=60)
    action = models.CharField(_("what it does"), max_length=10, choices=ScheduleAction.choices)
    rule = models.CharField(_("days"), max_length=16, choices=ScheduleRule.choices)
    number = models.PositiveSmallIntegerField(
        _("number of the day"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text=_("Day of the month, working day of the month, or day of the week (1: Monday)."),
    )
    time = models.TimeField(_("time"), help_text=_("Asia/Shanghai."))
    enabled = models.BooleanField(_("enabled"), default=True)
    # Times up to here are done with: set when it is made, switched on or changed, so that it never runs for the past.
    since = models.DateTimeField(_("counts from"))

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("timed task")
        verbose_name_plural = _("timed tasks")
        ordering = ["bulletin", "name"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "name"], name="schedule_name_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        largest = LARGEST.get(ScheduleRule(self.rule)) if self.rule else None
        if largest is not None and self.number > largest:
            raise ValidationError({"number": _("From 1 to %s.") % largest})


class ScheduleRun(models.Model):
    """One time a schedule came due, and what became of it."""

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="runs", verbose_name=_("timed task"))
    due_at = models.DateTimeField(_("came due at"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)
    # How many earlier times it stands for: those missed while nothing ran.
    missed = models.PositiveSmallIntegerField(_("times missed before"), default=0)
    succeeded = models.BooleanField(_("succeeded"), null=True)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)

    scope = Scope(office="schedule__bulletin__office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("run of a schedule")
        verbose_name_plural = _("runs of schedules")
        ordering = ["-due_at"]
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="schedule_run_once")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at}"
