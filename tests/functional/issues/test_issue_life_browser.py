"""The life of a real bulletin under a real browser: comments, edited text and lists, an erratum; desktop and phone."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from departments.models import Submission
from departments.services import submissions
from departments.sheets import CellInput
from govsvc import outbox
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Bulletin, Issue
from reports.services import issues
from tests import build
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.journey.camera import shoot
from tests.services.browser import Watch

PACK = Path(__file__).resolve().parents[3] / "packs" / "wujin"
PHONE = {"width": 390, "height": 844}


def person(name: str) -> User:
    return User.objects.get(username=f"wujin-{name}")


@pytest.fixture
def draft(transactional_db: Any) -> Issue:
    """The real quarter, approved and drafted."""
    demonstration = Demonstration(read_pack(PACK), lambda line: None, lambda *step: None, worker=False)
    demonstration.prepare()
    demonstration.fill()
    return issues.draft_issue(bulletin=Bulletin.objects.get(), period="2022Q1", user=person("admin1"))


def issued(draft: Issue) -> Issue:
    for contradiction in draft.contradictions.filter(accepted_by__isnull=True):
        issues.accept_contradiction(contradiction=contradiction, user=person("reviewer"), reason="已核对")
    for comment in draft.comments.all():
        comment.delete()
    issues.review_issue(issue=draft, user=person("reviewer"))
    return issues.issue_bulletin(issue=draft, user=person("issuer"), at=build.at(18))


def correct(unit: str, item: str, value: str) -> None:
    """A department's figure after its form was re-opened, approved again."""
    submission = Submission.objects.get(unit__code=unit, window__form__code="items", window__period="2022Q1")
    administrator = person("admin2")
    build.reopen(submission, administrator)
    clerk = submission.submitted_by
    submissions.save_figures(submission=submission, inputs={item: CellInput(value)}, user=clerk)
    submissions.submit(submission=submission, user=clerk)
    submissions.approve(submission=submission, user=administrator)
    outbox.drain()


def see(page: Page, live_server: Any, issue: Issue, path: str = "change/") -> None:
    page.goto(f"{live_server.url}/admin/reports/issue/{issue.pk}/{path}")


def test_a_real_issue_is_commented_edited_and_corrected(
    page: Page, live_server: Any, draft: Issue, watch: Watch
) -> None:
    watch.allow("422")
    _comment(page, live_server, draft)
    _edit_list(page, live_server, draft)
    _edit_section(page, live_server, draft)
    draft.refresh_from_db()
    wrong = issued(draft)
    correct("D14", "nomeet_items", "41")
    _correct(page, live_server, wrong)


def _comment(page: Page, live_server: Any, draft: Issue) -> None:
    log_in(page, live_server, person("reviewer"))
    see(page, live_server, draft)
    page.locator("a.figure[data-figure='time_rate']").first.click()
    panel = page.locator("#origin")
    panel.locator(".gv-comment-here summary").click()
    panel.locator("#gv-comment-here").fill("与上季度相比变化较大，请核对卫健局的法定时限。")
    panel.locator(".gv-comment-form button").click()
    expect(page.locator("#comments li")).to_have_count(1)
    page.locator("#gv-comment").fill("第二部分语气请再缓和一些。")
    page.locator("#comments .gv-comment-form button").first.click()
    expect(page.locator("#comments li")).to_have_count(2)
    log_in(page, live_server, person("admin1"))
    see(page, live_server, draft)
    page.locator("#comments input[name=answer]").first.fill("已核对：卫健局第一季度新增事项三项，数据无误。")
    page.locator("#comments button[value=answer]").first.click()
    expect(page.locator("#comments .gv-answer")).to_have_count(1)
    assert fits(page)
    page.locator("#comments").scroll_into_view_if_needed()
    shoot(page, "administrator-issue-comments", page.locator("#comments"))


def _edit_list(page: Page, live_server: Any, draft: Issue) -> None:
    see(page, live_server, draft, "list/nomeet_low/")
    rows = page.locator(".gv-list-form tbody tr")
    listed = rows.count()
    rows.first.locator("button[name=strike]").click()
    expect(page.locator(".gv-list-form tbody del")).to_have_count(0)
    page.locator("#gv-list-reason").fill("由于法律规定，部分事项必须见面办理")
    rows.first.locator("button[name=strike]").click()
    expect(page.locator(".gv-list-form tbody del")).to_have_count(1)
    expect(rows).to_have_count(listed)
    page.locator("#gv-list-reason").fill("据区行政审批局通报补充")
    page.locator("select[name=added]").select_option(index=3)
    page.locator("button[value=add]").click()
    expect(page.locator(".gv-list-form tbody ins")).to_have_count(1)
    assert fits(page)
    shoot(page, "administrator-list-edit")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert fits(page)
    shoot(page, "administrator-list-edit-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    see(page, live_server, draft, "change/?figure=nomeet_low")
    expect(page.locator("#origin del")).to_have_count(1)
    expect(page.locator("#origin ins")).to_have_count(1)
    page.locator("a.gv-chosen").first.scroll_into_view_if_needed()
    shoot(page, "administrator-list-edited-preview")


def _edit_section(page: Page, live_server: Any, draft: Issue) -> None:
    see(page, live_server, draft)
    page.locator("#texts a[href*='/section/']").nth(1).click()
    text = page.locator("#gv-text")
    text.fill("截至{截止日}，全区认领率{比率(认领率，2)}，编制率{比率(没有的指标)}。")
    page.locator("#gv-text-reason").fill("按领导批示压缩")
    page.locator(".gv-text-page .gv-primary").click()
    expect(text).to_have_value("截至{截止日}，全区认领率{比率(认领率，2)}，编制率{比率(没有的指标)}。")
    assert fits(page)
    shoot(page, "administrator-section-edit-fault")
    text.fill("截至{截止日}，全区认领率{比率(认领率，2)}，编制率{比率(编制率，0)}。")
    page.locator(".gv-text-page .gv-primary").click()
    expect(page.locator("#texts")).to_contain_text("按领导批示压缩")
    page.locator("#texts a[href*='/section/']").nth(1).click()
    expect(page.locator(".gv-changes").first).to_be_visible()
    shoot(page, "administrator-section-edit")


def _correct(page: Page, live_server: Any, wrong: Issue) -> None:
    see(page, live_server, wrong, "correct/")
    page.locator("#gv-correct-reason").fill("人社局不见面办理事项数填报有误，经核实予以更正。")
    shoot(page, "administrator-correct")
    page.locator(".gv-comment-form .gv-primary").click()
    expect(page.locator("#erratum tbody tr").first).to_be_visible()
    assert page.locator("#erratum tbody tr").count() > 3
    assert fits(page)
    page.locator("#erratum").scroll_into_view_if_needed()
    shoot(page, "administrator-erratum")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert fits(page)
    page.locator("#erratum").scroll_into_view_if_needed()
    shoot(page, "administrator-erratum-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    see(page, live_server, wrong)
    expect(page.locator(".gv-corrected a")).to_be_visible()
    shoot(page, "administrator-corrected-issue")
