"""The wide Sum row: approved figures of a unit and everything below it, one row per form and period.

Derived and rebuildable. Slot k of a form's items stands in three columns: `v` the scaled whole number (value ×
10^decimals, NULL when nobody gave a number), `n` how many submissions hold a number, `a` how many say not
applicable. Wide integer rows are several times faster to roll up than one row per figure (semantics “Storage”).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import MAX_SLOTS
from departments.models import Form, PeriodCodeField, Unit


class Sum(models.Model):
    """汇总 of one unit, period and form; `filed` counts approved submissions at and below the unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="sums", verbose_name=_("unit"))
    form = models.ForeignKey(Form, models.CASCADE, related_name="sums", verbose_name=_("form"))
    period = PeriodCodeField(_("period"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    filed = models.PositiveIntegerField(_("filed"))
    for _slot in range(MAX_SLOTS):
        vars()[f"v{_slot}"] = models.BigIntegerField(null=True)
        vars()[f"n{_slot}"] = models.PositiveIntegerField(default=0)
        vars()[f"a{_slot}"] = models.PositiveIntegerField(default=0)
    del _slot

    class Meta:
        verbose_name = _("sum")
        verbose_name_plural = _("sums")
        constraints = [models.UniqueConstraint(fields=["unit", "form", "period"], name="sum_once")]
        indexes = [models.Index(fields=["form", "starts_on", "ends_on"])]

    def __str__(self) -> str:
        return f"{self.unit} {self.form} {self.period}"


SLOT_COLUMNS = tuple(f"{kind}{slot}" for slot in range(MAX_SLOTS) for kind in "vna")
