"""考核方案: a weighted tree of leaves, each with its rule of points; bonus, deductions, vetoes and grades."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Group, Office, Register, Unit, code_validator
from departments.scoping import configuration
from indicators.choices import MissingLeaf, NotApplicable, Operator, ScoreRule
from indicators.models.definitions import Indicator

MAX_LEVELS = 5


class SchemeQuerySet(models.QuerySet["Scheme"]):
    def on(self, day: dt.date) -> "SchemeQuerySet":
        """The schemes in force on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Scheme(models.Model):
    """考核方案 for the units of its groups. One that an issued bulletin stands on is not changed: its successor is."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="schemes", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    groups = models.ManyToManyField(Group, related_name="schemes", verbose_name=_("groups"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=2, validators=[MaxValueValidator(6)])
    not_applicable = models.CharField(
        _("leaves that do not apply"),
        max_length=12,
        choices=NotApplicable.choices,
        default=NotApplicable.REDISTRIBUTE,
    )
    missing = models.CharField(
        _("leaves without figures"),
        max_length=12,
        choices=MissingLeaf.choices,
        default=MissingLeaf.NOT_RANKED,
    )
    bonus_cap = models.DecimalField(
        _("most bonus points"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    bonus_from = models.DecimalField(
        _("bonus only from a score of"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    deduction_cap = models.DecimalField(
        _("most points deducted"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = SchemeQuerySet.as_manager()
    scope = configuration("office")

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        ordering = ["office", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="scheme_code_per_office")]

    def __str__(self) -> str:
        return self.name


class SchemeNode(models.Model):
    """A branch or a leaf; `key` names it for good, its path of names is a label (two leaves may share one)."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="nodes", verbose_name=_("scheme"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    key = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveIntegerField(_("order"), default=0)
    task = models.TextField(_("task"), blank=True)
    lead = models.CharField(_("lead units"), max_length=200, blank=True)
    responsible = models.CharField(_("responsible units"), max_length=500, blank=True)
    applies_to_groups = models.ManyToManyField(
        Group,
        blank=True,
        related_name="+",
        verbose_name=_("applies to groups"),
        help_text=_("Groups and units both empty: to every unit of the scheme."),
    )
    applies_to_units = models.ManyToManyField(
        Unit, blank=True, related_name="+", verbose_name=_("applies to units")
    )
    deadline = models.DateField(
        _("deadline"), null=True, blank=True, help_text=_("Empty: kept up for good (长期坚持).")
    )
    # Leaves only; a branch is worth what its leaves are.
    points = models.DecimalField(
        _("full marks"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    rule = models.CharField(_("rule of points"), max_length=12, choices=ScoreRule.choices, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="leaves",
        verbose_name=_("indicator"),
        help_text=_("Empty: the leaf is described in words and confirmed by the office."),
    )
    operator = models.CharField(
        _("operator"), max_length=10, choices=Operator.choices, default=Operator.AT_LEAST
    )
    target = models.DecimalField(
        _("target"),
        max_digits=18,
        decimal_places=6,
        null=True,
        blank=True,
        help_text=_("Empty: the indicator's own target of the period."),
    )
    per_point = models.DecimalField(
        _("points off per unit"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    floor = models.DecimalField(_("least points"), max_digits=8, decimal_places=2, default=0)
    # STEPS and PLACE: [[limit, points], …] as texts of exact numbers, best first. STATUS: [[status, points], …].
    table = models.JSONField(_("table of points"), default=list, blank=True)
    veto = models.BooleanField(
        _("veto"), default=False, help_text=_("Points below the target put the unit into the lowest grade.")
    )

    scope = configuration("scheme__office")

    class Meta:
        verbose_name = _("node of a scheme")
        verbose_name_plural = _("nodes of schemes")
        ordering = ["scheme", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["scheme", "key"], name="scheme_node_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.name}"

    @property
    def is_leaf(self) -> bool:
        return bool(self.rule)


class SchemeAdjustment(models.Model):
    """加分 or 扣分: every finished entry of a register of the kind named is worth so many points, up to a cap."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="adjustments", verbose_name=_("scheme"))
    name = models.CharField(_("name"), max_length=100)
    register = models.ForeignKey(Register, models.PROTECT, related_name="+", verbose_name=_("register"))
    type = models.CharField(_("type"), max_length=60, blank=True, help_text=_("Empty: every type."))
    level = models.CharField(_("level"), max_length=60, blank=True, help_text=_("Empty: every level."))
    points = models.DecimalField(
        _("points each"), max_digits=8, decimal_places=2, help_text=_("Below 0 they are deducted.")
    )
    cap = models.DecimalField(
        _("most points"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    veto = models.BooleanField(
        _("veto"), default=False, help_text=_("One such entry puts the unit into the lowest grade.")
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("scheme__office")

    class Meta:
        verbose_name = _("bonus or deduction")
        verbose_name_plural = _("bonuses and deductions")
        ordering = ["scheme", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["scheme", "name"], name="scheme_adjustment_name")]

    def __str__(self) -> str:
        return self.name


class SchemeGrade(models.Model):
    """等次 from a score on. Grades have lower limits only, so no score falls between two; the lowest has none."""

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="grades", verbose_name=_("scheme"))
    name = models.CharField(_("name"), max_length=40)
    at_least = models.DecimalField(
        _("from a score of"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: the lowest grade."),
    )

    scope = configuration("scheme__office")

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["scheme", "-at_least"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "name"], name="scheme_grade_name"),
            models.UniqueConstraint(fields=["scheme", "at_least"], name="scheme_grade_limit"),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(at_least__isnull=True), name="scheme_lowest_grade_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
