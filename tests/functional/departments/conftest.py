"""The two-office world as fixtures."""

from typing import Any

import pytest
from django.test import Client

from tests.functional.departments.world import OfficeWorld, build_office


@pytest.fixture
def office_a(db: Any) -> OfficeWorld:
    """The office under test; its unit 0 is one's own, its unit 1 another department's."""
    return build_office("A")


@pytest.fixture
def office_b(db: Any) -> OfficeWorld:
    """The other office."""
    return build_office("B")


@pytest.fixture
def login() -> Any:
    """A client logged in as the person."""

    def made(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return made
