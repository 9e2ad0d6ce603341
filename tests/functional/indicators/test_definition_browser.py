"""Definitions, their trial and targets under a real browser: two administrators, thirty-six departments, a clerk's phone."""

import csv
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from indicators.models import IndicatorVersion
from indicators.services.proposals import propose_version
from tests.functional.indicators.trial_office import Desk, make
from tests.functional.journey.camera import shoot
from tests.services.browser import DESKTOP, PHONE, Pages

TRUTH = Path(__file__).parents[2] / "truth" / "wujin" / "departments.csv"
pytestmark = pytest.mark.django_db(transaction=True)

Seat = Callable[..., Page]


@pytest.fixture
def seat(pages: Pages, live_server: Any) -> Seat:
    """A page of somebody who is logged in."""

    def opened(user: User, path: str, size: tuple[int, int] = DESKTOP) -> Page:
        page = pages.open(size)
        client = Client()
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return opened


@pytest.fixture
def wujin(transactional_db: Any) -> Desk:
    """The real departments with invented figures, marked as such."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        names = [row["name_annex1"] for row in csv.DictReader(file) if row["name_annex1"]]
    figures: dict[str, dict[str, tuple[int, int] | str]] = {
        period: {
            name: "none"
            if n % 17 == 5
            else (2 + n * 7 % 41, (2 + n * 7 % 41) * (60 + (n * step) % 41) // 100)
            for n, name in enumerate(names)
        }
        for period, step in (("2022Q1", 11), ("2022Q2", 13))
    }
    desk = make(figures=figures)
    desk.office.synthetic = "合成数据"
    desk.office.save()
    for username, name in (("admin", "王管理"), ("checker", "李复核"), ("clerk", "填报员甲")):
        User.objects.filter(pk=desk.people[username].pk).update(last_name=name)
    return desk


def fits(page: Page) -> bool:
    """Whether the page is no wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def definitions_path(desk: Desk) -> str:
    return reverse("admin:indicators_indicator_definitions", args=[desk.rate.pk])


def test_one_proposes_tries_and_another_checks(seat: Seat, pages: Pages, wujin: Desk) -> None:
    # The answer to what is refused is a page with the reason.
    pages.watch.allow("422")
    admin = seat(wujin.people["admin"], reverse("admin:indicators_indicator_change", args=[wujin.rate.pk]))
    admin.fill("input[name=minimum_denominator]", "10")
    admin.get_by_role("button", name="试算以上修改（不保存）").click()
    expect(admin.locator(".gs-trial-index a")).to_have_count(2)
    expect(admin.locator("body")).to_contain_text("退出排名")
    assert fits(admin)
    shoot(admin, "administrator-trial")
    assert not IndicatorVersion.objects.filter(state="proposed").exists()
    admin.fill("input[name=valid_from]", "2022-07-01")
    admin.get_by_role("button", name="提交复核").click()
    expect(admin.locator(".gs-version-proposed")).to_contain_text("最小")
    expect(admin.locator("body")).to_contain_text("李复核")
    expect(admin.get_by_role("button", name="复核通过")).to_have_count(0)
    checker = seat(wujin.people["checker"], definitions_path(wujin))
    assert fits(checker)
    shoot(checker, "administrator-definitions")
    checker.get_by_role("button", name="不同意").click()
    expect(checker.locator("[role=alert]")).to_contain_text("请写明原因")
    checker.get_by_role("button", name="复核通过").click()
    expect(checker.locator(".gs-version-checked")).to_have_count(2)
    expect(checker.locator("body")).to_contain_text("2022-01-01 至 2022-06-30")


def test_a_phone_shows_the_trial_and_the_definitions(seat: Seat, wujin: Desk) -> None:
    propose_version(
        indicator=wujin.rate,
        valid_from=dt.date(2022, 7, 1),
        user=wujin.people["admin"],
        minimum_denominator=10,
        note="基数过小的单位只列不排",
    )
    page = seat(
        wujin.people["checker"], reverse("admin:indicators_indicator_trial", args=[wujin.rate.pk]), PHONE
    )
    expect(page.locator(".gs-trial-index a")).to_have_count(2)
    assert fits(page)
    shoot(page, "phone-trial")
    page.goto(page.url.replace("/trial/", "/definitions/"))
    expect(page.get_by_role("button", name="复核通过")).to_be_visible()
    assert fits(page)
    shoot(page, "phone-definitions")


@pytest.fixture
def targets(wujin: Desk) -> Desk:
    """办结率 at least 90 % with a floor; 办件量 as a year's quotas, one short of the total and one beyond its plan."""
    wujin.target(wujin.rate, "2022Q2", 90, floor=Decimal(80))
    wujin.target(wujin.count, "2022", 1500, cumulative=True)
    for n, unit in enumerate(list(wujin.units.values())[:34]):
        wujin.target(wujin.count, "2022", 10 + n * 2, unit=unit, cumulative=True)
    return wujin


def test_the_office_sees_its_targets(seat: Seat, targets: Desk) -> None:
    page = seat(targets.people["admin"], reverse("admin:indicators_target_overview") + "?period=2022Q2")
    expect(page.locator(".gs-target-indicators tbody tr")).to_have_count(2)
    expect(page.locator("#quotas")).to_contain_text("分解合计与总目标不符")
    assert fits(page)
    shoot(page, "administrator-targets")
    page.locator(".gs-target-indicators a", has_text="办结率").click()
    expect(page.locator(".gs-target-rows tbody tr")).to_have_count(37)
    assert "indicator=rate" in page.url
    shoot(page, "administrator-target-units")
    page.select_option("select[name=light]", "yellow")
    page.get_by_role("button", name="筛选").click()
    assert (
        page.locator(".gs-target-rows .gs-light-yellow").count()
        == page.locator(".gs-target-rows tbody tr").count()
    )
    page.goto(page.url.split("?")[0] + "?period=2022Q2&indicator=count")
    expect(page.locator("body")).to_contain_text("落后于进度")
    assert fits(page)
    shoot(page, "administrator-target-pace")


def test_a_clerk_sees_the_own_targets_on_a_phone(seat: Seat, targets: Desk) -> None:
    page = seat(
        targets.people["clerk"], reverse("admin:indicators_target_overview") + "?period=2022Q2", PHONE
    )
    expect(page.locator(".gs-target-rows tbody tr")).to_have_count(2)
    assert fits(page)
    shoot(page, "clerk-targets-phone")
    office = seat(
        targets.people["admin"], reverse("admin:indicators_target_overview") + "?period=2022Q2", PHONE
    )
    assert fits(office)
    shoot(office, "phone-targets")
