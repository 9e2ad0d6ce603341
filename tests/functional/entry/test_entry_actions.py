"""The buttons of the entry page without a script: rows, nil return, stocks, comments, explanations, re-opening."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from departments.choices import Status
from departments.models import Category, Remark
from departments.services import reopenings, submissions
from tests.functional.entry.scene import USUAL, EntryScene, build_scene

pytestmark = pytest.mark.django_db
Address = Callable[..., str]
ClientOf = Callable[[Any], Client]


def cells(**values: str) -> dict[str, str]:
    return {f"cell-{key}": text for key, text in (USUAL | values).items()}


def test_a_row_of_ones_own_is_added_and_what_is_typed_is_kept(
    scene: EntryScene, clerk: Client, address: Address, client_of: ClientOf
) -> None:
    page = address(scene.submission)
    posted = {"cell-total": "5", "row-name": "烟草专卖零售许可证", "action": "add-row"}
    assert clerk.post(page, posted).status_code == 302
    row = Category.objects.get(name="烟草专卖零售许可证")
    assert row.unit == scene.unit
    assert scene.stored == {"total": "5"}
    assert clerk.post(page, {f"cell-stock@{row.code}": "7", "action": "save"}).status_code == 302
    assert scene.stored[f"stock@{row.code}"] == "7"
    theirs = scene.window.submissions.get(unit__code="D15")
    assert "烟草专卖零售许可证" not in client_of(scene.neighbour).get(address(theirs)).content.decode()


def test_a_row_by_json_comes_back_as_the_page_shows_it(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    url = address(scene.submission, "row")
    answer = clerk.post(url, json.dumps({"name": "电子营业执照"}), content_type="application/json").json()
    assert f'id="cell-stock@{answer["code"]}"' in answer["html"]
    again = clerk.post(url, json.dumps({"name": " 电子营业执照 "}), content_type="application/json").json()
    assert again["code"] == answer["code"]
    refused = clerk.post(url, json.dumps({"name": " "}), content_type="application/json")
    assert refused.status_code == 400
    assert clerk.post(url, json.dumps({"name": 3}), content_type="application/json").status_code == 400
    assert clerk.post(url, "[]", content_type="application/json").status_code == 400


def test_rows_set_by_the_office_can_not_be_added(scene: EntryScene, clerk: Client, address: Address) -> None:
    rows = scene.form.category_list
    assert rows is not None
    rows.units_may_add = False
    rows.save()
    shown = clerk.post(address(scene.submission), {"row-name": "新证", "action": "add-row"})
    assert not Category.objects.filter(name="新证").exists()
    assert 'name="row-name"' not in shown.content.decode()


def test_a_nil_return_is_asked_once_more_with_every_blank_named(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    page = address(scene.submission)
    asked = clerk.post(page, {"cell-satisfied": "0", "action": "nil"})
    assert asked.context["nil"] == ["事项总数", "网办事项数", "受理量", "平均办结时长", "是否接入省平台"]
    assert scene.submission.status == Status.DRAFT
    assert clerk.post(page, {"action": "nil-sure"}).status_code == 302
    after = scene.submission
    assert (after.status, after.nil_return) == (Status.SUBMITTED, True)
    assert scene.stored["accepted"] == "0"
    assert "remark" not in scene.stored


def test_no_nil_return_beside_figures_nor_where_the_form_takes_none(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    page = address(scene.submission)
    scene.save(total="5")
    assert 'id="nil"' not in clerk.get(page).content.decode()
    clerk.post(page, {"action": "nil-sure"})
    assert scene.submission.status == Status.DRAFT
    scene.save(total="")
    assert 'id="nil"' in clerk.get(page).content.decode()
    scene.form.allows_nil = False
    scene.form.save()
    assert 'id="nil"' not in clerk.get(page).content.decode()
    clerk.post(page, {"action": "nil-sure"})
    assert scene.submission.status == Status.DRAFT


def test_stocks_of_last_period_fill_blanks_and_flows_never(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    clerk.post(address(scene.submission), {"cell-total": "7", "action": "copy"})
    assert scene.stored == {
        "total": "7",
        "online": "396",
        "connected": "1",
        "stock@c01": "12800",
        "digital@c01": "12640",
        "stock@c02": "5120",
    }


def test_a_warning_wants_an_explanation_before_it_can_be_submitted(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    page = address(scene.submission)
    posted = cells(accepted="9000") | {"action": "submit"}
    shown = clerk.post(page, posted)
    assert scene.submission.status == Status.DRAFT
    assert 'name="explain-jump-accepted"' in shown.content.decode()
    blank = clerk.post(page, posted | {"explain-jump-accepted": "  "})
    assert blank.status_code == 200
    assert scene.submission.status == Status.DRAFT
    assert clerk.post(page, posted | {"explain-jump-accepted": "集中年检"}).status_code == 302
    assert scene.submission.status == Status.SUBMITTED
    assert Remark.objects.get(rule="jump").text == "集中年检"


def test_an_explanation_is_kept_with_a_draft_and_offered_again(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    page = address(scene.submission)
    scene.save(accepted="9000")
    clerk.post(page, {"explain-jump-accepted": "集中年检", "action": "save"})
    assert 'value="集中年检"' in clerk.get(page).content.decode()
    refused = clerk.post(page, {"explain-jump-accepted": "另一种说法", "cell-total": "x", "action": "submit"})
    assert 'value="另一种说法"' in refused.content.decode()


def test_an_outlier_is_shown_and_blocks_nothing(db: Any, client_of: ClientOf, address: Address) -> None:
    scene = build_scene(months=12, categories_=1)
    scene.save(**(USUAL | {"accepted": "1500"}))
    clerk = client_of(scene.clerk)
    shown = clerk.get(address(scene.submission))
    assert [f.problem.severity for f in shown.context["findings"]] == ["notice"]
    assert "gs-has-notice" in shown.content.decode()
    clerk.post(address(scene.submission), {"action": "submit"})
    assert scene.submission.status == Status.SUBMITTED


def test_the_chart_names_every_period_with_its_value(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    scene.save(accepted="800")
    text = clerk.get(address(scene.submission)).content.decode()
    assert "2022年1月 794，2022年2月 879，2022年3月 800" in text
    assert text.count('class="gs-spark-now"') == 1, "only what is entered has a last dot"


def test_comments_at_a_cell_and_on_the_form_in_every_state(
    scene: EntryScene, clerk: Client, address: Address, client_of: ClientOf
) -> None:
    page = address(scene.submission)
    posted = {"comment-cell": "stock@c02", "comment-text": "含换发", "cell-total": "6", "action": "comment"}
    assert clerk.post(page, posted).status_code == 302
    assert scene.stored == {"total": "6"}, "what was typed beside is saved"
    scene.save(total="")
    scene.submit()
    assert clerk.post(page, {"comment-text": "已阅", "action": "comment"}).status_code == 302
    viewer = client_of(scene.viewer)
    viewer.post(page, {"comment-text": "旁观", "action": "comment"})
    text = viewer.get(page).content.decode()
    assert "comment-text" not in text, "who only looks is offered no comment"
    assert "含换发" in text
    assert "食品经营许可证·存量证照" in text
    assert list(Remark.objects.values_list("cell", "text")) == [("stock@c02", "含换发"), ("", "已阅")]
    url = address(scene.submission, "comment")
    answer = clerk.post(url, json.dumps({"cell": "total", "text": "好"}), content_type="application/json")
    assert [row["text"] for row in answer.json()["remarks"]] == ["好"]
    bad = clerk.post(url, json.dumps({"cell": "nothing", "text": "好"}), content_type="application/json")
    assert bad.status_code == 400
    foreign = client_of(scene.neighbour).post(
        url, json.dumps({"cell": "", "text": "x"}), content_type="application/json"
    )
    looking = viewer.post(url, json.dumps({"cell": "", "text": "x"}), content_type="application/json")
    assert {foreign.status_code, looking.status_code} == {403}
    assert Remark.objects.count() == 3


def test_why_a_cell_came_back_stands_at_the_cell(scene: EntryScene, clerk: Client, address: Address) -> None:
    submission = scene.submit()
    submissions.return_submission(
        submission=submission, user=scene.administrator, cells={"stock@c01": "与台账不符"}
    )
    shown = clerk.get(address(submission))
    [row] = [row for row in shown.context["table"].rows if row.category.code == "c01"]
    assert [cell.returned for cell in row.cells] == ["", "", "与台账不符", "", ""]
    assert "与台账不符" in shown.content.decode()


def test_a_closed_form_says_why_and_lets_one_ask(
    scene: EntryScene, clerk: Client, address: Address, client_of: ClientOf
) -> None:
    page = address(scene.submission)
    now = timezone.now()
    scene.window.due_at, scene.window.closes_at = now - dt.timedelta(days=2), now - dt.timedelta(days=1)
    scene.window.save()
    shown = clerk.get(page)
    text = shown.content.decode()
    assert "0519-86510000" in shown.context["why_locked"]
    assert 'value="ask-reopening"' in text
    assert 'name="cell-total"' not in text
    clerk.post(page, {"cell-total": "5", "action": "save"})
    assert scene.stored == {}
    assert clerk.post(page, {"reason": "台账刚到", "action": "ask-reopening"}).status_code == 302
    assert 'id="reopening-asked"' in clerk.get(page).content.decode()
    assert 'value="grant-reopening"' not in clerk.get(page).content.decode(), "who asks does not grant"
    asked = reopenings.pending(scene.submission)
    assert asked is not None
    reopenings.grant(reopening=asked, user=scene.administrator)
    assert 'name="cell-total"' in clerk.get(page).content.decode()


def test_an_approved_form_reopened_lists_what_changed_since(
    scene: EntryScene, clerk: Client, address: Address
) -> None:
    submission = scene.submit()
    submissions.approve(submission=submission, user=scene.administrator)
    asked = reopenings.ask(submission=scene.submission, user=scene.clerk, reason="数据有误")
    reopenings.grant(reopening=asked, user=scene.colleague)
    clerk.post(address(submission), {"cell-stock@c02": "5121", "action": "save"})
    shown = clerk.get(address(submission))
    assert [(c.label, c.old, c.new) for c in shown.context["since_changes"]] == [
        ("食品经营许可证·存量证照", "5120", "5121")
    ]
    assert "<del>5120</del>" in shown.content.decode()


def test_the_telephone_stands_at_the_top(scene: EntryScene, clerk: Client, address: Address) -> None:
    assert "0519-86510000" in clerk.get(address(scene.submission)).content.decode()
    scene.form.contact = "管理员戊 86510001"
    scene.form.save()
    text = clerk.get(address(scene.submission)).content.decode()
    assert "管理员戊 86510001" in text
    assert "0519-86510000" not in text
