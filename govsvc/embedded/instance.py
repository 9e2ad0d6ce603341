"""One instance per directory and one server per port, said in a sentence before anything is started."""

import fcntl
import os
import socket
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _


class InTheWayError(Exception):
    """Something else has what this instance needs; the message tells the user which and what to do."""


def lock(var: Path) -> TextIO:
    """Hold `var/run.lock` as long as the returned file is open, here or in a child; InTheWayError when another has it."""
    file = (var / "run.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip()
        file.close()
        raise InTheWayError(
            _(
                "Another instance (process %(pid)s) is running on %(directory)s: stop it first, or set GOVSVC_VAR."
            )
            % {"pid": pid or "?", "directory": var}
        ) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def check_port(port: str) -> None:
    """Raise InTheWayError unless this process could listen on `port` of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
            probe.listen()
        except (ValueError, OverflowError, OSError) as error:
            raise InTheWayError(
                _(
                    "Port %(port)s of 127.0.0.1 cannot be used (%(error)s): choose another, as in PORT=8001 make run."
                )
                % {"port": port, "error": error}
            ) from error
