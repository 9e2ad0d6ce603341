"""The small office of the report pages, and no requests remembered from the test before."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.functional.reports.scene import Scene, make


@pytest.fixture(autouse=True)
def _forget_requests() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    """Four departments approved, nothing drafted."""
    return make()
