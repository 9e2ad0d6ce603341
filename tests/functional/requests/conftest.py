"""Fixtures over the requests' scene."""

import pytest

from tests.functional.requests.scene import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """Four departments, nothing asked."""
    return make_scene()
