"""A scene that is built once for the tests of a module and undone after the last of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.test import TestCase


@contextmanager
def undone_afterwards(blocker: Any) -> Iterator[None]:
    """What is written inside stays for all tests of the module, whose own transactions are savepoints of this one.

    `blocker` is pytest-django's `django_db_blocker`; the fixture must ask for `django_db_setup`. The transaction is marked
    as Django marks a test's own, so durable blocks may stand in it. Nothing in it is ever committed: no other process and
    no other connection sees it.
    """
    with blocker.unblock():
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]
