"""归档, side by side, 公开发布 and a leader's link under a real browser, with the real Wujin bulletin of 36 rows."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from govsvc import outbox
from reports.models import Issue
from tests.functional.archive.shelf import MONTHS, shelve, wujin
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.journey.camera import shoot
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "2022年{}月武进区“一网通办”情况通报"
NAMES = {"admin": "王建国", "issuer": "赵志远", "viewer": "孙丽"}


class Office:
    """The real bulletin issued for six months, the last one corrected."""

    def __init__(self) -> None:
        self.scene: Scene = make()
        self.scene.office.name = "武进区政务服务管理办公室"
        self.scene.office.save()
        for who, name in NAMES.items():
            self.scene.people[who].last_name = name
            self.scene.people[who].save()
        model = self.scene.issued()
        model.bulletin.name = "一网通办通报"
        model.bulletin.save()
        self.issues = [
            shelve(model, wujin(TITLE.format(n)), period=period, sequence=n + 1, files=("pdf",))
            for n, period in enumerate(MONTHS, 1)
        ]
        self.corrected = self.issues[-1]
        self.erratum = shelve(
            model, self._correction(), period=MONTHS[-1], sequence=12, corrects=self.corrected, files=("pdf",)
        )

    def _correction(self) -> dict[str, Any]:
        document = wujin(f"关于更正《{TITLE.format(6)}》的通报")
        for row in document["annexes"][0]["rows"][4:7]:
            row["cells"][3] = "128"
        document["sections"][0]["paragraphs"][0]["text"] += "区医保局报送数据经核实后更正。"
        return document


@pytest.fixture
def office(transactional_db: None, settings: Any, tmp_path: Path) -> Office:
    settings.PUBLICATION_DIR = str(tmp_path / "public")
    return Office()


def test_an_administrator_finds_issues_by_words_and_puts_two_side_by_side(
    page: Page, live_server: Any, office: Office
) -> None:
    log_in(page, live_server, office.scene.people["admin"])
    page.goto(f"{live_server.url}/admin/reports/issue/archive/")
    expect(page.locator(".gs-results li")).to_have_count(8)
    page.fill("input[name=q]", "医保局 即办件")
    page.press("input[name=q]", "Enter")
    expect(page.locator(".gs-quote mark").first).to_have_text(re.compile("医保局|即办件"))
    expect(page.locator(".gs-chain").first).to_contain_text(office.corrected.number)
    shoot(page, "administrator-archive")
    assert fits(page)
    page.locator("input[name=issue]").nth(0).check()
    page.locator("input[name=issue]").nth(1).check()
    page.click("text=对照所选两期")
    page.wait_for_url("**/side-by-side/**")
    expect(page.locator("ins", has_text="128").first).to_be_attached()
    page.goto(
        f"{live_server.url}/admin/reports/issue/side-by-side/?issue={office.corrected.pk}&issue={office.erratum.pk}"
    )
    expect(page.locator(".gs-sides-text ins")).not_to_have_count(0)
    expect(page.locator(".gs-sides-table").first.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".gs-sides-table").first.locator("thead th")).to_have_count(2)
    shoot(page, "administrator-side-by-side")
    assert fits(page)
    page.check("input[name=all]")
    page.click("button:has-text('对照')")
    expect(page.locator(".gs-sides-table").first.locator("tbody tr")).to_have_count(37)
    with page.expect_download() as download:
        page.click("text=导出")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_an_issue_goes_public_by_two_people_and_back(
    page: Page, live_server: Any, office: Office, tmp_path: Path
) -> None:
    issue = office.issues[0]
    log_in(page, live_server, office.scene.people["admin"])
    page.goto(f"{live_server.url}/admin/reports/publication/propose/{issue.pk}/")
    page.fill("#id_index_number", "014109012/2022-00012")
    page.fill("#id_subject", "政务公开/通知通报")
    page.click("button:has-text('提出')")
    expect(page.locator("body")).to_contain_text("须由其他人审批")
    expect(page.locator("button[value=approve]")).to_have_count(0)
    log_in(page, live_server, office.scene.people["issuer"])
    page.reload()
    frame = page.frame_locator(".gs-public-frame")
    expect(frame.locator(".metadata")).to_contain_text("014109012/2022-00012")
    expect(frame.locator("#annex-1 tbody tr")).to_have_count(37)
    shoot(page, "administrator-publication")
    page.click("button[value=approve]")
    expect(page.locator("body")).to_contain_text("尚未写出")
    outbox.drain()
    page.reload()
    expect(page.locator("body")).to_contain_text("已写出")
    page.goto(f"file://{tmp_path}/public/index.html")
    page.click(f"text={TITLE.format(1)}")
    expect(page.locator(".metadata")).to_contain_text(issue.number)
    shoot(page, "public-page")
    page.go_back()
    page.goto(f"{live_server.url}/admin/reports/publication/")
    page.click(f"text={TITLE.format(1)}")
    page.fill("#reason", "附件1个别数据有误，正在核实")
    page.click("button[value=withdraw]")
    outbox.drain()
    page.goto(f"file://{tmp_path}/public/index.html")
    expect(page.locator(".list em")).to_have_text("已撤回")
    page.click(f"text={TITLE.format(1)}")
    expect(page.locator(".notice-strong")).to_contain_text("附件1个别数据有误")


def test_a_leader_reads_on_a_desk_and_on_a_phone(
    page: Page, phone: Page, live_server: Any, office: Office
) -> None:
    log_in(page, live_server, office.scene.people["admin"])
    page.goto(f"{live_server.url}/admin/reports/readlink/make/")
    page.fill("#id_reader", "张副区长")
    page.click("button:has-text('生成链接')")
    address = page.locator(".gs-link-secret").input_value()
    shoot(page, "administrator-read-link")
    page.context.clear_cookies()
    page.goto(address)
    expect(page.locator(".read-list li")).to_have_count(8)
    shoot(page, "leader-read-link")
    phone.goto(address)
    assert fits(phone)
    phone.click(f"text={TITLE.format(6)} >> nth=-1")
    expect(phone.locator(".read-note")).to_contain_text(office.erratum.number)
    shoot(phone, "leader-read-issue-phone")
    assert fits(phone)
    with phone.expect_download() as download:
        phone.click("text=PDF")
    assert download.value.suggested_filename.endswith(".pdf")


def test_the_pages_of_the_office_fit_a_phone(phone: Page, live_server: Any, office: Office) -> None:
    log_in(phone, live_server, office.scene.people["admin"])
    sides = f"issue={office.corrected.pk}&issue={office.erratum.pk}"
    for path in (
        "issue/archive/?q=医保局",
        f"issue/side-by-side/?{sides}",
        f"publication/propose/{office.issues[0].pk}/",
        "readlink/make/",
        "issue/archive/?q=没有",
    ):
        phone.goto(f"{live_server.url}/admin/reports/{path}")
        assert fits(phone), path


def test_the_page_of_an_issue_leads_there(page: Page, live_server: Any, office: Office) -> None:
    log_in(page, live_server, office.scene.people["admin"])
    page.goto(f"{live_server.url}/admin/reports/issue/{office.issues[0].pk}/change/")
    page.click("#publication >> text=与另一期对照")
    expect(page.locator("select[name=issue]").first).to_have_value(str(office.issues[0].pk))
    page.go_back()
    page.click("#publication >> text=提出公开发布")
    expect(page.locator(".gs-panel h2")).to_contain_text(TITLE.format(1))
    page.go_back()
    page.click("#publication >> text=生成只读链接")
    expect(page.locator("#id_issue")).to_have_value(str(office.issues[0].pk))
    assert Issue.objects.filter(publications__isnull=False).count() == 0
