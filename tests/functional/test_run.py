"""`make run` and `make issue` as an office meets them: real processes, an empty directory, a bulletin at the end."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from govsvc.embedded.valkey import free_port
from tests.services.process import end_with_parent, wait_until
from tests.services.valkey import ValkeyServer

ROOT = Path(__file__).resolve().parent.parent.parent
# Loading and issuing takes under a minute of processor time; the machine may be busy with other tests.
PATIENCE = 400
SERVICES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "PYTEST_XDIST_WORKER")


class Run:
    """One `python -m govsvc.embedded` in a directory of its own, kept over several runs."""

    def __init__(self, directory: Path) -> None:
        self.var, self.out, self.log = directory / "var", directory / "out", directory / "log"
        self.port = str(free_port())
        self.process: subprocess.Popen | None = None

    def start(self, mode: str, **env: str) -> subprocess.Popen:
        inherited = {name: value for name, value in os.environ.items() if name not in SERVICES}
        own = {"GOVSVC_VAR": str(self.var), "GOVSVC_OUT": str(self.out), "PORT": self.port, **env}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "govsvc.embedded", mode, "--out", str(self.out)],
                cwd=ROOT,
                env={**inherited, **own},
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        return self.process

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def serves(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/admin/login/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def until_it_serves(self) -> None:
        wait_until(self.serves, f"the site ({self.log})", seconds=PATIENCE, process=self.process)

    def issued(self) -> dict[str, bytes]:
        """The files of the issue, by name."""
        return {
            str(file.relative_to(self.out)): file.read_bytes()
            for file in sorted(self.out.rglob("bulletin.*"))
            if file.is_file()
        }


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    kept = Run(tmp_path)
    yield kept
    if kept.process is not None and kept.process.poll() is None:
        kept.process.send_signal(signal.SIGTERM)
        kept.process.wait(30)


def descendants(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_a_run_issues_serves_stops_clean_and_a_second_takes_no_new_number(run: Run) -> None:
    first = run.start("run")
    run.until_it_serves()
    issued = run.issued()
    assert {"bulletin.json", "bulletin.html", "bulletin.docx", "bulletin.pdf", "bulletin.xlsx"} <= {
        Path(name).name for name in issued
    }
    children = descendants(first)
    assert len(children) >= 4
    first.send_signal(signal.SIGINT)
    assert first.wait(30) == 0
    _gone, left = psutil.wait_procs(children, timeout=5)
    assert left == []

    assert run.start("issue").wait(PATIENCE) == 0, run.said()
    assert run.issued() == issued


def test_issue_ends_with_the_status_of_the_issue_and_leaves_no_process(run: Run, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "govsvc.embedded", "issue", "--pack", str(tmp_path / "no such pack")],
        cwd=ROOT,
        env={**os.environ, "GOVSVC_VAR": str(run.var), "GOVSVC_OUT": str(run.out), "REDIS_URL": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "no such pack" in said
    assert "Traceback" not in said


def test_another_instance_is_said_in_one_sentence(run: Run) -> None:
    first = run.start("run")
    wait_until(lambda: "worker started" in run.said(), "the first instance", seconds=PATIENCE, process=first)
    second = Run(run.var.parent)
    second.port, second.log = str(free_port()), run.log.with_name("log2")
    assert second.start("run").wait(PATIENCE) == 2
    assert re.fullmatch(rf"[^\n]*{first.pid}[^\n]*\n", second.said())
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0


def test_a_port_in_use_is_said_in_one_sentence_and_nothing_is_started(run: Run) -> None:
    with socket.create_server(("127.0.0.1", int(run.port))):
        assert run.start("run").wait(PATIENCE) == 2
    assert re.fullmatch(rf"[^\n]*{run.port}[^\n]*\n", run.said())


@pytest.fixture
def database_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """DATABASE_URL of an empty database of the tests' PostgreSQL."""
    assert pytestconfig.getoption("--database") == "postgresql", "this test needs PostgreSQL"
    server = os.environ["DATABASE_URL"]
    name = f"run_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{server.rsplit('/', 1)[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_addresses_switch_to_postgresql_and_redis(run: Run, database_url: str, valkey: ValkeyServer) -> None:
    process = run.start("issue", DATABASE_URL=database_url, REDIS_URL=valkey.url)
    assert process.wait(PATIENCE) == 0, run.said()
    assert run.issued()
    assert "broker started" not in run.said()
    assert not (run.var / "valkey").exists()
    assert not list(run.var.glob("*.sqlite3"))
    with psycopg.connect(database_url) as connection:
        assert len(connection.execute("SELECT id FROM django_migrations").fetchall()) > 20
