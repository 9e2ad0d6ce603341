"""The supervisor with real processes: how a run ends, and that nothing is left behind."""

import fcntl
import os
import pty
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govsvc.embedded.instance import InTheWayError, check_port, lock
from govsvc.embedded.valkey import configure
from tests.services.process import end_with_parent

ROOT = Path(__file__).resolve().parent.parent.parent

# Each kept process is a shell with a child of its own, as a worker with its pool.
FAMILY = "sleep 300 & echo $$ $! >> {pids}; wait"
SCRIPT = """
import sys
from govsvc.embedded.supervisor import Command, supervise
family, first, mode = sys.argv[1:]
kept = [Command("a", ["sh", "-c", family]), Command("b", ["sh", "-c", family]), Command("c", ["sh", "-c", first])]
sys.exit(supervise(kept, ".", stop_is_success=mode == "run"))
"""
Start = Callable[..., subprocess.Popen]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a supervisor over two families and one process that decides when to end."""
    started = []

    def begin(first: str, mode: str = "run") -> subprocess.Popen:
        argv = [sys.executable, "-c", SCRIPT, FAMILY.format(pids=tmp_path / "pids"), first, mode]
        with (tmp_path / "log").open("w") as log:
            started.append(
                subprocess.Popen(argv, stdout=log, stderr=log, cwd=ROOT, preexec_fn=end_with_parent())
            )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def family(tmp_path: Path) -> list[int]:
    file = tmp_path / "pids"
    end = time.monotonic() + 20
    while time.monotonic() < end:
        pids = file.read_text().split() if file.exists() else []
        if len(pids) == 4:
            return [int(pid) for pid in pids]
        time.sleep(0.02)
    raise AssertionError((tmp_path / "log").read_text())


def alive(pids: list[int]) -> list[int]:
    """Those that still run; a zombie waiting for its parent does not."""
    running = []
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state != "Z":
            running.append(pid)
    return running


def assert_gone(pids: list[int]) -> None:
    end = time.monotonic() + 5
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.05)
    assert alive(pids) == []


@pytest.mark.parametrize(
    ("number", "mode", "status"),
    [
        (signal.SIGINT, "run", 0),
        (signal.SIGTERM, "run", 0),
        (signal.SIGHUP, "run", 0),
        (signal.SIGINT, "issue", 130),
        (signal.SIGTERM, "issue", 143),
        (signal.SIGKILL, "run", -signal.SIGKILL),
    ],
)
def test_no_process_outlives_the_supervisor(
    start: Start, tmp_path: Path, number: int, mode: str, status: int
) -> None:
    supervisor = start("exec sleep 300", mode)
    pids = family(tmp_path)
    assert alive(pids) == pids
    supervisor.send_signal(number)
    assert supervisor.wait(20) == status
    assert_gone(pids)


def test_a_closed_terminal_ends_the_run(tmp_path: Path) -> None:
    terminal, inner = pty.openpty()
    argv = [sys.executable, "-c", SCRIPT, FAMILY.format(pids=tmp_path / "pids"), "exec sleep 300", "run"]
    supervisor = subprocess.Popen(
        argv,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        cwd=ROOT,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(inner)
    pids = family(tmp_path)
    os.close(terminal)
    assert supervisor.wait(20) == 0
    assert_gone(pids)


def test_a_reader_that_goes_away_ends_the_run(tmp_path: Path) -> None:
    chatter = "while sleep 0.1; do echo line; done"
    argv = [sys.executable, "-c", SCRIPT, FAMILY.format(pids=tmp_path / "pids"), chatter, "run"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT, preexec_fn=end_with_parent()) as supervisor:
        pids = family(tmp_path)
        assert supervisor.stdout is not None
        supervisor.stdout.close()
        assert supervisor.wait(20) == 0
    assert_gone(pids)


@pytest.mark.parametrize("status", [0, 3])
@pytest.mark.parametrize("mode", ["run", "issue"])
def test_the_first_to_end_gives_the_status_and_ends_all(
    start: Start, tmp_path: Path, status: int, mode: str
) -> None:
    supervisor = start(f"sleep 1; exit {status}", mode)
    pids = family(tmp_path)
    assert supervisor.wait(20) == status, (tmp_path / "log").read_text()
    assert_gone(pids)


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.4, 0.5])
def test_a_signal_while_starting_is_not_lost(start: Start, tmp_path: Path, delay: float) -> None:
    supervisor = start("exec sleep 300")
    time.sleep(delay)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(20) in (0, 143, -signal.SIGTERM)
    file = tmp_path / "pids"
    assert_gone([int(pid) for pid in file.read_text().split()] if file.exists() else [])


def test_one_instance_per_directory(tmp_path: Path) -> None:
    held = lock(tmp_path)
    with pytest.raises(InTheWayError, match=str(os.getpid())):
        lock(tmp_path)
    held.close()
    lock(tmp_path).close()


def test_a_port_in_use_or_no_port_at_all_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        with pytest.raises(InTheWayError, match=port):
            check_port(port)
    check_port(port)
    for wrong in ("http", "70000"):
        with pytest.raises(InTheWayError, match=wrong):
            check_port(wrong)


def test_the_brokers_password_is_for_its_owner_only_and_new_each_time(tmp_path: Path) -> None:
    directory = tmp_path / "a directory" / "valkey"
    first, second = configure(directory), configure(directory)
    assert first.url != second.url
    config = directory / "valkey.conf"
    assert config.stat().st_mode & 0o777 == 0o600
    assert second.url.split(":")[2].split("@")[0] in config.read_text()
    assert "redis://" not in " ".join(second.argv)
