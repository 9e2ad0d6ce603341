"""An exclusion at the browser: one administrator asks, another approves, the unit reads it on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.functional.exclusions.yindu_office import PERIOD, build_yindu
from tests.functional.journey.camera import shoot
from tests.services.browser import DESKTOP, PHONE, Pages

LIST = "/admin/indicators/exclusion/"
Seat = Callable[..., Page]


@pytest.fixture
def seat(pages: Pages, live_server: Any) -> Seat:
    """A page of somebody who is logged in."""

    def opened(user: Any, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        page = pages.open(size)
        client = Client()
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(live_server.url + path)
        return page

    return opened


def fits(page: Page) -> bool:
    """Nothing makes the page scroll sideways."""
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.django_db(transaction=True)
def test_asked_approved_and_read(seat: Seat) -> None:
    yindu = build_yindu()
    asker = seat(yindu.people["asker"], LIST)
    asker.locator("a[href$='/exclusion/add/']").first.click()
    asker.select_option("[name=item]", label="不见面审批、即办件情况统计表 · 事项总数")
    asker.select_option("[name=period]", PERIOD)
    asker.get_by_role("button", name="选择单位").click()
    asker.select_option("[name=unit]", label="殷都区公安分局（144）")
    asker.fill("[name=amount]", "200")
    asker.fill("[name=reason]", "不在本单位权限内，已由市公安局办理")
    asker.get_by_role("button", name="提出申请").click()
    expect(asker.get_by_role("alert").first).to_contain_text("144")
    assert fits(asker)
    asker.fill("[name=amount]", "1")
    shoot(asker, "administrator-exclusion-add")
    asker.get_by_role("button", name="提出申请").click()
    expect(asker.get_by_role("button", name="收回申请")).to_be_visible()
    expect(asker.get_by_role("button", name="通过")).to_have_count(0)

    approver = seat(yindu.people["approver"], LIST)
    approver.get_by_role("link", name="事项总数").click()
    expect(approver.locator("table.gs-sides")).to_contain_text("143")
    assert fits(approver)
    shoot(approver, "administrator-exclusion-decide")
    approver.get_by_role("button", name="通过").click()
    expect(approver.locator(".gs-top .gs-square")).to_have_text("已通过")
    approver.goto(approver.url.split("/admin/")[0] + LIST)
    expect(approver.locator("#result_list")).to_contain_text("2023年6月")
    shoot(approver, "administrator-exclusions")

    phone = seat(yindu.people["clerk"], LIST, PHONE)
    phone.get_by_role("link", name="事项总数").click()
    expect(phone.locator(".gs-said")).to_contain_text("不在本单位权限内")
    expect(phone.locator("#decision")).to_have_count(0)
    assert fits(phone)
    shoot(phone, "clerk-exclusion-phone")
    empty = seat(yindu.people["stranger"], f"{LIST}add/", PHONE)
    expect(empty.locator(".gs-empty")).to_be_visible()
    assert fits(empty)
