"""消息: one's own and nobody else's, newest first; what administrators see of what was told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from departments.choices import NoticeKind, Role
from departments.models import Form, Notice, NoticeDelivery, ReminderRule, Robot
from departments.services import notice_deliveries
from departments.services.notices import notify
from tests import build
from tests.functional.notices.scene import Scene, hours, person
from tests.functional.notices.test_channels import tell
from tests.services.smtp import SmtpServer

INBOX = "/admin/departments/notice/inbox/"


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: Any, query: str = "") -> str:
    response = client_of(user).get(INBOX + query)
    assert response.status_code == 200
    return response.content.decode()


def write(scene: Scene, number: int) -> None:
    """Notices 消息0, 消息1, … to the first clerk, an hour apart."""
    for n in range(number):
        notify(
            [scene.clerks[0]],
            office=scene.office,
            kind=NoticeKind.REMINDER,
            title=f"消息{n:03}",
            text="",
            url=reverse("admin:index"),
            key=f"n{n}",
            at=hours(n),
            by_email=False,
        )


def test_newest_first_and_only_ones_own(scene: Scene) -> None:
    assert reverse("admin:departments_notice_inbox") == INBOX
    write(scene, 3)
    mine = page(scene.clerks[0])
    assert mine.index("消息002") < mine.index("消息001") < mine.index("消息000")
    for other in (scene.clerks[1], scene.heads[0], scene.administrator):
        shown = page(other)
        assert "消息00" not in shown
        assert "暂无消息" in shown


def test_pages_and_the_filter_stand_in_the_address(scene: Scene) -> None:
    write(scene, 31)
    assert "第1页，共2页" in page(scene.clerks[0])
    second = page(scene.clerks[0], "?page=2")
    assert "消息000" in second
    assert "消息001" not in second
    for strange in ("?page=99", "?page=x", "?unread=x", "?unread=1&page=-1"):
        assert "消息" in page(scene.clerks[0], strange)
    Notice.objects.filter(title__gt="消息000").update(read_at=hours(99))
    unread = page(scene.clerks[0], "?unread=1")
    assert "消息000" in unread
    assert "消息030" not in unread


def test_opening_reads_it_and_leads_to_its_page(scene: Scene) -> None:
    write(scene, 2)
    first, second = Notice.objects.order_by("at")
    client = client_of(scene.clerks[0])
    answer = client.post(INBOX, {"open": first.pk})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert (unread := Notice.objects.filter(read_at__isnull=True)).get() == second
    answer = client.post(f"{INBOX}?unread=1&page=1", {"read": second.pk})
    assert answer["Location"] == f"{INBOX}?unread=1&page=1"
    assert not unread.exists()


def test_reading_all(scene: Scene) -> None:
    write(scene, 40)
    tell(scene, key="other")
    answer = client_of(scene.clerks[0]).post(INBOX, {"all": "1"}, follow=True)
    assert "41条消息已标为已读" in answer.content.decode()
    assert not Notice.objects.filter(read_at__isnull=True).exists()


@pytest.mark.parametrize("field", ["open", "read"])
@pytest.mark.parametrize("value", ["own", "0", "-1", "x", "99999999"])
def test_others_notices_can_be_neither_read_nor_opened(scene: Scene, field: str, value: str) -> None:
    write(scene, 1)
    pk = Notice.objects.get().pk if value == "own" else value
    assert client_of(scene.clerks[1]).post(INBOX, {field: pk}).status_code == 404
    assert Notice.objects.get().read_at is None


def test_a_get_changes_nothing(scene: Scene) -> None:
    write(scene, 1)
    client_of(scene.clerks[0]).get(f"{INBOX}?open={Notice.objects.get().pk}&all=1")
    assert Notice.objects.get().read_at is None


def test_no_notice_leads_to_another_site(scene: Scene) -> None:
    write(scene, 1)
    Notice.objects.update(url="https://elsewhere.example/")
    answer = client_of(scene.clerks[0]).post(INBOX, {"open": Notice.objects.get().pk})
    assert answer["Location"] == INBOX


def test_the_bell_counts_on_every_page(scene: Scene) -> None:
    write(scene, 2)
    client = client_of(scene.clerks[0])
    for address in ("/admin/", INBOX, "/admin/departments/submission/"):
        assert 'gs-bell-count">2<' in client.get(address).content.decode()
    client.post(INBOX, {"all": "1"})
    assert "gs-bell-count" not in client.get("/admin/").content.decode()


def test_who_is_not_logged_in_is_asked_to(db: None) -> None:
    assert "/login/" in Client().get(INBOX)["Location"]


def test_a_text_is_no_markup(scene: Scene) -> None:
    tell(scene, title="<script>1</script>", text="<b>x</b>")
    shown = page(scene.clerks[0])
    assert "<script>1" not in shown
    assert "&lt;b&gt;x" in shown


def test_what_was_told_is_for_the_offices_administrators(scene: Scene) -> None:
    notice = tell(scene)
    other = build.office("p", "别区")
    stranger = person("stranger", "别区管理员", other, Role.ADMINISTRATOR)
    for model, pk in (("notice", notice.pk), ("noticedelivery", NoticeDelivery.objects.get().pk)):
        changelist, change = f"/admin/departments/{model}/", f"/admin/departments/{model}/{pk}/change/"
        assert notice.title in client_of(scene.administrator).get(changelist).content.decode()
        assert notice.title in client_of(scene.administrator).get(change).content.decode()
        assert client_of(scene.clerks[0]).get(changelist).status_code == 403
        assert notice.title not in client_of(stranger).get(changelist).content.decode()
        assert notice.title not in client_of(stranger).get(change, follow=True).content.decode()


def test_a_failed_delivery_is_shown_and_sent_again(scene: Scene, smtp_server: SmtpServer) -> None:
    smtp_server.fail_with("550 5.1.1 no such user", times=1)
    notice_deliveries.deliver(notice_id=tell(scene).pk)
    delivery = NoticeDelivery.objects.get()
    assert "近7天有1条消息发送失败" in page(scene.administrator)
    assert "发送失败" not in page(scene.clerks[0])
    client = client_of(scene.administrator)
    change = f"/admin/departments/noticedelivery/{delivery.pk}/change/"
    assert "重新发送" in client.get(change).content.decode()
    resend = reverse("admin:departments_noticedelivery_resend", args=[delivery.pk])
    assert client_of(scene.clerks[0]).post(resend).status_code == 403
    assert client.get(resend).status_code == 405
    assert "已列入待发送" in client.post(resend, follow=True).content.decode()
    assert "重新发送" not in client.get(change).content.decode()
    assert notice_deliveries.retry_waiting() == {"sent": 1}


def test_a_robots_key_is_for_administrators(scene: Scene) -> None:
    robot = Robot.objects.create(
        office=scene.office, name="工作群", service="wecom", url="https://chat.example/?key=geheim"
    )
    viewer = person("viewer", "查看员", scene.office, Role.VIEWER)
    address = f"/admin/departments/robot/{robot.pk}/change/"
    assert "geheim" in client_of(scene.administrator).get(address).content.decode()
    assert "geheim" not in client_of(scene.administrator).get("/admin/departments/robot/").content.decode()
    for user in (viewer, scene.clerks[0]):
        assert "geheim" not in client_of(user).get(address, follow=True).content.decode()


def test_the_list_of_forms_gives_the_usual_rules(scene: Scene) -> None:
    client = client_of(scene.administrator)
    answer = client.post(
        "/admin/departments/form/",
        {"action": "add_default_rules", "_selected_action": [scene.form.pk]},
        follow=True,
    )
    assert "所选报表已设置常用催报规则" in answer.content.decode()
    assert ReminderRule.objects.filter(form=scene.form).count() == 5
    rules = client.get(f"/admin/departments/form/{scene.form.pk}/change/").content.decode()
    assert rules.count('name="reminder_rules-') > 5
    assert Form.objects.count() == 1
