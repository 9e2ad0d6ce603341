"""预警: what the daily run warns a unit of, how often it was reminded and what it answered; what the morning runs did."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import AlertAction, AlertKind, Role
from departments.models.entries import Entry
from departments.models.organisation import Office, Unit
from departments.scoping import EVERYBODY, OFFICE_STAFF, Scope


class Alert(models.Model):
    """One matter of one unit, from the morning it was first listed until it is over."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="alerts", verbose_name=_("office"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="alerts", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=14, choices=AlertKind.choices)
    # What it is about, one open alert per unit and matter: target:<indicator>:<period>, entry:<id>, …
    subject = models.CharField(max_length=120)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(_("page"), max_length=300, blank=True)
    raised_on = models.DateField(_("raised on"))
    ended_on = models.DateField(_("ended on"), null=True)
    reminders = models.PositiveSmallIntegerField(_("reminders"), default=0)
    reminded_on = models.DateField(_("reminded on"), null=True)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    scope = Scope(
        office="office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD}),
        down_the_tree=True,
    )

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-raised_on", "unit__protocol_order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "subject"], condition=Q(ended_on__isnull=True), name="alert_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class AlertEvent(models.Model):
    """Raised, reminded, answered, ended: what happened to an alert; never changed."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="events", verbose_name=_("alert"))
    action = models.CharField(_("action"), max_length=10, choices=AlertAction.choices)
    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    text = models.CharField(_("text"), max_length=1000, blank=True)

    scope = Scope(office="alert__office", unit="alert__unit", view=EVERYBODY, down_the_tree=True)

    class Meta:
        verbose_name = _("event of an alert")
        verbose_name_plural = _("events of alerts")
        ordering = ["alert", "id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_action_display()}"


class MorningRun(models.Model):
    """One morning's work of one kind for an office: written with it, so that it is done once and never half."""

    class Job(models.TextChoices):
        ALERTS = "alerts", _("Alerts of the day")
        ENTRIES = "entries", _("Reminders of entries")

    office = models.ForeignKey(Office, models.CASCADE, related_name="morning_runs", verbose_name=_("office"))
    job = models.CharField(_("kind"), max_length=10, choices=Job.choices)
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("at"))

    scope = Scope(office="office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("morning run")
        verbose_name_plural = _("morning runs")
        ordering = ["-day", "job"]
        constraints = [models.UniqueConstraint(fields=["office", "job", "day"], name="morning_run_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_job_display()}"


class EntryReminder(models.Model):
    """What has been told of an entry's due day, so that nobody is told twice; a moved due day is a new matter."""

    class Stage(models.IntegerChoices):
        BEFORE = 1, _("the working day before")
        DUE = 2, _("on the day")
        AFTER = 3, _("the working day after")
        ESCALATED = 9, _("to the unit head and the office")

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="reminders", verbose_name=_("entry"))
    due_on = models.DateField(_("due on"))
    stage = models.PositiveSmallIntegerField(_("reminder"), choices=Stage.choices)
    on = models.DateField(_("told on"))

    scope = Scope(office="entry__register__office", unit="entry__unit", view=EVERYBODY, down_the_tree=True)

    class Meta:
        verbose_name = _("reminder of an entry")
        verbose_name_plural = _("reminders of entries")
        ordering = ["entry", "id"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "due_on", "stage"], name="entry_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.get_stage_display()}"
