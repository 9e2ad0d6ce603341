"""A real Valkey of the tests' own, with the faults that a broker can have: gone, hanging, back again."""

import signal
import subprocess
from pathlib import Path

import redis

from govsvc.embedded.valkey import configure
from tests.services.process import end_with_parent, wait_until


class ValkeyServer:
    """The embedded broker of `make run`, as a child process; `url` is a REDIS_URL and stays over a restart."""

    def __init__(self, directory: Path) -> None:
        self._config = configure(directory)
        self.url = self._config.url
        self.process: subprocess.Popen | None = None
        self.paused = False

    def start(self) -> "ValkeyServer":
        """Start and return when it answers; does nothing when it runs."""
        if self.process is None:
            self.process = subprocess.Popen(
                self._config.argv,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=end_with_parent(),
            )
            wait_until(self._answers, "Valkey", process=self.process)
        return self

    def client(self) -> redis.Redis:
        """A client of the server; close it, or use it in a `with`."""
        return redis.Redis.from_url(self.url, socket_timeout=5)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        """End it as an administrator would; what was queued is kept in its log."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it without a word (kill -9)."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        if self.process is not None:
            self.resume()
            self.process.send_signal(number)
            self.process.wait(20)
            self.process = None

    def pause(self) -> None:
        """Let it hang: connections stay open, nothing answers (SIGSTOP)."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.paused = True

    def resume(self) -> None:
        """Let it answer again (SIGCONT)."""
        if self.paused and self.process is not None:
            self.process.send_signal(signal.SIGCONT)
        self.paused = False

    def restore(self) -> None:
        """Whatever a test did: running, answering, empty."""
        self.resume()
        self.start()
        with self.client() as client:
            client.flushall()
