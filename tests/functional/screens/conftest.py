"""Each office's configuration, loaded once for a module and undone afterwards; every test fills its own blank windows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.test import TestCase

from departments.models import Office
from tests.functional.screens.offices import open_office

FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def yindu(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    with _opened("yindu", django_db_blocker) as office:
        yield office


@pytest.fixture(scope="module")
def wujin(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    with _opened("wujin", django_db_blocker) as office:
        yield office


@contextmanager
def _opened(name: str, blocker: Any) -> Iterator[Office]:
    """The tests' own transactions are savepoints of this one."""
    hashers, settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS, FAST
    with blocker.unblock():
        # Django's own mark of a test's transaction: durable blocks may stand in it.
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            yield open_office(name)
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = hashers
