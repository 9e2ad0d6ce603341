"""The small office of the report pages with its first issue issued, and public pages in a directory of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from reports.services.archive import index_issues
from tests.functional.archive.shelf import name_people
from tests.functional.reports.scene import Scene, make


@pytest.fixture(autouse=True)
def _forget_requests() -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def public(settings: Any, tmp_path: Path) -> Path:
    """The directory of the public pages."""
    settings.PUBLICATION_DIR = str(tmp_path / "public")
    return tmp_path / "public"


@pytest.fixture
def scene(db: None, public: Path) -> Scene:
    """Issued as 某政通〔2022〕1号 on 2022-04-18, people named as nobody outside may read."""
    made = make()
    name_people(made)
    made.issued()
    index_issues()
    return made
