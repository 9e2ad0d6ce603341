"""Processes that live and die together, under honcho: one ends, all end; the supervisor ends, none is left behind."""

import multiprocessing
import os
import shlex
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from typing import Any

from honcho.manager import Manager
from honcho.process import Process

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Command:
    """One process to keep: the name printed before its lines, its argument vector, additions to the environment."""

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)


class GuardedProcess(Process):
    """Ends its child when the supervisor is gone, even killed: no worker goes on unseen, writing to the same files."""

    def run(self, events: Queue | None = None, ignore_signals: bool = False) -> None:
        threading.Thread(target=self._end_with_supervisor, daemon=True).start()
        super().run(events, ignore_signals)

    def _end_with_supervisor(self) -> None:
        supervisor = multiprocessing.parent_process()
        if supervisor is None:
            return
        supervisor.join()
        if self._events is not None:
            # Nobody is left to read what is still in the queue: leaving must not wait for a reader.
            self._events.cancel_join_thread()
        os.killpg(self._child.pid, signal.SIGTERM)


class Supervisor(Manager):
    """honcho's manager, which also bears a stop signal that arrives before every process has a pid, and a hang-up."""

    def __init__(self) -> None:
        super().__init__()
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
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()


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
