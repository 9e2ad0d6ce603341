"""殷都区's annexes on the page of the draft: merged cells, blocks with subtotals, a total that opens to the rows it adds."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from departments.choices import Role
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Bulletin, Issue
from reports.services.issues import draft_issue
from tests import build
from tests.functional.journey.camera import shoot

PACK = Path(__file__).resolve().parents[3] / "packs" / "yindu"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issue(transactional_db: None) -> Issue:
    """June's draft."""
    demonstration = Demonstration(read_pack(PACK), lambda line: None, lambda *step: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    admin = build.person("drafter", demonstration.office, Role.ADMINISTRATOR)
    bulletin = Bulletin.objects.get(code="tongbao")
    bulletin.annexes.get(number=1).columns.filter(code="instant_rate").update(highlight="last")
    return draft_issue(bulletin=bulletin, period="2023-06", user=admin)


def opens(page: Page, server: LiveServer, issue: Issue) -> None:
    client = Client()
    client.force_login(issue.drafted_by)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    page.goto(server.url + reverse("admin:reports_issue_change", args=[issue.pk]))


def test_a_total_opens_to_the_rows_it_adds(page: Page, live_server: LiveServer, issue: Issue) -> None:
    opens(page, live_server, issue)
    page.locator("#annex-8").scroll_into_view_if_needed()
    total = page.locator("#annex-8 tbody tr.total")
    expect(page.locator("#annex-8 tbody tr.subtotal")).to_have_count(2)
    total.locator("a.cell", has_text="713.8").click()
    panel = page.locator("#origin")
    expect(panel.locator(".gv-cells tbody tr")).to_have_count(29)
    expect(panel).to_contain_text("综合窗口")
    shoot(page, "administrator-annex-total")


def test_a_merged_annex_and_one_category(page: Page, live_server: LiveServer, issue: Issue) -> None:
    opens(page, live_server, issue)
    annex = page.locator("#annex-3")
    # 15 units for 63 licences; the total's name stands across two columns.
    expect(annex.locator("tbody th")).to_have_count(15)
    annex.locator("a.cell", has_text="32726").click()
    expect(page.locator("#origin h2")).to_contain_text("营业执照（个体工商户）")
    annex.scroll_into_view_if_needed()
    shoot(page, "administrator-annex-merged")
    # Six units share the last place with 0.00%.
    expect(page.locator("#annex-1 td.marked")).to_have_count(6)
    expect(page.locator("#annex-1")).to_contain_text("加粗并加底纹")


def test_a_total_on_a_phone(phone: Page, live_server: LiveServer, issue: Issue) -> None:
    opens(phone, live_server, issue)
    phone.locator("#annex-1 tbody tr.total a.cell", has_text="62.71%").tap()
    expect(phone.locator("#origin .gv-cells tbody tr")).to_have_count(31)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, "administrator-annex-total-phone")
