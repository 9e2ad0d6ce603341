"""Deciding in the browser: the unit head confirms, the administrator returns cells, approves many, grants a re-opening, moves posts."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from departments.choices import RemarkKind, ReopeningState, Role, Severity, Status
from departments.models import Form, Membership, Office, Remark, Reopening, Submission, Unit
from departments.services import forms as form_services
from departments.services import organisation, reopenings
from departments.services import submissions as services
from departments.sheets import CellInput
from tests import build
from tests.functional.journey.camera import shoot

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("人社局", "住建局", "城管局", "交通局", "水利局", "农业农村局", "商务局", "文体广旅局")


@dataclass
class Home:
    office: Office
    form: Form
    units: list[Unit]
    people: dict[str, User] = field(default_factory=dict)

    def submission(self, number: int, period: str = "2022-03") -> Submission:
        return Submission.objects.get(window__period=period, unit=self.units[number])

    def hand_in(self, number: int, period: str, due: int, done: int, explanation: str = "") -> Submission:
        submission, clerk = self.submission(number, period), self.people[f"clerk{number}"]
        inputs = {"due": CellInput(str(due)), "done": CellInput(str(done))}
        services.save_figures(submission=submission, inputs=inputs, user=clerk)
        return services.submit(submission=submission, user=clerk, explanations={("jump", "due"): explanation})


@pytest.fixture
def home(transactional_db: None) -> Home:
    """Eight departments with an approved February and an open March; what jumps by half wants an explanation."""
    office = build.office("wujin", "武进区政务服务管理办公室")
    group = build.group(office)
    units = [build.unit(office, f"D{n}", name, group) for n, name in enumerate(NAMES)]
    form = build.form(office, frequency="month", groups=[group])
    form = form_services.save_form(office=office, code="items", title="政务服务办件月报")
    form_services.save_rule(
        form=form,
        code="jump",
        severity=Severity.WARNING,
        expression="绝对值(应办数 - 上期.应办数) <= 上期.应办数 * 0.5",
        message="应办数比上期变动超过50%",
        order=2,
    )
    made = Home(office, form, units)
    posts = {f"clerk{n}": (Role.CLERK, unit, f"填报员{unit.name}") for n, unit in enumerate(units)}
    posts |= {"head0": (Role.UNIT_HEAD, units[0], "周建国")}
    posts |= {"admin": (Role.ADMINISTRATOR, None, "张敏"), "second": (Role.ADMINISTRATOR, None, "李伟")}
    for name, (role, unit, shown) in posts.items():
        user = organisation.save_account(username=name, name=shown, email=f"{name}@example.test")
        organisation.grant(user=user, office=office, role=role, unit=unit)
        made.people[name] = user
    now = timezone.now()
    for period, ago in (("2022-02", 30), ("2022-03", 5)):
        services.open_window(
            form=form,
            period=period,
            opens_at=now - dt.timedelta(days=ago),
            due_at=now - dt.timedelta(days=ago - 8),
        )
    for n in range(len(units)):
        submission = made.hand_in(n, "2022-02", 100 + n, 90)
        services.approve(submission=submission, user=made.people["admin"])
    return made


@pytest.fixture
def opens(home: Home, live_server) -> Callable[..., Page]:
    def opened(page: Page, who: str, name: str, *args: object, query: str = "") -> Page:
        client = Client()
        client.force_login(home.people[who])
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page.goto(live_server.url + reverse(f"admin:{name}", args=args) + query)
        return page

    return opened


def test_the_unit_head_confirms_what_the_clerk_handed_in(home: Home, opens, page: Page, phone: Page) -> None:
    home.form.unit_head_step = True
    home.form.save()
    submission = home.hand_in(0, "2022-03", 110, 95)
    opens(page, "head0", "index")
    expect(page.get_by_text("待我确认")).to_be_visible()
    shoot(page, "unithead-tasks")
    page.get_by_role("link", name="核对并确认").click()
    expect(page.locator("#approve")).to_contain_text("确认")
    shoot(page, "unithead-confirm")
    opens(phone, "head0", "departments_submission_change", submission.pk)
    shoot(phone, "phone-unithead-confirm")
    page.keyboard.press("a")
    page.wait_for_url("**/admin/")
    submission.refresh_from_db()
    assert submission.status == Status.SUBMITTED


def test_single_cells_are_objected_to(home: Home, opens, page: Page) -> None:
    submission = home.hand_in(1, "2022-03", 110, 95)
    opens(page, "admin", "departments_submission_change", submission.pk)
    row = page.locator("#row-done")
    row.get_by_text("指出问题").click()
    row.locator("input").fill("与综窗系统的 92 件不一致，请核实")
    shoot(page, "administrator-return-cell")
    page.locator("#return").click()
    page.wait_for_load_state()
    submission.refresh_from_db()
    assert submission.status == Status.RETURNED
    remark = Remark.objects.get(kind=RemarkKind.RETURN)
    assert (remark.cell, remark.text) == ("done", "与综窗系统的 92 件不一致，请核实")
    opens(page, "clerk1", "departments_submission_change", submission.pk)
    expect(page.get_by_text("与综窗系统的 92 件不一致，请核实").first).to_be_visible()


def test_many_are_approved_after_seeing_what_differs(home: Home, opens, page: Page) -> None:
    for n in range(2, 8):
        home.hand_in(n, "2022-03", 300 if n == 4 else 105 + n, 95, "新增事项下放，业务量增加")
    opens(page, "admin", "departments_submission_queue")
    expect(page.locator("input[name=chosen]")).to_have_count(6)
    page.locator("[data-all-rows]").check()
    shoot(page, "administrator-queue-chosen")
    page.get_by_role("button", name="批量通过所选").click()
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("水利局")
    expect(first).to_contain_text("新增事项下放，业务量增加")
    expect(first).to_contain_text("104 → 300")
    shoot(page, "administrator-bulk")
    first.locator("input[type=checkbox]").uncheck()
    # Somebody is quicker with one of them: it is left as it is, the others are approved.
    services.return_submission(submission=home.submission(7), user=home.people["second"], reason="附件不全")
    page.locator("#approve-all").click()
    page.wait_for_load_state()
    expect(page.get_by_text("已通过 4 份")).to_be_visible()
    waiting = Submission.objects.filter(window__period="2022-03", status=Status.SUBMITTED)
    assert [row.unit.name for row in waiting] == ["水利局"]


def test_reopening_is_asked_granted_and_shows_what_changed(home: Home, opens, page: Page) -> None:
    submission = home.submission(3, "2022-02")
    opens(page, "clerk3", "departments_submission_change", submission.pk)
    page.get_by_text("申请重新开放").first.click()
    page.locator("form:has([value=ask-reopening]) [name=reason]").fill("漏报了窗口收件 12 件")
    page.locator("[value=ask-reopening]").click()
    page.wait_for_load_state()
    assert Reopening.objects.get().state == ReopeningState.ASKED
    opens(page, "admin", "departments_submission_queue")
    expect(page.get_by_text("漏报了窗口收件 12 件")).to_be_visible()
    page.get_by_role("link", name="办理", exact=True).first.click()
    shoot(page, "administrator-reopening")
    page.locator("[value=grant-reopening]").click()
    page.wait_for_load_state()
    submission.refresh_from_db()
    assert submission.status == Status.REOPENED
    services.save_figures(submission=submission, inputs={"due": CellInput("115")}, user=home.people["clerk3"])
    opens(page, "clerk3", "departments_submission_change", submission.pk)
    expect(page.get_by_text("103").first).to_be_visible()
    shoot(page, "clerk-reopened")
    changes = reopenings.changes_since(Reopening.objects.get())
    assert [(change.old, change.new) for change in changes] == [("103", "115")]


def test_posts_are_handed_over_and_taken_for_some_days(home: Home, opens, page: Page) -> None:
    newcomer = organisation.save_account(username="new", name="王芳")
    organisation.grant(user=newcomer, office=home.office, role=Role.VIEWER, unit=home.units[2])
    post = Membership.objects.get(user=home.people["clerk2"])
    opens(page, "admin", "departments_membership_acting", post.pk)
    page.locator("[name=who]").select_option(str(newcomer.pk))
    shoot(page, "administrator-acting")
    page.locator("form.gs-post-form button").click()
    page.wait_for_load_state()
    acting = Membership.objects.get(user=newcomer, acting_for=home.people["clerk2"])
    assert acting.valid_from == acting.valid_to == timezone.localdate()
    acting.delete()
    opens(page, "admin", "departments_membership_hand_over", post.pk)
    page.locator("[name=to]").select_option(str(newcomer.pk))
    page.locator("form.gs-post-form button").click()
    page.wait_for_load_state()
    assert Membership.objects.filter(user=newcomer, role=Role.CLERK, unit=home.units[2]).exists()
    shoot(page, "administrator-posts")
