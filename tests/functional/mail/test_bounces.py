"""Mails that come back: read as servers send them, marked once, told to the administrators, and nothing else is believed."""

import io
import mailbox
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from departments.models import Notice, NoticeDelivery
from reports.choices import DeliveryStatus
from reports.mail.bounces import read_bounces
from reports.models import Delivery
from reports.services import deliveries
from reports.services.bounces import Taken, take_bounce
from reports.services.decisions import resend
from tests.functional.mail.bounced import holiday_note, notification
from tests.functional.mail.scene import Scene
from tests.services.smtp import SmtpServer

ID = "<delivery-7.0123456789abcdef@wujin.example>"


@pytest.mark.parametrize(
    "form",
    [
        {"returned": "text/rfc822-headers"},
        {"returned": "message/rfc822"},
        {"with_head": False, "envelope": ID.strip("<>")},
        {"with_head": False, "envelope": "delivery-7+2E0123456789abcdef@wujin.example"},
        {"with_head": False, "envelope": "+3C" + ID.strip("<>") + "+3E"},
    ],
    ids=["headers", "whole message", "envelope id", "envelope id as xtext", "in angle brackets"],
)
def test_what_a_notification_says(form: dict) -> None:
    (found,) = read_bounces(notification(message_id=ID, address="u01@wujin.example", **form))
    assert (found.message_id, found.recipient, found.status, found.failed, found.words) == (
        ID,
        "u01@wujin.example",
        "5.1.1",
        True,
        "550 5.1.1 no such user here",
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe not a mail",
        holiday_note(ID),
        notification(message_id="<somebody-else@x.example>", address="u01@wujin.example"),
        notification(message_id="<delivery-7.short@x>", address="u01@wujin.example"),
        notification(message_id=ID, address="a@x", with_head=False),
        b"Content-Type: multipart/report; boundary=B\n\n--B\nContent-Type: message/delivery-status\n\n\xff\xfe\n--B--",
    ],
)
def test_nothing_else_is_about_a_mail_of_ours(raw: bytes) -> None:
    assert read_bounces(raw) == ()


@pytest.fixture
def sent(small: Scene, smtp_server: SmtpServer) -> Delivery:
    deliveries.deliver_issue(issue_id=small.issue.pk)
    return Delivery.objects.get(unit__code="U02")


def returned(delivery: Delivery, **form: str) -> bytes:
    return notification(message_id=delivery.message_id, address=delivery.address, **form)


@pytest.mark.both_databases
def test_marked_once_and_told_once_in_the_inbox(sent: Delivery, small: Scene) -> None:
    assert take_bounce(returned(sent)) is Taken.MARKED
    assert take_bounce(returned(sent)) is Taken.KNOWN
    sent.refresh_from_db()
    assert (sent.status, sent.error) == (DeliveryStatus.BOUNCED, "550 5.1.1 no such user here")
    notice = Notice.objects.get()
    assert notice.user == small.administrator
    assert "第2局" in notice.title
    assert "550 5.1.1 no such user here" in notice.text
    assert notice.url == f"/admin/reports/delivery/{sent.pk}/change/"
    assert NoticeDelivery.objects.count() == 0
    others = Delivery.objects.exclude(pk=sent.pk)
    assert set(others.values_list("status", flat=True)) == {DeliveryStatus.SENT}


def test_a_delay_changes_nothing(sent: Delivery) -> None:
    assert take_bounce(returned(sent, action="delayed", status="4.4.1")) is Taken.KNOWN
    sent.refresh_from_db()
    assert (sent.status, Notice.objects.count()) == (DeliveryStatus.SENT, 0)


def test_an_uncertain_mail_that_comes_back_is_uncertain_no_more(sent: Delivery) -> None:
    Delivery.objects.filter(pk=sent.pk).update(status=DeliveryStatus.UNCERTAIN)
    assert take_bounce(returned(sent)) is Taken.MARKED


def test_sent_again_to_the_right_address_and_the_late_notification_of_the_first_is_about_nothing(
    sent: Delivery, small: Scene, smtp_server: SmtpServer
) -> None:
    late = returned(sent)
    take_bounce(late)
    resend(delivery=sent, user=small.administrator, reason="写错了", address="right@wujin.example")
    assert take_bounce(late) is Taken.KNOWN
    assert deliveries.send_waiting() == {"sent": 1}
    assert smtp_server.messages[-1].recipients == ("right@wujin.example",)
    assert take_bounce(late) is Taken.UNKNOWN, "another address, another Message-ID"
    sent.refresh_from_db()
    assert sent.status == DeliveryStatus.SENT


# The command


def run(monkeypatch: pytest.MonkeyPatch, raw: bytes = b"", **options: object) -> str:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("take_bounces", stdout=out, **options)
    return out.getvalue()


def test_from_the_mail_servers_pipe(sent: Delivery, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "标记退信 1 封" in run(monkeypatch, returned(sent))
    assert "此前已知 1 封" in run(monkeypatch, returned(sent))
    assert "无关 1 封" in run(monkeypatch, holiday_note(sent.message_id))
    sent.refresh_from_db()
    assert sent.status == DeliveryStatus.BOUNCED


def test_from_a_maildir_what_is_ours_is_put_away_and_the_rest_is_left(
    sent: Delivery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(returned(sent))
    box.add(holiday_note(sent.message_id))
    said = run(monkeypatch, maildir=tmp_path / "box")
    assert "标记退信 1 封，此前已知 0 封，与本系统无关 1 封" in said
    assert [len(list((tmp_path / "box" / part).iterdir())) for part in ("new", "cur")] == [1, 1]
    assert "标记退信 0 封" in run(monkeypatch, maildir=tmp_path / "box")


def test_from_an_mbox_file_which_stays_as_it_is(
    sent: Delivery, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "box"
    box = mailbox.mbox(file)
    box.add(returned(sent))
    box.close()
    before = file.read_bytes()
    assert "标记退信 1 封" in run(monkeypatch, mbox=file)
    assert file.read_bytes() == before


def test_a_place_that_is_not_there(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for options in ({"maildir": tmp_path}, {"mbox": tmp_path / "none"}):
        with pytest.raises(CommandError):
            run(monkeypatch, **options)
