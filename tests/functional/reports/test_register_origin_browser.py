"""殷都区's 附件7 in a browser: a cell opens to the entries counted, on a desk and on a phone; an annex is set to a register."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from departments.choices import Role
from departments.models import Entry
from govsvc.packs.loading import apply_pack
from govsvc.packs.reading import read_pack
from reports.choices import AnnexRows
from reports.models import Issue
from reports.services.issues import draft_issue
from reports.services.templates import AnnexSpec, ColumnSpec
from tests import build
from tests.functional.journey.camera import shoot
from tests.functional.reports.test_register_annex import TEXT, annex_7, bulletin_of

PACK = Path(__file__).parents[3] / "packs" / "yindu"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def issue(transactional_db: None) -> Issue:
    """June's draft with the counts by unit, and the entries that are done one by one."""
    office = apply_pack(read_pack(PACK))
    done = AnnexSpec(
        8,
        "已完成排查事项",
        None,
        (
            ColumnSpec("seq", "序号", "seq"),
            ColumnSpec("unit", "单位名称", "unit"),
            ColumnSpec("key", "编号", "text", "key"),
            ColumnSpec("name", "排查事项", "text", "name"),
            ColumnSpec("opened", "交办日期", "text", "opened_on"),
            ColumnSpec("done", "完成日期", "text", "done_on"),
        ),
        register=office.registers.get(code="wangban"),
        rows=AnnexRows.ENTRIES,
        count="done",
    )
    bulletin = bulletin_of(office, office.groups.get(code="depts"), TEXT, annex_7(office), done)
    return draft_issue(bulletin=bulletin, period="2023-06", user=Entry.objects.all()[0].created_by)


def enter(page: Page, server: LiveServer, issue: Issue, role: Role, path: str) -> None:
    person = build.person("guest", issue.bulletin.office, role)
    client = Client()
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    page.goto(f"{server.url}{path}")


def path_of(issue: Issue) -> str:
    return reverse("admin:reports_issue_change", args=[issue.pk])


def test_a_cell_opens_to_its_entries_and_leads_to_one(
    page: Page, live_server: LiveServer, issue: Issue
) -> None:
    enter(page, live_server, issue, Role.REVIEWER, path_of(issue))
    expect(page.locator("#annex-8 tbody tr")).to_have_count(11)
    row = page.locator("#annex-7 tbody tr", has_text="卫健委")
    row.locator("a.cell", has_text="30.00%").click()
    panel = page.locator("#origin")
    expect(panel.locator(".gv-entries tbody tr")).to_have_count(10)
    expect(panel.locator(".gv-entries tbody tr").first).to_contain_text("WB-0007")
    expect(panel.locator(".gv-entries tbody tr").first).to_contain_text("已完成")
    expect(panel).to_contain_text("第二批排查事项0007（合成）")
    shoot(page, "reviewer-register-origin")
    panel.locator(".gv-entries a").first.click()
    page.wait_for_url("**/departments/entry/*/change/")
    expect(page.locator("body")).to_contain_text("WB-0007")


def test_a_number_with_many_entries_fits_a_phone(phone: Page, live_server: LiveServer, issue: Issue) -> None:
    enter(phone, live_server, issue, Role.VIEWER, path_of(issue))
    phone.tap("a.figure[data-figure=total]")
    panel = phone.locator("#origin")
    expect(panel.locator(".gv-entries tbody tr")).to_have_count(200)
    expect(panel.locator(".gv-entries-head")).to_contain_text("200")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    panel.locator(".gv-entries-head").scroll_into_view_if_needed()
    shoot(phone, "viewer-register-origin-phone")


def test_an_administrator_sets_an_annex_to_a_register(
    page: Page, live_server: LiveServer, issue: Issue
) -> None:
    annex = issue.bulletin.annexes.get(number=8)
    address = reverse("admin:reports_annex_change", args=[annex.pk])
    enter(page, live_server, issue, Role.ADMINISTRATOR, f"{address}?period=2023-06")
    page.select_option("select[name=rows]", AnnexRows.UNITS)
    page.fill("input[name=count]", "none")
    expect(page.locator("#faults")).to_contain_text("none")
    page.fill("input[name=count]", "")
    page.select_option("select[name=rows]", AnnexRows.ENTRIES)
    expect(page.locator("#faults")).to_be_hidden()
    page.click("#save")
    expect(page.locator("#state")).to_have_text("已保存")
    annex.refresh_from_db()
    assert (annex.rows, annex.count) == (AnnexRows.ENTRIES, "")
    page.locator("select[name=source]").scroll_into_view_if_needed()
    shoot(page, "administrator-register-annex")
