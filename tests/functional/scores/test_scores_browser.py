"""Score sheet, explanation, profile and the meeting's list in a browser: 36 departments, on a desk and on a phone."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from indicators.choices import LeafStatus
from tests.functional.journey.camera import shoot
from tests.functional.scores.assessed_office import FEBRUARY, JANUARY, MARCH, Assessed, build_assessed

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = [
    "区发展和改革局",
    "区教育和体育局",
    "区科技和经济信息化局",
    "区公安分局",
    "区民政局",
    "区司法局",
    "区财政局",
    "区人力资源和社会保障局",
    "区自然资源分局",
    "区生态环境分局",
    "区住房和城乡建设局",
    "区交通运输局",
    "区水利局",
    "区农业农村局",
    "区商务局",
    "区文化广播电视和旅游局",
    "区卫生健康局",
    "区退役军人事务局",
    "区应急管理局",
    "区审计局",
    "区市场监督管理局",
    "区统计局",
    "区医疗保障局",
    "区综合行政执法局",
    "区行政审批局",
    "区信访局",
    "区投资促进局",
    "区税务局",
    "区气象局",
    "区烟草专卖局",
    "区消防救援大队",
    "区残疾人联合会",
    "区供销合作社",
    "区公积金管理部",
    "区不动产登记中心",
    "区供电公司",
]


def figures() -> dict[str, dict[str, tuple[int, int] | str]]:
    """Every unit's rate falls down the list; the last two are the same in February and March, two apply to nobody."""
    made: dict[str, dict[str, tuple[int, int] | str]] = {}
    for period, step in ((JANUARY, 7), (FEBRUARY, 5), (MARCH, 3)):
        made[period] = {
            name: "none" if n in (28, 29) else (200, 200 - (n * step) % 101 - n // 3)
            for n, name in enumerate(NAMES)
        }
    for period in (FEBRUARY, MARCH):
        made[period] |= {NAMES[34]: (200, 80), NAMES[35]: (200, 80)}
    return made


@pytest.fixture
def assessed(transactional_db: None) -> Assessed:
    """36 departments; every leaf in words confirmed, but for one."""
    statuses = {
        name: (LeafStatus.DONE, LeafStatus.ON_TRACK, LeafStatus.BEHIND)[n % 3]
        for n, name in enumerate(NAMES)
        if n != 3
    }
    made = build_assessed(figures(), statuses)
    type(made.office).objects.filter(pk=made.office.pk).update(synthetic="合成数据")
    return made


def enter(page: Page, server: LiveServer, assessed: Assessed, who: str, path: str) -> None:
    client = Client()
    client.force_login(assessed.people[who])
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}]
    )
    page.goto(f"{server.url}{path}?period={MARCH}")


def address(assessed: Assessed, name: str, unit: str = NAMES[10]) -> str:
    pk = assessed.units[unit].pk
    args = {
        "sheet": [assessed.scheme.pk, pk],
        "explanation": [assessed.indicator.pk, pk],
        "profile": [pk],
        "meeting": [],
    }
    return reverse(f"admin:indicators_score_{name}", args=args[name])


def test_from_the_list_to_a_profile_a_sheet_and_its_cells(
    page: Page, live_server: LiveServer, assessed: Assessed
) -> None:
    enter(page, live_server, assessed, "admin", address(assessed, "meeting"))
    speakers = page.locator(".gv-speakers tbody tr")
    expect(speakers).to_have_count(2)
    expect(page.locator("body")).to_contain_text("合成数据")
    shoot(page, "administrator-meeting-list")
    speakers.first.locator("a").click()
    expect(page.locator("body")).to_contain_text("连续2期")
    shoot(page, "administrator-unit-profile")
    page.get_by_role("link", name="综合考核", exact=True).click()
    expect(page.locator(".gv-sheet")).to_contain_text("低于最低分")
    shoot(page, "administrator-score-sheet")
    page.get_by_role("link", name="按时办结", exact=True).click()
    expect(page.locator(".gv-cells")).to_contain_text("周文静")
    shoot(page, "administrator-explanation")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440


def test_entries_are_opened_from_the_list(page: Page, live_server: LiveServer, assessed: Assessed) -> None:
    enter(page, live_server, assessed, "admin", address(assessed, "meeting"))
    page.locator(".gv-box .gv-button").first.click()
    expect(page.locator("input[name=unit]:checked")).to_have_count(2)
    page.locator("input[name=unit]").first.uncheck()
    page.locator("form button[type=submit], form button").last.click()
    shoot(page, "administrator-meeting-opening")
    page.locator("button[value=open]").click()
    expect(page.locator(".gv-box").first).to_contain_text("ZG-")
    expect(page.locator(".gv-box").first).to_contain_text("尚未开立整改")


def test_a_unit_on_a_phone(phone: Page, live_server: LiveServer, assessed: Assessed) -> None:
    own = NAMES[10]
    for name in ("profile", "sheet", "explanation"):
        enter(phone, live_server, assessed, own, address(assessed, name))
        expect(phone.locator(".gv-ranking-title").first).to_contain_text(own)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        body = phone.locator("#main, body").first.inner_text()
        assert all(other not in body for other in NAMES if other != own)
        shoot(phone, f"clerk-score-{name}-phone")


def test_a_sheet_with_something_missing_and_on_paper(
    page: Page, live_server: LiveServer, assessed: Assessed
) -> None:
    enter(page, live_server, assessed, "viewer", address(assessed, "sheet", NAMES[3]))
    expect(page.locator(".gv-shut")).to_contain_text("1项考核内容还没有数据")
    shoot(page, "viewer-score-sheet-missing")
    page.get_by_role("link", name="打印").click()
    expect(page.locator("table")).to_contain_text("统一入口")
    shoot(page, "viewer-score-sheet-print")
