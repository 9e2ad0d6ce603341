"""A thousand personal mails, each with its chart and a bulletin of less than 200 kB, to a mail server on this machine.

Run as `python -m tests.bench.mails RESULTS`: an empty database is migrated, filled and measured.
"""

import hashlib
import json
import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
from aiosmtpd.controller import Controller

from tests.bench.measure import Measure, Stopwatch

MAILS = int(os.environ.get("BENCH_MAILS", "1000"))
# Those of a bulletin with an annex; bytes that do not compress.
ATTACHMENT = 195_000
TARGET = 60.0


class Counting:
    """An SMTP server's handler that only keeps who got something and how much: reading mails is not what is measured."""

    def __init__(self, received: Any) -> None:
        self.received = received

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        self.received.put((envelope.rcpt_tos[0], len(envelope.content or b"")))
        return "250 OK"


def serve(port: int, ready: Any, received: Any, end: Any) -> None:
    """A mail server in a process of its own, as it is in service."""
    server = Controller(Counting(received), hostname="127.0.0.1", port=port)
    server.start()
    ready.set()
    end.wait()
    server.stop()


def measure() -> list[Measure]:
    """From the issue to the last mail, and how much of that is drawing the charts."""
    from django.conf import settings

    from govsvc.embedded.valkey import free_port
    from reports.services import deliveries
    from reports.services.letters import Letters

    issue = fill()
    port, drawing, whole = free_port(), Stopwatch(), Stopwatch()
    context = multiprocessing.get_context("spawn")
    ready, end, received = context.Event(), context.Event(), context.Queue()
    server = context.Process(target=serve, args=(port, ready, received, end), daemon=True)
    server.start()
    ready.wait(30)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    draw = Letters.draw
    with patch.object(Letters, "draw", lambda self, rows: drawing.time(lambda: draw(self, rows))):
        whole.time(lambda: deliveries.deliver_issue(issue_id=issue.pk))
    arrived = dict(received.get(timeout=10) for _number in range(MAILS))
    assert received.empty()
    assert len(arrived) == MAILS, "nobody twice, nobody left out"
    end.set()
    server.join(10)
    charts = Measure(f"charts of {MAILS} mails", (sum(drawing.seconds),), (sum(drawing.cpu),))
    size = f"{sum(arrived.values()) / MAILS / 1000:.0f} kB each in base64"
    sent = Measure(
        f"{MAILS} mails, charts drawn before",
        (whole.seconds[0] - charts.seconds[0],),
        (whole.cpu[0] - charts.cpu[0],),
        TARGET,
        size,
    )
    return [charts, sent]


def fill() -> Any:
    """An issue of a ranking of MAILS units, each with somebody who gets a mail."""
    from reports.models import IssueFile
    from tests.functional.mail.scene import few_rows, make_scene

    issue = make_scene(few_rows(MAILS)).issue
    content = os.urandom(ATTACHMENT)
    issue.files.all().delete()
    IssueFile.objects.create(
        issue=issue, format="pdf", content=content, sha256=hashlib.sha256(content).hexdigest()
    )
    return issue


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsvc.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    results = json.dumps([one.as_json() for one in measure()])
    Path(sys.argv[1]).write_text(results, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
