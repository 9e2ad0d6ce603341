"""Importing a week's file under a real browser: chosen, looked at, narrowed, saved; faults on a phone."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.models import Entry, EntryBatch
from tests.functional.journey.camera import shoot
from tests.functional.registers.batch_office import HEAD, TELEPHONE, UNITS, Problems, problems, row, workbook

Visit = Callable[..., None]
NAMES = (
    "办事指南未列明申请材料的份数",
    "窗口一次性告知不到位，群众往返两次",
    "系统未对接，申请人须重复提交营业执照",
    "承诺时限与办事指南公布的不一致",
    "自助终端无人维护，打印机长期缺纸",
)


@pytest.fixture
def yindu(transactional_db: Any) -> Problems:
    """With last week's file of 180 problems."""
    found = problems()
    today = timezone.localdate()
    found.load(
        *(problem(n) for n in range(1, 181)),
        opened_on=today - dt.timedelta(days=7),
        at=timezone.now() - dt.timedelta(days=7),
    )
    return found


def problem(number: int, **cells: Any) -> list[Any]:
    """One row of the list, handed out eight days ago unless told otherwise."""
    opened = timezone.localdate() - dt.timedelta(days=8)
    usual = {
        "问题名称": f"{NAMES[number % 5]}（{number}）",
        "交办日期": opened.isoformat(),
        "申请人电话": TELEPHONE,
    }
    return row(number, UNITS[number % 9], **(usual | cells))


@pytest.fixture
def visit(live_server: Any) -> Visit:
    """Opens a page of the registers, logged in."""

    def opened(page: Page, user: Any, name: str, number: int) -> None:
        client = Client()
        client.force_login(user)
        page.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        page.goto(live_server.url + reverse(f"admin:departments_register_{name}", args=[number]))

    return opened


def saved(directory: Path, name: str, *rows: list[Any]) -> Path:
    path = directory / name
    path.write_bytes(workbook(HEAD, rows))
    return path


def fits(page: Page) -> bool:
    """Nothing reaches beyond the window: tables scroll inside themselves."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_weeks_file_is_looked_at_and_saved(
    page: Page, visit: Visit, yindu: Problems, tmp_path: Path
) -> None:
    rows = [problem(n) for n in range(1, 189) if n not in (14, 77, 120)]
    rows[4] = problem(5, 来源="群众投诉", 整改时限=timezone.localdate().isoformat())
    rows[8] = problem(9, 问题名称="办事指南未列明申请材料的份数和来源渠道")
    rows[20] = problem(22, 申请人电话="13800000000")
    rows[30] = problem(32, 状态="无需整改")
    rows[40] = problem(42, 责任单位="行政审批局")
    file = saved(tmp_path, "殷都区问题整改清单（本周）.xlsx", *rows)
    visit(page, yindu.administrator, "import", yindu.register.pk)
    page.set_input_files("input[name=file]", file)
    page.select_option("select[name=gone_to]", label="已撤销")
    shoot(page, "administrator-register-import")
    page.click(".gs-batch-form button")
    expect(page.locator(".gs-tabs a")).to_have_count(4)
    assert [one.split()[-1] for one in page.locator(".gs-tabs b").all_inner_texts()] == ["8", "5", "3", "172"]
    page.click(".gs-tabs a[href='?part=changed']")
    changes = page.locator("[data-part=changed] tbody tr")
    expect(changes).to_have_count(5)
    expect(changes.nth(0).locator("ins")).to_have_count(2)
    expect(changes.nth(2).locator(".gs-differences")).to_contain_text("•••")
    shoot(page, "administrator-register-changes")
    assert "1380000" not in page.content()
    page.select_option("select[name=unit]", label="行政审批局")
    page.click(".gs-filters button")
    expect(page.locator("tbody tr th")).to_have_text(["P0042"])
    assert Entry.objects.count() == 180
    page.click("button[value=apply]")
    expect(page.locator("button[value=apply]")).to_have_count(0)
    batch = EntryBatch.objects.latest("pk")
    assert (batch.state, Entry.objects.count()) == ("applied", 188)
    assert {yindu.entry(key).status.code for key in ("P0014", "P0077", "P0120")} == {"void"}
    visit(page, yindu.administrator, "files", yindu.register.pk)
    expect(page.locator("tbody tr").first).to_contain_text("8")
    assert fits(page)


def test_the_lists_can_be_read_on_a_phone(phone: Page, visit: Visit, yindu: Problems, tmp_path: Path) -> None:
    batch = yindu.check(
        *(problem(n, 来源="群众投诉" if n % 3 else "自查") for n in range(1, 181)),
        opened_on=timezone.localdate(),
        at=timezone.now(),
    )
    visit(phone, yindu.administrator, "batch", batch.pk)
    expect(phone.locator("tbody tr")).to_have_count(50)
    assert fits(phone)
    shoot(phone, "phone-register-changes")
    visit(phone, yindu.administrator, "import", yindu.register.pk)
    assert fits(phone)


def test_faults_say_where_and_the_corrected_file_follows(
    page: Page, visit: Visit, yindu: Problems, tmp_path: Path
) -> None:
    bad = [problem(n) for n in range(1, 181)]
    bad[3] = problem(4, 责任单位="卫健")
    bad[90] = problem(91, 交办日期="上周三", 级别="省级")
    bad[120] = problem(1)
    visit(page, yindu.administrator, "import", yindu.register.pk)
    page.set_input_files("input[name=file]", saved(tmp_path, "有错的清单.xlsx", *bad))
    page.click(".gs-batch-form button")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(4)
    assert [one.split("\t")[0] for one in rows.all_inner_texts()] == ["5", "92", "92", "122"]
    expect(page.locator("button[value=apply]")).to_have_count(0)
    shoot(page, "administrator-register-faults")
    assert EntryBatch.objects.latest("pk").state == "faulty"
    page.click(".gs-banner .gs-primary")
    page.set_input_files(
        "input[name=file]", saved(tmp_path, "改好的清单.xlsx", *(problem(n) for n in range(1, 181)))
    )
    page.click(".gs-batch-form button")
    expect(page.locator("[data-part=same] tbody tr")).to_have_count(50)
    expect(page.locator("button[value=apply]")).to_have_count(0)
