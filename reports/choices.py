"""The closed vocabularies of bulletins."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssueStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    ISSUED = "issued", _("Issued")


class Layout(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary")


class ColumnKind(models.TextChoices):
    SEQUENCE = "seq", _("Row number")
    UNIT = "unit", _("Unit name")
    ITEM = "item", _("Figure")
    RATE = "rate", _("Rate")


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")
