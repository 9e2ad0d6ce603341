"""Fixtures over the real services (tests/services); each states what it is for, none replaces a part by a stand-in."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from pytest_django import Settings

from tests.services import chromium
from tests.services.browser import PHONE, Pages, Watch
from tests.services.session import SERVICES
from tests.services.smtp import SmtpServer
from tests.services.valkey import ValkeyServer
from tests.services.worker import WorkerProcess

BROWSER_DIRECTORY = chromium.ROOT / ".venv" / "browser"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """On SQLite a file, as in service: an in-memory database has no other process and no writer to wait for."""
    default = connections["default"]
    if default.vendor == "sqlite":
        default.settings_dict["TEST"]["NAME"] = str(Path(os.environ["GOVSVC_VAR"]) / "tests.sqlite3")
    elif worker := os.environ.get("PYTEST_XDIST_WORKER"):
        default.settings_dict["TEST"]["NAME"] = f"test_govsvc_{worker}"


@pytest.fixture(scope="session", autouse=True)
def fast_passwords() -> None:
    """Hashing a password takes a third of a second on purpose, and an office has forty accounts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    """The broker that the settings name, empty; a test may stop, kill or pause it."""
    assert SERVICES.valkey is not None
    SERVICES.valkey.restore()
    yield SERVICES.valkey
    SERVICES.valkey.restore()


@pytest.fixture
def smtp_server(settings: Settings) -> Iterator[SmtpServer]:
    """A mail server which Django's SMTP backend of this process (and of a worker started after it) delivers to."""
    server = SmtpServer().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.host, server.port
    yield server
    server.stop()


@pytest.fixture
def celery_worker_process(
    transactional_db: None, valkey: ValkeyServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[WorkerProcess]:
    """A real worker on this test's database, running; where the test uses `smtp_server`, it mails there."""
    env = {}
    if "smtp_server" in request.fixturenames:
        env["EMAIL_URL"] = request.getfixturevalue("smtp_server").url
    worker = WorkerProcess(tmp_path / "worker.log", valkey.url, env).start()
    yield worker
    worker.stop()


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's driver. Its event loop runs in this thread, where Django would then refuse every query."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver
        # The browser's thread opened a connection of its own: the test database can't be dropped while it is there.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """A Chromium of this test's own (half a second)."""
    started = chromium.found(BROWSER_DIRECTORY).launch(playwright_driver.chromium)
    yield started
    started.close()


@pytest.fixture
def pages(browser: Browser) -> Iterator[Pages]:
    """Opens watched pages of any size; the test fails on what the watch saw."""
    opened = Pages(browser)
    yield opened
    assert opened.watch.left() == []


@pytest.fixture
def watch(pages: Pages) -> Watch:
    """The watch over this test's pages, to allow what the test provokes."""
    return pages.watch


@pytest.fixture
def page(pages: Pages) -> Page:
    """A desktop page, 1440 x 900."""
    return pages.open()


@pytest.fixture
def phone(pages: Pages) -> Page:
    """A phone's page, 390 x 844."""
    return pages.open(PHONE)
