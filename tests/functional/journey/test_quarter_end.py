"""The quarter-end as its people live it, through the pages only, with every service real.

A clerk enters and submits, an administrator returns, the clerk loses the session and corrects, the administrator
approves, results change, contradictions are accepted, the bulletin is issued, the mails arrive. With GOVSVC_SCREENSHOTS
the same journey takes the manual's pictures.
"""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from departments.choices import UNIT_ROLES, Role, Status
from departments.models import Request
from govsvc import outbox
from reports.choices import DeliveryStatus
from reports.models import Delivery
from tests.functional.journey.camera import shoot
from tests.functional.journey.office import PERIOD, UNIT, QuarterEnd, figures_of_the_pack
from tests.functional.journey.people import Person
from tests.services.browser import PHONE, Pages, Watch
from tests.services.process import wait_until
from tests.services.smtp import Received, SmtpServer, as_shown

FORM_TITLE = "政务服务事项指标表"
RETURNED = "本单位有3个互联网+监管事项，不能选“无此业务”：请填事项数，未覆盖的填0。"
ACCEPTED = "已核对：原通报所用数据的时点与附件不同，以各部门填报、审核后的数据为准。"
# A mail program's reading pane.
MAIL = (760, 900)
SUPERVISION = ("supervision_covered", "supervision_total")

OpensWindow = Callable[..., Person]


@pytest.mark.django_db(transaction=True)
def test_quarter_end(
    quarter_end: QuarterEnd, person: OpensWindow, pages: Pages, watch: Watch, smtp_server: SmtpServer
) -> None:
    administrator, clerk = person("wujin-admin1"), person("wujin-d14")
    shown_before = draft_while_one_form_is_missing(administrator)
    fill_in(clerk)
    submit(clerk, quarter_end)
    send_back(administrator, quarter_end)
    phone = person("wujin-d14", PHONE)
    look_on_a_phone(phone, "form")
    correct_after_losing_the_session(clerk, watch, quarter_end)
    approve(administrator, quarter_end)
    see_results_change(administrator, shown_before)
    clerk_sees_own_place(clerk)
    accept_and_review(person("wujin-reviewer"))
    issue(person("wujin-issuer"), quarter_end)
    mails_arrive(quarter_end, smtp_server)
    draw_a_mail(pages, smtp_server)
    after_the_issue(administrator, clerk)
    operator_looks(person("wujin-operator"))
    look_on_a_phone(phone, "ranking")


def draft_while_one_form_is_missing(administrator: Person) -> dict[str, str]:
    """The draft names who is missing and holds; what it shows now is compared with later."""
    page = administrator.page
    administrator.opens()
    shoot(page, "administrator-tasks")
    administrator.opens("/admin/departments/submission/board/")
    shoot(page, "administrator-board")
    administrator.opens("/admin/reports/issue/")
    administrator.presses("起草通报")
    shoot(page, "draft-start")
    page.locator("form.gv-form button.gv-primary").click()
    administrator.sees("人社局")
    expect(page.locator(".gv-gate")).to_contain_text(f"{FORM_TITLE}：1 家填报单位尚未审批通过：人社局")
    shoot(page, "draft-held")
    ranking = place_of(administrator, "人社局")
    expect(ranking).to_contain_text("未报")
    return {"list_total": "1418", "supervision_rate_2": figure_on(administrator, "supervision_rate_2")}


def figure_on(who: Person, figure: str) -> str:
    """A figure of the draft as the page prints it."""
    who.opens("/admin/reports/issue/")
    who.page.locator("#result_list tbody th a").first.click()
    return who.page.locator(f"#document a[data-figure={figure}]").first.inner_text()


def place_of(who: Person, unit: str) -> Locator:
    """The unit's line on the ranking page."""
    who.opens(f"/admin/indicators/ranking/overview/?period={PERIOD}")
    who.page.get_by_role("link", name="监管行为覆盖率").first.click()
    return who.page.locator("tr", has=who.page.get_by_role("rowheader", name=unit))


def fill_in(clerk: Person) -> None:
    """Open tasks first; thousands separators and full-width digits are read, a numerator above its denominator is not."""
    page = clerk.page
    clerk.opens()
    shoot(page, "clerk-tasks")
    task = page.locator("li", has_text=FORM_TITLE)
    task.get_by_role("link", name="开始填报").click()
    shoot(page, "clerk-form")
    clerk.presses("上传 Excel")
    expect(page.locator("input[type=file]")).to_be_attached()
    shoot(page, "clerk-upload")
    page.go_back()
    expect(page.locator("#cell-list_total")).to_be_visible()
    typed = figures_of_the_pack() | {"list_total": "４１", "days_statutory": "2,092", "compiled": "42"}
    for item in (code for code in typed if code not in ("unit", *SUPERVISION)):
        clerk.types(item, typed[item])
    expect(page.locator("#problem-compiled")).to_contain_text("已编制数不能大于应编制数")
    expect(page.locator("#problem-list")).to_contain_text("已编制数不能大于应编制数")
    expect(page.locator("#computed-claim_rate")).to_have_text("100.0%")
    expect(page.locator("#computed-time_cut_rate")).to_have_text("13.9%")
    page.locator("#cell-compiled").focus()
    shoot(page, "clerk-error")
    clerk.types("compiled", "41")
    expect(page.locator("#error-count")).to_be_hidden()


def submit(clerk: Person, quarter_end: QuarterEnd) -> None:
    """Cells still blank stand in the way; 不适用 is an answer for the whole block."""
    page = clerk.page
    page.locator("#submit").click()
    expect(page.locator("#problem-supervision_total")).to_contain_text("尚未填写")
    shoot(page, "clerk-blank")
    block = page.locator(".gs-block", has=page.locator("#cell-supervision_total"))
    clerk.reads_the_findings(lambda: block.locator("[data-all]").select_option(label="全部不适用：无此业务"))
    expect(page.locator("#computed-supervision_rate")).to_have_text("—")
    shoot(page, "clerk-not-applicable", block)
    page.locator("#submit").click()
    clerk.sees("待审批")
    shoot(page, "clerk-submitted")
    assert quarter_end.submission.status == Status.SUBMITTED


def send_back(administrator: Person, quarter_end: QuarterEnd) -> None:
    page = administrator.page
    administrator.opens("/admin/departments/submission/queue/")
    shoot(page, "administrator-queue")
    page.get_by_role("link", name="审批", exact=True).last.click()
    expect(page.locator("#row-days_statutory")).to_contain_text("2092")
    expect(page.locator("#row-supervision_total")).to_contain_text("无此业务")
    page.locator("#reason").fill(RETURNED)
    shoot(page, "administrator-review")
    page.locator("#return").click()
    administrator.sees("已退回")
    assert quarter_end.submission.status == Status.RETURNED


def correct_after_losing_the_session(clerk: Person, watch: Watch, quarter_end: QuarterEnd) -> None:
    """What is typed after the session ended stays on this computer and is offered after the log-in."""
    page = clerk.page
    clerk.opens()
    clerk.sees(RETURNED)
    shoot(page, "clerk-returned")
    clerk.presses("修改")
    clerk.loses_the_session()
    watch.allow(r"status of 401")
    for item in SUPERVISION:
        page.locator(f"#reason-{item}").select_option("")
    clerk.types("supervision_covered", "0")
    clerk.types("supervision_total", "3")
    expect(page.locator("#trouble")).to_contain_text("本机")
    shoot(page, "clerk-session-lost")
    assert stored(quarter_end)["supervision_total"] != "3"
    clerk.presses("重新登录")
    shoot(page, "login")
    clerk.logs_in()
    expect(page.locator("#local-copy")).to_be_visible()
    shoot(page, "clerk-restore")
    clerk.reads_the_findings(lambda: clerk.presses("恢复"))
    expect(page.locator("#cell-supervision_total")).to_have_value("3")
    clerk.waits_until_saved()
    page.locator("#submit").click()
    expect(page.locator(".gs-state")).to_have_text("待审批")
    assert stored(quarter_end) == {k: v for k, v in figures_of_the_pack().items() if k != "unit"}


def stored(quarter_end: QuarterEnd) -> dict[str, str]:
    """The form's cells as the database holds them."""
    figures = quarter_end.submission.figures.select_related("item", "reason")
    return {
        figure.item.code: f"{figure.value:.0f}" if figure.value is not None else str(figure.reason)
        for figure in figures
    }


def approve(administrator: Person, quarter_end: QuarterEnd) -> None:
    page = administrator.page
    administrator.opens("/admin/departments/submission/queue/")
    page.get_by_role("link", name="审批", exact=True).last.click()
    expect(page.locator("#row-supervision_total")).to_contain_text("3")
    shoot(page, "administrator-approve")
    page.locator("#approve").click()
    administrator.sees("已通过")
    assert quarter_end.submission.status == Status.APPROVED
    wait_until(lambda: outbox.waiting() == 0, "the worker's roll-up")


def see_results_change(administrator: Person, before: dict[str, str]) -> None:
    """The unit has a place now; the draft says it is stale, and drafted again it shows the new totals."""
    page = administrator.page
    line = place_of(administrator, "人社局")
    expect(line).to_contain_text("0/3")
    expect(line).to_contain_text("14")
    shoot(page, "ranking")
    assert figure_on(administrator, "list_total") == before["list_total"]
    expect(page.locator(".gv-gate")).to_contain_text("请重新起草")
    administrator.presses("重新起草")
    figure = page.locator("#document a[data-figure=list_total]").first
    expect(figure).to_have_text("1459")
    assert figure_on(administrator, "supervision_rate_2") == "22.54%" != before["supervision_rate_2"]
    figure = page.locator("#document a[data-figure=supervision_rate_2]").first
    figure.click()
    panel = page.locator("#origin")
    expect(panel).to_contain_text("n = 128")
    expect(panel).to_contain_text("d = 568")
    expect(panel).to_contain_text("人社局填报员")
    expect(panel).to_contain_text("管理员甲")
    figure.scroll_into_view_if_needed()
    shoot(page, "draft-origin")


def clerk_sees_own_place(clerk: Person) -> None:
    """Before the issue a unit sees its own line only."""
    line = place_of(clerk, "人社局")
    expect(line).to_contain_text("0/3")
    expect(clerk.page.get_by_role("rowheader", name="税务局")).to_have_count(0)
    shoot(clerk.page, "clerk-ranking")


def accept_and_review(reviewer: Person) -> None:
    """Every contradiction with what was published elsewhere is accepted with a reason; then the gate is open."""
    page = reviewer.page
    figure_on(reviewer, "list_total")
    expect(page.locator(".gv-gate")).to_contain_text("矛盾")
    shoot(page, "review-contradictions")
    page.locator("#gv-all").check()
    page.locator("#gv-reason").fill(ACCEPTED)
    page.locator("#gv-reason").scroll_into_view_if_needed()
    shoot(page, "review-accept")
    reviewer.presses("确认所选矛盾")
    expect(page.locator(".gv-gate")).to_have_class("gv-gate gv-open")
    page.locator(".gv-gate").scroll_into_view_if_needed()
    shoot(page, "review-open-gate")
    reviewer.presses("复核通过")
    expect(page.locator(".gv-tag").first).to_have_text("已复核")


def issue(issuer: Person, quarter_end: QuarterEnd) -> None:
    """Asks once more, says the number and the recipients, then freezes."""
    page = issuer.page
    figure_on(issuer, "list_total")
    issuer.presses("签发…")
    expect(page.locator(".gv-facts")).to_contain_text("1号")
    shoot(page, "issue-confirm")
    page.locator("form.gv-steps button.gv-primary").click()
    expect(page.locator(".gv-tag").first).to_have_text("已签发")
    shoot(page, "issued")
    assert quarter_end.issue.number.endswith("1号")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")


def mails_arrive(quarter_end: QuarterEnd, server: SmtpServer) -> None:
    """One to every address of every unit in the group, each with its own line marked and the bulletin attached."""
    deliveries = Delivery.objects.filter(issue=quarter_end.issue)
    wait_until(
        lambda: (
            deliveries.exists()
            and not deliveries.exclude(status=DeliveryStatus.SENT).exists()
            and outbox.waiting() == 0
        ),
        "the mails",
        seconds=60,
    )
    # Notices come by mail as well; those carry no file.
    bulletins = [mail for mail in server.messages if any(mail.message.iter_attachments())]
    notices_arrive(quarter_end, [mail for mail in server.messages if mail not in bulletins])
    received = {mail.recipients[0]: mail for mail in bulletins}
    assert len(received) == len(bulletins) == deliveries.count() == 37
    assert {delivery.unit.code for delivery in deliveries} == {f"D{n:02}" for n in range(1, 37)}
    document = json.loads(quarter_end.issue.content)
    for delivery in deliveries.select_related("unit"):
        mail = received[delivery.address]
        assert own_rows(mail) == {names(document)[delivery.unit.code]}
        assert "本单位" in body(mail, "html")
        (attached,) = mail.message.iter_attachments()
        assert attached.get_filename() == f"{document['title']}.pdf"
        assert attached.get_content().startswith(b"%PDF-")
    mine = received["d14@wujin.example"]
    assert "贵单位并列第14名（共22家" in mine.message["Subject"]


def notices_arrive(quarter_end: QuarterEnd, mails: list[Received]) -> None:
    """Of the returned form to whoever acts for its unit, of the pack's request to the clerks it asks; nothing else."""
    request = Request.objects.get(office=quarter_end.demonstration.office)
    asked = set(request.answers.values_list("unit__code", flat=True))
    returned_to = quarter_end.addresses({UNIT}, UNIT_ROLES)
    asked_of = quarter_end.addresses(asked, {Role.CLERK})
    assert receivers(mails, "退回", FORM_TITLE) == returned_to != []
    assert receivers(mails, request.title) == asked_of != []
    assert len(mails) == len(returned_to) + len(asked_of)


def receivers(mails: list[Received], *words: str) -> list[str]:
    """The addresses of the mails with all the words in their subject, one for each mail."""
    return sorted(
        mail.recipients[0] for mail in mails if all(word in mail.message["Subject"] for word in words)
    )


def names(document: dict) -> dict[str, str]:
    """The name each unit has in the issued ranking."""
    return {row["unit"]: row["name"] for row in document["rankings"][0]["rows"]}


def own_rows(mail: Received) -> set[str]:
    """The units that the plain text marks as the reader's own: `第22名  人社局  0.0%（0/3）  ← 本单位`."""
    marked = [line.strip() for line in body(mail, "plain").splitlines() if line.endswith("← 本单位")]
    columns = [line.split("  ") for line in marked]
    return {line[1] if line[0].endswith("名") else line[0] for line in columns}


def body(mail: Received, kind: str) -> str:
    """The text of one of the message's two bodies."""
    part = mail.message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def draw_a_mail(pages: Pages, server: SmtpServer) -> None:
    """As a mail program draws it: nothing is loaded from anywhere."""
    page = pages.open(MAIL)
    (mine,) = [
        mail
        for mail in server.messages
        if mail.recipients == ("d14@wujin.example",) and any(mail.message.iter_attachments())
    ]
    page.set_content(as_shown(mine.message))
    expect(page.get_by_text("并列第14名").first).to_be_visible()
    shoot(page, "mail")


def after_the_issue(administrator: Person, clerk: Person) -> None:
    page = administrator.page
    figure_on(administrator, "list_total")
    page.locator("#deliveries").scroll_into_view_if_needed()
    expect(page.locator("#deliveries")).to_contain_text("已发送")
    shoot(page, "deliveries")
    administrator.opens("/admin/departments/window/add/")
    expect(page.locator("#id_period")).to_be_visible()
    shoot(page, "administrator-window")
    administrator.opens("/admin/departments/membership/")
    shoot(page, "administrator-memberships")
    place_of(clerk, "人社局")
    clerk.sees("税务局")
    shoot(clerk.page, "clerk-ranking-issued")


def operator_looks(operator: Person) -> None:
    for name in (
        "django_celery_beat/periodictask",
        "django_celery_results/taskresult",
        "govsvc/outboxmessage",
    ):
        operator.opens(f"/admin/{name}/")
        shoot(operator.page, f"operator-{name.rpartition('/')[2]}")


def look_on_a_phone(clerk: Person, stage: str) -> None:
    """Nothing is wider than a phone. At the stage `form` there is one to correct, at `ranking` the bulletin is issued."""
    page = clerk.page
    if stage == "form":
        fits(clerk, "tasks")
        page.get_by_role("link", name=FORM_TITLE).first.click()
        page.locator("#cell-list_total").scroll_into_view_if_needed()
        fits(clerk, "form")
    else:
        place_of(clerk, "人社局")
        fits(clerk, "ranking")


def fits(who: Person, name: str) -> None:
    shoot(who.page, f"phone-{name}")
    assert who.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], name
