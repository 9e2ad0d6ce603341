"""Fixtures over the notices' scene."""

from collections.abc import Iterator

import pytest

from tests.functional.notices.chat import Chat
from tests.functional.notices.scene import Scene, make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """Four units, nothing handed in."""
    return make_scene()


@pytest.fixture
def chat() -> Iterator[Chat]:
    """A group chat's webhook, running."""
    server = Chat().start()
    yield server
    server.stop()
