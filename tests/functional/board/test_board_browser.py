"""The heat map, the late list and the reminder under a real browser: an administrator, a viewer, a phone, nothing there yet."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from departments.choices import Role
from departments.models import Notice
from tests import build
from tests.functional.board.scene import District, fill_district, make_district, names
from tests.functional.journey.camera import shoot

BOARD = "/admin/departments/submission/board/"


@pytest.fixture
def district(transactional_db: Any) -> District:
    """44 real units and sixteen weeks; one town has two villages."""
    made = make_district(names()[:44])
    fill_district(made)
    return made


def log_in(page: Page, live_server: Any, user: Any) -> None:
    """The session cookie that logging in gives."""
    # Every answer renews its session's cookie: one still under way would bring the former person back.
    page.wait_for_load_state("networkidle")
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_administrator_finds_and_reminds_who_is_late(
    page: Page, live_server: Any, district: District
) -> None:
    for unit in range(0, 44, 2):
        district.clerk(unit)
    log_in(page, live_server, district.administrator)
    page.goto(f"{live_server.url}{BOARD}?span=26")
    expect(page.locator(".gs-heat tbody tr")).to_have_count(44)
    expect(page.locator(".gs-heat thead th")).to_have_count(19)
    expect(page.locator(".gs-heat .gs-tone-none")).to_have_count(0)
    assert fits(page)
    shoot(page, "administrator-heatmap")
    page.get_by_role("link", name="迟报未报名单").click()
    expect(page.locator(".gs h1")).to_contain_text("迟报未报名单")
    expect(page.locator(".gs-filings tbody tr").first).to_contain_text("未报")
    assert fits(page)
    page.get_by_role("link", name="催报未报单位").click()
    boxes = page.locator("input[name=submission]")
    count = boxes.count()
    assert count > 3
    for box in boxes.all()[2:]:
        box.uncheck()
    page.fill("input[name=text]", "请于今天下班前报送")
    shoot(page, "administrator-remind")
    page.get_by_role("button", name="立即催报").click()
    expect(page.locator(".gs h1")).to_contain_text("迟报未报名单")
    assert 1 <= Notice.objects.count() <= 2
    page.goto(f"{live_server.url}{BOARD}late/?state=overdue&span=13")
    expect(page.locator(".gs-filings")).to_contain_text("晓明")
    shoot(page, "administrator-late-list")


def test_a_viewer_drills_down(page: Page, live_server: Any, district: District) -> None:
    log_in(page, live_server, district.viewer)
    page.goto(live_server.url + BOARD)
    expect(page.get_by_role("link", name="催报未报单位")).to_have_count(0)
    page.select_option("select[name=state]", "missing")
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url("**state=missing**")
    assert 0 < page.locator(".gs-heat tbody tr").count() < 44
    shoot(page, "viewer-board")
    page.locator(".gs-heat tbody th a").first.click()
    expect(page.locator(".gs-strip")).to_have_count(1)
    assert fits(page)
    shoot(page, "viewer-unit")
    page.go_back()
    page.locator(".gs-heat thead th a").first.click()
    expect(page.locator(".gs h1")).to_contain_text("报送名单")
    expect(page.locator(".gs-filings tbody tr")).to_have_count(44)
    page.goto(live_server.url + BOARD)
    page.get_by_role("link", name="按期间").click()
    expect(page.locator(".gs-coverage")).to_contain_text("44家应报")
    expect(page.locator(".gs-heat tbody tr")).to_have_count(44)


def test_villages_fold_under_their_town(page: Page, live_server: Any, transactional_db: Any) -> None:
    units = [("T01", "湖塘镇"), *((f"V{n:02}", f"第{n}村") for n in range(70))]
    district = make_district(units, weeks=2)
    for village in district.units[1:]:
        version = village.versions.get()
        version.parent = district.units[0]
        version.save()
    log_in(page, live_server, district.administrator)
    page.goto(live_server.url + BOARD)
    rows = page.locator(".gs-heat tbody tr:visible")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("下级70家")
    expect(rows.first).to_contain_text("未报70")
    page.locator(".gs-fold").click()
    expect(rows).to_have_count(71)
    page.locator(".gs-fold").click()
    expect(rows).to_have_count(1)


def test_on_a_phone(phone: Page, live_server: Any, district: District) -> None:
    log_in(phone, live_server, district.administrator)
    phone.goto(live_server.url + BOARD)
    expect(phone.locator(".gs-heat tbody tr")).to_have_count(44)
    assert fits(phone)
    shoot(phone, "phone-board")
    phone.goto(f"{live_server.url}{BOARD}late/?state=overdue")
    assert fits(phone)
    shoot(phone, "phone-late-list")
    phone.goto(f"{live_server.url}{BOARD}remind/?state=missing")
    assert fits(phone)


def test_nothing_is_there_yet(page: Page, live_server: Any, transactional_db: Any) -> None:
    home = build.office()
    log_in(page, live_server, build.person("new", home, Role.ADMINISTRATOR))
    page.goto(live_server.url + BOARD)
    expect(page.locator(".gs-empty")).to_contain_text("尚无填报期次")
    for name in ("late", "export", "late/export"):
        assert page.request.get(f"{live_server.url}{BOARD}{name}/").ok
