"""The small office of the report pages."""

import pytest

from tests.functional.reports.scene import Scene, make


@pytest.fixture
def scene(db: None) -> Scene:
    """Four departments approved, nothing drafted."""
    return make()
