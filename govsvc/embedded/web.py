"""gunicorn's configuration for the embedded server: this machine only, a few threads, one line when it answers."""

import os
import sys
from typing import Any

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 2
threads = 4
loglevel = "warning"
control_socket_disable = True


def when_ready(_server: Any) -> None:
    """Say where the site is, once it answers."""
    sys.stdout.write(f"http://{bind}/\n")
