"""Fixtures of the two-office world, for table files in and out."""

from tests.functional.departments.conftest import login, office_a, office_b

__all__ = ["login", "office_a", "office_b"]
