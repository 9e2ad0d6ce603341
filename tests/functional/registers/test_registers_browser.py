"""台账 under a real browser: a clerk, a unit head, an administrator and a viewer, on a desk and on a phone, with 36 units."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.choices import Role
from departments.models import Entry, Office, Register, Unit
from departments.services.registers import life
from tests import build
from tests.functional.board.scene import names
from tests.functional.board.test_board_browser import fits, log_in
from tests.functional.journey.camera import shoot

PROBLEMS = (
    ("不动产转移登记办事指南材料目录未更新", "材料"),
    ("企业开办申报超过承诺时限 2 个工作日未办结", "时限"),
    ("灵活就业参保登记网办按钮打不开，点击后提示系统繁忙", "材料"),
    ("窗口人员一次性告知不到位，群众往返三次", "态度"),
    ("医保异地就医备案页面跳转至外省平台", "时限"),
)


class Scene:
    """36 units with 6 entries each; the first unit has one sent back, one answered and one that came again."""

    def __init__(self) -> None:
        self.office: Office = build.office("reg", "殷都区")
        group = build.group(self.office)
        self.units: list[Unit] = [
            build.unit(self.office, f"U{n:02d}", name, group) for n, (_code, name) in enumerate(names()[:36])
        ]
        self.admin = build.person("administrator1", self.office, Role.ADMINISTRATOR)
        self.clerk = build.person("clerk1", self.office, Role.CLERK, self.units[0])
        self.head = build.person("head1", self.office, Role.UNIT_HEAD, self.units[0])
        self.viewer = build.person("viewer1", self.office, Role.VIEWER)
        for user, name in (
            (self.admin, "王建国"),
            (self.clerk, "李晓明"),
            (self.head, "赵敏"),
            (self.viewer, "孙丽"),
        ):
            user.last_name = name
            user.save()
        self.register: Register = build.register(
            self.office,
            title="政务服务网网办问题整改台账",
            due_days=10,
            contact="数字政务科 王建国 0372-1234567",
            notes="按上级交办文件登记；整改结果须写明时间、措施和责任人。",
        )
        self.entries = self._fill()

    def _fill(self) -> list[Entry]:
        today = timezone.localdate()
        rows = [
            Entry(
                register=self.register,
                unit=unit,
                key=f"ZG-{unit.code[1:]}{number:02d}",
                name=PROBLEMS[number % 5][0],
                type=PROBLEMS[number % 5][1],
                level="重大" if number == 3 else "一般",
                status=self.register.statuses.get(
                    code=("open", "open", "answered", "done", "exempt", "open")[number % 6]
                ),
                opened_on=today - dt.timedelta(days=20 + number),
                due_on=today + dt.timedelta(days=number * 4 - 5),
                done_on=today - dt.timedelta(days=3) if number % 6 == 3 else None,
                values={"problem": "群众反映多次，现场核实属实。"},
                created_at=timezone.now(),
            )
            for unit in self.units[1:]
            for number in range(6)
        ]
        Entry.objects.bulk_create(rows)
        made = []
        for number, (name, kind) in enumerate((*PROBLEMS, PROBLEMS[0])):
            made.append(
                build.entry(
                    self.register,
                    self.units[0],
                    self.admin,
                    key=f"ZG-00{number:02d}",
                    name=name,
                    type=kind,
                    level="重大" if number == 1 else "一般",
                    opened_on=today - dt.timedelta(days=12 - number),
                    due_on=today + dt.timedelta(days=number * 3 - 4),
                    values={"problem": "核实时间、地点、经过。\n群众反映多次，现场核实属实。"},
                    personal={"phone": "13800001111"},
                )
            )
        life.attach_file(
            entry=made[1],
            file=SimpleUploadedFile("整改前后对比照片.pdf", b"%PDF-1.4 photo"),
            user=self.clerk,
        )
        build.move(made[1], "answered", self.clerk, "已调整审批环节，压缩至 1 个工作日；责任人：李晓明。")
        build.move(made[1], "open", self.admin, "请补充调整后的流程图。")
        build.move(made[2], "answered", self.clerk, "按钮已修复，并检查了其余 32 个事项。")
        return made


@pytest.fixture
def scene(transactional_db: Any) -> Scene:
    return Scene()


def entries_url(live_server: Any, scene: Scene, query: str = "") -> str:
    url = reverse("admin:departments_register_entries", args=[scene.register.pk])
    return f"{live_server.url}{url}{query}"


def entry_url(live_server: Any, entry: Entry) -> str:
    return live_server.url + reverse("admin:departments_entry_change", args=[entry.pk])


def test_a_clerk_answers_from_the_tasks(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.clerk)
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_role("heading", name="待办条目")).to_be_visible()
    shoot(page, "clerk-entries-tasks")
    page.goto(entries_url(live_server, scene))
    expect(page.locator(".gs-entries tbody tr")).to_have_count(6)
    assert fits(page)
    shoot(page, "clerk-register")
    page.goto(entry_url(live_server, scene.entries[1]))
    expect(page.locator(".gs-history")).to_contain_text("请补充调整后的流程图")
    expect(page.locator("#col-phone")).to_have_text("13800001111")
    page.fill("#col-measures", "调整审批环节；每周抽查。")
    page.fill("#text", "已补充流程图，见佐证材料。")
    assert fits(page)
    shoot(page, "clerk-entry")
    page.set_input_files(
        "input[name=file]",
        {"name": "流程图.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 flow"},
    )
    page.press("#text", "Control+Enter")
    expect(page.locator(".gs-top .gs-status")).to_have_text("待核查")
    expect(page.locator("#files li")).to_have_count(2)
    entry = Entry.objects.get(pk=scene.entries[1].pk)
    assert (entry.status.code, entry.values["measures"]) == ("answered", "调整审批环节；每周抽查。")


def test_a_wanted_text_is_asked_for_before_anything_is_sent(
    page: Page, live_server: Any, scene: Scene
) -> None:
    log_in(page, live_server, scene.clerk)
    page.goto(entry_url(live_server, scene.entries[0]))
    page.fill("#col-measures", "正在更新")
    page.get_by_role("button", name="提交整改结果").click()
    expect(page.locator("#text")).to_be_focused()
    page.press("#col-measures", "Control+s")
    expect(page.locator("#col-measures")).to_have_value("正在更新")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert Entry.objects.get(pk=scene.entries[0].pk).values["measures"] == "正在更新"


def test_a_colleagues_change_is_shown_beside_what_was_typed(
    page: Page, live_server: Any, scene: Scene, watch: Any
) -> None:
    watch.allow("409")
    log_in(page, live_server, scene.clerk)
    page.goto(entry_url(live_server, scene.entries[0]))
    page.fill("#col-measures", "我写的措施")
    life.edit_entry(entry=scene.entries[0], user=scene.head, values={"measures": "负责人写的措施"})
    page.press("#col-measures", "Control+s")
    expect(page.locator("#conflict")).to_contain_text("负责人写的措施")
    expect(page.locator("#col-measures")).to_have_value("我写的措施")
    shoot(page, "clerk-entry-conflict")
    page.press("#col-measures", "Control+s")
    expect(page.locator("#conflict")).to_have_count(0)
    assert Entry.objects.get(pk=scene.entries[0].pk).values["measures"] == "我写的措施"


def test_a_unit_head_sees_what_is_due(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.head)
    page.goto(entries_url(live_server, scene, "?meaning=open"))
    expect(page.locator(".gs-entries tbody tr").first).to_contain_text("逾期")
    shoot(page, "unit-head-register")
    page.get_by_role("link", name="名称").first.click()
    expect(page.locator("[aria-sort=ascending]")).to_have_text("名称")
    expect(page.locator("select[name=meaning]")).to_have_value("open")


def test_an_administrator_filters_and_accepts(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.admin)
    page.goto(f"{live_server.url}{reverse('admin:departments_register_overview')}")
    assert fits(page)
    shoot(page, "administrator-registers")
    page.goto(entries_url(live_server, scene))
    expect(page.locator(".gs-entries tbody tr")).to_have_count(50)
    assert fits(page)
    shoot(page, "administrator-register")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".gs-progress")).to_contain_text("2 / 5")
    page.goto(entry_url(live_server, scene.entries[2]))
    expect(page.locator("#first-move")).to_contain_text("核查通过")
    shoot(page, "administrator-entry-check")
    page.get_by_text("改派责任单位").click()
    shoot(page, "administrator-entry-hand-on", page.locator(".gs-side"))
    page.goto(entries_url(live_server, scene, "?meaning=answered"))
    page.locator("[data-all-rows]").check()
    page.get_by_role("button", name="批量核查通过").click()
    expect(page.locator(".gs-entries tbody tr")).to_have_count(36)
    assert fits(page)
    shoot(page, "administrator-entries-check")
    page.locator("input[name=chosen]").first.uncheck()
    page.get_by_role("button", name="核查通过").click()
    expect(page.get_by_text("已核查通过 35 条")).to_be_visible()
    assert Entry.objects.filter(status__code="answered").count() == 1


def test_an_administrator_defines_a_register(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.admin)
    page.goto(f"{live_server.url}{reverse('admin:departments_register_add')}")
    page.fill("#id_code", "reviews")
    page.fill("#id_title", "差评整改台账")
    page.fill("#id_types", "差评\n投诉")
    page.get_by_role("button", name="保存并继续编辑").click()
    register = Register.objects.get(code="reviews")
    assert register.statuses.count() == 5
    page.goto(f"{live_server.url}{reverse('admin:departments_register_change', args=[scene.register.pk])}")
    shoot(page, "administrator-register-definition")
    page.get_by_role("link", name="流转", exact=True).click()
    expect(
        page.get_by_text("提交整改结果").or_(page.locator("input[value='提交整改结果']")).first
    ).to_be_visible()
    shoot(page, "administrator-register-moves")
    page.goto(f"{live_server.url}{reverse('admin:departments_register_closing', args=[scene.register.pk])}")
    page.fill("input[name=through]", "2022-03-31")
    page.get_by_role("button", name="结账").click()
    expect(page.locator(".gs-banner")).to_contain_text("已结账至2022年3月31日")
    shoot(page, "administrator-register-closing")


def test_an_administrator_enters_an_entry(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.admin)
    page.goto(f"{live_server.url}{reverse('admin:departments_register_new', args=[scene.register.pk])}")
    page.fill("#field-name", "新交办的问题")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gs-has-error #unit")).to_be_focused()
    shoot(page, "administrator-entry-new")
    page.select_option("#unit", label=scene.units[3].name)
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".gs-name-line")).to_have_text("新交办的问题")


def test_a_viewer_reads_and_changes_nothing(page: Page, live_server: Any, scene: Scene) -> None:
    log_in(page, live_server, scene.viewer)
    page.goto(entries_url(live_server, scene))
    expect(page.locator(".gs-entries input")).to_have_count(0)
    shoot(page, "viewer-register")
    page.goto(entry_url(live_server, scene.entries[1]))
    expect(page.locator("#entry-form button")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("13800001111")
    expect(page.locator("body")).not_to_contain_text("联系电话")


@pytest.mark.parametrize(("who", "role"), [("clerk", "clerk"), ("admin", "administrator")])
def test_on_a_phone_nothing_is_wider_than_the_screen(
    who: str, role: str, phone: Page, live_server: Any, scene: Scene
) -> None:
    log_in(phone, live_server, getattr(scene, who))
    entry = scene.entries[1 if who == "clerk" else 2]
    for what, url in (
        ("registers", f"{live_server.url}{reverse('admin:departments_register_overview')}"),
        ("register", entries_url(live_server, scene)),
        ("entry", entry_url(live_server, entry)),
        ("tasks", f"{live_server.url}/admin/"),
    ):
        phone.goto(url)
        assert fits(phone), url
        if what in ("register", "entry"):
            shoot(phone, f"{role}-{what}-phone")
