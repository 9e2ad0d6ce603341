"""The contacts under a real browser: the clerk's page, the directory of 36 units, on paper and on a phone."""

import datetime as dt
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from departments.choices import ContactKind
from departments.models import Contact
from departments.services.contacts import Details
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.contacts.scene import Contacts, fill, make
from tests.functional.journey.camera import shoot
from tests.services.browser import Watch

DIRECTORY = "/admin/departments/contact/"
SMALL = {"width": 390, "height": 844}


@pytest.fixture
def scene(transactional_db: Any) -> Contacts:
    made = make(36)
    for name, label in (("clerk", "陈思远"), ("administrator", "周文静"), ("colleague", "吴海涛")):
        made.people[name].last_name = label
        made.people[name].save()
    fill(made)
    return made


def test_a_clerk_proposes_a_change(page: Page, live_server: Any, scene: Contacts, watch: Watch) -> None:
    watch.allow("422")
    log_in(page, live_server, scene.people["clerk"])
    page.goto(f"{live_server.url}{DIRECTORY}")
    card = page.locator("#card-contact")
    card.locator("summary").click()
    card.locator("[name=name]").fill("孙晓丽")
    card.locator("[name=post]").fill("副科长")
    card.locator("[name=mobile]").fill("12")
    card.locator("button[value=propose]").click()
    expect(card.locator("[role=alert]")).to_contain_text("12")
    expect(card.locator("[name=name]")).to_have_value("孙晓丽")
    card.locator("[name=mobile]").fill("13900000999")
    page.set_viewport_size(SMALL)
    assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    card.locator("button[value=propose]").click()
    expect(card.locator(".gs-waiting")).to_contain_text("孙晓丽")
    shoot(page, "clerk-contacts")
    page.set_viewport_size(SMALL)
    assert fits(page)
    shoot(page, "phone-contacts")
    assert Contact.objects.get(name="孙晓丽", state="proposed").proposed_by == scene.people["clerk"]


def test_an_administrator_approves_from_the_directory(page: Page, live_server: Any, scene: Contacts) -> None:
    day = dt.date(2022, 4, 1)
    scene.proposed(details=Details("孙晓丽", "副科长", "0519-86533999", "13900000999"))
    scene.proposed(
        4,
        ContactKind.SECTION,
        details=Details("行政审批科", "", "0519-86532004"),
        user=scene.people["colleague"],
    )
    scene.proposed(7, ContactKind.LEADER, details=None, user=scene.people["administrator"], valid_from=day)
    log_in(page, live_server, scene.people["administrator"])
    page.goto(f"{live_server.url}/admin/")
    page.locator(".gs-tasklist a").first.wait_for()
    page.goto(f"{live_server.url}{DIRECTORY}")
    expect(page.locator(".gs-directory tbody tr:not(.gs-group)")).to_have_count(36)
    expect(page.locator("[name=chosen]")).to_have_count(2)
    assert fits(page)
    shoot(page, "administrator-contacts")
    page.set_viewport_size(SMALL)
    assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("[data-all-rows]").check()
    page.locator("button[value=approve]").click()
    expect(page.locator(".gs-proposals tbody tr")).to_have_count(1)
    expect(page.locator(".gs-directory")).to_contain_text("孙晓丽")
    page.goto(f"{live_server.url}{DIRECTORY}print/")
    page.emulate_media(media="print")
    expect(page.locator("tbody tr:not(.gs-section)")).to_have_count(36)
