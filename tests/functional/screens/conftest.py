"""Each office's configuration, loaded once for a module and undone afterwards; every test fills its own blank windows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from departments.models import Office
from tests.functional.screens.offices import open_office
from tests.services.undone import undone_afterwards


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
    with undone_afterwards(blocker):
        yield open_office(name)
