"""The step that runs beside the worker: wait until it answers, issue the bulletin, then (with --serve) serve.

It is one process on purpose: honcho starts everything at once, and the order within is kept here.
"""

import argparse
import os
import subprocess
import sys
import time

import django
from celery.exceptions import CeleryError
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from govsvc.celery import app
from govsvc.packs import HELD

WORKER_SECONDS = 60


def wait_for_worker(seconds: float = WORKER_SECONDS) -> bool:
    """Whether a worker answered through the broker within `seconds`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if app.control.ping(timeout=0.5):
                return True
        except (OperationalError, CeleryError, OSError):
            time.sleep(0.2)
    return False


def main() -> int:
    """The status of the issue; with --serve this process becomes the web server, unless loading failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    django.setup()
    if not wait_for_worker():
        sys.stderr.write(
            _("No worker answered within %(seconds)s seconds.") % {"seconds": WORKER_SECONDS} + "\n"
        )
        return 1
    status = subprocess.call([sys.executable, "manage.py", "demo", options.pack, "--out", options.out])
    # What holds a bulletin is put right in the admin, so the site must be there.
    if not options.serve or status not in (0, HELD):
        return status
    argv = [sys.executable, "-m", "gunicorn", "--config", "python:govsvc.embedded.web", "govsvc.wsgi"]
    os.execv(sys.executable, argv)


if __name__ == "__main__":
    sys.exit(main())
