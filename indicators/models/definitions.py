"""What figures mean: indicators with dated versions, targets, and the rankings an office has declared."""

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Group, Office, PeriodCodeField, Unit, code_validator
from departments.scoping import configuration
from indicators.choices import Direction, LatePolicy, Operator, Recipe, Ties, VersionState

if TYPE_CHECKING:
    from indicators.models.schemes import Scheme


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
        """The checked definitions in force on a day."""
        return self.filter(state=VersionState.CHECKED, valid_from__lte=day).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


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
    late = models.CharField(
        _("late figures"), max_length=10, choices=LatePolicy.choices, default=LatePolicy.INCLUDE
    )
    groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("applies to groups"),
        help_text=_("Empty: to every group that is asked for its figures."),
    )
    lead = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead unit")
    )
    responsible = models.ManyToManyField(
        Unit, blank=True, related_name="+", verbose_name=_("responsible units")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.CHECKED
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written at"), null=True, blank=True)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("checked by"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = IndicatorVersionQuerySet.as_manager()
    scope = configuration("indicator__office")

    class Meta:
        verbose_name = _("indicator version")
        verbose_name_plural = _("indicator versions")
        ordering = ["indicator", "number"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "number"], name="indicator_version_number"),
            models.UniqueConstraint(
                fields=["indicator", "valid_from"],
                condition=Q(state=VersionState.CHECKED),
                name="indicator_version_start",
            ),
            models.UniqueConstraint(
                fields=["indicator"],
                condition=Q(state=VersionState.PROPOSED),
                name="indicator_version_proposed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.number}"


class Target(models.Model):
    """目标值 of an indicator for a period: for all units, for one group or as the quota allotted to one unit."""

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="targets", verbose_name=_("indicator")
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("group")
    )
    unit = models.ForeignKey(
        Unit, models.CASCADE, null=True, blank=True, related_name="targets", verbose_name=_("unit")
    )
    period = PeriodCodeField(_("period"))
    operator = models.CharField(
        _("operator"), max_length=10, choices=Operator.choices, default=Operator.AT_LEAST
    )
    value = models.DecimalField(
        _("target"), max_digits=18, decimal_places=6, help_text=_("For yes or no: 1 means yes.")
    )
    upper = models.DecimalField(_("up to"), max_digits=18, decimal_places=6, null=True, blank=True)
    floor = models.DecimalField(_("floor"), max_digits=18, decimal_places=6, null=True, blank=True)
    aim = models.DecimalField(_("aim"), max_digits=18, decimal_places=6, null=True, blank=True)
    cumulative = models.BooleanField(
        _("cumulative"),
        default=False,
        help_text=_("To be reached by the end of the period: its pace is held against the time gone by."),
    )
    source = models.CharField(_("source"), max_length=200, blank=True)

    scope = configuration("indicator__office")

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "period", "group", "unit"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "group", "period"],
                condition=Q(unit__isnull=True, group__isnull=False),
                name="target_once",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period"],
                condition=Q(group__isnull=True, unit__isnull=True),
                name="general_target_once",
            ),
            models.UniqueConstraint(
                fields=["indicator", "unit", "period"],
                condition=Q(unit__isnull=False),
                name="unit_target_once",
            ),
            models.CheckConstraint(
                name="target_of_group_or_unit", condition=Q(group__isnull=True) | Q(unit__isnull=True)
            ),
            models.CheckConstraint(
                name="target_between_has_upper",
                condition=~Q(operator=Operator.BETWEEN)
                | (Q(upper__isnull=False) & Q(upper__gte=models.F("value"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period} {self.get_operator_display()} {self.value.normalize():f}"


class Ranking(models.Model):
    """A ranking the office publishes: an indicator or a scheme inside one group, its tie rule and bottom list."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="rankings", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rankings",
        verbose_name=_("indicator"),
    )
    scheme = models.ForeignKey(
        "indicators.Scheme",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rankings",
        verbose_name=_("scheme"),
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
        constraints = [
            models.UniqueConstraint(fields=["office", "code"], name="ranking_code_per_office"),
            models.CheckConstraint(
                name="ranking_of_one_thing",
                condition=Q(indicator__isnull=False, scheme__isnull=True)
                | Q(indicator__isnull=True, scheme__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> "Indicator | Scheme":
        """What is ranked; codes of indicators and schemes of an office are one set of names."""
        subject = self.indicator or self.scheme
        assert subject is not None, "ranking_of_one_thing"
        return subject
