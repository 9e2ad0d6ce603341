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


class ReplyState(models.TextChoices):
    """What a unit says of its own figures before issue; silence is never turned into a confirmation."""

    OPEN = "open", _("Asked, not answered")
    CONFIRMED = "confirmed", _("Confirmed by the unit")
    OBJECTED = "objected", _("Objection")
    DECIDED = "decided", _("Objection decided")


class ReplyAction(models.TextChoices):
    ASK = "ask", _("Asked the unit")
    CONFIRM = "confirm", _("The unit confirmed")
    OBJECT = "object", _("The unit objected")
    DECIDE = "decide", _("Decided on the objection")
    RENEW = "renew", _("Figures changed, asked again")
    EXTEND = "extend", _("Time extended")
    WAIVE = "waive", _("Not waited for any longer")
