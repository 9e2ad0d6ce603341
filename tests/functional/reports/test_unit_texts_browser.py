"""Units' texts in a draft under a real browser: opened to the approver, edited with a reason, marked in the preview."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.journey.camera import shoot
from tests.functional.reports.monthly_texts import with_texts
from tests.functional.reports.scene import Scene
from tests.services.browser import Watch

WRITTEN = {
    "甲局": "一季度办理证照电子化 12640 份，电子化率 98.8%，较上季度提高 0.4 个百分点。\n"
    "存在问题：部分历史数据缺少统一社会信用代码，已向省局申请批量补录。",
    "乙局": "完成 126 项事项接入省一体化平台，“一照通行”改革事项新增 6 项；受理群众来电 312 件，办结率 100%。\n"
    "下一步：6 月底前完成僵尸事项清理，开展窗口人员培训两期。",
    "丙局": "联合大数据管理局开展数据核对，退回问题数据 127 条，当月全部更正。",
}
SHORTER = "完成 126 项事项接入省一体化平台，新增“一照通行”改革事项 6 项。\n下一步：6 月底前完成僵尸事项清理。"


@pytest.fixture
def scene(transactional_db: Any) -> Scene:
    made = with_texts(WRITTEN, ("甲局", "乙局", "丙局"))
    made.people["admin"].last_name = "周文静"
    made.people["admin"].save()
    made.draft()
    return made


def test_an_administrator_edits_a_units_text(
    page: Page, live_server: Any, scene: Scene, watch: Watch
) -> None:
    watch.allow("422")
    assert scene.issue is not None
    log_in(page, live_server, scene.people["admin"])
    page.goto(f"{live_server.url}/admin/reports/issue/{scene.issue.pk}/change/")
    page.locator("a.figure[data-figure='texts-U2']").first.click()
    panel = page.locator("#origin")
    expect(panel).to_contain_text("o-approver")
    panel.locator(".gv-button[href*='/text/']").click()
    page.locator("#gv-text").fill(SHORTER)
    page.locator(".gv-text-page button.gv-primary").click()
    expect(page.locator("#gv-text")).to_have_value(SHORTER)
    page.locator("#gv-text-reason").fill("压缩篇幅，与第一部分不重复")
    page.locator(".gv-text-page button.gv-primary").click()
    expect(page.locator("p.edited")).to_have_count(2)
    expect(page.locator("#text-edits")).to_contain_text("压缩篇幅")
    expect(page.locator("#origin")).to_contain_text("周文静")
    assert fits(page)
    page.locator("p.edited").first.scroll_into_view_if_needed()
    shoot(page, "administrator-unit-texts")
    page.goto(f"{live_server.url}/admin/reports/issue/{scene.issue.pk}/text/texts-U2/")
    expect(page.locator(".gv-changes").first.locator("ins")).not_to_have_count(0)
    shoot(page, "administrator-unit-text-edit")
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
