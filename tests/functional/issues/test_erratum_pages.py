"""The pages and the API of an issue that was corrected, of its erratum, and of edited and commented drafts."""

import json
import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.choices import IssueStatus
from reports.models import Issue, IssueComment, ListEdit, SectionEdit
from reports.services import issues
from reports.services.comments import write_comment
from reports.services.section_edits import edit_section
from tests import build
from tests.functional.issues.quarters import QUARTERS, Quarters, make_quarters

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Quarters:
    return make_quarters()


def client(world: Quarters, who: str) -> Client:
    found = Client()
    found.force_login(world.people[who])
    return found


def url(name: str, *args: object) -> str:
    return reverse(f"admin:reports_issue_{name}", args=args)


def said(response: Any) -> str:
    return "\n".join(str(message) for message in get_messages(response.wsgi_request))


def plain(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def corrected(world: Quarters) -> tuple[Issue, Issue]:
    """The wrong issue and the draft of its erratum."""
    wrong = world.issue(world.draft())
    world.correct("U0", "45")
    page = client(world, "administrator").post(url("correct", wrong.pk), {"reason": "甲局数据有误"})
    erratum = Issue.objects.get(edition=2)
    assert page["Location"].startswith(url("change", erratum.pk))
    return wrong, erratum


def test_an_administrator_corrects_from_the_page_with_a_reason(world: Quarters) -> None:
    wrong = world.issue(world.draft())
    administrator = client(world, "administrator")
    assert url("correct", wrong.pk) in administrator.get(url("change", wrong.pk)).content.decode()
    assert (
        url("correct", wrong.pk) not in client(world, "issuer").get(url("change", wrong.pk)).content.decode()
    )
    refused = administrator.post(url("correct", wrong.pk), {"reason": " "})
    assert refused.status_code == 422
    assert client(world, "reviewer").post(url("correct", wrong.pk), {"reason": "有误"}).status_code == 422
    assert Issue.objects.count() == 1


def test_the_draft_shows_what_changes_and_the_wrong_issue_says_so(world: Quarters) -> None:
    wrong, erratum = corrected(world)
    shown = plain(client(world, "reviewer").get(url("change", erratum.pk)))
    for words in ("甲局数据有误", "44.4%", "86.1%", "附件1 甲局 办理·办结率", "0.0%", "90.0%"):
        assert words in shown
    page = client(world, "viewer" if "viewer" in world.people else "reviewer").get(url("change", wrong.pk))
    assert url("change", erratum.pk) in page.content.decode()
    issued = world.issue(erratum)
    page = client(world, "reviewer").get(url("change", wrong.pk))
    assert issued.number in plain(page)
    assert (
        url("correct", wrong.pk)
        not in client(world, "administrator").get(url("change", wrong.pk)).content.decode()
    )


def test_the_list_tells_editions_apart_and_counts_comments(world: Quarters) -> None:
    wrong, erratum = corrected(world)
    rows = {row.pk: row for row in client(world, "reviewer").get(url("changelist")).context["cl"].result_list}
    assert set(rows) == {wrong.pk, erratum.pk}
    for text in ("甲", "乙"):
        write_comment(issue=erratum, where="", text=text, user=world.people["reviewer"])
    page = client(world, "reviewer").get(url("changelist"))
    row = next(row for row in page.context["cl"].result_list if row.pk == erratum.pk)
    assert (row.comment_count, row.open_count) == (2, 0)
    world.issue(_settled(world, erratum))
    page = client(world, "reviewer").get(url("changelist"))
    assert {row.pk: row.has_erratum for row in page.context["cl"].result_list} == {
        wrong.pk: True,
        erratum.pk: False,
    }


def _settled(world: Quarters, issue: Issue) -> Issue:
    for comment in issue.comments.all():
        client(world, "reviewer").post(url("comment_step", issue.pk, comment.pk), {"action": "settle"})
    return issue


def test_the_api_names_both_numbers(world: Quarters) -> None:
    wrong, erratum = corrected(world)
    address = reverse("api:issues")
    (before,) = client(world, "reviewer").get(address).json()["results"]
    assert (before["edition"], before["corrects"], before["corrected_by"]) == (1, None, None)
    issued = world.issue(erratum)
    newest, former = client(world, "reviewer").get(address).json()["results"]
    if newest["edition"] == 1:
        newest, former = former, newest
    assert (newest["edition"], newest["corrects"], newest["corrected_by"]) == (2, wrong.number, None)
    assert (former["edition"], former["corrects"], former["corrected_by"]) == (1, None, issued.number)


def test_a_section_is_edited_on_its_page_and_a_fault_keeps_what_was_typed(world: Quarters) -> None:
    issue = world.draft()
    administrator = client(world, "administrator")
    address = url("section", issue.pk, 1)
    form = administrator.get(address).context
    given = {
        "heading": "一、总体",
        "text": "办结率{比率(没有的)}",
        "reason": "改写",
        "seen_heading": form["present"].heading,
        "seen_text": form["present"].text,
    }
    wrong = administrator.post(address, given)
    assert wrong.status_code == 422
    assert "办结率{比率(没有的)}" in wrong.content.decode()
    assert "没有的" in said(wrong)
    done = administrator.post(address, given | {"text": "办结率{rate: 比率(办结率)}。"})
    assert done["Location"].endswith("#texts")
    issue.refresh_from_db()
    assert json.loads(issue.content)["sections"][0]["heading"] == "一、总体"
    assert "改写" in plain(administrator.get(url("change", issue.pk)))
    administrator.post(address, {"action": "take-back"})
    assert SectionEdit.objects.get().ended == "taken_back"
    assert client(world, "reviewer").post(address, given).status_code in (403, 422)


def test_the_last_texts_are_copied_from_the_page(world: Quarters) -> None:
    first = world.draft()
    edit_section(
        issue=first,
        order=1,
        heading="一、总体",
        text="办结率{rate: 比率(办结率)}。",
        reason="压缩",
        user=world.people["administrator"],
    )
    world.issue(first)
    later = world.draft(QUARTERS[1])
    administrator = client(world, "administrator")
    assert url("copy_last", later.pk) in administrator.get(url("change", later.pk)).content.decode()
    response = administrator.post(url("copy_last", later.pk))
    assert "一、情况" in said(response)
    assert url("copy_last", later.pk) not in administrator.get(url("change", later.pk)).content.decode()


def test_a_list_is_struck_added_ordered_and_taken_back_on_its_page(world: Quarters) -> None:
    issue = world.draft()
    administrator, address = client(world, "administrator"), url("list", issue.pk, "rest")
    assert administrator.post(address, {"strike": "U1"}).status_code == 422
    assert administrator.post(address, {"strike": "U1", "reason": "无业务"}).status_code == 302
    assert administrator.post(address, {"action": "add", "added": "U0", "reason": "补充"}).status_code == 302
    order = {"place-U0": "3", "place-U2": "1", "place-U3": "2", "action": "order", "reason": "按职责"}
    assert administrator.post(address, order).status_code == 302
    page = administrator.get(address)
    assert page.context["figure"]["display"] == "丙局、丁局、甲局"
    assert page.context["computed"] == ["乙局", "丙局", "丁局"]
    shown = plain(client(world, "reviewer").get(url("figure", issue.pk, "rest")))
    assert "无业务" in shown
    assert "3：乙局、丙局、丁局" in shown
    for edit in ListEdit.objects.all():
        assert administrator.post(address, {"take_back": edit.pk}).status_code == 302
    assert administrator.get(address).context["figure"]["computed"] is None
    assert client(world, "reviewer").post(address, {"strike": "U1", "reason": "x"}).status_code in (403, 422)
    assert administrator.get(url("list", issue.pk, "rate")).status_code == 404


def test_a_redraft_says_which_edit_of_a_list_was_dropped(world: Quarters) -> None:
    issue = world.draft()
    administrator = client(world, "administrator")
    administrator.post(url("list", issue.pk, "none"), {"strike": "U0", "reason": "无业务"})
    world.correct("U0", "5")
    assert "甲局" in said(administrator.post(url("redraft", issue.pk)))


def test_comments_are_written_answered_settled_and_the_issue_sent_back(world: Quarters) -> None:
    issue = world.draft()
    reviewer, administrator = client(world, "reviewer"), client(world, "administrator")
    panel = reviewer.get(url("cell", issue.pk, 1, "U1", "rate") + "?fragment=1").content.decode()
    assert 'value="annex1/U1/rate"' in panel
    assert 'name="where"' not in administrator.get(url("figure", issue.pk, "rate")).content.decode()
    reviewer.post(url("comment", issue.pk), {"where": "annex1/U1/rate", "text": "请核对<b>"})
    comment = IssueComment.objects.get()
    page = administrator.get(url("change", issue.pk)).content.decode()
    assert "请核对&lt;b&gt;" in page
    assert "附件1 乙局 办理·办结率" in page
    administrator.post(url("comment_step", issue.pk, comment.pk), {"action": "answer", "answer": "无误"})
    assert "无误" in plain(reviewer.get(url("change", issue.pk)))
    assert issues.gate(issue)
    reviewer.post(url("comment_step", issue.pk, comment.pk), {"action": "settle"})
    assert issues.gate(issue) == []
    issues.review_issue(issue=issue, user=world.people["reviewer"])
    client(world, "issuer").post(url("send_back", issue.pk), {"text": "再核"})
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT


def test_a_comment_of_another_issue_is_not_found(world: Quarters) -> None:
    first, second = world.draft(), world.draft(QUARTERS[1])
    comment = write_comment(issue=first, where="", text="核对", user=world.people["reviewer"])
    answer = client(world, "reviewer").post(url("comment_step", second.pk, comment.pk), {"action": "settle"})
    assert answer.status_code == 404


def test_the_gate_asks_as_much_whatever_was_edited_and_commented(world: Quarters) -> None:
    issue = Issue.objects.select_related("bulletin__office", "bulletin__group").get(pk=world.draft().pk)
    with CaptureQueriesContext(connection) as plain_draft:
        issues.gate(issue)
    administrator = client(world, "administrator")
    for unit in ("U1", "U2"):
        administrator.post(url("list", issue.pk, "rest"), {"strike": unit, "reason": "无业务"})
    for n in range(5):
        write_comment(issue=issue, where="", text=f"意见{n}", user=world.people["reviewer"])
    for n in range(4, 9):
        build.unit(world.bulletin.office, f"U{n}", f"第{n}局", world.bulletin.group)
    again = Issue.objects.select_related("bulletin__office", "bulletin__group").get(pk=issue.pk)
    with CaptureQueriesContext(connection) as edited_draft:
        issues.gate(again)
    assert len(edited_draft) == len(plain_draft)
