"""Stored results of one calculation: what a draft is written from and an issue freezes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Group, Office, PeriodCodeField, Unit
from departments.scoping import OFFICE_STAFF, Scope
from indicators.choices import RunStatus
from indicators.models.definitions import IndicatorVersion
from indicators.models.schemes import Scheme


class Run(models.Model):
    """计算批次: all indicators of an office for one period, at one moment."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="runs", verbose_name=_("office"))
    period = PeriodCodeField(_("period"))
    status = models.CharField(
        _("state"), max_length=10, choices=RunStatus.choices, default=RunStatus.COMPLETE
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )

    scope = Scope(office="office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.office} {self.period} #{self.pk}"


class Result(models.Model):
    """指标结果 of a unit, or of a whole group (unit is NULL): exact pair, value, coverage, place or the reason for none."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="results", verbose_name=_("run"))
    version = models.ForeignKey(
        IndicatorVersion, models.PROTECT, related_name="results", verbose_name=_("indicator version")
    )
    group = models.ForeignKey(Group, models.PROTECT, related_name="+", verbose_name=_("group"))
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="results", verbose_name=_("unit")
    )
    # Exact rationals as text ("41", "0.5", "1/3"); value is for sorting and looking at, never computed with.
    numerator = models.TextField(_("numerator"), blank=True)
    denominator = models.TextField(_("denominator"), blank=True)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True)
    display = models.CharField(_("printed"), max_length=40)
    reason = models.CharField(_("why not ranked"), max_length=100, blank=True)
    mark = models.CharField(_("mark"), max_length=100, blank=True)
    place = models.PositiveIntegerField(_("place"), null=True)
    ranked = models.PositiveIntegerField(_("ranked units"), default=0)
    reported = models.PositiveIntegerField(_("reported"), default=0)
    expected = models.PositiveIntegerField(_("expected"), default=0)

    scope = Scope(office="run__office", unit="unit", view=OFFICE_STAFF | {Role.CLERK, Role.UNIT_HEAD})

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["run", "version", "group", "place", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "version", "group", "unit"], name="result_once"),
            models.UniqueConstraint(
                fields=["run", "version", "group"],
                condition=models.Q(unit__isnull=True),
                name="group_result_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.group} {self.version} {self.display}"


class Score(models.Model):
    """得分 of a unit under a scheme in one run: the exact total, its place and the whole score sheet as computed."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="scores", verbose_name=_("run"))
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="scores", verbose_name=_("scheme"))
    group = models.ForeignKey(Group, models.PROTECT, related_name="+", verbose_name=_("group"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="scores", verbose_name=_("unit"))
    # Exact rational as text; empty without a score. `value` is for sorting and looking at, never computed with.
    total = models.TextField(_("score"), blank=True)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True)
    display = models.CharField(_("printed"), max_length=40)
    reason = models.CharField(_("why not ranked"), max_length=100, blank=True)
    grade = models.CharField(_("grade"), max_length=40, blank=True)
    place = models.PositiveIntegerField(_("place"), null=True)
    ranked = models.PositiveIntegerField(_("ranked units"), default=0)
    # See indicators.scoring.sheets: every point with its rule, pair, target and reason.
    sheet = models.JSONField(_("score sheet"), default=dict)

    scope = Scope(office="run__office", unit="unit", view=OFFICE_STAFF | {Role.CLERK, Role.UNIT_HEAD})

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["run", "scheme", "group", "place", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "scheme", "unit"], name="score_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.scheme} {self.display}"
