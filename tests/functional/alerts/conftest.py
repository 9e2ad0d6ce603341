"""The scene as a fixture."""

import pytest

from tests.functional.alerts.scene import Scene, make


@pytest.fixture
def scene(db: None) -> Scene:
    """Three units, no entry yet."""
    return make()
