"""kill -9 of a real sending process: nobody gets a mail twice, and nobody goes without a word about it."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from reports.choices import DeliveryStatus
from reports.models import Delivery
from reports.services import deliveries
from tests.functional.mail.scene import few_rows, make_scene
from tests.services.process import end_with_parent
from tests.services.smtp import SmtpServer
from tests.services.worker import ROOT, database_url

SENDER = """
import sys, django
django.setup()
from reports.tasks import deliver_issue
print("ready", flush=True)
sys.stdin.readline()
deliver_issue(int(sys.argv[1]))
"""


class KillingServer(SmtpServer):
    """Kills the sender while it serves its `number`th message: when the recipient is named (RCPT), when the
    whole text has come but no answer has gone (DATA), or at the answer's heels (QUIT: the next command)."""

    step = ""
    number = 0
    victim: "subprocess.Popen[str] | None" = None
    seen = 0

    def at(self, step: str) -> None:
        if step == self.step and self.seen == self.number and self.victim is not None:
            self.victim.send_signal(signal.SIGKILL)
            self.victim.wait(10)
            self.victim = None

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.at("after")
        self.seen += 1
        self.at("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.at("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self.at("DATA")
        return answer


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("step", "arrived"),
    # Killed at the start of the next message, this one is sent and recorded; the next one is the doubtful one.
    [("MAIL", 7), ("RCPT", 7), ("DATA", 8), ("after", 7)],
)
@pytest.mark.parametrize("number", [1, 5])
def test_eight_mails_and_one_kill(step: str, arrived: int, number: int, tmp_path: Path) -> None:
    scene = make_scene(few_rows(8))
    server = KillingServer()
    server.step, server.number = step, number
    server.start()
    try:
        assert run_sender(scene.issue.pk, server, tmp_path) == -signal.SIGKILL
        stuck = Delivery.objects.get(status=DeliveryStatus.SENDING)
        assert run_sender(scene.issue.pk, server, tmp_path) == 0
    finally:
        server.stop()
    later = stuck.claimed_at + 2 * deliveries.LEASE
    assert deliveries.reconcile_deliveries(at=later) == 1
    assert deliveries.send_due_mailings(at=timezone.now() + 9 * deliveries.LEASE) == {}
    counts = Counter(address for message in server.messages for address in message.recipients)
    assert set(counts.values()) == {1}
    assert len(counts) == arrived
    states = dict(Counter(Delivery.objects.values_list("status", flat=True)))
    assert states == {DeliveryStatus.SENT: 7, DeliveryStatus.UNCERTAIN: 1}
    silent = {c.email for c in scene.clerks.values()} - set(counts)
    assert silent <= {Delivery.objects.get(status=DeliveryStatus.UNCERTAIN).address}


@pytest.mark.django_db(transaction=True)
def test_two_hundred_mails_and_four_kills(tmp_path: Path) -> None:
    scene = make_scene(few_rows(200))
    server = KillingServer()
    server.start()
    try:
        for step, number in (("DATA", 30), ("RCPT", 75), ("MAIL", 120), ("after", 180)):
            server.step, server.number = step, number
            assert run_sender(scene.issue.pk, server, tmp_path) == -signal.SIGKILL
            moved = Delivery.objects.filter(status=DeliveryStatus.SENDING).update(
                claimed_at=timezone.now() - 2 * deliveries.LEASE
            )
            assert moved <= 1, "at most one is in doubt for each kill"
            deliveries.reconcile_deliveries()
        server.victim = None
        assert run_sender(scene.issue.pk, server, tmp_path) == 0
    finally:
        server.stop()
    counts = Counter(address for message in server.messages for address in message.recipients)
    assert set(counts.values()) == {1}
    states = Counter(Delivery.objects.values_list("status", flat=True))
    assert states[DeliveryStatus.UNCERTAIN] <= 4
    assert states.total() == states[DeliveryStatus.SENT] + states[DeliveryStatus.UNCERTAIN] == 200
    doubted = set(Delivery.objects.filter(status=DeliveryStatus.UNCERTAIN).values_list("address", flat=True))
    silent = {clerk.email for clerk in scene.clerks.values()} - set(counts)
    assert silent <= doubted, "who got nothing is shown for a decision"


def run_sender(issue: int, server: KillingServer, tmp_path: Path) -> int:
    """The status of a process of its own which mails the issue."""
    env = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": server.url, "PYTHONWARNINGS": "error"}
    env["DJANGO_SETTINGS_MODULE"] = "govsvc.settings"
    with (tmp_path / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(issue)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            env=env,
            text=True,
            preexec_fn=end_with_parent(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            assert process.stdout.readline() == "ready\n", (tmp_path / "log").read_text()
            server.victim = process
            process.stdin.write("go\n")
            process.stdin.flush()
            try:
                return process.wait(240)
            finally:
                server.victim = None
                process.kill()
