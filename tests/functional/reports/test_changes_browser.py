"""How figures moved, in the preview: the sentence reads well, and a click says against what it was compared."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from departments.models import UnitVersion
from reports.services import issues
from tests.functional.journey.camera import shoot
from tests.functional.reports.quarters import NEXT, with_next_quarter
from tests.functional.reports.scene import Scene, make
from tests.functional.reports.test_preview_browser import enter

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = {"甲局": "行政审批局", "乙局": "人力资源和社会保障局", "丙局": "自然资源局", "丁局": "公安分局"}
TEXT = """二季度，全区办结率{rate: 比率(办结率，小数位=1)}，较上季度{change: 变化(比率(办结率)，上期(比率(办结率)))}；\
共办结{done: 合计(已办数)}件，{more: 由到(上期(合计(已办数))，合计(已办数)，升词=“增加到”)}件。
{best: 进步最大(办结率，1)}进步最大，{worst: 退步最大(办结率，1)}退步最大；\
{share: 影响(办结率，人力资源和社会保障局，升词=“拉高全区”)}的是人力资源和社会保障局。
上季度办结率为{before: 上期(比率(办结率，小数位=1))}，{up: 名次上升(办结率)}名次上升；{low: 连续(办结率 < 80)}办结率不到80%。"""


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    made = with_next_quarter(make())
    section = made.bulletin.sections.get()
    section.text = TEXT
    section.save()
    for name, shown in NAMES.items():
        UnitVersion.objects.filter(unit=made.units[name]).update(short_name=shown)
    made.issue = issues.draft_issue(bulletin=made.bulletin, period=NEXT, user=made.people["admin"])
    return made


def test_a_change_opens_to_what_it_was_compared_with(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "admin")
    body = page.locator("article, main").first
    expect(body).to_contain_text("较上季度增长23.1个百分点")
    expect(body).to_contain_text("人力资源和社会保障局（提高80.0个百分点）进步最大")
    page.click("a.figure[data-figure=change]")
    panel = page.locator("#origin")
    expect(panel).to_contain_text("（2022年一季度）")
    expect(panel).to_contain_text("人力资源和社会保障局")
    shoot(page, "administrator-changes")
    page.click("a.figure[data-figure=before]")
    expect(panel).to_contain_text("53.8%")
    expect(panel.locator("h2")).to_contain_text("2022年一季度")


def test_a_phone_shows_it_too(phone: Page, live_server: LiveServer, scene: Scene) -> None:
    enter(phone, live_server, scene, "viewer")
    phone.tap("a.figure[data-figure=best]")
    expect(phone.locator("#origin")).to_contain_text("进步最大的1个单位")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, "phone-changes")
