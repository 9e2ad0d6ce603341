"""Models of collection, grouped by subject."""

from departments.models.forms import (
    Expectation,
    Form,
    Item,
    NotApplicableReason,
    PeriodCodeField,
    Rule,
    Section,
    Window,
)
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
from departments.models.submissions import Figure, Submission, SubmissionEvent

__all__ = [
    "Expectation",
    "Figure",
    "Form",
    "Group",
    "Item",
    "Membership",
    "NotApplicableReason",
    "Office",
    "PeriodCodeField",
    "Rule",
    "Section",
    "Submission",
    "SubmissionEvent",
    "Unit",
    "UnitAlias",
    "UnitVersion",
    "Window",
    "code_validator",
    "normal_name",
]
