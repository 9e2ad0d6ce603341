"""What figures mean: indicators with dated versions, targets, and the rankings an office has declared."""

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Group, Office, PeriodCodeField, code_validator
from departments.scoping import configuration
from indicators.choices import Direction, Operator, Recipe, Ties


class Indicator(models.Model):
    """指标. What it means stands in its versions."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="indicators", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("office")

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="indicator_code_per_office")]

    def __str__(self) -> str:
        return self.name


class IndicatorVersionQuerySet(models.QuerySet["IndicatorVersion"]):
    def on(self, day: dt.date) -> "IndicatorVersionQuerySet":
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class IndicatorVersion(models.Model):
    """口径: the definition in force between two days. A used version is never changed; a change is a new version."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="versions", verbose_name=_("indicator")
    )
    number = models.PositiveIntegerField(_("version"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    numerator = models.CharField(_("numerator"), max_length=500)
    denominator = models.CharField(_("denominator"), max_length=500)
    factor = models.DecimalField(_("factor"), max_digits=12, decimal_places=4, default=100)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, default="%", blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=1)
    direction = models.CharField(
        _("direction"), max_length=10, choices=Direction.choices, default=Direction.HIGHER
    )
    recipe = models.CharField(
        _("recipe for several units"), max_length=10, choices=Recipe.choices, default=Recipe.POOLED
    )
    minimum_denominator = models.PositiveIntegerField(_("smallest denominator ranked"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = IndicatorVersionQuerySet.as_manager()
    scope = configuration("indicator__office")

    class Meta:
        verbose_name = _("indicator version")
        verbose_name_plural = _("indicator versions")
        ordering = ["indicator", "number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_number"),
            models.UniqueConstraint(fields=["indicator", "valid_from"], name="indicator_version_start"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.number}"


class Target(models.Model):
    """目标值 of an indicator for a period, for one group or for all."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("group")
    )
    period = PeriodCodeField(_("period"))
    operator = models.CharField(
        _("operator"), max_length=10, choices=Operator.choices, default=Operator.AT_LEAST
    )
    value = models.DecimalField(_("target"), max_digits=18, decimal_places=6)
    floor = models.DecimalField(_("floor"), max_digits=18, decimal_places=6, null=True, blank=True)
    aim = models.DecimalField(_("aim"), max_digits=18, decimal_places=6, null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    scope = configuration("indicator__office")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "period"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "group", "period"], name="target_once"),
            models.UniqueConstraint(
                fields=["indicator", "period"], condition=Q(group__isnull=True), name="general_target_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.get_operator_display()} {self.value.normalize():f}"


class Ranking(models.Model):
    """A ranking the office publishes: one indicator inside one group, with its tie rule and length of the bottom list."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="rankings", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="rankings", verbose_name=_("indicator")
    )
    group = models.ForeignKey(Group, models.PROTECT, related_name="rankings", verbose_name=_("group"))
    ties = models.CharField(_("ties"), max_length=12, choices=Ties.choices, default=Ties.COMPETITION)
    last = models.PositiveSmallIntegerField(
        _("length of the bottom list"), default=3, validators=[MinValueValidator(1)]
    )
    compare_decimals = models.PositiveSmallIntegerField(
        _("compare as printed with decimals"),
        null=True,
        blank=True,
        help_text=_("Empty: the exact values are compared."),
    )

    scope = configuration("office")

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["office", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="ranking_code_per_office")]

    def __str__(self) -> str:
        return self.name
