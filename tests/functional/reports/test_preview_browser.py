"""The preview in a browser: a number opens its origin beside the document, by mouse, keyboard and finger, and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    made = make()
    made.draft()
    return made


def enter(page: Page, server: LiveServer, scene: Scene, who: str) -> None:
    """Logged in as that person, on the page of the issue."""
    client = scene.client(who)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    assert scene.issue is not None
    page.goto(f"{server.url}/admin/reports/issue/{scene.issue.pk}/change/")


def expect_rate(page: Page) -> None:
    panel = page.locator("#origin")
    for words in ("53.8%", "n = 7", "d = 13", "o-clerk", "o-approver", "（无此业务）"):
        expect(panel).to_contain_text(words)
    expect(panel.locator("tbody tr")).to_have_count(4)


def test_a_click_opens_pair_cells_and_approver_and_leads_to_the_form(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "viewer")
    page.click("a.figure[data-figure=rate]")
    expect_rate(page)
    expect(page.locator("a.figure.gv-chosen")).to_have_text("53.8%")
    assert page.url.endswith("?figure=rate")
    page.reload()
    expect_rate(page)
    page.click("#origin tbody a >> nth=1")
    page.wait_for_url("**/departments/submission/*/change/")
    expect(page.locator("body")).to_contain_text("乙局")


def test_an_annex_cell_opens_too_and_escape_gives_the_focus_back(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "viewer")
    cell = page.locator("#annex-1 a.cell", has_text="75.0%")
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#origin")).to_contain_text("n = 3")
    page.keyboard.press("Escape")
    expect(page.locator("#origin .gv-origin-body")).to_have_count(0)
    expect(cell).to_be_focused()


def test_a_reviewer_goes_from_a_contradiction_to_its_sentence_and_accepts_it(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "reviewer")
    page.click("#contradictions a[data-figure=rate]")
    expect_rate(page)
    expect(page.locator("a.figure.gv-chosen")).to_be_in_viewport()
    page.check("#gv-all")
    page.fill("#gv-reason", "原表为快报数")
    page.locator(".gv-accept button").click()
    expect(page.locator("#contradictions tbody")).to_contain_text("原表为快报数")
    assert scene.issue is not None
    assert scene.issue.contradictions.get().reason == "原表为快报数"


def test_a_phone_shows_the_panel_over_the_document_and_nothing_runs_off_the_page(
    phone: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(phone, live_server, scene, "viewer")
    phone.tap("a.figure[data-figure=rate]")
    expect_rate(phone)
    expect(phone.locator("#origin")).to_be_in_viewport()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.tap("#origin .gv-close")
    expect(phone.locator("#origin .gv-origin-body")).to_have_count(0)


def test_without_script_the_same_opens_as_a_page(
    browser: Browser, live_server: LiveServer, scene: Scene
) -> None:
    page = browser.new_context(java_script_enabled=False, locale="zh-CN").new_page()
    enter(page, live_server, scene, "viewer")
    page.click("a.figure[data-figure=rate]")
    expect(page.locator("body")).to_contain_text("n = 7")
    expect(page.locator("body")).to_contain_text("o-approver")


def test_a_session_that_ended_leaves_a_link_instead_of_an_empty_panel(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "viewer")
    page.context.clear_cookies()
    page.click("a.figure[data-figure=rate]")
    link = page.locator("#origin a.gv-link")
    expect(link).to_be_visible()
    link.click()
    page.wait_for_url("**/login/**")
