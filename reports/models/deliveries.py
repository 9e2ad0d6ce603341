"""Who gets an issue by mail, and what became of each message."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from departments.models import Unit
from departments.scoping import OFFICE_STAFF, Scope, configuration
from indicators.models import Ranking
from reports.choices import DeliveryStatus
from reports.models.issues import Issue
from reports.models.templates import Bulletin


class Mailing(models.Model):
    """The ranking mail that follows an issue: to every unit of the ranking's group, own row marked, files attached."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="mailings", verbose_name=_("bulletin")
    )
    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="mailings", verbose_name=_("ranking"))
    enabled = models.BooleanField(_("enabled"), default=True)
    at_issue = models.BooleanField(
        _("send at issue"),
        default=True,
        help_text=_("Otherwise the schedule sends it; the schedule also sends what was missed."),
    )
    roles = models.CharField(
        _("roles that get it"),
        max_length=100,
        blank=True,
        help_text=_(
            "Roles in the unit separated by blanks, such as clerk unit_head. Empty: everybody of the unit."
        ),
    )
    attachments = models.CharField(
        _("attached files"),
        max_length=40,
        default="pdf",
        blank=True,
        help_text=_("Formats separated by blanks: pdf docx xlsx."),
    )
    chart = models.BooleanField(_("with a chart"), default=True)

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("mailing")
        verbose_name_plural = _("mailings")
        ordering = ["bulletin", "ranking"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "ranking"], name="mailing_once")]

    def __str__(self) -> str:
        return f"{self.bulletin} · {self.ranking}"


class Subscription(models.Model):
    """Somebody (a leader, a section of the office) who gets every issue of a bulletin as it is, without a unit's edition."""

    bulletin = models.ForeignKey(
        Bulletin, models.CASCADE, related_name="subscriptions", verbose_name=_("bulletin")
    )
    name = models.CharField(_("name"), max_length=60)
    address = models.EmailField(_("address"))
    attachments = models.CharField(_("attached files"), max_length=40, default="pdf", blank=True)
    enabled = models.BooleanField(_("enabled"), default=True)

    scope = configuration("bulletin__office")

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["bulletin", "name"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "address"], name="subscription_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.address}"


class Delivery(models.Model):
    """投递: one issue to one address, for one unit or one subscription; at most one message goes out for it."""

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="deliveries", verbose_name=_("issue"))
    mailing = models.ForeignKey(
        Mailing, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("mailing")
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("unit")
    )
    subscription = models.ForeignKey(
        Subscription,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="deliveries",
        verbose_name=_("subscription"),
    )
    address = models.EmailField(_("address"))
    status = models.CharField(
        _("state"), max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    message_id = models.CharField(_("message id"), max_length=200, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)

    scope = Scope(office="issue__bulletin__office", view=OFFICE_STAFF)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["issue", "unit__protocol_order"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "mailing", "unit", "address"], name="delivery_once"),
            models.UniqueConstraint(fields=["issue", "subscription"], name="delivery_to_subscription_once"),
            models.CheckConstraint(
                name="delivery_to_unit_or_subscription",
                condition=Q(mailing__isnull=False, unit__isnull=False, subscription__isnull=True)
                | Q(mailing__isnull=True, unit__isnull=True, subscription__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["status"])]

    def __str__(self) -> str:
        return f"{self.issue} → {self.unit or self.subscription} {self.address}"
