"""Reconciliation (数据核对): the same figure from several sources side by side, and which one counts."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import CaseState, Role
from departments.models.forms import Item, PeriodCodeField
from departments.models.organisation import Office, Unit, code_validator
from departments.scoping import EVERYBODY, Scope, configuration


class Comparison(models.Model):
    """核对项: one figure that several forms report, with the difference that is let pass."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="comparisons", verbose_name=_("office"))
    code = models.CharField(_("code"), max_length=40, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    tolerance = models.DecimalField(
        _("tolerance"),
        max_digits=18,
        decimal_places=6,
        default=0,
        help_text=_("Largest difference, in the items' own unit, that still agrees."),
    )
    tolerance_percent = models.DecimalField(
        _("tolerance in %"),
        max_digits=6,
        decimal_places=2,
        default=0,
        help_text=_(
            "Largest difference in % of the largest source that still agrees; the wider of the two counts."
        ),
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("comparison of sources")
        verbose_name_plural = _("comparisons of sources")
        ordering = ["office", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["office", "code"], name="comparison_code_per_office")]

    def __str__(self) -> str:
        return self.name


class ComparisonSource(models.Model):
    """One of the sources; the first in order counts until somebody decides otherwise."""

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="sources", verbose_name=_("comparison of sources")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    name = models.CharField(_("name"), max_length=60, help_text=_("For example 部门报送, 电子监察, 综窗."))
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("comparison__office", view=EVERYBODY, open_to_units=True)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["comparison", "order"]
        constraints = [models.UniqueConstraint(fields=["comparison", "item"], name="source_item_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.item_id and self.item.form.office_id != self.comparison.office_id:
            raise ValidationError({"item": _("This item belongs to another office.")})
        if self.item_id and not self.item.is_number:
            raise ValidationError({"item": _("Only numbers can be compared.")})


class ComparisonCase(models.Model):
    """One comparison for one unit and period: the unit's explanation and the office's decision, on record."""

    comparison = models.ForeignKey(
        Comparison, models.PROTECT, related_name="cases", verbose_name=_("comparison of sources")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="comparison_cases", verbose_name=_("unit"))
    period = PeriodCodeField(_("period"))
    state = models.CharField(_("state"), max_length=10, choices=CaseState.choices)
    # {source id: figure as text} when the explanation or decision was made; shown beside the present ones.
    seen = models.JSONField(_("figures seen"), default=dict, blank=True)
    explanation = models.CharField(_("explanation"), max_length=1000, blank=True)
    explained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("explained by")
    )
    explained_at = models.DateTimeField(_("explained at"), null=True)
    counts = models.ForeignKey(
        ComparisonSource, models.PROTECT, null=True, related_name="+", verbose_name=_("which one counts")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    version = models.PositiveIntegerField(_("version"), default=0)

    scope = Scope(
        office="comparison__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
    )

    class Meta:
        verbose_name = _("difference between sources")
        verbose_name_plural = _("differences between sources")
        ordering = ["-period", "comparison", "unit"]
        constraints = [
            models.UniqueConstraint(fields=["comparison", "unit", "period"], name="comparison_case_once"),
            models.CheckConstraint(
                name="comparison_decided_with_source",
                condition=~Q(state=CaseState.DECIDED) | Q(counts__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.comparison} · {self.unit} · {self.period}"
