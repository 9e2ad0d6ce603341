"""Models of collection, grouped by subject."""

from departments.models.comparisons import Comparison, ComparisonCase, ComparisonSource
from departments.models.forms import (
    Category,
    CategoryList,
    Expectation,
    Form,
    Item,
    NotApplicableReason,
    PeriodCodeField,
    Rule,
    Section,
)
from departments.models.notices import Notice, NoticeDelivery, ReminderRule, Robot
from departments.models.organisation import (
    Group,
    Membership,
    Office,
    Unit,
    UnitAlias,
    UnitVersion,
    code_validator,
    normal_name,
)
from departments.models.submissions import (
    Attachment,
    Figure,
    Remark,
    Reopening,
    Submission,
    SubmissionEvent,
)
from departments.models.tables import ColumnMapping, Upload
from departments.models.windows import CalendarDay, Schedule, Window

__all__ = [
    "Attachment",
    "CalendarDay",
    "Category",
    "CategoryList",
    "ColumnMapping",
    "Comparison",
    "ComparisonCase",
    "ComparisonSource",
    "Expectation",
    "Figure",
    "Form",
    "Group",
    "Item",
    "Membership",
    "NotApplicableReason",
    "Notice",
    "NoticeDelivery",
    "Office",
    "PeriodCodeField",
    "Remark",
    "ReminderRule",
    "Reopening",
    "Robot",
    "Rule",
    "Schedule",
    "Section",
    "Submission",
    "SubmissionEvent",
    "Unit",
    "UnitAlias",
    "UnitVersion",
    "Upload",
    "Window",
    "code_validator",
    "normal_name",
]
