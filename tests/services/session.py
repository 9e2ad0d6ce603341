"""What must run before Django reads its settings: the database, the broker, and directories of the tests' own."""

import os
import shutil
import tempfile
from pathlib import Path

from tests.services.postgres import Postgres
from tests.services.valkey import ValkeyServer


class TestServices:
    """One per process: a worker of pytest-xdist uses the cluster of the process that started it, the rest is its own."""

    __test__ = False

    def __init__(self) -> None:
        self.postgres: Postgres | None = None
        self.valkey: ValkeyServer | None = None
        self.directory: Path | None = None

    def start(self, database: str) -> None:
        """Start them and say where they are through the environment, which settings and child processes read."""
        self.directory = Path(tempfile.mkdtemp(prefix="govsvc-tests-"))
        var = self.directory / "var"
        (var / "static").mkdir(parents=True)
        if database == "sqlite":
            os.environ["DATABASE_URL"] = f"sqlite:///{var / 'govsvc.sqlite3'}"
        elif "PYTEST_XDIST_WORKER" not in os.environ:
            self.postgres = Postgres().start()
            os.environ["DATABASE_URL"] = self.postgres.url
        self.valkey = ValkeyServer(var / "valkey").start()
        os.environ.update(
            REDIS_URL=self.valkey.url,
            GOVSVC_VAR=str(var),
            GOVSVC_OUT=str(self.directory / "out"),
            SECRET_KEY="for tests only, and long enough to be no warning of its own 0123456789",
            EMAIL_URL="",
            DEBUG="0",
        )

    def stop(self) -> None:
        """End every service and remove its files."""
        if self.valkey is not None:
            self.valkey.kill()
        if self.postgres is not None:
            self.postgres.remove()
        if self.directory is not None:
            shutil.rmtree(self.directory)


SERVICES = TestServices()
