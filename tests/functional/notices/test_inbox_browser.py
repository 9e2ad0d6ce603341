"""消息 under a real browser, at a desk and on a phone, and where an administrator sets the rules."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from departments.choices import Channel, DeliveryState
from departments.models import Notice, NoticeDelivery
from departments.services import reopenings
from departments.services.reminders import default_rules, remind_now, send_reminders
from departments.services.submissions import approve, return_submission
from tests import build
from tests.functional.journey.camera import shoot
from tests.functional.notices.scene import Scene, hours, make_scene

TRUTH = Path(__file__).parents[2] / "truth" / "wujin" / "departments.csv"
INBOX = "/admin/departments/notice/inbox/"


@pytest.fixture
def wujin(transactional_db: Any) -> Scene:
    """The real departments after a due moment: one form returned, one re-opened, most still missing."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        names = tuple(row["name_annex1"] for row in csv.DictReader(file) if row["name_annex1"])
    scene = make_scene(names)
    default_rules(scene.form)
    send_reminders(now=hours(-24))
    scene.files(0)
    return_submission(
        submission=scene.submission(0),
        user=scene.administrator,
        reason="已办数与上期相差过大，请核实后重新提交",
        at=build.at(6),
    )
    scene.files(0)
    approve(submission=scene.submission(0), user=scene.administrator, at=build.at(7))
    asked = reopenings.ask(
        submission=scene.submission(0), user=scene.clerks[0], reason="漏报窗口办件", at=build.at(8)
    )
    reopenings.grant(
        reopening=asked, user=scene.administrator, expires_at=build.at(10, 18), at=build.at(8, 10)
    )
    for moment in (0, 2, 24):
        send_reminders(now=hours(moment))
    remind_now(
        window=scene.window,
        units=scene.units,
        user=scene.administrator,
        text="今天下班前务必报送，否则按未报通报",
        at=hours(25),
    )
    return scene


def log_in(page: Page, live_server: Any, user: Any) -> None:
    """The session cookie that logging in gives."""
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_clerk_reads_what_one_was_told(page: Page, live_server: Any, wujin: Scene) -> None:
    log_in(page, live_server, wujin.clerks[1])
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator("#bell")).to_contain_text("4")
    page.click("#bell")
    expect(page.locator(".gs-notices li")).to_have_count(4)
    expect(page.locator(".gs-notices li").first).to_contain_text("今天下班前务必报送")
    page.locator(".gs-notice-read").last.click()
    expect(page.locator(".gs-notices li")).to_have_count(3)
    expect(page).to_have_url(f"{live_server.url}{INBOX}?unread=1")
    page.get_by_role("link", name="全部").click()
    expect(page.locator(".gs-notices li")).to_have_count(4)
    assert fits(page)
    shoot(page, "clerk-inbox")
    page.locator(".gs-notice-title").first.click()
    expect(page).to_have_url(
        f"{live_server.url}/admin/departments/submission/{wujin.submission(1).pk}/change/"
    )
    expect(page.locator("#bell")).to_contain_text("2")
    page.goto(live_server.url + INBOX)
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.locator(".gs-unread")).to_have_count(0)
    expect(page.locator("#bell b")).to_have_count(0)


def test_on_a_phone(phone: Page, live_server: Any, wujin: Scene) -> None:
    log_in(phone, live_server, wujin.clerks[0])
    phone.goto(live_server.url + INBOX)
    expect(phone.locator(".gs-notices li").first).to_contain_text("重新开放")
    assert fits(phone)
    shoot(phone, "phone-inbox")
    for button in phone.locator(".gs-notice-read").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 30
    log_in(phone, live_server, wujin.administrator)
    phone.goto(live_server.url + INBOX)
    expect(phone.locator(".gs-notices")).to_contain_text("尚未报送（35家）")
    assert fits(phone)


def test_an_empty_inbox_says_what_it_is_for(page: Page, live_server: Any, wujin: Scene) -> None:
    Notice.objects.all().delete()
    log_in(page, live_server, wujin.clerks[1])
    page.goto(live_server.url + INBOX)
    expect(page.locator(".gs-empty")).to_contain_text("暂无消息")
    page.goto(f"{live_server.url}{INBOX}?unread=1")
    expect(page.locator(".gs-empty")).to_contain_text("没有未读消息")


def test_an_administrator_sees_rules_summary_and_failures(page: Page, live_server: Any, wujin: Scene) -> None:
    mails = NoticeDelivery.objects.filter(channel=Channel.EMAIL)
    mails.update(state=DeliveryState.SENT, attempts=1, at=build.at(9, 18))
    newest = mails.order_by("-pk").values("pk")[:2]
    NoticeDelivery.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(
        state=DeliveryState.FAILED, error="550 5.1.1 no such user"
    )
    log_in(page, live_server, wujin.administrator)
    page.goto(f"{live_server.url}/admin/departments/form/{wujin.form.pk}/change/#reminder-rules")
    page.get_by_text("催报规则", exact=True).first.click()
    expect(page.locator("#id_reminder_rules-0-hours")).to_be_visible()
    shoot(page, "administrator-reminders")
    page.goto(f"{live_server.url}/admin/departments/noticedelivery/")
    expect(page.locator("#result_list")).to_contain_text("550 5.1.1 no such user")
    shoot(page, "administrator-notice-deliveries")
    page.goto(live_server.url + INBOX)
    expect(page.locator(".gs-notices")).to_contain_text("尚未报送（35家）")
    shoot(page, "administrator-inbox")
