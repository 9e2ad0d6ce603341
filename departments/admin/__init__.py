"""The admin pages of collection, split by noun; importing the package registers them."""

from departments.admin import (
    accounts,
    calendar,
    comparisons,
    forms,
    notices,
    organisation,
    submissions,
    uploads,
    windows,
)

__all__ = [
    "accounts",
    "calendar",
    "comparisons",
    "forms",
    "notices",
    "organisation",
    "submissions",
    "uploads",
    "windows",
]
