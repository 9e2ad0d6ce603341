"""Alerts and 开立整改 under a real browser: a clerk at a desk and on a phone, an administrator with thirty-six departments."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.choices import AlertKind, Role
from departments.models import Alert, Entry
from departments.services.alerts.answering import answer_alert
from departments.services.alerts.daily import keep_alerts
from departments.services.alerts.matters import Matter
from departments.services.registers.definitions import save_register
from departments.services.registers.life import create_entry
from indicators.services import definitions
from tests import build
from tests.functional.alerts.scene import Scene, events, make, person
from tests.functional.journey.camera import shoot

TRUTH = Path(__file__).parents[2] / "truth" / "wujin" / "departments.csv"
TODAY = "/admin/departments/alert/today/"
KINDS = {AlertKind.BELOW_TARGET, AlertKind.OVERDUE_ENTRY, AlertKind.TOO_FEW, AlertKind.UNANSWERED}


def matters(scene: Scene) -> list[Matter]:
    """What a bad week leaves: every unit below a target, every third with overdue entries."""
    found = []
    for number, unit in enumerate(scene.units):
        found.append(
            Matter(
                unit.pk,
                AlertKind.BELOW_TARGET,
                "target:online",
                f"行政许可网上可办率（2023年5月）{60 + number}.3%，低于目标值90%",
                "/admin/",
            )
        )
        if number % 3 == 0:
            found.append(
                Matter(
                    unit.pk,
                    AlertKind.OVERDUE_ENTRY,
                    "entry:1",
                    "ZG-2023-014 政务服务网“社会保险登记”办事指南办理时限与实际不符，窗口现场告知材料清单缺少委托书样本，应于6月14日前办结",
                    "/admin/",
                )
            )
            found.append(
                Matter(
                    unit.pk,
                    AlertKind.TOO_FEW,
                    "least:1",
                    "信息报送（2023年第24周）：应不少于2次，实有1次",
                    "/admin/",
                )
            )
    return found


@pytest.fixture
def wujin(transactional_db: Any) -> Scene:
    """The real departments; yesterday's alerts reminded of today, one of them answered."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        names = tuple(row["name_annex1"] for row in csv.DictReader(file) if row["name_annex1"])
    scene = make(names=names)
    now = timezone.now()
    standing = matters(scene)
    for days in (3, 2, 0):
        of = [matter for matter in standing if days < 3 or matter.kind == AlertKind.BELOW_TARGET]
        keep_alerts(office=scene.office, matters=of, kinds=KINDS, at=now - dt.timedelta(days=days))
    alert = Alert.objects.filter(unit=scene.units[0], kind=AlertKind.BELOW_TARGET).get()
    answer_alert(
        alert=alert,
        user=scene.clerks[0],
        text="已向市局申请开放接口，预计6月底前新增32项可网办，届时可办率达到91%。",
        at=now,
    )
    return scene


def log_in(page: Page, live_server: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_clerk_answers(page: Page, live_server: Any, wujin: Scene) -> None:
    log_in(page, live_server, wujin.clerks[0])
    page.goto(f"{live_server.url}/admin/")
    page.locator(".gs-alert-task a").click()
    expect(page.locator(".gs-alerts li")).to_have_count(3)
    assert fits(page)
    shoot(page, "clerk-alerts")
    box = page.locator(".gs-alerts textarea:visible").first
    box.fill("已安排专人核对，本周五前完成")
    page.get_by_role("button", name="答复", exact=True).first.click()
    expect(page.locator(".gs-alerts").first.locator("li")).to_have_count(1)
    expect(page.locator("main, #content, body").first).to_contain_text("已安排专人核对，本周五前完成")
    expect(page.locator(".gs-top h1")).to_contain_text("待答复1条，已答复2条")


def test_on_a_phone(phone: Page, live_server: Any, wujin: Scene) -> None:
    log_in(phone, live_server, wujin.clerks[0])
    phone.goto(live_server.url + TODAY)
    expect(phone.locator(".gs-alerts li")).to_have_count(3)
    assert fits(phone)
    shoot(phone, "phone-alerts")
    log_in(phone, live_server, wujin.administrator)
    phone.goto(f"{live_server.url}/admin/departments/alert/")
    expect(phone.locator("tbody tr")).to_have_count(50)
    assert fits(phone)


def test_the_office_looks_who_has_not_answered(page: Page, live_server: Any, wujin: Scene) -> None:
    log_in(page, live_server, wujin.administrator)
    page.goto(f"{live_server.url}/admin/departments/alert/")
    expect(page.locator("tbody tr")).to_have_count(50)
    assert fits(page)
    shoot(page, "administrator-alerts")
    page.select_option("select[name=state]", "answered")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "state=answered" in page.url
    page.locator("tbody a.gs-link").click()
    expect(page.locator("body")).to_contain_text("已向市局申请开放接口")


@pytest.fixture
def ranked(wujin: Scene) -> Any:
    """办结率 of every department, two tied at the end."""
    form = build.form(wujin.office, frequency="month", groups=[wujin.group])
    window = build.window(form, "2023-05")
    approver = person("approver", "李审批", wujin.office, Role.ADMINISTRATOR)
    for number, unit in enumerate(wujin.units):
        done = 50 if number in (7, 20) else 60 + number
        submission = window.submissions.get(unit=unit)
        build.approve(build.fill(submission, {"due": 100, "done": done}, wujin.clerks[number]), approver)
    from govsvc import outbox

    outbox.drain()
    indicator = definitions.save_indicator(office=wujin.office, code="closing", name="办结率")
    definitions.save_version(
        indicator=indicator, valid_from=dt.date(2022, 1, 1), numerator="已办数", denominator="应办数"
    )
    return definitions.save_ranking(
        office=wujin.office, code="closing", indicator=indicator, group=wujin.group, name="办结率排名", last=3
    )


def test_an_administrator_opens_entries_for_the_end_of_a_ranking(
    page: Page, live_server: Any, wujin: Scene, ranked: Any
) -> None:
    wujin.register.types = "排名靠后\n检查发现"
    wujin.register.save()
    log_in(page, live_server, wujin.administrator)
    page.goto(f"{live_server.url}/admin/indicators/ranking/{ranked.pk}/page/?period=2023-05")
    page.get_by_role("link", name="开立整改…").click()
    expect(page.locator("input[name=unit]")).to_have_count(3)
    assert fits(page)
    page.fill("input[name=last]", "5")
    page.get_by_role("button", name="确定名次").click()
    expect(page.locator("input[name=unit]")).to_have_count(5)
    page.locator("input[name=unit]").first.uncheck()
    shoot(page, "administrator-open-rectification-units")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert fits(page)
    shoot(page, "administrator-open-rectification")
    assert not Entry.objects.exists()
    page.get_by_role("button", name="开立4条").click()
    expect(page.locator("#opened")).to_contain_text("-004")
    assert Entry.objects.count() == 4
    page.locator("#opened a").first.click()
    expect(page.locator("body")).to_contain_text("办结率排名")


def test_a_phone_opens_too(phone: Page, live_server: Any, wujin: Scene, ranked: Any) -> None:
    log_in(phone, live_server, wujin.administrator)
    phone.goto(f"{live_server.url}/admin/indicators/ranking/{ranked.pk}/opening/?period=2023-05&last=36")
    assert fits(phone)
    phone.get_by_role("button", name="预览").click()
    expect(phone.locator("tbody tr")).to_have_count(36)
    assert fits(phone)
    shoot(phone, "phone-open-rectification")


def test_the_list_of_registers_says_who_is_short(page: Page, live_server: Any, wujin: Scene) -> None:
    register = events(wujin)
    for number in range(2):
        create_entry(
            register=register,
            unit=wujin.units[0],
            key=f"XX-{number}",
            name="经验做法获省级采用",
            user=wujin.administrator,
        )
    save_register(office=wujin.office, code="praise", title="表扬投诉", kind="event")
    log_in(page, live_server, wujin.administrator)
    page.goto(f"{live_server.url}/admin/departments/register/overview/")
    block = page.locator(".gs-short")
    expect(block).to_have_count(1)
    expect(block).to_contain_text("（0/2）")
    expect(block).not_to_contain_text(f"{wujin.units[0].name}（")
    assert fits(page)
    shoot(page, "administrator-short-registers")
    log_in(page, live_server, wujin.clerks[0])
    page.goto(f"{live_server.url}/admin/departments/register/overview/")
    expect(page.locator(".gs-short")).to_contain_text("本期各单位均已达到")
