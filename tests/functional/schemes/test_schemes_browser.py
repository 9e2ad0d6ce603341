"""Schemes and leaves in words under a real browser: set up, reported, confirmed; at a desk and on a phone, with and without scripts."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from indicators.models import LeafReport
from indicators.services.leaf_reports import confirm_leaf, return_leaf
from indicators.services.schemes import save_node
from tests.functional.journey.camera import shoot
from tests.functional.schemes.desk import PERIOD, Desk, make_desk, pdf
from tests.services.browser import Watch

TRUTH = Path(__file__).parents[2] / "truth"
PLACES = "/admin/indicators/"
PHONE_PICTURES = {
    "tree": "administrator-scheme-phone",
    "list": "clerk-leaves-phone",
    "matrix": "administrator-leaves-matrix-phone",
}


@pytest.fixture
def big(transactional_db: Any) -> Desk:
    """36 real names of departments over the small scheme, with a dozen more leaves in words."""
    with (TRUTH / "yindu" / "departments.csv").open(encoding="utf-8-sig", newline="") as file:
        names = [row["canonical"] for row in csv.DictReader(file) if row["annexes_present"]]
    desk = make_desk(tuple(names[:36]))
    save_node(scheme=desk.scheme, key="3", name="改革创新")
    for number, name in enumerate(
        (
            "一件事一次办",
            "跨域通办",
            "证照分离",
            "告知承诺制",
            "帮办代办",
            "延时错时服务",
            "政策兑现",
            "信息宣传",
        ),
        1,
    ):
        save_node(
            scheme=desk.scheme,
            key=f"3.{number}",
            parent="3",
            name=name,
            rule="status",
            points=Decimal(1),
            table=[["done", "1"], ["on_track", "0.6"], ["behind", "0.2"], ["not_started", "0"]],
            lead="区行政审批局",
            responsible="区级各部门、各镇街道",
        )
    return desk


def log_in(page: Page, live_server: Any, user: Any) -> None:
    client = Client()
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )


def fits(page: Page) -> bool:
    """Whether the page is no wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def tree(desk: Desk) -> str:
    return reverse("admin:indicators_scheme_change", args=[desk.scheme.pk])


def report_some(desk: Desk) -> None:
    """Every status and state in one matrix; five units owe."""
    statuses = ("done", "on_track", "behind", "not_started", "not_applicable")
    for unit in range(31):
        for number in range(1, 9):
            if (unit + number) % 7 == 0:
                continue
            report = desk.report(
                f"3.{number}", unit, statuses[(unit * number) % 5], text="已制定方案并召开推进会，下月起实施"
            )
            if (unit + number) % 3:
                confirm_leaf(report=report, user=desk.people["admin"])
            elif (unit + number) % 6 == 0:
                return_leaf(report=report, user=desk.people["admin"], reason="请补充会议纪要和照片")


def test_the_office_reads_the_tree_and_mends_it(page: Page, live_server: Any, big: Desk) -> None:
    log_in(page, live_server, big.people["admin"])
    page.goto(live_server.url + tree(big))
    expect(page.locator(".gs-tree tbody tr")).to_have_count(17)
    # 108 points: worth a look, but nothing to be mended.
    expect(page.locator(".gs-banner-local")).to_contain_text("108")
    expect(page.locator(".gs-problems")).to_have_count(0)
    assert fits(page)
    shoot(page, "administrator-scheme-tree")
    page.get_by_role("button", name="下移“窗口建设”").click()
    page.get_by_role("link", name="添加节点").click()
    page.fill("#id_name", "工作创新")
    expect(page.locator("#id_key")).to_have_value("4")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".gs-problems li")).to_have_count(1)
    page.locator(".gs-problems a").click()
    expect(page.locator("tr:target .gs-fault")).to_be_visible()
    assert fits(page)
    shoot(page, "administrator-scheme-faults")


def test_a_leaf_is_given_its_rule_with_scripts_and_without(
    page: Page, browser: Browser, live_server: Any, big: Desk
) -> None:
    log_in(page, live_server, big.people["admin"])
    node = reverse("admin:indicators_scheme_node", args=[big.node("2.1").pk])
    page.goto(live_server.url + node)
    expect(page.locator("#id_per_point")).to_have_value("1")
    expect(page.get_by_role("button", name="显示对应填项")).to_be_hidden()
    page.fill("#id_name", "按时办结率")
    page.select_option("#id_rule", "steps")
    expect(page.locator(".gs-steps tbody tr")).to_have_count(6)
    expect(page.locator("#id_name")).to_have_value("按时办结率")
    expect(page.locator("#id_per_point")).to_have_count(0)
    for line, (limit, points) in enumerate((("95", "20"), ("90", "15"), ("80", "10"))):
        page.fill(f"input[name=limit-{line}]", limit)
        page.fill(f"input[name=points-{line}]", points)
    assert fits(page)
    shoot(page, "administrator-scheme-leaf")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(f"#node-{big.node('2.1').pk} .gs-rule")).to_contain_text(
        "≥95：20分；≥90：15分；≥80：10分"
    )

    plain = browser.new_context(java_script_enabled=False, locale="zh-CN")
    try:
        quiet = plain.new_page()
        log_in(quiet, live_server, big.people["admin"])
        quiet.goto(live_server.url + node)
        quiet.select_option("#id_rule", "full_or_none")
        quiet.get_by_role("button", name="显示对应填项").click()
        expect(quiet.locator(".gs-steps")).to_have_count(0)
        quiet.get_by_role("button", name="保存", exact=True).click()
        assert big.node("2.1").rule == "full_or_none"
    finally:
        plain.close()


def test_a_clerk_reports_leaf_after_leaf(page: Page, live_server: Any, big: Desk) -> None:
    confirm_leaf(
        report=big.report("3.1", 0, "on_track", period="2023-04", text="已梳理首批12项"),
        user=big.people["admin"],
    )
    return_leaf(
        report=big.report("3.2", 0, "done"), user=big.people["admin"], reason="请补充跨域通办窗口照片"
    )
    log_in(page, live_server, big.people["clerk0"])
    page.goto(f"{live_server.url}{PLACES}leafreport/?period={PERIOD}")
    expect(page.locator(".gs-leaflist tbody tr")).to_have_count(10)
    assert fits(page)
    shoot(page, "clerk-leaves-list")
    page.get_by_role("link", name="一件事一次办").click()
    expect(page.locator(".gs-leaf-body dl")).to_contain_text("已梳理首批12项")
    page.check("input[value=done]")
    page.fill("#text", "12个“一件事”全部上线，办理时限平均压减60%。\n下一步：开展满意度回访。")
    page.set_input_files(
        "input[name=file]", {"name": "上线清单.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
    )
    assert fits(page)
    shoot(page, "clerk-leaf-report")
    page.get_by_role("button", name="填报并继续下一项").click()
    expect(page.locator(".gs-banner-back")).to_contain_text("请补充跨域通办窗口照片")
    report = LeafReport.objects.get(node__key="3.1", period=PERIOD)
    assert (report.status, report.state, report.files.count()) == ("done", "submitted", 1)


def test_the_office_sees_all_confirms_several_and_returns_one(
    page: Page, watch: Watch, live_server: Any, big: Desk
) -> None:
    watch.allow(r"422 \(Unprocessable Entity\)")
    report_some(big)
    log_in(page, live_server, big.people["second"])
    page.goto(f"{live_server.url}{PLACES}leafreport/?period={PERIOD}")
    expect(page.locator(".gs-leafmatrix thead th")).to_have_count(37)
    assert fits(page)
    shoot(page, "administrator-leaves-matrix")
    page.locator(".gs-square", has_text="滞后").click()
    expect(page.locator(".gs-leafmatrix td.gs-dim").first).to_be_attached()
    page.get_by_role("link", name="去认定").click()
    waiting = LeafReport.objects.filter(state="submitted").count()
    expect(page.locator("input[name=chosen]")).to_have_count(waiting)
    page.locator("[data-all-rows]").check()
    assert fits(page)
    shoot(page, "administrator-leaves-queue")
    page.get_by_role("button", name="认定所选").click()
    expect(page.locator("input[name=chosen]:checked")).to_have_count(waiting)
    page.locator("input[name=chosen]").first.uncheck()
    page.locator("#confirm-all").click()
    expect(page.locator("input[name=chosen]")).to_have_count(1)
    assert LeafReport.objects.filter(state="submitted").count() == 1
    page.locator(".gs-leaflist tbody a").click()
    page.select_option("select[name=confirm_as]", "not_started")
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator("input[name=reason]")).to_be_visible()
    assert LeafReport.objects.filter(state="submitted").count() == 1
    page.fill("input[name=reason]", "现场核查未达要求")
    assert fits(page)
    shoot(page, "administrator-leaf-decision")
    # Enter returns, it never confirms.
    page.press("input[name=reason]", "Enter")
    expect(page.locator(".gs-empty")).to_be_visible()
    assert LeafReport.objects.get(reason="现场核查未达要求").state == "returned"


def test_every_page_fits_a_phone(phone: Page, live_server: Any, big: Desk) -> None:
    report_some(big)
    leaf = reverse("admin:indicators_leafreport_leaf", args=[big.node("3.1").pk, big.units[3].pk, PERIOD])
    leaves = f"{PLACES}leafreport/?period={PERIOD}"
    for who, what, address in (
        ("second", "tree", tree(big)),
        ("second", "node", reverse("admin:indicators_scheme_node", args=[big.node("1.1.1").pk])),
        ("second", "matrix", leaves),
        ("second", "queue", f"{PLACES}leafreport/queue/"),
        ("second", "decision", leaf),
        ("clerk3", "list", leaves),
        ("clerk3", "report", leaf),
    ):
        log_in(phone, live_server, big.people[who])
        phone.goto(live_server.url + address)
        expect(phone.locator(".gs h1")).to_be_visible()
        assert fits(phone), what
        if what in PHONE_PICTURES:
            shoot(phone, PHONE_PICTURES[what])
