"""The pages of the right of reply: whose they are, what they show, what a refusal keeps, and the table file."""

import io
import json

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from reports.choices import ReplyState
from reports.models import Reply
from reports.views.own_places import own_places
from reports.views.replies import reply_tasks
from tests.functional.replies.conftest import HOUR, Checked
from tests.functional.reports.scene import make

pytestmark = pytest.mark.django_db
NAMES = ("甲局", "乙局", "丙局", "丁局")


def page_of(reply: Reply) -> str:
    return reverse("admin:reports_reply_change", args=[reply.pk])


def answer_url(reply: Reply) -> str:
    return reverse("admin:reports_reply_answer", args=[reply.pk])


def of_issue(name: str, scene: Checked) -> str:
    return reverse(f"admin:reports_issue_{name}", args=[scene.issue.pk])


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_unit_finds_its_own_part_under_its_tasks_and_answers(scene: Checked) -> None:
    clerk = scene.people["clerk"]
    assert reply_tasks(clerk) == []
    scene.ask()
    assert [line.reply.unit.name for line in reply_tasks(clerk)] == ["乙局"]
    assert reply_tasks(scene.people["admin"]) == []
    assert own_places(clerk) == []
    client = scene.client("clerk")
    reply = scene.reply("乙局")
    text = client.get(page_of(reply)).content.decode()
    assert "办结率排名" in text
    assert "其中乙局低于全区平均水平" in text
    assert [name for name in NAMES if name in text] == ["乙局"]
    response = client.post(answer_url(reply), {"answer": "confirm", "version": reply.version})
    assert response["Location"] == page_of(reply)
    assert scene.reply("乙局").state == ReplyState.CONFIRMED


def test_tasks_end_when_the_issue_is_issued(scene: Checked) -> None:
    scene.ask()
    for name in NAMES:
        scene.confirm(name)
    assert [line.state for line in reply_tasks(scene.people["clerk"])] == ["confirmed"]
    issues_issued(scene)
    assert reply_tasks(scene.people["clerk"]) == []
    page = scene.client("clerk").get(page_of(scene.reply("乙局")))
    assert not page.context["may_answer"]


def issues_issued(scene: Checked) -> None:
    for who, name in (("reviewer", "review"), ("issuer", "confirm")):
        scene.client(who).post(of_issue(name, scene))
    scene.issue.refresh_from_db()
    assert scene.issue.number


def test_a_refused_answer_keeps_what_was_written(scene: Checked) -> None:
    scene.ask()
    reply = scene.reply("乙局")
    scene.confirm("乙局")
    response = scene.client("clerk").post(
        answer_url(reply), {"answer": "object", "text": "我写了很久", "version": reply.version}
    )
    assert response.status_code == 422
    assert "我写了很久</textarea>" in response.content.decode()
    assert f'name="version" value="{reply.version + 1}"' in response.content.decode()
    assert len(said(response)) == 1
    assert scene.reply("乙局").state == ReplyState.CONFIRMED
    without_version = scene.client("clerk").post(answer_url(reply), {"answer": "object", "text": "不对"})
    assert without_version.status_code == 422


@pytest.mark.parametrize("who", ["clerk", "head", "stranger"])
def test_no_other_units_reply_is_reached(scene: Checked, who: str) -> None:
    scene.ask()
    client = make("p").client("admin") if who == "stranger" else scene.client(who)
    foreign = scene.reply("甲局")
    before = Reply.objects.values().get(pk=foreign.pk)
    addresses = [page_of(foreign), of_issue("replies", scene), of_issue("replies_file", scene)]
    for address in addresses:
        response = client.get(address)
        assert response.status_code in (302, 403)
        assert "甲局" not in response.content.decode()
    posts = (
        (answer_url(foreign), {"answer": "confirm", "version": foreign.version}),
        (reverse("admin:reports_reply_decide", args=[foreign.pk]), {"decision": "uphold", "text": "x"}),
        (of_issue("ask", scene), {"due": "2099-01-01T17:00"}),
        (of_issue("waive", scene), {"reason": "x"}),
    )
    for address, data in posts:
        assert client.post(address, data).status_code == 403
    assert Reply.objects.values().get(pk=foreign.pk) == before
    listed = client.get(reverse("admin:reports_reply_changelist")).context["cl"].result_list
    assert {reply.unit.name for reply in listed} <= ({"乙局"} if who != "stranger" else set())


def test_the_office_asks_from_the_issue_and_sees_all_answers(scene: Checked) -> None:
    admin = scene.client("admin")
    assert (
        of_issue("replies", scene)
        in admin.get(reverse("admin:reports_issue_change", args=[scene.issue.pk])).content.decode()
    )
    refused = admin.post(of_issue("ask", scene), {"due": "下周"})
    assert (refused.status_code, len(said(refused))) == (422, 1)
    due = f"{timezone.localtime() + 30 * HOUR:%Y-%m-%d %H:%M}"
    assert admin.post(of_issue("ask", scene), {"due": due}).status_code == 302
    assert f"{timezone.localtime(Reply.objects.first().due_at):%Y-%m-%d %H:%M}" == due
    scene.object("乙局", "应办数多计")
    scene.confirm("丙局")
    page = admin.get(of_issue("replies", scene))
    assert [(line.reply.unit.name, line.state) for line in page.context["lines"]] == [
        ("乙局", "objected"),
        ("甲局", "open"),
        ("丙局", "confirmed"),
        ("丁局", "open"),
    ]
    page = admin.get(of_issue("replies", scene), {"state": "objected"})
    assert [line.reply.unit.name for line in page.context["lines"]] == ["乙局"]
    assert "乙局" in " ".join(admin.get(of_issue("change", scene)).context["reasons"])
    viewer = scene.client("viewer").get(of_issue("replies", scene))
    assert (viewer.context["may_ask"], viewer.context["may_waive"]) == (False, False)


def test_who_is_silent_stands_as_silent(scene: Checked) -> None:
    scene.ask()
    Reply.objects.update(due_at=timezone.now() - HOUR)
    scene.confirm("甲局")
    page = scene.client("viewer").get(of_issue("replies", scene))
    assert [line.state for line in page.context["lines"]] == ["confirmed", "silent", "silent", "silent"]


def test_the_office_decides_on_the_page_and_is_led_to_the_form(scene: Checked) -> None:
    scene.ask()
    scene.object("乙局", "应办数多计")
    reviewer, reply = scene.client("reviewer"), scene.reply("乙局")
    url = reverse("admin:reports_reply_decide", args=[reply.pk])
    refused = reviewer.post(url, {"decision": "uphold", "text": " ", "version": reply.version})
    assert refused.status_code == 422
    reviewer.post(url, {"decision": "uphold", "text": "台账为4件", "version": reply.version})
    reply = scene.reply("乙局")
    assert (reply.state, reply.upheld, reply.decision) == ("decided", True, "台账为4件")
    form = reverse("admin:departments_submission_change", args=[scene.submission("乙局").pk])
    for who in ("reviewer", "clerk"):
        page = scene.client(who).get(page_of(reply)).content.decode()
        assert "台账为4件" in page
        assert form in page


def test_not_waiting_is_offered_to_reviewers_only(scene: Checked) -> None:
    scene.ask()
    assert not scene.client("admin").get(of_issue("replies", scene)).context["may_waive"]
    reviewer = scene.client("reviewer")
    assert reviewer.post(of_issue("waive", scene), {"reason": ""}).status_code == 422
    assert reviewer.post(of_issue("waive", scene), {"reason": "今日印发"}).status_code == 302
    assert set(Reply.objects.values_list("waiver", flat=True)) == {"今日印发"}


def test_the_file_holds_every_unit_and_no_formula(scene: Checked) -> None:
    scene.ask()
    scene.object("乙局", "=1+1")
    response = scene.client("viewer").get(of_issue("replies_file", scene))
    sheet = load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == list(NAMES)
    assert rows[1][7] == "'=1+1"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_pages_take_a_fixed_number_of_queries(scene: Checked, django_assert_max_num_queries) -> None:
    scene.ask()
    client = scene.client("viewer")
    client.get(of_issue("replies", scene))
    with django_assert_max_num_queries(10):
        client.get(of_issue("replies", scene))
    assert "甲局" in json.dumps(
        [line.reply.unit.name for line in reply_tasks(scene.clerk_of("甲局"))], ensure_ascii=False
    )
