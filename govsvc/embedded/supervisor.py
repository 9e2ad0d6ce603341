"""Processes that live and die together, under honcho: one ends, all end; the supervisor ends, none is left behind."""

import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from typing import Any, TextIO

from honcho.manager import Manager
from honcho.printer import Printer
from honcho.process import Process


@dataclass(frozen=True)
class Command:
    """One process to keep: the name printed before its lines, its argument vector, additions to the environment."""

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)


class Output:
    """The terminal or pipe people read. When it is gone (closed window, `| head`) the run ends, without breaking off."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            # What is still said while everything is ended has no reader, and must not fail either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            os.kill(os.getpid(), signal.SIGTERM)

    def flush(self) -> None:
        """Nothing is kept back: `write` has flushed."""

    def isatty(self) -> bool:
        """Whether colours make sense."""
        return self._stream.isatty()


class GuardedProcess(Process):
    """Ends its child when the supervisor is gone, even killed: no worker goes on unseen, writing to the same files."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._supervisor = os.getpid()

    def run(self, events: Queue | None = None, ignore_signals: bool = False) -> None:
        threading.Thread(target=self._end_with_supervisor, daemon=True).start()
        super().run(events, ignore_signals)

    def _end_with_supervisor(self) -> None:
        # Asked of the kernel: multiprocessing's own sentinel is inherited by later siblings, and holds while they live.
        while os.getppid() == self._supervisor or self._child is None:
            time.sleep(0.2)
        if self._events is not None:
            # Nobody is left to read what is still in the queue: leaving must not wait for a reader.
            self._events.cancel_join_thread()
        os.killpg(self._child.pid, signal.SIGTERM)


class Supervisor(Manager):
    """honcho's manager, which also bears a stop signal that arrives before every process has a pid, and a hang-up."""

    def __init__(self) -> None:
        super().__init__(Printer(Output(sys.stdout)))
        self._process_ctor = GuardedProcess
        self.stopped_by_signal = False

    def loop(self) -> None:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        super().loop()

    def terminate(self) -> None:
        # honcho sets a return code before the first process has ended only when a signal came.
        self.stopped_by_signal = self.stopped_by_signal or not self._any_stopped()
        if self._all_started():
            super().terminate()
        else:
            # Only a signal comes so early; it is sent again a little later (128 + its number is the return code).
            threading.Timer(0.1, os.kill, (os.getpid(), self.returncode - 128)).start()


def supervise(commands: Sequence[Command], cwd: str, stop_is_success: bool) -> int:
    """Run the commands until one ends or a stop signal comes, then end all; the exit status to give.

    The status is that of the command which ended first. A stop signal counts as success where stopping is how a
    run is meant to end, else as 128 + its number.
    """
    manager = Supervisor()
    for command in commands:
        env: dict[str, Any] = {**os.environ, **command.env, "PYTHONUNBUFFERED": "1"}
        manager.add_process(command.name, f"exec {shlex.join(command.argv)}", env=env, cwd=cwd)
    manager.loop()
    if manager.stopped_by_signal and stop_is_success:
        return 0
    return manager.returncode
