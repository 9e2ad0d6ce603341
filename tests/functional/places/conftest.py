"""The district of the ranking pages."""

from typing import Any

import pytest

from tests.functional.places.scene import District, make_district


@pytest.fixture
def small(db: Any) -> District:
    """Eight departments."""
    return make_district(8)


@pytest.fixture
def district(transactional_db: Any) -> District:
    """36 departments, for browsers."""
    return make_district()
