"""The small office of the contacts."""

import pytest

from tests.functional.contacts.scene import Contacts, make


@pytest.fixture
def scene(db: None) -> Contacts:
    """Three units, nobody named yet."""
    return make()
