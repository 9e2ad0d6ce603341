"""核减: a figure is lowered by what should not be counted, with a reason, approved by a second person, and can be lifted."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Item, PeriodCodeField, Unit
from departments.scoping import ADMINISTRATORS, OFFICE_STAFF, Scope
from indicators.choices import ExclusionState


class Exclusion(models.Model):
    """So much of one unit's figure in one period that no table and no sentence counts (Yindu: 1 item, 1645 → 1644)."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="exclusions", verbose_name=_("item"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="exclusions", verbose_name=_("unit"))
    period = PeriodCodeField(_("period"))
    amount = models.DecimalField(
        _("not counted"), max_digits=18, decimal_places=6, validators=[MinValueValidator(0)]
    )
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        _("state"), max_length=10, choices=ExclusionState.choices, default=ExclusionState.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("decision"), max_length=300, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True)

    scope = Scope(
        office="item__form__office",
        unit="unit",
        view=OFFICE_STAFF | {Role.CLERK, Role.UNIT_HEAD},
        add=ADMINISTRATORS,
        change=ADMINISTRATORS,
    )

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "unit", "period"],
                condition=models.Q(state__in=[ExclusionState.ASKED, ExclusionState.APPROVED]),
                name="exclusion_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.period} {self.item} −{self.amount.normalize():f}"
