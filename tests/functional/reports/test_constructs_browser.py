"""Lists, a repeated section and charts in the preview: what they look like, and that each opens to where it comes from."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reports.models import BulletinSection
from tests import build
from tests.functional.journey.camera import shoot
from tests.functional.reports.scene import Scene, make
from tests.functional.reports.test_preview_browser import enter

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = (
    "{low: 低于平均(办结率，除外=这些单位(丁局)，后接=“低于平均水平（平均值）”)}；"
    "{ends: 最好最差(办结率)}。仍有{open: 合计(mend.pending)}项问题未整改，涉及{个数(名单带数(mend.pending))}个部门。"
    "其中，{most: 名单带数(mend.pending，单位词=“项”)}。未整改的有：{what: 条目(整改问题台账)}。"
    "各部门办结率分别为：{each: 各单位值(办结率)}。\n"
    "{bars: 排名图(办结率，标题=“图1 各部门办结率”，标出后几名=1)}\n"
    "{line: 走势图(办结率，6，标题=“图2 办结率走势”)}"
)
OWN = "{本单位名}：应办{合计(应办数，单位=本单位)}件，已办{合计(已办数，单位=本单位)}件，办结率{own: 比率(办结率，单位=本单位)}，{名次(办结率，本单位)}。"


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    made = make()
    register = build.register(made.office)
    for key, name, unit in (
        ("1", "电子证照系统接口未通", "甲局"),
        ("2", "网上受理材料清单不一致", "乙局"),
        ("3", "承诺时限与办事指南不符", "乙局"),
    ):
        build.entry(
            register, made.units[unit], made.people["admin"], key, name=name, opened_on=dt.date(2022, 3, 1)
        )
    section = made.bulletin.sections.get()
    section.text = TEXT
    section.save()
    BulletinSection.objects.create(
        bulletin=made.bulletin, order=2, heading="二、各部门情况", text=OWN, repeat=made.bulletin.group
    )
    made.draft()
    return made


def test_every_construct_opens_to_where_it_comes_from(
    page: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(page, live_server, scene, "viewer")
    page.click("a.figure[data-figure=most]")
    panel = page.locator("#origin")
    expect(panel).to_contain_text("乙局（2项）、甲局（1项）")
    expect(panel).to_contain_text("电子证照系统接口未通")
    page.locator("a.figure[data-figure=low]").scroll_into_view_if_needed()
    shoot(page, "viewer-constructs")
    page.click("a.figure[data-figure=own-U2]")
    expect(panel).to_contain_text("乙局")
    expect(panel).to_contain_text("n = 0")
    drawings = page.locator("svg[role=img]")
    expect(drawings).to_have_count(2)
    drawings.first.scroll_into_view_if_needed()
    shoot(page, "viewer-constructs-chart")


def test_on_a_phone_lists_and_charts_stay_inside_the_page(
    phone: Page, live_server: LiveServer, scene: Scene
) -> None:
    enter(phone, live_server, scene, "viewer")
    phone.tap("a.figure[data-figure=low]")
    expect(phone.locator("#origin")).to_contain_text("平均")
    phone.tap("#origin .gv-close")
    phone.locator("svg[role=img]").first.scroll_into_view_if_needed()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shoot(phone, "phone-constructs")
