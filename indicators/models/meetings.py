"""Who must speak at the government's meeting: rules over rankings."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Office, Register
from departments.scoping import configuration
from indicators.models.definitions import Ranking


class MeetingRule(models.Model):
    """上会发言: the last units of a ranking, once they have been there for so many periods in a row."""

    office = models.ForeignKey(Office, models.PROTECT, related_name="meeting_rules", verbose_name=_("office"))
    ranking = models.ForeignKey(
        Ranking, models.CASCADE, related_name="meeting_rules", verbose_name=_("ranking")
    )
    last = models.PositiveSmallIntegerField(
        _("last so many units"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("A tie at the edge is never cut."),
    )
    streak = models.PositiveSmallIntegerField(
        _("so many periods in a row"), default=1, validators=[MinValueValidator(1)]
    )
    missing_breaks = models.BooleanField(
        _("a period without a ranking ends the row"),
        default=True,
        help_text=_("Otherwise it is passed over."),
    )
    register = models.ForeignKey(
        Register,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("register of mending"),
        help_text=_("Where entries for the units on the list are opened."),
    )
    order = models.PositiveIntegerField(_("order"), default=0)

    scope = configuration("office")

    class Meta:
        verbose_name = _("meeting rule")
        verbose_name_plural = _("meeting rules")
        ordering = ["office", "order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ranking", "last", "streak"], name="meeting_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.ranking} −{self.last} ×{self.streak}"
