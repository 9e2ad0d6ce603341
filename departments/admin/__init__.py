"""The admin pages of collection, split by noun; importing the package registers them."""

from departments.admin import (
    accounts,
    alerts,
    calendar,
    comparisons,
    contacts,
    forms,
    notices,
    organisation,
    registers,
    requests,
    submissions,
    uploads,
    windows,
)

__all__ = [
    "accounts",
    "alerts",
    "calendar",
    "comparisons",
    "contacts",
    "forms",
    "notices",
    "organisation",
    "registers",
    "requests",
    "submissions",
    "uploads",
    "windows",
]
