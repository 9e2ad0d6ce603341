"""Importing units and uploading past figures as an administrator does it in the browser."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from departments import tasks
from departments.choices import Role
from departments.models import Group, Unit, Upload
from departments.services import organisation
from tests import build
from tests.functional.journey.camera import shoot
from tests.functional.transfer.files import xlsx_bytes
from tests.services.browser import PHONE, Pages

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = [
    "发改委",
    "教育局",
    "科技局",
    "工信局",
    "民宗局",
    "公安分局",
    "民政局",
    "司法局",
    "财政局",
    "人社局",
    "自然资源局",
    "生态环境局",
    "住建局",
    "城管局",
    "交通局",
    "水利局",
    "农业农村局",
    "商务局",
    "文体旅游局",
    "卫健委",
    "退役军人局",
    "应急局",
    "审计局",
    "市场监管局",
    "统计局",
    "医保局",
    "行政审批局",
    "税务局",
    "烟草局",
    "消防大队",
    "湖塘镇",
    "牛塘镇",
    "洛阳镇",
    "遥观镇",
    "横林镇",
    "高新区",
]
HEAD = ["单位", "期间", "应办数", "已办数"]


class Scene:
    """A district with 36 units, its administrator in the browser."""

    def __init__(self, live_server: Any, page: Page) -> None:
        self.page, self.site = page, live_server.url
        self.office = build.office("o", "某区")
        self.office.synthetic = "演示数据"
        self.office.save()
        self.group: Group = build.group(self.office)
        self.units: list[Unit] = [
            build.unit(self.office, f"D{n:02}", name, self.group) for n, name in enumerate(NAMES, 1)
        ]
        self.form = build.form(self.office, groups=[self.group])
        self.admin = organisation.save_account(username="admin", name="王敏")
        organisation.grant(user=self.admin, office=self.office, role=Role.ADMINISTRATOR)
        client = Client()
        client.force_login(self.admin)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": self.site}])

    def opens(self, name: str, *args: Any) -> None:
        self.page.goto(self.site + reverse(f"admin:{name}", args=args))

    def chooses(self, field: str, path: Path, data: bytes) -> None:
        path.write_bytes(data)
        self.page.set_input_files(f"input[name={field}]", str(path))

    def history(self, wrong: bool = False) -> bytes:
        """Two years of quarters for all units; with three faults."""
        rows: list[list[Any]] = [
            [name, f"{year}年第{'一二三四'[quarter]}季度", 100 + n + quarter, 90 + n]
            for year in (2020, 2021)
            for quarter in range(4)
            for n, name in enumerate(NAMES)
        ]
        if wrong:
            rows[5][0], rows[40][2], rows[77][3] = "公安大队", "约三百", 5000
        return xlsx_bytes([HEAD, *rows])

    def uploads(self, path: Path, data: bytes) -> Upload:
        self.opens("departments_upload_changelist")
        self.page.select_option("select[name=form]", label="事项表")
        self.chooses("file", path, data)
        self.page.click(".gs-upload-form button")
        expect(self.page.locator("#upload-progress")).to_be_visible()
        return Upload.objects.latest("pk")


@pytest.fixture
def scene(transactional_db: None, live_server: Any, page: Page) -> Scene:
    return Scene(live_server, page)


def test_units_from_a_table(scene: Scene, tmp_path: Path) -> None:
    head = ["代码", "全称", "简称", "考核组", "上级", "顺序", "成立日期", "生效日期", "别名"]
    rows = [
        ["D32", "某区牛塘镇人民政府", "牛塘镇", "depts", "", 32, "2000-01-01", "2000-01-01", "牛塘"],
        *(
            [
                f"V{n:02}",
                f"某区牛塘镇{name}村村民委员会",
                f"{name}村",
                "",
                "D32",
                100 + n,
                "2005-03-01",
                "",
                f"{name}村委",
            ]
            for n, name in enumerate(("卢家巷", "塘口", "厚恕", "丫河", "高家", "人民"), 1)
        ),
    ]
    scene.opens("departments_unit_import")
    scene.chooses("import_file", tmp_path / "单位.xlsx", xlsx_bytes([head, *rows]))
    scene.page.click("button.gs-primary")
    expect(scene.page.locator("tr.new")).to_have_count(6)
    expect(scene.page.locator("tr.update")).to_have_count(1)
    shoot(scene.page, "administrator-import-units")
    scene.page.click("button[name=confirm], input[name=confirm], form[action*=process_import] button")
    scene.page.wait_for_url("**/departments/unit/")
    assert Unit.objects.filter(versions__parent__code="D32").count() == 6
    assert Unit.objects.get(code="V01").opened_on == dt.date(2005, 3, 1)


def test_past_figures_checked_confirmed_and_saved(scene: Scene, tmp_path: Path, pages: Pages) -> None:
    upload = scene.uploads(tmp_path / "往年.xlsx", scene.history())
    Upload.objects.filter(pk=upload.pk).update(state="checking", rows=288, done=180)
    expect(scene.page.locator("#upload-done")).to_have_text("180")
    shoot(scene.page, "administrator-upload-progress")
    tasks.check_upload(upload.pk)
    save = scene.page.locator("form[method=post] button.gs-primary")
    expect(save).to_contain_text("288")
    shoot(scene.page, "administrator-upload-checked")
    scene.opens("departments_upload_changelist")
    shoot(scene.page, "administrator-uploads")
    scene.opens("departments_upload_change", upload.pk)
    save.click()
    expect(scene.page.locator("#upload-progress")).to_be_visible()
    tasks.check_upload(upload.pk)
    expect(scene.page.locator(".gs-upload-summary dd").first).to_have_text("288")
    expect(scene.page.locator("#upload-progress")).to_have_count(0)
    upload.refresh_from_db()
    assert upload.state == "saved"


@pytest.mark.parametrize("size", [None, PHONE], ids=["desktop", "phone"])
def test_faults_are_listed_with_row_and_column(
    scene: Scene, tmp_path: Path, pages: Pages, size: tuple[int, int] | None
) -> None:
    if size:
        scene.page.set_viewport_size({"width": size[0], "height": size[1]})
    upload = scene.uploads(tmp_path / "往年.xlsx", scene.history(wrong=True))
    tasks.check_upload(upload.pk)
    rows = scene.page.locator(".gs-upload tbody tr")
    expect(rows).to_have_count(3)
    for place, words in enumerate(("7", "42", "79")):
        expect(rows.nth(place).locator("td").first).to_have_text(words)
    shoot(scene.page, f"administrator-import-errors{'-phone' if size else ''}")
    overflow = scene.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 0
    with scene.page.expect_download() as download:
        scene.page.click("a[href$='/faults/']")
    assert download.value.suggested_filename == "faults.xlsx"
