"""The office, the people and their windows."""

from collections.abc import Callable

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.functional.journey.office import QuarterEnd, prepare
from tests.functional.journey.people import Person
from tests.services.browser import DESKTOP, Pages
from tests.services.smtp import SmtpServer
from tests.services.worker import WorkerProcess


@pytest.fixture
def quarter_end(smtp_server: SmtpServer, celery_worker_process: WorkerProcess) -> QuarterEnd:
    """Everything but one form is approved; the real worker has rolled it up and would mail to the real server."""
    return prepare()


@pytest.fixture
def person(quarter_end: QuarterEnd, live_server: LiveServer, pages: Pages) -> Callable[..., Person]:
    """Opens a window for an account, logged in."""

    def made(username: str, size: tuple[int, int] = DESKTOP) -> Person:
        somebody = Person(pages.open(size), live_server.url, username, quarter_end.passwords[username])
        somebody.logs_in()
        return somebody

    return made
