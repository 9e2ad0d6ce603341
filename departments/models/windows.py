"""When forms are filled: the windows, the rules that open them, and the office's working calendar."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.choices import DayBasis, RestDay
from departments.models.forms import Form, PeriodCodeField
from departments.models.organisation import Office
from departments.periods import Period
from departments.scoping import EVERYBODY, configuration


class Window(models.Model):
    """填报期次: one form in one period, with its opening, due and closing times."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="windows", verbose_name=_("form"))
    period = PeriodCodeField(_("period"))
    starts_on = models.DateField(_("first day"), editable=False)
    ends_on = models.DateField(_("last day"), editable=False)
    opens_at = models.DateTimeField(_("opens at"))
    due_at = models.DateTimeField(_("due at"))
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    # Made by an import of past figures: no unit ever filled it, so nobody was late or on time.
    is_historical = models.BooleanField(_("historical"), default=False, editable=False)

    scope = configuration("form__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["-starts_on", "form"]
        constraints = [
            models.UniqueConstraint(fields=["form", "period"], name="window_once"),
            models.CheckConstraint(name="window_due_after_opening", condition=Q(due_at__gt=F("opens_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.period}"

    @property
    def when(self) -> Period:
        return Period.parse(self.period)


class Schedule(models.Model):
    """开放与截止规则: when a form opens, is due and closes, counted from the end of each period.

    `due_number` counts as `due_basis` says; without `due_time` the whole due day counts. The day it opens and the day
    it closes are counted in days: `opens_day` from the first day of the period, `closes_days` after the due moment.
    """

    form = models.ForeignKey(Form, models.CASCADE, related_name="schedules", verbose_name=_("form"))
    valid_from = models.DateField(
        _("valid from"), help_text=_("The first period it opens is the one that holds this day.")
    )
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    opens_day = models.SmallIntegerField(
        _("opens on day"),
        null=True,
        blank=True,
        help_text=_(
            "Day of the period on which it opens, 1 the first. Empty: the day after the period ends."
        ),
    )
    due_basis = models.CharField(
        _("due"), max_length=12, choices=DayBasis.choices, default=DayBasis.WORKING_DAY
    )
    due_number = models.PositiveSmallIntegerField(_("n"), default=5)
    due_time = models.TimeField(
        _("due time"), null=True, blank=True, help_text=_("Empty: the whole of that day counts.")
    )
    on_rest_day = models.CharField(
        _("on a rest day"), max_length=10, choices=RestDay.choices, default=RestDay.NEXT
    )
    closes_days = models.PositiveSmallIntegerField(
        _("closes after"),
        null=True,
        blank=True,
        help_text=_(
            "Working days after the due day until nothing can be handed in any more. Empty: never closes."
        ),
    )

    scope = configuration("form__office")

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering = ["form", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["form", "valid_from"], name="schedule_start"),
            models.CheckConstraint(name="schedule_number_counts_from_one", condition=Q(due_number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.valid_from}"


class CalendarDay(models.Model):
    """工作日历: a day the office's calendar says otherwise than the published one (a day off, or 调休 worked)."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="calendar_days", verbose_name=_("office"))
    day = models.DateField(_("day"))
    is_working = models.BooleanField(_("working day"), default=False)
    name = models.CharField(_("name"), max_length=60, blank=True)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["office", "day"]
        constraints = [models.UniqueConstraint(fields=["office", "day"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
