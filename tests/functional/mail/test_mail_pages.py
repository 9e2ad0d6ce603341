"""The pages of mails and timed tasks under a real browser, at a desk and on a phone."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from reports.choices import DeliveryStatus, ScheduleAction, ScheduleRule
from reports.models import Delivery, Schedule, ScheduleRun
from reports.services import deliveries
from reports.services.mailings import save_subscription
from reports.services.schedules import ensure_schedule
from tests.functional.journey.camera import shoot
from tests.functional.mail.scene import Row, Scene, make_scene, wujin_rows
from tests.services.browser import PHONE, Pages
from tests.services.smtp import SmtpServer, as_shown

ADMIN = "/admin/reports"


@pytest.fixture
def scene(transactional_db: Any, smtp_server: SmtpServer) -> Scene:
    """The 36 departments of Wujin, mailed: one address unknown, one busy server, one doubt, one that came back."""
    rows = [
        Row(r.code, r.name, r.numerator, r.denominator, r.reason, 1 + place % 22)
        for place, r in enumerate(wujin_rows())
    ]
    found = make_scene(rows)
    save_subscription(bulletin=found.mailing.bulletin, name="王副区长", address="wang@wujin.example")
    smtp_server.fail_with("550 5.1.1 User unknown", times=1, recipient="d05@wujin.example")
    smtp_server.fail_with("451 4.7.1 Greylisted, try again later", times=1, recipient="d09@wujin.example")
    deliveries.deliver_issue(issue_id=found.issue.pk)
    change(
        "D12", DeliveryStatus.UNCERTAIN, "发送进程在邮件服务器回答之前中断：这封邮件可能已送达，也可能没有。"
    )
    change("D20", DeliveryStatus.BOUNCED, "552 5.2.2 Mailbox full")
    return found


def change(unit: str, status: str, error: str) -> None:
    Delivery.objects.filter(unit__code=unit).update(status=status, error=error, sent_at=None)


def log_in(page: Page, live_server: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_administrator_sees_every_mail_and_decides(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.administrator)
    page.goto(f"{live_server.url}{ADMIN}/delivery/?issue__id__exact={scene.issue.pk}")
    counts = page.locator(".gs-mails-counts")
    for words in ("已发送 33", "待发送 1", "发送失败 1", "是否送达不明 1", "被退回 1", "共 37 封"):
        expect(counts).to_contain_text(words)
    expect(page.locator("#result_list")).to_contain_text("已试 1 次（最多 5 次）")
    shoot(page, "administrator-deliveries")
    counts.get_by_role("link", name="是否送达不明 1").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    page.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    expect(page.get_by_text("可能已收到：请问过收件人再处理").first).to_be_visible()
    shoot(page, "administrator-delivery-decide")
    page.get_by_label("原因，或由谁确认").fill("电话核实，对方已收到")
    page.get_by_role("button", name="已收到").click()
    expect(page.get_by_text("已记录：发给 d12@wujin.example 的邮件已收到。")).to_be_visible()
    assert Delivery.objects.get(unit__code="D12").status == DeliveryStatus.SENT


def test_the_page_of_the_issue_shows_what_needs_somebody_first(
    page: Page, live_server: Any, scene: Scene
) -> None:
    log_in(page, live_server, scene.administrator)
    page.goto(f"{live_server.url}{ADMIN}/issue/{scene.issue.pk}/change/#deliveries")
    box = page.locator("#deliveries")
    expect(box.locator("tbody tr")).to_have_count(37)
    firsts = [box.locator("tbody tr").nth(n).inner_text() for n in range(3)]
    assert all(any(word in first for word in ("失败", "不明", "退回")) for first in firsts)
    box.scroll_into_view_if_needed()
    shoot(page, "administrator-issue-deliveries", box)
    box.get_by_role("button", name="重新发送").click()
    assert Delivery.objects.get(unit__code="D05").status == DeliveryStatus.WAITING


def test_a_mailing_is_tried_out_from_its_page(
    page: Page, live_server: Any, scene: Scene, smtp_server: SmtpServer
) -> None:
    log_in(page, live_server, scene.administrator)
    page.goto(f"{live_server.url}{ADMIN}/mailing/{scene.mailing.pk}/change/")
    assert fits(page)
    shoot(page, "administrator-mailing")
    page.get_by_role("link", name="试发给自己").click()
    page.get_by_label("填报单位").select_option(label=scene.units["D14"].name)
    shoot(page, "administrator-mail-trial")
    before = len(smtp_server.messages)
    page.get_by_role("button", name="发给自己").click()
    expect(page.get_by_text("测试邮件已发往 admin1@wujin.example，不计入投递。")).to_be_visible()
    assert smtp_server.messages[before].message["Subject"].startswith("【测试】【通报】")


def test_timed_tasks(page: Page, live_server: Any, scene: Scene) -> None:
    schedule = some_schedule(scene)
    log_in(page, live_server, scene.administrator)
    page.goto(f"{live_server.url}{ADMIN}/schedule/")
    expect(page.locator("#result_list")).to_contain_text("每月最后一个工作日 17:00")
    shoot(page, "administrator-schedules")
    page.goto(f"{live_server.url}{ADMIN}/schedule/{schedule.pk}/change/")
    expect(page.locator(".gs-coming-times li")).to_have_count(5)
    assert fits(page)
    shoot(page, "administrator-schedule-task")
    page.get_by_role("link", name="立即执行").click()
    expect(page.get_by_text("用目前已审批的数据起草")).to_be_visible()
    page.get_by_role("button", name="立即执行").click()
    expect(page.get_by_text("已开始执行。刷新本页查看结果。")).to_be_visible()
    assert ScheduleRun.objects.filter(schedule=schedule).count() == 4


def some_schedule(scene: Scene) -> Schedule:
    ensure_schedule(
        bulletin=scene.mailing.bulletin,
        name="每月排名邮件",
        action=ScheduleAction.MAIL,
        rule=ScheduleRule.DAY,
        number=5,
        time=dt.time(9),
    )
    schedule = ensure_schedule(
        bulletin=scene.mailing.bulletin,
        name="月末起草",
        action=ScheduleAction.DRAFT,
        rule=ScheduleRule.LAST_WORKING_DAY,
        time=dt.time(17),
    )
    past = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) - dt.timedelta(days=90)
    for number, (succeeded, missed, outcome) in enumerate(
        [
            (True, 0, "已起草2022年1月。尚不能签发的原因 3 项。"),
            (False, 0, "已开始但没有结束：服务器中途停止。请手工执行。"),
            (True, 2, "2022年3月已是“已签发”状态，未作改动。"),
        ]
    ):
        moment = past + dt.timedelta(days=30 * number)
        ScheduleRun.objects.create(
            schedule=schedule,
            due_at=moment,
            started_at=moment,
            finished_at=moment,
            succeeded=succeeded,
            missed=missed,
            outcome=outcome,
        )
    return schedule


def test_on_a_phone(phone: Page, live_server: Any, scene: Scene) -> None:
    schedule = some_schedule(scene)
    log_in(phone, live_server, scene.administrator)
    for path in (
        f"delivery/?issue__id__exact={scene.issue.pk}",
        f"delivery/{Delivery.objects.get(unit__code='D20').pk}/change/",
        f"mailing/{scene.mailing.pk}/trial/",
        f"schedule/{schedule.pk}/change/",
        f"schedule/{schedule.pk}/run/",
    ):
        phone.goto(f"{live_server.url}{ADMIN}/{path}")
        assert fits(phone), path
    phone.goto(f"{live_server.url}{ADMIN}/schedule/{schedule.pk}/change/")
    shoot(phone, "phone-schedule-task")


@pytest.mark.parametrize(("size", "name"), [((680, 900), "mail"), (PHONE, "phone-mail")])
def test_the_mails_as_they_are_read(
    pages: Pages, scene: Scene, smtp_server: SmtpServer, size: tuple[int, int], name: str
) -> None:
    page = pages.open(size)
    by_address = {m.recipients[0]: m.message for m in smtp_server.messages}
    for address, what in (("d14@wujin.example", "ranking"), ("wang@wujin.example", "digest")):
        page.set_content(as_shown(by_address[address]))
        assert fits(page)
        shoot(page, f"{name}-{what}", page.locator("body"))
