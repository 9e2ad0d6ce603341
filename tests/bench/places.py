"""Where the bench works: a temporary directory, and databases that are gone afterwards."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
# Nothing of the caller's office may be touched, and no mail may leave.
OWN = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "GOVSVC_VAR",
    "GOVSVC_OUT",
    "DEBUG",
    "LOG_LEVEL",
)


def environment(directory: Path, database: str) -> dict[str, str]:
    """For the processes of one database: files under `directory`, the embedded broker, mails as files."""
    var = directory / "var"
    (var / "static").mkdir(parents=True)
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {
        **kept,
        "DATABASE_URL": database or f"sqlite:///{var / 'govsvc.sqlite3'}",
        "REDIS_URL": "",
        "EMAIL_URL": "",
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
        "GOVSVC_VAR": str(var),
        "GOVSVC_OUT": str(directory / "out"),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def postgresql(server: str) -> Iterator[str]:
    """The address of an empty database on the server that `server` names; it is dropped at the end."""
    name = f"govsvc_bench_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    base, _slash, rest = server.rpartition("/")
    _old, mark, options = rest.partition("?")
    try:
        yield f"{base}/{name}{mark}{options}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def machine() -> str:
    """What the seconds belong to."""
    cores = len(os.sched_getaffinity(0))
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        "unknown processor",
    )
    load = os.getloadavg()[0]
    busy = "" if load < 0.5 else f"; not quiet: load {load:.1f} before the start, so seconds are too high"
    return f"{cores} cores, {model}, Python {sys.version.split()[0]}{busy}"
