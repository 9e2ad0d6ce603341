"""Nothing is lost and nothing is sent by two: killed workers, two workers at once, a mail server that is away, sending again."""

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.utils import timezone

from departments.choices import Channel, DeliveryState
from departments.exceptions import TransitionRefused
from departments.models import Notice, NoticeDelivery
from departments.services import notice_deliveries
from departments.services.notices import mark_read, notify
from departments.services.reminders import default_rules, send_reminders
from govsvc import outbox
from govsvc.models import OutboxMessage
from tests.functional.notices.scene import Scene, hours, make_scene
from tests.functional.notices.test_channels import tell, the_delivery
from tests.services.process import end_with_parent
from tests.services.smtp import SmtpServer
from tests.services.worker import ROOT, database_url

SENDER = """
import sys, django
django.setup()
from departments.tasks import deliver_notice
print("ready", flush=True)
sys.stdin.readline()
deliver_notice(int(sys.argv[1]))
"""


def test_a_notice_promises_its_delivery_in_its_own_transaction(scene: Scene, smtp_server: SmtpServer) -> None:
    notice = tell(scene)
    message = OutboxMessage.objects.get()
    assert (message.task, message.arguments) == ("departments.tasks.deliver_notice", [notice.pk])
    assert outbox.drain() == 1
    assert len(smtp_server.messages) == 1


def test_what_is_rolled_back_was_never_promised(scene: Scene) -> None:
    with transaction.atomic():
        tell(scene)
        transaction.set_rollback(True)
    assert Notice.objects.count() == OutboxMessage.objects.count() == 0


def test_the_same_key_is_said_once_to_each(scene: Scene) -> None:
    tell(scene)
    notice = Notice.objects.get()
    more = notify(
        scene.clerks[:2],
        office=scene.office,
        kind=notice.kind,
        title="again",
        text="",
        url="",
        key=notice.key,
        at=hours(1),
    )
    assert [new.user for new in more] == [scene.clerks[1]]
    notice.refresh_from_db()
    assert notice.title != "again"
    assert NoticeDelivery.objects.count() == 2


def test_a_server_that_is_away_is_asked_again_and_then_given_up(scene: Scene, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    now = timezone.now()
    tell(scene)
    tried = []
    for minute in range(0, 24 * 60, 1):
        at = now + dt.timedelta(minutes=minute)
        if notice_deliveries.retry_waiting(at=at):
            tried.append(minute)
    assert tried == [0, 5, 35, 155]
    delivery = the_delivery(Channel.EMAIL)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, 4)
    assert "Connection refused" in delivery.error


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_killed_while_sending_it_is_sent_again_later(tmp_path: Path) -> None:
    scene = make_scene()
    notice = tell(scene)
    server = SmtpServer().start()
    process = start_sender(notice.pk, server, tmp_path)

    def kill(_envelope: Envelope) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        server.before_answer = None

    server.before_answer = kill
    try:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.wait(30) == -signal.SIGKILL
        delivery = the_delivery(Channel.EMAIL)
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
        again = start_sender(notice.pk, server, tmp_path)
        assert again.communicate("go\n", timeout=30)
        assert len(server.messages) == 1
        NoticeDelivery.objects.update(at=timezone.now() - notice_deliveries.PAUSES[0])
        again = start_sender(notice.pk, server, tmp_path)
        assert again.communicate("go\n", timeout=30)
    finally:
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            pipe.close()
        server.stop()
    # Nobody knows whether the first one arrived: a reminder twice is better than none.
    assert len(server.messages) == 2
    assert the_delivery(Channel.EMAIL).state == DeliveryState.SENT


def start_sender(notice: int, server: SmtpServer, tmp_path: Path) -> "subprocess.Popen[str]":
    """A process of its own that is about to carry the notice."""
    env = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": server.url, "PYTHONWARNINGS": "error"}
    env["DJANGO_SETTINGS_MODULE"] = "govsvc.settings"
    with (tmp_path / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", SENDER, str(notice)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            env=env,
            text=True,
            preexec_fn=end_with_parent(),
        )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", (tmp_path / "log").read_text()
    return process


def test_killed_in_its_last_try_it_is_shown_as_failed(scene: Scene) -> None:
    tell(scene)
    now = timezone.now()
    NoticeDelivery.objects.update(attempts=notice_deliveries.ATTEMPTS, at=now)
    assert notice_deliveries.retry_waiting(at=now + dt.timedelta(minutes=1)) == {}
    assert notice_deliveries.retry_waiting(at=now + notice_deliveries.PAUSES[-1]) == {"lost": 1}
    assert the_delivery(Channel.EMAIL).state == DeliveryState.FAILED
    assert "是否送达不明" in the_delivery(Channel.EMAIL).error


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_mail_once(smtp_server: SmtpServer) -> None:
    scene = make_scene()
    default_rules(scene.form)
    send_reminders(now=hours(2))
    start, faults = threading.Barrier(4, timeout=60), []

    def work() -> None:
        try:
            start.wait()
            notice_deliveries.retry_waiting()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(smtp_server.messages) == NoticeDelivery.objects.filter(state="sent").count() == 8


def test_an_administrator_sends_a_failed_one_again(scene: Scene, smtp_server: SmtpServer) -> None:
    smtp_server.fail_with("550 5.1.1 no such user", times=1)
    notice_deliveries.deliver(notice_id=tell(scene).pk)
    delivery = the_delivery(Channel.EMAIL)
    with pytest.raises(TransitionRefused):
        notice_deliveries.resend(delivery=delivery, user=scene.clerks[0])
    OutboxMessage.objects.all().delete()
    notice_deliveries.resend(delivery=delivery, user=scene.administrator)
    assert "550" in LogEntry.objects.get().change_message
    assert outbox.drain() == 1
    assert len(smtp_server.messages) == 1
    with pytest.raises(TransitionRefused, match="已发送"):
        notice_deliveries.resend(delivery=delivery, user=scene.administrator)


def test_reading_is_ones_own(scene: Scene) -> None:
    first = tell(scene)
    assert mark_read(user=scene.clerks[1], ids=[first.pk]) == 0
    assert mark_read(user=scene.clerks[0], ids=[first.pk], at=hours(1)) == 1
    assert mark_read(user=scene.clerks[0]) == 0
    first.refresh_from_db()
    assert first.read_at == hours(1)
