"""A request under a real browser: written and handed out, answered, looked at, reminded of; at a desk and on a phone."""

import csv
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.choices import AnswerState
from departments.models import Notice, Request
from departments.services.requests import answering, drafting, issuing
from departments.services.requests.reminders import remind_now
from tests.functional.journey.camera import shoot
from tests.functional.requests.scene import PDF, Scene, make_scene, pdf

TRUTH = Path(__file__).parents[2] / "truth" / "yindu" / "departments.csv"
LIST = "/admin/departments/request/"
TEXT = """请对照《殷都区系统性重塑行政审批制度推进政务服务标准化规范化便利化改革方案（征求意见稿）》逐条提出修改意见，写明条款和理由。
没有修改意见的，请答“无意见”。逾期未回复的，将在工作通报中列名。"""
TITLE = "《殷都区政务服务标准化规范化便利化改革方案（征求意见稿）》修改意见"


@pytest.fixture
def yindu(transactional_db: Any) -> Scene:
    """36 of the real departments."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        names = [row["canonical"] for row in csv.DictReader(file) if row["annexes_present"]]
    return make_scene(tuple(names[:36]))


def hand_out(scene: Scene, *, days: float = 5, title: str = TITLE, document: bool = True) -> Request:
    draft = scene.draft(
        due_at=timezone.now() + timezone.timedelta(days=days),
        title=title,
        text=TEXT,
        contact="区政务办 李工 5500001",
    )
    if document:
        drafting.add_document(
            request=draft, file=pdf("改革方案（征求意见稿）.pdf"), user=scene.people["admin"]
        )
    return issuing.hand_out(request=draft, user=scene.people["admin"])


def answer_some(scene: Scene, request: Request) -> None:
    """Most have answered in every way, one is returned, some accepted, four owe."""
    for unit in range(36):
        if unit in (5, 6, 26, 28):
            continue
        answer, clerk = scene.answer(request, unit), scene.people[f"clerk{unit}"]
        if unit % 3 == 0:
            answering.attach_to_answer(answer=answer, file=pdf(f"{answer.unit.name}修改意见.pdf"), user=clerk)
        no_comment = unit % 3 == 1
        text = "建议将第三条“一窗受理”改为“综窗受理”，并写明责任单位。" if unit % 3 == 2 else ""
        answering.hand_in(answer=answer, user=clerk, text=text, no_comment=no_comment)
        if unit < 20:
            answering.accept(answer=scene.answer(request, unit), user=scene.people["admin"])
    answering.return_answer(
        answer=scene.answer(request, 24),
        user=scene.people["second"],
        reason="附件缺少第二部分，请补齐后重新提交",
    )


def make_overdue(request: Request) -> None:
    now = timezone.now()
    Request.objects.filter(pk=request.pk).update(
        opens_at=now - timezone.timedelta(days=7), due_at=now - timezone.timedelta(hours=26)
    )
    answered = request.answers.filter(handed_in_at__isnull=False)
    early = list(answered.values_list("pk", flat=True))[:-2]
    request.answers.filter(pk__in=early).update(handed_in_at=now - timezone.timedelta(days=3))


def log_in(page: Page, live_server: Any, user: Any) -> None:
    """The session cookie that logging in gives."""
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_administrator_writes_and_hands_out(page: Page, live_server: Any, yindu: Scene) -> None:
    log_in(page, live_server, yindu.people["admin"])
    page.goto(live_server.url + LIST)
    expect(page.locator(".gs-empty")).to_contain_text("还没有报送要求")
    page.get_by_role("link", name="新建报送要求").click()
    expect(page.locator("#id_due_at")).to_have_value(
        f"{timezone.localtime(drafting.usual_due(yindu.office)):%Y-%m-%dT%H:%M}"
    )
    page.fill("#id_title", TITLE)
    page.fill("#id_text", TEXT)
    page.check("input[name=takes_no_comment]")
    page.set_input_files(
        "input[name=documents]", {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator("[data-all-units]").check()
    expect(page.locator("[data-chosen-count]")).to_have_text("36")
    page.locator("input[name=units]").nth(3).uncheck()
    expect(page.locator("[data-unit-count]")).to_have_text("35/36")
    assert fits(page)
    shoot(page, "administrator-request-form")
    page.get_by_role("button", name="下发…").click()
    expect(page.locator("#hand-out-confirm")).to_contain_text("35家")
    expect(page.locator(".gs-request-files")).to_contain_text("方案.pdf")
    page.get_by_role("button", name="确认下发").click()
    expect(page.locator(".gs-answers tbody tr")).to_have_count(35)
    assert Notice.objects.count() == 35
    assert fits(page)


def test_a_clerk_answers(page: Page, live_server: Any, yindu: Scene) -> None:
    request = hand_out(yindu)
    log_in(page, live_server, yindu.people["clerk5"])
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("待答复的报送要求")).to_be_visible()
    shoot(page, "clerk-request-tasks")
    page.get_by_role("link", name=TITLE).click()
    page.fill("#text", "建议将第三条“一窗受理”改为“综窗受理”，并写明责任单位。")
    file = {"name": "民宗局修改意见.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="保存").last.click()
    expect(page.locator("#answer-form .gs-request-files")).to_contain_text("民宗局修改意见.pdf")
    assert fits(page)
    shoot(page, "clerk-request")
    page.get_by_role("button", name="无意见").click()
    expect(page.locator("#no-comment-confirm")).to_be_visible()
    page.get_by_role("button", name="确认无意见").click()
    expect(page.get_by_text("“无意见”不能带文字或文件")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("#locked")).to_contain_text("可以撤回")
    assert yindu.answer(request, 5).state == AnswerState.ANSWERED
    shoot(page, "clerk-request-answered")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator("#text")).to_be_visible()
    assert yindu.answer(request, 5).state == AnswerState.WAITING


def test_the_office_looks_accepts_returns_and_reminds(page: Page, live_server: Any, yindu: Scene) -> None:
    request = hand_out(yindu)
    answer_some(yindu, request)
    make_overdue(request)
    remind_now(
        request=request,
        units=yindu.units,
        user=yindu.people["admin"],
        text="请于今天下班前报送",
        at=timezone.now() - timezone.timedelta(hours=5),
    )
    hand_out(yindu, title="《中介服务事项清单（2023年）》", days=3)
    yindu.draft(title="《特殊环节目录清单（2023年）》", due_at=timezone.now() + timezone.timedelta(days=9))
    log_in(page, live_server, yindu.people["admin"])
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("进行中的报送要求")).to_be_visible()
    page.goto(live_server.url + LIST)
    expect(page.locator(".gs-table tbody tr")).to_have_count(3)
    assert fits(page)
    shoot(page, "administrator-requests")
    page.get_by_role("link", name=TITLE).click()
    rows = page.locator(".gs-answers tbody tr")
    expect(rows).to_have_count(36)
    expect(rows.first).to_contain_text("逾期未答复")
    assert fits(page)
    shoot(page, "administrator-request")
    page.get_by_role("link", name="逾期未答复 4").click()
    expect(rows).to_have_count(4)
    expect(page).to_have_url(f"{live_server.url}{LIST}{request.pk}/change/?state=missing")
    page.get_by_role("link", name="催报").click()
    expect(page.locator("input[name=answer]")).to_have_count(4)
    page.locator("input[name=answer]").first.uncheck()
    shoot(page, "administrator-request-remind")
    before = Notice.objects.count()
    page.get_by_role("button", name="立即催报").click()
    expect(rows).to_have_count(36)
    assert Notice.objects.count() == before + 3
    page.goto(f"{live_server.url}{LIST}{request.pk}/change/?state=answered")
    expect(rows).to_have_count(13)
    page.locator("[data-all-rows]").check()
    rows.nth(0).locator("input[type=checkbox]").uncheck()
    page.get_by_role("button", name="采纳所选答复").click()
    expect(rows).to_have_count(1)
    rows.first.locator("th a").click()
    expect(page.get_by_role("button", name="采纳")).to_be_visible()
    page.fill("input[name=reason]", "请补充依据")
    shoot(page, "administrator-request-answer")
    page.get_by_role("button", name="退回").click()
    expect(rows).to_have_count(36)
    page.get_by_text("调整截止时间", exact=True).click()
    page.get_by_text("增加单位", exact=True).click()
    assert fits(page)


def test_a_viewer_reads_and_changes_nothing(page: Page, live_server: Any, yindu: Scene) -> None:
    request = hand_out(yindu)
    answer_some(yindu, request)
    make_overdue(request)
    log_in(page, live_server, yindu.people["viewer"])
    page.goto(live_server.url + LIST)
    page.get_by_role("link", name=TITLE).click()
    expect(page.locator(".gs-answers tbody tr")).to_have_count(36)
    for name in ("采纳所选答复", "催报", "关闭", "调整"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("link", name="催报未报单位")).to_have_count(0)
    shoot(page, "viewer-request")
    page.goto(live_server.url + LIST)
    page.get_by_role("link", name="全部逾期未答复").click()
    expect(page.locator(".gs-answers tbody tr")).to_have_count(4)
    assert fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_on_a_phone(phone: Page, live_server: Any, yindu: Scene) -> None:
    request = hand_out(yindu)
    log_in(phone, live_server, yindu.people["clerk5"])
    phone.goto(f"{live_server.url}/admin/")
    assert fits(phone)
    phone.get_by_role("link", name=TITLE).click()
    assert fits(phone)
    shoot(phone, "phone-request")
    phone.get_by_role("button", name="无意见").click()
    phone.get_by_role("button", name="确认无意见").click()
    expect(phone.locator("#locked")).to_be_visible()
    assert yindu.answer(request, 5).kind == "no_comment"
    assert fits(phone)
    for unit in range(3):
        answering.hand_in(answer=yindu.answer(request, unit), user=yindu.people[f"clerk{unit}"], text="同意")
    log_in(phone, live_server, yindu.people["admin"])
    for page in (
        LIST,
        f"{LIST}add/",
        f"{LIST}{request.pk}/change/",
        f"{LIST}{request.pk}/remind/",
        "/admin/departments/requestanswer/",
        reverse("admin:departments_requestanswer_change", args=[yindu.answer(request, 1).pk]),
    ):
        phone.goto(live_server.url + page)
        assert fits(phone), page
    phone.goto(f"{live_server.url}{LIST}{request.pk}/change/")
    shoot(phone, "phone-request-office")


def test_nothing_was_asked_yet(page: Page, live_server: Any, yindu: Scene) -> None:
    log_in(page, live_server, yindu.people["clerk0"])
    page.goto(f"{live_server.url}/admin/departments/requestanswer/")
    expect(page.locator(".gs-empty")).to_contain_text("目前没有要求您报送的材料")
    page.goto(f"{live_server.url}/admin/")
    expect(page.get_by_text("待答复的报送要求")).to_have_count(0)
