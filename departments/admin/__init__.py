"""The admin pages of collection, split by noun; importing the package registers them."""

from departments.admin import accounts, forms, organisation, submissions, windows

__all__ = ["accounts", "forms", "organisation", "submissions", "windows"]
