"""The entry page under a real browser: live rates, keyboard, paste, autosave, a session lost while typing, a colleague's save."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments.choices import Status
from departments.models import Submission
from departments.services.submissions import save_figures
from departments.sheets import CellInput, cells_of, describe_cell
from tests.functional.departments.world import OfficeWorld, build_office

Enter = Callable[..., Submission]


@pytest.fixture
def office_a(transactional_db: Any) -> OfficeWorld:
    return build_office("A")


def log_in(page: Page, live_server: Any, user: Any) -> None:
    """The session cookie that logging in gives."""
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


@pytest.fixture
def enter(live_server: Any, office_a: OfficeWorld) -> Enter:
    """Opens the clerk's form in a page."""

    def opened(page: Page) -> Submission:
        log_in(page, live_server, office_a.people["clerk0"])
        submission = office_a.submission(0)
        page.goto(live_server.url + reverse("admin:departments_submission_change", args=[submission.pk]))
        return submission

    return opened


def stored(submission: Submission, code: str) -> str:
    return describe_cell(cells_of(submission).get(code))


def test_rates_are_live_and_the_draft_saves_itself(page: Page, enter: Enter) -> None:
    submission = enter(page)
    page.fill("#cell-claimed", "２０")
    expect(page.locator("#computed-rate")).to_have_text("50.0%")
    page.press("#cell-claimed", "Enter")
    expect(page.locator("#cell-remark")).to_be_focused()
    expect(page.locator("#cell-claimed")).to_have_value("20")
    assert stored(submission, "claimed") == "20"


def test_errors_stand_at_the_cell_and_in_the_list(page: Page, enter: Enter) -> None:
    submission = enter(page)
    page.fill("#cell-claimed", "三十")
    expect(page.locator("#problem-claimed")).to_contain_text("不是数字")
    page.click("#problem-list a[href='#cell-claimed']")
    expect(page.locator("#cell-claimed")).to_have_value("三十")
    page.press("#cell-claimed", "Control+s")
    expect(page.locator("#cell-claimed")).to_have_attribute("aria-invalid", "true")
    assert stored(submission, "claimed") == "30"


def test_a_pasted_row_fills_the_cells_that_follow(page: Page, enter: Enter) -> None:
    submission = enter(page)
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text', '50\\t10\\t20.0%');
        document.getElementById('cell-total').dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""
    )
    expect(page.locator("#computed-rate")).to_have_text("20.0%")
    page.press("#cell-total", "Control+Enter")
    expect(page.locator(".gs-state-submitted")).to_be_visible()
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED
    assert (stored(submission, "total"), stored(submission, "claimed")) == ("50", "10")


def test_a_lost_session_loses_nothing(
    page: Page, enter: Enter, live_server: Any, office_a: OfficeWorld, watch: Any
) -> None:
    watch.allow("401")
    submission = enter(page)
    Session.objects.all().delete()
    page.fill("#cell-claimed", "22")
    page.press("#cell-claimed", "Tab")
    expect(page.locator("#trouble [data-login]")).to_be_visible()
    assert stored(submission, "claimed") == "30"
    log_in(page, live_server, office_a.people["clerk0"])
    page.reload()
    expect(page.locator("#cell-claimed")).to_have_value("30")
    page.click("#local-copy [data-restore]")
    expect(page.locator("#cell-claimed")).to_have_value("22")
    expect(page.locator("#version")).not_to_have_value(str(submission.version))
    assert stored(submission, "claimed") == "22"


@pytest.mark.parametrize(("side", "kept"), [("mine", "33"), ("theirs", "31")])
def test_a_colleagues_save_is_never_overwritten_silently(
    page: Page, enter: Enter, office_a: OfficeWorld, watch: Any, side: str, kept: str
) -> None:
    watch.allow("409")
    submission = enter(page)
    save_figures(submission=submission, inputs={"claimed": CellInput("31")}, user=office_a.people["head0"])
    page.fill("#cell-claimed", "33")
    page.press("#cell-claimed", "Control+s")
    page.check(f"#conflict input[value='{side}']")
    assert stored(submission, "claimed") == "31"
    page.click("#conflict button")
    expect(page.locator("#cell-claimed")).to_have_value(kept)
    page.press("#cell-total", "Control+s")
    page.wait_for_load_state("networkidle")
    assert stored(submission, "claimed") == kept


@pytest.mark.parametrize("size", ["page", "phone"])
def test_the_page_is_no_wider_than_the_screen(
    size: str, enter: Enter, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(size)
    enter(page)
    width = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert width[0] <= width[1]
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('.gs *')].filter(e => [...e.childNodes].some(
        n => n.nodeType === 3 && /[\\u4e00-\\u9fff]/.test(n.data)) && e.offsetParent && !e.closest('script'))
        .map(e => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 14
