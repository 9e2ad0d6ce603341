"""Fixtures over the mail scenes."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage
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


def parsed(path: Path) -> EmailMessage:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


NOW = dt.datetime(2026, 5, 5, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def playwright_driver():
    import os
    from django.db import connections
    from playwright.sync_api import sync_playwright
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
