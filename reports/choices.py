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
    TEXT = "text", _("Text")


class AnnexRows(models.TextChoices):
    """What one row of a register's annex is."""

    UNITS = "units", _("One row a unit")
    ENTRIES = "entries", _("One row an entry")


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")


class EditEnd(models.TextChoices):
    """What became of an editor's version of a unit's text."""

    REPLACED = "replaced", _("Edited again")
    TAKEN_BACK = "taken_back", _("Taken back")
    OUT_OF_DATE = "out_of_date", _("Dropped: the unit's text has changed")


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
