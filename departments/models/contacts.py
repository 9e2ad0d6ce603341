"""联系人: who leads a unit's work, which section does it and whom to phone, with dates; changes are approved."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.choices import ContactKind, ContactState, Role
from departments.models.organisation import Unit
from departments.scoping import EVERYBODY, Scope


class ContactQuerySet(models.QuerySet["Contact"]):
    def on(self, day: dt.date) -> "ContactQuerySet":
        """Who is in force that day."""
        approved = self.filter(state=ContactState.APPROVED, valid_from__lte=day)
        return approved.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class Contact(models.Model):
    """One person or section of a unit from one day to another; of one kind only one at a time is in force.

    Without a name it says that from then on there is nobody. It changes only through departments.services.contacts.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contacts", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=10, choices=ContactKind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    mobile = models.CharField(_("mobile"), max_length=40, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ContactState.choices, default=ContactState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = ContactQuerySet.as_manager()

    scope = Scope(
        office="unit__office",
        unit="unit",
        view=EVERYBODY,
        change=frozenset({Role.CLERK, Role.UNIT_HEAD, Role.ADMINISTRATOR}),
        down_the_tree=True,
    )

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["unit__protocol_order", "kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "kind"], condition=Q(state=ContactState.PROPOSED), name="contact_one_proposal"
            ),
            models.UniqueConstraint(
                fields=["unit", "kind", "valid_from"],
                condition=Q(state=ContactState.APPROVED),
                name="contact_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.get_kind_display()} {self.name or '—'}"

    @property
    def is_vacancy(self) -> bool:
        return not self.name
