"""A scene that is built once for the tests of a module and undone after the last of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import TestCase


@contextmanager
def undone_afterwards(blocker: Any) -> Iterator[None]:
    """What is written inside stays for all tests of the module, whose own transactions are savepoints of this one.

    `blocker` is pytest-django's `django_db_blocker`; the fixture must ask for `django_db_setup`. The transaction is marked
    as Django marks a test's own, so durable blocks may stand in it. Nothing in it is ever committed: no other process and
    no other connection sees it.
    """
    with blocker.unblock():
        _clear_statistics()
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            _keep_statistics()
            yield
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]


def _clear_statistics() -> None:
    """What rolled-back tests left is swept out, so that an empty table is known to be empty in pages as well."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")


def _keep_statistics() -> None:
    """The server's own housekeeping stays away until the scene is undone.

    It can't see what is not committed: it would note down thousands of pages without a row, and every query would then
    be planned for tables of one row and stand for minutes.
    """
    if connection.vendor == "postgresql":
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        names = ", ".join(connection.ops.quote_name(table) for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {names} IN SHARE UPDATE EXCLUSIVE MODE")
