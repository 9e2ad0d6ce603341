"""What an editor changed in one issue: its sentences, and the units of its computed lists. The computed stays beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import PeriodCodeField, Unit
from departments.scoping import OFFICE_STAFF, Scope
from reports.choices import EditEnd, ListAction
from reports.models.templates import Bulletin, BulletinSection


class Edit(models.Model):
    """In force until it is replaced, taken back or out of date; kept for good. Of one bulletin and period, all editions."""

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="+", verbose_name=_("bulletin"))
    period = PeriodCodeField(_("period"))
    reason = models.CharField(_("reason"), max_length=500)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("edited by")
    )
    edited_at = models.DateTimeField(_("edited at"))
    # "": in force.
    ended = models.CharField(_("ended"), max_length=12, choices=EditEnd.choices, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended at"), null=True)

    scope = Scope(office="bulletin__office", view=OFFICE_STAFF, change=frozenset({Role.ADMINISTRATOR}))

    class Meta:
        abstract = True


class SectionEdit(Edit):
    """The text of a section in one issue, holes and all, where it differs from the template's."""

    section = models.ForeignKey(
        BulletinSection, models.CASCADE, related_name="edits", verbose_name=_("section")
    )
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("edited section")
        verbose_name_plural = _("edited sections")
        ordering = ["bulletin", "period", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "period"], condition=Q(ended=""), name="section_edit_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.period}"


class ListEdit(Edit):
    """One unit struck from or added to a computed list, or the list put in another order."""

    # Id of the list in the document.
    figure = models.CharField(_("figure"), max_length=80)
    action = models.CharField(_("action"), max_length=8, choices=ListAction.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    # Of an order: the unit codes as they are to stand, separated by blanks; others follow.
    units = models.TextField(_("order of the units"), blank=True)

    class Meta:
        verbose_name = _("edited list")
        verbose_name_plural = _("edited lists")
        ordering = ["bulletin", "period", "figure", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulletin", "period", "figure", "unit"],
                condition=Q(ended="", unit__isnull=False),
                name="list_edit_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["bulletin", "period", "figure"],
                condition=Q(ended="", action=ListAction.ORDER),
                name="list_order_one_in_force",
            ),
            models.CheckConstraint(
                name="list_edit_of_unit_or_order",
                condition=Q(action=ListAction.ORDER, unit__isnull=True)
                | ~Q(action=ListAction.ORDER) & Q(unit__isnull=False, units=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.figure} {self.get_action_display()} {self.unit or self.units}"
