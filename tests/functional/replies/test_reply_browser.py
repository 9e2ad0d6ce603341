"""The right of reply on the real quarter: the office asks 33 departments, one objects, the office decides."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from departments.choices import Role
from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Bulletin, Issue, Reply
from reports.services import issues, replies
from tests.functional.journey.camera import shoot
from tests.services.browser import PHONE, Pages, Watch

pytestmark = pytest.mark.django_db(transaction=True)

PACK = Path(__file__).resolve().parents[3] / "packs" / "wujin"
PERIOD, UNIT = "2022Q1", "D14"
OBJECTION = "应认领事项数与区事项库不符：3月底库中为本单位列出的事项少2项，请核对后再印发。"
GROUNDS = "经核对区事项库3月31日快照，应认领事项数无误，维持原数。"


@pytest.fixture
def issue(transactional_db: None) -> Issue:
    """The quarter as approved, drafted by an administrator."""
    demonstration = Demonstration(read_pack(PACK), lambda _line: None, lambda *_step: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    return issues.draft_issue(bulletin=Bulletin.objects.get(), period=PERIOD, user=holder(Role.ADMINISTRATOR))


def holder(role: Role, unit: str | None = None) -> User:
    """Somebody who has the role, for the unit or the office."""
    found = User.objects.filter(memberships__role=role, memberships__office=Office.objects.get())
    return found.filter(memberships__unit__code=unit).order_by("pk")[0]


def enter(page: Page, server: LiveServer, user: User, path: str) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    page.goto(f"{server.url}{path}")


def page_of(unit: str) -> str:
    return reverse("admin:reports_reply_change", args=[Reply.objects.get(unit__code=unit).pk])


def narrow(page: Page) -> bool:
    """Nothing runs off a phone's side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= 390"))


def test_the_office_asks_a_unit_objects_and_the_office_decides(
    issue: Issue, live_server: LiveServer, pages: Pages, watch: Watch
) -> None:
    # An objection without words is refused on the page.
    watch.allow("422")
    office, clerk = pages.open(), pages.open()
    enter(
        office,
        live_server,
        holder(Role.ADMINISTRATOR),
        reverse("admin:reports_issue_change", args=[issue.pk]),
    )
    office.locator("#replies a").click()
    office.locator("form[action$='/ask/'] button").click()
    expect(office.locator("tbody tr")).to_have_count(Reply.objects.count())
    assert Reply.objects.count() >= 33

    enter(clerk, live_server, holder(Role.CLERK, UNIT), page_of(UNIT))
    expect(clerk.locator(".gs-top h1")).to_contain_text("人社局")
    expect(clerk.locator("body")).not_to_contain_text("发改局")
    shoot(clerk, "clerk-reply")
    clerk.locator("button[value=object]").click()
    expect(clerk.locator("#reply-text")).to_be_visible()
    assert Reply.objects.get(unit__code=UNIT).state == "open"
    clerk.fill("#reply-text", OBJECTION)
    clerk.locator("button[value=object]").click()
    expect(clerk.locator(".gs-banner-back")).to_contain_text(OBJECTION)

    some_answer(issue)
    office.goto(f"{live_server.url}{reverse('admin:reports_issue_replies', args=[issue.pk])}")
    expect(office.locator("tbody tr", has_text="人社局")).to_contain_text("应认领事项数")
    expect(office.locator("tbody tr").first).to_contain_text("人社局")
    shoot(office, "administrator-replies")
    office.select_option("select[name=state]", "objected")
    office.locator(".gs-filters button").click()
    expect(office.locator("tbody tr")).to_have_count(1)
    office.locator("tbody a.gs-button").click()
    office.fill("#reply-text", GROUNDS)
    office.locator("button[value=reject]").click()
    expect(office.locator(".gs-banner", has_text=GROUNDS)).to_be_visible()
    clerk.reload()
    expect(clerk.locator(".gs-banner", has_text=GROUNDS)).to_be_visible()
    expect(clerk.locator("#reply-text")).to_have_count(0)
    shoot(clerk, "clerk-reply-decided")


def some_answer(issue: Issue) -> None:
    for reply in issue.replies.select_related("unit")[:20]:
        if reply.state == "open" and reply.unit.code != UNIT:
            clerk = holder(Role.CLERK, reply.unit.code)
            replies.confirm(reply=reply, user=clerk, version=reply.version)


def test_a_phone_shows_the_unit_its_part_and_takes_the_answer(
    issue: Issue, live_server: LiveServer, pages: Pages
) -> None:
    due_at = timezone.now() + dt.timedelta(days=2)
    replies.open_replies(issue=issue, due_at=due_at, user=holder(Role.ADMINISTRATOR))
    phone = pages.open(PHONE)
    enter(phone, live_server, holder(Role.CLERK, UNIT), page_of(UNIT))
    assert narrow(phone)
    shoot(phone, "phone-reply")
    phone.locator("button[value=confirm]").tap()
    expect(phone.locator("button[value=confirm]")).to_be_disabled()
    assert Reply.objects.get(unit__code=UNIT).state == "confirmed"
    enter(
        phone,
        live_server,
        holder(Role.ADMINISTRATOR),
        reverse("admin:reports_issue_replies", args=[issue.pk]),
    )
    assert narrow(phone)
    shoot(phone, "phone-replies")
