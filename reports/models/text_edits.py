"""What an editor made of a unit's paragraph in one issue. The unit's own text stays as it was approved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.choices import Role
from departments.models import Item, Unit
from departments.scoping import OFFICE_STAFF, Scope
from reports.choices import EditEnd
from reports.models.issues import Issue


class TextEdit(models.Model):
    """One edit of one unit's text in an issue, in force until it is replaced, taken back or out of date; kept for good.

    It changes only through reports.services.text_edits.
    """

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="text_edits", verbose_name=_("issue"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    item = models.ForeignKey(Item, models.PROTECT, related_name="+", verbose_name=_("item"))
    # The unit's approved text it was made on: while that stays, so does the edit.
    original = models.TextField(_("the unit's text"))
    text = models.TextField(_("edited text"))
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

    scope = Scope(office="issue__bulletin__office", view=OFFICE_STAFF, change=frozenset({Role.ADMINISTRATOR}))

    class Meta:
        verbose_name = _("edited text")
        verbose_name_plural = _("edited texts")
        ordering = ["issue", "unit__protocol_order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "unit", "item"],
                condition=models.Q(ended=""),
                name="text_edit_one_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.item}"
