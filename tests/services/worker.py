"""A real Celery worker process on the test database, which can be killed without a word."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from django.db import connection

from govsvc.celery import app
from tests.services.process import end_with_parent, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
# kombu looks for unacknowledged messages every interval x throttle = 100 s by default: a test of redelivery that
# waits less would pass without one.
SHORT = {"CELERY_VISIBILITY_TIMEOUT": "2", "CELERY_RESTORE_INTERVAL": "1", "CELERY_RESTORE_THROTTLE": "1"}


def database_url() -> str:
    """DATABASE_URL of the database that this test uses now."""
    used = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{used['NAME']}"
    return f"postgresql://{used['USER']}:{used['PASSWORD']}@{used['HOST']}:{used['PORT']}/{used['NAME']}"


class WorkerProcess:
    """`celery worker` in a process group of its own; its output is the file `log`."""

    def __init__(self, log: Path, redis_url: str, env: dict[str, str] | None = None) -> None:
        self.log = log
        self._env = {
            **os.environ,
            **SHORT,
            "DATABASE_URL": database_url(),
            "REDIS_URL": redis_url,
            **(env or {}),
        }
        self.process: subprocess.Popen | None = None

    def start(self, *options: str, concurrency: int = 1) -> "WorkerProcess":
        """Start and return when it answers through the broker."""
        argv = [sys.executable, "-m", "celery", "--app", "govsvc.celery", "worker", "--loglevel", "INFO"]
        name = f"worker{os.getpid()}-{id(self)}@tests"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*argv, "--concurrency", str(concurrency), "--hostname", name, *options],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=self._env,
                start_new_session=True,
                preexec_fn=end_with_parent(),
            )

        def answers() -> bool:
            # A connection of its own: those of the pool may be of a broker that a test has stopped since.
            with app.connection_for_write() as connection:
                return bool(app.control.ping(destination=[name], timeout=0.3, connection=connection))

        wait_until(answers, f"worker ({self.log})", seconds=60, process=self.process)
        return self

    def kill(self) -> None:
        """kill -9 of the worker and its pool, as the machine's memory guard would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Warm shutdown: running tasks end first; those that take more than 20 s are killed."""
        try:
            self._end(signal.SIGTERM)
        except subprocess.TimeoutExpired:
            self.kill()

    def _end(self, number: int) -> None:
        if self.process is None:
            return
        if self.process.poll() is None:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        self.process.wait(20)
        self.process = None
