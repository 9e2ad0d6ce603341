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
    PARAGRAPH = "paragraph", _("Paragraph")
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
    ENTRY = "entry", _("Register entry")
    ALERT = "alert", _("Alert")


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


class RegisterKind(models.TextChoices):
    """What becomes of an entry: somebody must answer it, or it only records what happened."""

    WORK = "work", _("To be dealt with")
    EVENT = "event", _("Records what happened")


class Meaning(models.TextChoices):
    """What a register's own status counts as; a void entry counts nowhere."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered, to be checked")
    DONE = "done", _("Done")
    EXEMPT = "exempt", _("Need not be done")
    VOID = "void", _("Does not count")


class MoveBy(models.TextChoices):
    """Whose move from one status to another it is."""

    OWNER = "owner", _("The unit")
    OFFICE = "office", _("The office")


class EntryAction(models.TextChoices):
    CREATE = "create", _("Entered")
    IMPORT = "import", _("From a file")
    EDIT = "edit", _("Changed")
    MOVE = "move", _("Status changed")
    HAND_ON = "hand_on", _("Handed to another unit")
    FILE = "file", _("File added")
    UNFILE = "unfile", _("File removed")
    GONE = "gone", _("No longer in the file")


class CountBasis(models.TextChoices):
    """Which entries a count of a period looks at, and as they were when."""

    STOCK = "stock", _("Handed out up to the period's end, as they stood then")
    OPENED = "opened", _("Handed out in the period, as they stood at its end")
    DUE = "due", _("Due in the period, as they stood at its end")
    DONE = "done", _("Done in the period")
    ON_TIME = "on_time", _("Due in the period and done by their due day")
    OVERDUE = "overdue", _("Overdue and not done at the period's end")
    REPEATS = "repeats", _("Handed out in the period to a unit that had one of the type before")


class Origin(models.TextChoices):
    """What an entry was opened for."""

    HAND = "hand", _("Entered by hand")
    FILE = "file", _("From a file")
    RANKING = "ranking", _("Ranking")
    REVIEW = "review", _("Bad review")
    INSPECTION = "inspection", _("Inspection")
    CONTRADICTION = "contradiction", _("Contradiction")


class BatchState(models.TextChoices):
    CHECKED = "checked", _("Checked, nothing saved yet")
    FAULTY = "faulty", _("Has faults, nothing saved")
    APPLIED = "applied", _("Saved")
    DROPPED = "dropped", _("Dropped")


class RequestState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ISSUED = "issued", _("Handed out")
    CLOSED = "closed", _("Closed")


class AnswerState(models.TextChoices):
    WAITING = "waiting", _("Not answered yet")
    ANSWERED = "answered", _("Answered, to be looked at")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")


class AnswerKind(models.TextChoices):
    FILE = "file", _("File")
    TEXT = "text", _("Text")
    NO_COMMENT = "no_comment", _("No comment")


class ContactKind(models.TextChoices):
    LEADER = "leader", _("Leader in charge")
    SECTION = "section", _("Section in charge")
    CONTACT = "contact", _("Contact")


class ContactState(models.TextChoices):
    PROPOSED = "proposed", _("Awaiting approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class AlertKind(models.TextChoices):
    """What a unit is warned of in the morning."""

    BELOW_TARGET = "below_target", _("Below the target")
    OVERDUE_ENTRY = "overdue_entry", _("Entry overdue")
    TOO_FEW = "too_few", _("Too few entries")
    UNANSWERED = "unanswered", _("Request not answered")


class AlertAction(models.TextChoices):
    RAISE = "raise", _("Raised")
    REMIND = "remind", _("Reminded")
    ANSWER = "answer", _("Answered")
    END = "end", _("Ended")
