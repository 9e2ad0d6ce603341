"""The closed vocabularies of bulletins."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssueStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    REVIEWED = "reviewed", _("Reviewed")
    ISSUED = "issued", _("Issued")


class Layout(models.TextChoices):
    """GB/T 9704: with or without the red head; a 通知 whose annex is a table of tasks."""

    ORDINARY = "ordinary", _("Ordinary")
    RED_HEAD = "red_head", _("Red head")
    NOTICE = "notice", _("Notice with a table of tasks")


class ColumnKind(models.TextChoices):
    SEQUENCE = "seq", _("Row number")
    UNIT = "unit", _("Unit name")
    ITEM = "item", _("Figure")
    RATE = "rate", _("Rate")
    TEXT = "text", _("Text")
    RANK = "rank", _("Place")


class AnnexRows(models.TextChoices):
    """What one row of an annex is."""

    UNITS = "units", _("One row a unit")
    ENTRIES = "entries", _("One row an entry")
    CATEGORIES = "categories", _("One row a category of a unit")
    LEAVES = "leaves", _("One row a leaf of the scheme")


class TotalPlace(models.TextChoices):
    NONE = "none", _("No row of totals")
    TOP = "top", _("At the top")
    BOTTOM = "bottom", _("At the bottom")


class Highlight(models.TextChoices):
    """Which cells of a column are set off, in words in the legend as well as in colour."""

    NONE = "none", _("None")
    TARGET = "target", _("Below the target")
    LAST = "last", _("The last ones")


class ListAction(models.TextChoices):
    """What an editor did to a computed list; the computed one stays beside it."""

    STRIKE = "strike", _("Struck a unit")
    ADD = "add", _("Added a unit")
    ORDER = "order", _("Put in another order")


class PublicationState(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for approval")
    PUBLISHED = "published", _("Public now")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Openness(models.TextChoices):
    """公开方式 of the disclosure metadata."""

    ACTIVE = "active", _("Disclosed by the office")
    ON_REQUEST = "on_request", _("Disclosed on request")


class ScheduleAction(models.TextChoices):
    DRAFT = "draft", _("Draft the bulletin")
    MAIL = "mail", _("Send the mails")


class ScheduleRule(models.TextChoices):
    """Which days a schedule comes due, in office time."""

    DAY = "day", _("Day of the month")
    LAST_DAY = "last_day", _("Last day of the month")
    WORKING_DAY = "working_day", _("Working day of the month")
    LAST_WORKING_DAY = "last_working_day", _("Last working day of the month")
    WEEKDAY = "weekday", _("Day of the week")


class DeliveryStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCERTAIN = "uncertain", _("Uncertain")
    BOUNCED = "bounced", _("Came back")


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
