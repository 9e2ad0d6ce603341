"""The closed vocabularies of collection. Words are the glossary's (docs/glossary.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# How many number items one form may hold: the width of one stored row of sums.
MAX_SLOTS = 48


class Role(models.TextChoices):
    CLERK = "clerk", _("Clerk")
    UNIT_HEAD = "unit_head", _("Unit head")
    ADMINISTRATOR = "administrator", _("Administrator")
    REVIEWER = "reviewer", _("Reviewer")
    ISSUER = "issuer", _("Issuer")
    VIEWER = "viewer", _("Viewer")


# A unit's people act for that unit only; the office's people act for the whole office.
UNIT_ROLES = frozenset({Role.CLERK, Role.UNIT_HEAD})
OFFICE_ROLES = frozenset({Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER})


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    CHECKING = "checking", _("Awaiting the unit head")
    SUBMITTED = "submitted", _("Awaiting approval")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    REOPENED = "reopened", _("Re-opened")


class Action(models.TextChoices):
    SAVE = "save", _("Save")
    SUBMIT = "submit", _("Submit")
    CONFIRM = "confirm", _("Confirm")
    WITHDRAW = "withdraw", _("Withdraw")
    RETURN = "return", _("Return")
    APPROVE = "approve", _("Approve")
    REOPEN = "reopen", _("Re-open")
    EXPIRE = "expire", _("Re-opening expired")


class FigureState(models.TextChoices):
    """A cell without a row is missing; none of the states is ever turned into another."""

    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class ItemKind(models.TextChoices):
    WHOLE = "whole", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    PERCENT = "percent", _("Percentage")
    TICK = "tick", _("Tick (yes or no)")
    TEXT = "text", _("Text")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")
    COMPUTED = "computed", _("Computed")


class Measure(models.TextChoices):
    FLOW = "flow", _("Flow (adds up over time)")
    STOCK = "stock", _("Stock (the last one counts)")


class UnitTotal(models.TextChoices):
    """How an item adds over units."""

    SUM = "sum", _("Sum")
    MAX = "max", _("Largest")
    LAST = "last", _("Last")
    NONE = "none", _("Does not add")


class Severity(models.TextChoices):
    ERROR = "error", _("Error (blocks)")
    WARNING = "warning", _("Warning (wants an explanation)")


class Frequency(models.TextChoices):
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    SPLIT_WEEK = "split_week", _("Weekly, split at a month's end")
    TEN_DAYS = "ten_days", _("Every ten days")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")
    HALF_YEAR = "half_year", _("Half-yearly")
    YEAR = "year", _("Yearly")
    SPAN = "span", _("Named span")


class EntryMode(models.TextChoices):
    """Who fills a form: each unit its own, or the office one grid for all units (电子监察, 考勤)."""

    UNIT = "unit", _("Each unit its own")
    OFFICE = "office", _("The office, for all units in one table")


class ApprovalPath(models.TextChoices):
    """Who decides on a submission: the office, or up the tree (a village's form by its town, a town's by the office)."""

    OFFICE = "office", _("The office")
    PARENT = "parent", _("The unit above, at the top the office")


class RemarkKind(models.TextChoices):
    COMMENT = "comment", _("Comment")
    RETURN = "return", _("Reason for the return")
    EXPLANATION = "explanation", _("Explanation of a warning")


class AttachmentKind(models.TextChoices):
    EVIDENCE = "evidence", _("Evidence")
    SIGNED = "signed", _("Signed and stamped scan")


class ReopeningState(models.TextChoices):
    ASKED = "asked", _("Asked for")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Approved again")
    EXPIRED = "expired", _("Expired")


class DayBasis(models.TextChoices):
    """How the day of a moment is counted from the end of the period."""

    WORKING_DAY = "working_day", _("n-th working day after the period")
    DAY = "day", _("n-th day after the period")
    MONTH_DAY = "month_day", _("day n of the month after the period")
    WEEKDAY = "weekday", _("first weekday n after the period (1 Monday … 7 Sunday)")


class RestDay(models.TextChoices):
    """What becomes of a due day that falls on a rest day."""

    KEEP = "keep", _("stays")
    NEXT = "next", _("moves to the next working day")
    PREVIOUS = "previous", _("moves to the working day before")


class NoticeKind(models.TextChoices):
    REMINDER = "reminder", _("Reminder")
    OVERDUE = "overdue", _("Overdue")
    ESCALATION = "escalation", _("Overdue, for the unit head")
    RETURNED = "returned", _("Returned")
    DECISION = "decision", _("Decision")
    REQUEST = "request", _("Request")


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    ROBOT = "robot", _("Group robot")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class CaseState(models.TextChoices):
    AGREES = "agrees", _("Agrees within the tolerance")
    DIFFERS = "differs", _("Differs, not explained yet")
    EXPLAINED = "explained", _("Explained by the unit")
    DECIDED = "decided", _("Decided")


class Timeliness(models.TextChoices):
    """准时 / 迟报 / 未报: what became of one unit's duty to file."""

    NOT_DUE = "not_due", _("Not due yet")
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    MISSING = "missing", _("Missing")
