"""排名 under a real browser: charts drawn offline, the same as tables, on a desk and on a phone, with 36 departments."""

from typing import Any

from django.urls import reverse
from playwright.sync_api import Page, expect

from indicators.services.calculation import calculate
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.journey.camera import shoot
from tests.functional.places.scene import MAY, WEEKS, District
from tests.services.browser import DESKTOP, PHONE, Pages


def url(live_server: Any, name: str, pk: int, query: str) -> str:
    return f"{live_server.url}{reverse(f'admin:indicators_ranking_{name}', args=[pk])}?{query}"


def test_a_viewer_reads_places_charts_and_the_trend(
    pages: Pages, live_server: Any, district: District
) -> None:
    for week in WEEKS[:-1]:
        calculate(office=district.office, period=week)
    page = pages.open(DESKTOP)
    log_in(page, live_server, district.viewer)
    page.goto(url(live_server, "page", district.rate.pk, f"period={WEEKS[-1]}"))
    expect(page.locator(".gv-places tbody tr th[scope=row]")).to_have_count(36)
    expect(page.locator("[data-kind=bars] svg")).to_be_visible()
    expect(page.locator("[data-kind=trend] svg")).to_be_visible()
    expect(page.locator(".gv-light-red").first).to_contain_text("■ 未达标")
    assert fits(page)
    shoot(page, "viewer-ranking-charts")
    page.get_by_role("button", name="名次").click()
    expect(page.get_by_role("button", name="名次")).to_have_attribute("aria-pressed", "true")
    page.locator("#trend summary").click()
    expect(page.locator("#trend tbody tr")).to_have_count(36)
    boxes = page.locator("#trend input[name=units]:checked")
    expect(boxes).to_have_count(6)
    page.get_by_label("档案局").check()
    page.get_by_role("button", name="画所选单位").click()
    assert "units=" in page.url
    expect(page.locator("#trend")).to_have_attribute("open", "")
    expect(boxes).to_have_count(7)
    page.evaluate("document.querySelector('.gv-charts').scrollIntoView()")
    shoot(page, "viewer-ranking-trend")


def test_the_ranking_fits_a_phone(pages: Pages, live_server: Any, district: District) -> None:
    page = pages.open(PHONE)
    log_in(page, live_server, district.viewer)
    page.goto(url(live_server, "page", district.score.pk, f"period={MAY}"))
    expect(page.locator("[data-kind=bars] svg")).to_be_visible()
    assert fits(page)
    shoot(page, "viewer-ranking-phone")
    page.goto(url(live_server, "comparison", district.rate.pk, "period=2023-05&against=2023-04"))
    expect(page.locator("[data-kind=slope] svg")).to_be_visible()
    assert fits(page)
    shoot(page, "viewer-ranking-comparison-phone")
    page.goto(url(live_server, "parts", district.rate.pk, "period=2023-05"))
    assert fits(page)
    shoot(page, "viewer-ranking-weeks-phone")


def test_two_periods_and_weeks_beside_the_month(pages: Pages, live_server: Any, district: District) -> None:
    page = pages.open(DESKTOP)
    log_in(page, live_server, district.viewer)
    page.goto(url(live_server, "comparison", district.rate.pk, "period=2023-05&against=2023-04"))
    expect(page.locator("[data-kind=slope] svg")).to_be_visible()
    expect(page.locator(".gv-places tbody tr")).to_have_count(36)
    shoot(page, "viewer-ranking-comparison")
    page.goto(url(live_server, "parts", district.score.pk, "period=2023-05"))
    expect(page.locator(".gv-parts thead th")).to_have_count(7)
    assert fits(page)
    shoot(page, "viewer-ranking-weeks")


def test_without_scripts_the_table_stays(pages: Pages, live_server: Any, district: District) -> None:
    context = pages.browser.new_context(java_script_enabled=False, locale="zh-CN")
    pages.watch.follow(context)
    page: Page = context.new_page()
    log_in(page, live_server, district.clerk)
    page.goto(url(live_server, "page", district.rate.pk, f"period={MAY}"))
    expect(page.locator(".gv-places tbody tr th[scope=row]")).to_have_count(1)
    expect(page.locator("[data-chart-panel]").first).to_be_hidden()
    expect(page.locator(".gv-places svg.gv-bar").first).to_be_visible()
