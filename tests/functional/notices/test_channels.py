"""How a notice leaves the house: real mail server, a real webhook that checks, refuses, stalls and misleads."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
from django.utils import timezone

from departments.channels import robot as robot_channel
from departments.choices import Channel, DeliveryState, NoticeKind, Role
from departments.models import Notice, NoticeDelivery, ReminderRule, Robot
from departments.services import notice_deliveries
from departments.services.notices import notify
from departments.services.reminders import send_reminders
from tests.functional.notices.chat import Chat
from tests.functional.notices.scene import Scene, hours, make_scene
from tests.services.smtp import SmtpServer


def tell(scene: Scene, **changes: Any) -> Notice:
    """One notice to the first clerk."""
    values = {
        "office": scene.office,
        "kind": NoticeKind.REMINDER,
        "title": "政务服务事项指标表（2022年一季度）4月8日 17:00截止",
        "text": "区人社局尚未报送。\n咨询联系：李工 <86310001> & 王工",
        "url": "/admin/departments/notice/inbox/",
        "key": "k",
        "unit": scene.units[0],
        "at": hours(0),
    }
    (notice,) = notify([scene.clerks[0]], **(values | changes))
    return notice


def add_robot(scene: Scene, chat: Chat, service: str = "wecom", secret: str = "") -> Robot:
    return Robot.objects.create(
        office=scene.office, name=f"工作群{service}", service=service, url=chat.url, secret=secret
    )


def the_delivery(channel: str = Channel.ROBOT) -> NoticeDelivery:
    return NoticeDelivery.objects.get(channel=channel)


def test_a_mail_says_everything_in_both_parts(scene: Scene, smtp_server: SmtpServer, settings: Any) -> None:
    settings.SITE_URL = "https://tongbao.example"
    notice_deliveries.deliver(notice_id=tell(scene).pk)
    (mail,) = smtp_server.messages
    assert mail.recipients == ("clerk0@wujin.example",)
    message = mail.message
    mark = NoticeKind.REMINDER.label
    assert message["Subject"] == f"【{mark}】政务服务事项指标表（2022年一季度）4月8日 17:00截止"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    for words in ("区人社局尚未报送。", "https://tongbao.example/admin/departments/notice/inbox/", "武进区"):
        assert words in plain.get_content()
        assert words in html.get_content()
    assert "李工 <86310001> & 王工" in plain.get_content()
    assert "李工 &lt;86310001&gt; &amp; 王工" in html.get_content()
    head = mail.raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert b"\r\n \r\n" not in head
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998


def test_synthetic_data_are_marked_in_mail_and_chat(
    scene: Scene, smtp_server: SmtpServer, chat: Chat
) -> None:
    scene.office.synthetic = "演示数据，非真实数据"
    scene.office.save()
    add_robot(scene, chat)
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    body = smtp_server.messages[0].message.get_body(("plain",))
    assert body is not None
    assert "【演示数据，非真实数据】" in body.get_content()
    assert chat.posts[0].text.startswith("【演示数据，非真实数据】")


def test_who_has_no_address_gets_the_notice_on_the_page_only(scene: Scene) -> None:
    scene.clerks[0].email = ""
    scene.clerks[0].save()
    notice = tell(scene)
    assert not notice.deliveries.exists()


@pytest.mark.parametrize(
    ("reply", "state"),
    [("451 4.3.0 try later", DeliveryState.WAITING), ("550 5.1.1 no such user", DeliveryState.FAILED)],
)
def test_what_the_mail_server_refuses(scene: Scene, smtp_server: SmtpServer, reply: str, state: str) -> None:
    smtp_server.fail_with(reply)
    notice_deliveries.deliver(notice_id=tell(scene).pk)
    delivery = the_delivery(Channel.EMAIL)
    assert (delivery.state, delivery.attempts, delivery.error) == (state, 1, reply)


def test_wecom_gets_one_message_per_batch_with_all_units(
    scene: Scene, smtp_server: SmtpServer, chat: Chat
) -> None:
    add_robot(scene, chat)
    Robot.objects.create(office=scene.office, name="旧群", service="wecom", url=chat.url, is_active=False)
    ReminderRule.objects.create(form=scene.form, hours=2, role=Role.CLERK, by_robot=True)
    scene.files(1)
    send_reminders(now=hours(2))
    send_reminders(now=hours(3))
    assert notice_deliveries.retry_waiting() == {"sent": 4}
    assert len(smtp_server.messages) == 3
    (post,) = chat.posts
    assert post.content_type.startswith("application/json")
    assert post.body["msgtype"] == "text"
    lines = post.text.splitlines()
    assert lines[0].startswith(f"【{NoticeKind.OVERDUE.label}】政务服务事项指标表（2022年一季度）已逾期")
    assert lines[1] == "填报单位（3家）：区人社局、湖塘镇、区住房和城乡建设局"
    assert lines[2].startswith("http")


def test_the_summary_for_the_office_is_told_whole(scene: Scene, smtp_server: SmtpServer, chat: Chat) -> None:
    add_robot(scene, chat)
    ReminderRule.objects.create(form=scene.form, hours=24, role=Role.ADMINISTRATOR, by_robot=True)
    send_reminders(now=hours(24))
    notice_deliveries.retry_waiting()
    assert "尚未报送（4家）：区人社局、区市场监管局、湖塘镇、区住房和城乡建设局" in chat.posts[0].text


@pytest.mark.django_db
def test_a_long_list_fits_into_what_the_chat_takes(chat: Chat, smtp_server: SmtpServer) -> None:
    scene = make_scene(tuple(f"湖塘镇第{number:03}村民委员会" for number in range(120)))
    add_robot(scene, chat)
    ReminderRule.objects.create(form=scene.form, hours=2, role=Role.CLERK, by_email=False, by_robot=True)
    send_reminders(now=hours(2))
    assert notice_deliveries.retry_waiting() == {"sent": 1}
    text = chat.posts[0].text
    assert len(text.encode()) <= 2048
    assert "等120家" in text
    assert text.splitlines()[-1].startswith("http")


def test_dingtalk_signs_the_moment(scene: Scene, smtp_server: SmtpServer, chat: Chat) -> None:
    secret = "SEC0123456789abcdef+/="
    add_robot(scene, chat, "dingtalk", secret)
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    (post,) = chat.posts
    assert post.query["key"] == "very-secret-key"
    timestamp = post.query["timestamp"]
    assert abs(time.time() * 1000 - int(timestamp)) < 60_000
    expected = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    assert base64.b64decode(post.query["sign"]) == expected
    assert the_delivery().state == DeliveryState.SENT


def test_a_signature_known_by_heart() -> None:
    """Reckoned with `printf '1648857600000\\nSECabc' | openssl dgst -sha256 -hmac SECabc -binary | base64`."""
    assert (
        robot_channel.signature("SECabc", "1648857600000") == "9N0XfbExANPoUp4Re8TdFUZOlgn0dPL3/6R5nHvy6dI="
    )


REFUSALS = [
    ((200, {"errcode": 310000, "errmsg": "sign not match"}), DeliveryState.FAILED, "310000 sign not match"),
    ((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), DeliveryState.FAILED, "93000"),
    ((200, {"errcode": 45009, "errmsg": "freq out of limit"}), DeliveryState.WAITING, "45009"),
    ((200, {"errcode": -1, "errmsg": "system busy"}), DeliveryState.WAITING, "-1"),
    ((200, {}), DeliveryState.FAILED, "None"),
    ((200, []), DeliveryState.FAILED, "不是群机器人"),
    ((200, "<html>login</html>"), DeliveryState.FAILED, "不是群机器人"),
    ((404, {}), DeliveryState.FAILED, "HTTP 404"),
    ((429, {}), DeliveryState.WAITING, "HTTP 429"),
    ((500, {}), DeliveryState.WAITING, "HTTP 500"),
    ((302, {}), DeliveryState.FAILED, "HTTP 302"),
]


@pytest.mark.parametrize(("answer", "state", "words"), REFUSALS, ids=[str(row[0])[:40] for row in REFUSALS])
def test_every_refusal_is_kept_and_shows_no_key(
    scene: Scene,
    smtp_server: SmtpServer,
    chat: Chat,
    answer: tuple[int, Any],
    state: str,
    words: str,
) -> None:
    chat.answers.append(answer)
    chat.location = f"{chat.url}&elsewhere=1"
    add_robot(scene, chat)
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    delivery = the_delivery()
    assert (delivery.state, delivery.attempts) == (state, 1)
    assert words in delivery.error
    assert "very-secret-key" not in delivery.error
    assert len(chat.posts) == 1
    assert the_delivery(Channel.EMAIL).state == DeliveryState.SENT


def test_a_slow_or_absent_chat_is_tried_again(
    scene: Scene, smtp_server: SmtpServer, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(robot_channel, "TIMEOUT", 0.3)
    chat.delay = 0.8
    robot = add_robot(scene, chat)
    started = time.monotonic()
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    assert time.monotonic() - started < 0.8
    assert the_delivery().state == DeliveryState.WAITING
    robot.url = "http://127.0.0.1:1/robot"
    robot.save()
    later = timezone.now() + notice_deliveries.PAUSES[0]
    notice_deliveries.retry_waiting(at=later)
    assert the_delivery().state == DeliveryState.WAITING
    assert "连不上群机器人" in the_delivery().error
    robot.url, chat.delay = chat.url, 0.0
    robot.save()
    notice_deliveries.retry_waiting(at=later + notice_deliveries.PAUSES[1])
    assert (the_delivery().state, the_delivery().attempts, the_delivery().error) == ("sent", 3, "")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/"])
def test_only_web_addresses_are_asked(scene: Scene, smtp_server: SmtpServer, url: str) -> None:
    Robot.objects.create(office=scene.office, name="群", service="wecom", url=url)
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    assert the_delivery().state == DeliveryState.FAILED
    assert "https://" in the_delivery().error


def test_a_robot_taken_out_of_use_meanwhile_says_nothing(
    scene: Scene, smtp_server: SmtpServer, chat: Chat
) -> None:
    robot = add_robot(scene, chat)
    notice = tell(scene, by_robot=True)
    robot.is_active = False
    robot.save()
    notice_deliveries.deliver(notice_id=notice.pk)
    assert chat.posts == []
    assert the_delivery().state == DeliveryState.FAILED


elsewhere: list[int] = []


def send_elsewhere(delivery: NoticeDelivery) -> None:
    """A channel of the office's own."""
    elsewhere.append(delivery.pk)


def test_a_channel_can_be_replaced_by_a_setting(scene: Scene, settings: Any) -> None:
    settings.NOTICE_CHANNELS = {"email": f"{__name__}.send_elsewhere"}
    notice_deliveries.deliver(notice_id=tell(scene).pk)
    assert [the_delivery(Channel.EMAIL).pk] == elsewhere


def test_a_channel_that_breaks_stops_no_other_notice(
    scene: Scene, settings: Any, smtp_server: SmtpServer, chat: Chat
) -> None:
    settings.NOTICE_CHANNELS = {"robot": "departments.channels.no_such.send"}
    add_robot(scene, chat)
    notice_deliveries.deliver(notice_id=tell(scene, by_robot=True).pk)
    assert the_delivery().state == DeliveryState.FAILED
    assert "ModuleNotFoundError" in the_delivery().error
    assert len(smtp_server.messages) == 1


def test_every_kind_has_a_chinese_name_in_the_subject(scene: Scene, smtp_server: SmtpServer) -> None:
    for number, kind in enumerate(NoticeKind.values):
        notice_deliveries.deliver(notice_id=tell(scene, kind=kind, key=f"k{number}").pk)
    marks = [str(message.message["Subject"])[1:].partition("】")[0] for message in smtp_server.messages]
    assert marks == [kind.label for kind in NoticeKind]
    assert not any(mark.isascii() for mark in marks)
