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
    SUBMITTED = "submitted", _("Awaiting approval")
    RETURNED = "returned", _("Returned")
    APPROVED = "approved", _("Approved")
    REOPENED = "reopened", _("Re-opened")


class Action(models.TextChoices):
    SAVE = "save", _("Save")
    SUBMIT = "submit", _("Submit")
    WITHDRAW = "withdraw", _("Withdraw")
    RETURN = "return", _("Return")
    APPROVE = "approve", _("Approve")
    REOPEN = "reopen", _("Re-open")


class FigureState(models.TextChoices):
    """A cell without a row is missing; none of the states is ever turned into another."""

    NUMBER = "number", _("Number")
    TEXT = "text", _("Text")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")


class ItemKind(models.TextChoices):
    WHOLE = "whole", _("Whole number")
    DECIMAL = "decimal", _("Decimal number")
    TEXT = "text", _("Text")
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
    WARNING = "warning", _("Warning")


class Frequency(models.TextChoices):
    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    TEN_DAYS = "ten_days", _("Every ten days")
    MONTH = "month", _("Monthly")
    QUARTER = "quarter", _("Quarterly")
    HALF_YEAR = "half_year", _("Half-yearly")
    YEAR = "year", _("Yearly")
    SPAN = "span", _("Named span")
