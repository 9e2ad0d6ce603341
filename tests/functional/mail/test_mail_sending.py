"""What becomes of each delivery on a real mail server: taken, put off, refused, silent, gone."""

import datetime as dt
import logging
import socket
import threading
from collections import Counter

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from departments.choices import Role
from departments.models import Membership
from departments.services.organisation import save_account
from govsvc.embedded.valkey import free_port
from reports.choices import DeliveryStatus
from reports.exceptions import Held, Refused
from reports.models import Delivery, Mailing
from reports.services import deliveries
from reports.services.decisions import resend
from tests.functional.mail.scene import Scene, add_clerk, few_rows, make_scene, ranking_document, store_issue
from tests.services.smtp import SmtpServer

SENT, WAITING, FAILED, UNCERTAIN, SENDING = (
    DeliveryStatus.SENT,
    DeliveryStatus.WAITING,
    DeliveryStatus.FAILED,
    DeliveryStatus.UNCERTAIN,
    DeliveryStatus.SENDING,
)


def states() -> dict[str, int]:
    return dict(Counter(Delivery.objects.values_list("status", flat=True)))


def received(server: SmtpServer) -> list[str]:
    return sorted(address for message in server.messages for address in message.recipients)


# Preparing


@pytest.mark.both_databases
def test_every_unit_of_the_ranking_gets_one_mail_ranked_or_not(wujin: Scene) -> None:
    assert deliveries.prepare_deliveries(issue=wujin.issue) == 36
    assert deliveries.prepare_deliveries(issue=wujin.issue) == 0
    assert sorted(Delivery.objects.values_list("unit__code", flat=True)) == sorted(wujin.units)


def test_both_people_of_a_unit_get_one_each_and_nobody_else(small: Scene) -> None:
    unit = small.units["U01"]
    add_clerk(unit, "head@wujin.example", Role.UNIT_HEAD)
    add_clerk(unit, "U01@WUJIN.example")  # the clerk's address in other letters
    gone = add_clerk(unit, "gone@wujin.example")
    gone.is_active = False
    gone.save()
    moved = add_clerk(unit, "moved@wujin.example")
    Membership.objects.filter(user=moved).update(valid_to=timezone.localdate() - dt.timedelta(days=1))
    add_clerk(unit, "viewer@wujin.example", Role.VIEWER)
    deliveries.prepare_deliveries(issue=small.issue)
    mine = Delivery.objects.filter(unit=unit).values_list("address", flat=True)
    assert sorted(mine) == ["head@wujin.example", "u01@wujin.example"]


def test_a_unit_without_address_is_logged_listed_and_served_later(
    small: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    clerk = small.clerks["U02"]
    for address in ("", "not an address\r\nBcc: x@y.example"):
        type(clerk).objects.filter(pk=clerk.pk).update(email=address)
        assert deliveries.units_without_address(small.issue) == [small.units["U02"]]
    with caplog.at_level(logging.WARNING, "govsvc.mail"):
        assert deliveries.prepare_deliveries(issue=small.issue) == 3
    assert "U02" in caplog.text
    assert deliveries.units_without_address(small.issue) == [small.units["U02"]]
    type(clerk).objects.filter(pk=clerk.pk).update(email="late@wujin.example")
    assert deliveries.prepare_deliveries(issue=small.issue) == 1
    assert deliveries.units_without_address(small.issue) == []


def test_who_joins_a_served_unit_gets_no_old_issue(small: Scene) -> None:
    deliveries.prepare_deliveries(issue=small.issue)
    add_clerk(small.units["U01"], "new@wujin.example")
    assert deliveries.prepare_deliveries(issue=small.issue) == 0


@pytest.mark.parametrize("status", ["draft", "reviewed"])
def test_only_an_issued_issue_is_mailed(small: Scene, status: str, smtp_server: SmtpServer) -> None:
    draft = store_issue(
        small.mailing.bulletin, small.administrator, ranking_document(few_rows(4), status), "2022Q2"
    )
    with pytest.raises(Held, match="签发"):
        deliveries.deliver_issue(issue_id=draft.pk)
    row = Delivery.objects.create(
        issue=draft, mailing=small.mailing, unit=small.units["U01"], address="u01@wujin.example"
    )
    with pytest.raises(Held):
        deliveries.send_delivery(delivery_id=row.pk)
    row.refresh_from_db()
    assert (row.status, row.attempts, smtp_server.messages) == (WAITING, 0, [])


def test_mail_waits_for_the_pdf(small: Scene) -> None:
    small.issue.files.all().delete()
    with pytest.raises(Held, match="PDF"):
        deliveries.prepare_deliveries(issue=small.issue)
    assert states() == {}


def test_a_mailing_may_wait_for_the_schedule_or_be_off(small: Scene, smtp_server: SmtpServer) -> None:
    Mailing.objects.update(at_issue=False)
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {}
    Mailing.objects.update(enabled=False)
    assert deliveries.send_due_mailings() == {}
    Mailing.objects.update(enabled=True)
    assert deliveries.send_due_mailings() == {"sent": 4}
    assert len(smtp_server.messages) == 4


# The server's answers


@pytest.mark.both_databases
def test_one_message_per_delivery_over_one_connection_and_none_the_second_time(
    wujin: Scene, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    connect = socket.create_connection
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: opened.append(a) or connect(*a, **k))
    assert deliveries.deliver_issue(issue_id=wujin.issue.pk) == {"sent": 36}
    assert len(opened) == 1
    assert deliveries.deliver_issue(issue_id=wujin.issue.pk) == {}
    assert deliveries.send_due_mailings() == {}
    assert received(smtp_server) == sorted(clerk.email for clerk in wujin.clerks.values())
    assert all(len(message.recipients) == 1 for message in smtp_server.messages)
    row = Delivery.objects.select_related("unit").get(unit__code="D01")
    ids = {message.recipients[0]: message.message["Message-ID"] for message in smtp_server.messages}
    assert (row.status, row.attempts, row.error, row.message_id) == (SENT, 1, "", ids[row.address])
    assert row.sent_at is not None


def test_put_off_then_taken_with_the_same_message_id(small: Scene, smtp_server: SmtpServer) -> None:
    smtp_server.fail_with("451 4.3.0 busy, come back later", times=1, recipient="u02@wujin.example")
    start = timezone.now()
    assert deliveries.deliver_issue(issue_id=small.issue.pk, at=start) == {"sent": 3, "waiting": 1}
    row = Delivery.objects.get(status=WAITING)
    assert (row.unit.code, row.attempts, row.sent_at) == ("U02", 1, None)
    assert row.error == "451 4.3.0 busy, come back later"
    first_id = row.message_id
    assert deliveries.send_waiting(at=start + dt.timedelta(minutes=4)) == {}
    assert deliveries.send_waiting(at=start + dt.timedelta(minutes=6)) == {"sent": 1}
    row.refresh_from_db()
    assert (row.status, row.attempts, row.error, row.message_id) == (SENT, 2, "", first_id)
    assert received(smtp_server) == [f"u0{n}@wujin.example" for n in (1, 2, 3, 4)]


def test_after_five_tries_it_failed(small: Scene, smtp_server: SmtpServer) -> None:
    smtp_server.fail_with("451 4.3.0 busy", recipient="u02@wujin.example")
    at = timezone.now()
    deliveries.deliver_issue(issue_id=small.issue.pk, at=at)
    row = Delivery.objects.get(unit__code="U02")
    seen = []
    for _hour in range(30):
        at += dt.timedelta(hours=1)
        deliveries.send_waiting(at=at)
        row.refresh_from_db()
        seen.append((row.attempts, row.status))
    assert seen[0] == (2, WAITING)
    assert seen[-1] == (5, FAILED)
    assert len(smtp_server.messages) == 3


def test_a_refused_recipient_failed_with_the_servers_words_and_the_others_get_theirs(
    small: Scene, smtp_server: SmtpServer
) -> None:
    smtp_server.fail_with("550 5.1.1 no such user here", recipient="u03@wujin.example")
    assert deliveries.deliver_issue(issue_id=small.issue.pk) == {"sent": 3, "failed": 1}
    row = Delivery.objects.get(status=FAILED)
    assert (row.unit.code, row.error) == ("U03", "550 5.1.1 no such user here")
    assert deliveries.send_waiting(at=timezone.now() + dt.timedelta(days=9)) == {}


def test_no_server_leaves_everything_waiting_with_the_reason(small: Scene, settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    start = timezone.now()
    assert deliveries.deliver_issue(issue_id=small.issue.pk, at=start) == {"waiting": 4}
    assert all("refused" in row.error.lower() and row.attempts == 1 for row in Delivery.objects.all())


class Scripted:
    """A server that plays one answer per command, then goes silent or hangs up where the script says so."""

    def __init__(self, silent_at: str, hang_up: bool) -> None:
        self.silent_at, self.hang_up = silent_at, hang_up
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.whole_texts = 0
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self.socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream) -> None:
        try:
            self._say(stream, b"220 test")
            while line := stream.readline():
                command = line.split()[0].upper().decode()
                if command == self.silent_at:
                    return self._stop(stream)
                if command == "DATA":
                    self._say(stream, b"354 go on")
                    while (text := stream.readline()) not in (b".\r\n", b""):
                        pass
                    self.whole_texts += text == b".\r\n"
                    if self.silent_at == ".":
                        return self._stop(stream)
                self._say(stream, b"250 ok")
        except OSError:
            return None

    def _stop(self, stream) -> None:
        if not self.hang_up:
            stream.read()

    def _say(self, stream, words: bytes) -> None:
        stream.write(words + b"\r\n")
        stream.flush()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(10)


@pytest.mark.parametrize("hang_up", [True, False], ids=["hangs up", "says nothing"])
@pytest.mark.parametrize(
    ("silent_at", "state"),
    [("EHLO", WAITING), ("MAIL", WAITING), ("RCPT", WAITING), ("DATA", UNCERTAIN), (".", UNCERTAIN)],
)
def test_silence_before_the_text_is_a_later_try_after_it_a_doubt(
    small: Scene, settings: object, silent_at: str, state: str, hang_up: bool
) -> None:
    server = Scripted(silent_at, hang_up)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.3
    try:
        deliveries.prepare_deliveries(issue=small.issue)
        row = Delivery.objects.order_by("id")[0]
        assert deliveries.send_delivery(delivery_id=row.pk) == state
    finally:
        server.close()
    row.refresh_from_db()
    assert (row.status, row.attempts) == (state, 1)
    assert row.error
    assert server.whole_texts == (silent_at == ".")
    if state == UNCERTAIN:
        assert deliveries.send_waiting(at=timezone.now() + dt.timedelta(days=9)).get("uncertain") is None


def test_an_edition_that_cannot_be_written_fails_alone(small: Scene, smtp_server: SmtpServer) -> None:
    deliveries.prepare_deliveries(issue=small.issue)
    unit = small.units["U04"]
    unit.code = "RENAMED"
    unit.save()
    assert deliveries.send_waiting() == {"sent": 3, "failed": 1}
    assert "RENAMED" in Delivery.objects.get(status=FAILED).error


# Doubt, and people


@pytest.fixture
def doubtful(small: Scene) -> Delivery:
    deliveries.prepare_deliveries(issue=small.issue)
    Delivery.objects.exclude(unit__code="U01").delete()
    Delivery.objects.update(status=SENDING, attempts=1, claimed_at=timezone.now())
    return Delivery.objects.get()


def test_a_claim_left_for_ten_minutes_is_uncertain_and_stays_so(
    doubtful: Delivery, smtp_server: SmtpServer
) -> None:
    minutes = dt.timedelta(minutes=1)
    assert deliveries.reconcile_deliveries(at=doubtful.claimed_at + 9 * minutes) == 0
    assert deliveries.reconcile_deliveries(at=doubtful.claimed_at + 11 * minutes) == 1
    assert deliveries.reconcile_deliveries(at=doubtful.claimed_at + 12 * minutes) == 0
    deliveries.send_due_mailings(at=timezone.now() + dt.timedelta(days=99))
    doubtful.refresh_from_db()
    assert doubtful.status == UNCERTAIN
    assert "可能" in doubtful.error
    assert not [m for m in smtp_server.messages if m.recipients == (doubtful.address,)]


def test_an_administrator_sends_again_on_record(
    small: Scene, doubtful: Delivery, smtp_server: SmtpServer
) -> None:
    deliveries.reconcile_deliveries(at=doubtful.claimed_at + dt.timedelta(minutes=11))
    resend(delivery=doubtful, user=small.administrator, reason="收件人说没有收到")
    assert deliveries.send_delivery(delivery_id=doubtful.pk) == SENT
    entry = LogEntry.objects.get(object_id=str(doubtful.pk))
    assert entry.user == small.administrator
    assert "收件人说没有收到" in entry.change_message
    assert "可能" in entry.change_message
    with pytest.raises(Refused, match="重新发送"):
        resend(delivery=doubtful, user=small.administrator)


@pytest.mark.parametrize("status", [WAITING, SENDING, SENT])
def test_only_failed_and_uncertain_mails_are_sent_again(
    small: Scene, doubtful: Delivery, status: str
) -> None:
    Delivery.objects.update(status=status)
    with pytest.raises(Refused):
        resend(delivery=doubtful, user=small.administrator)
    assert LogEntry.objects.count() == 0


def test_only_an_administrator_of_the_office_sends_again(small: Scene, doubtful: Delivery) -> None:
    Delivery.objects.update(status=FAILED)
    stranger = save_account(username="stranger", name="外人")
    for user in (small.clerks["U01"], stranger):
        with pytest.raises(Refused):
            resend(delivery=doubtful, user=user)
    assert states() == {FAILED: 1}


def test_a_late_answer_settles_an_uncertain_row_but_not_one_claimed_again(small: Scene) -> None:
    from reports.mail.postman import Fate, Outcome

    deliveries.prepare_deliveries(issue=small.issue)
    slow, other = Delivery.objects.select_related("issue").order_by("id")[:2]
    now = timezone.now()
    for row in (slow, other):
        assert deliveries._claim(row, now)
    deliveries.reconcile_deliveries(at=now + dt.timedelta(minutes=11))
    resend(delivery=other, user=small.administrator, reason="重发")
    again = Delivery.objects.select_related("issue").get(pk=other.pk)
    assert deliveries._claim(again, now + dt.timedelta(minutes=12))
    for row in (slow, other):
        deliveries._finish(row, Outcome(Fate.ACCEPTED), now + dt.timedelta(minutes=13))
    slow.refresh_from_db()
    other.refresh_from_db()
    assert (slow.status, other.status) == (SENT, SENDING)


# At the same time


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_mail_once(transactional_db: None, smtp_server: SmtpServer) -> None:
    from django.db import connection

    scene = make_scene(few_rows(12))
    barrier = threading.Barrier(3, timeout=60)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            barrier.wait(10)
            deliveries.send_due_mailings()
        except BaseException as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert received(smtp_server) == sorted(clerk.email for clerk in scene.clerks.values())
    assert states() == {SENT: 12}
