"""Fixtures over the mail scenes."""

from pathlib import Path

import pytest

from tests.functional.mail.scene import Scene, few_rows, make_scene, wujin_rows


@pytest.fixture
def wujin(db: None) -> Scene:
    """The first quarter of 2022 with its 36 departments."""
    return make_scene(wujin_rows())


@pytest.fixture
def small(db: None) -> Scene:
    """Four ranked units."""
    return make_scene(few_rows(4))


@pytest.fixture
def eml(settings: object, tmp_path: Path) -> Path:
    """The directory that Django's connection writes .eml files to in this test."""
    settings.EMAIL_BACKEND = "reports.mail.eml.EmlBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"
