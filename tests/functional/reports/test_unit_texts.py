"""Units' own texts in a bulletin: only approved ones, laid out in every format, edited on record and never behind a unit's back."""

import datetime as dt
import io
import json
import zipfile

import docx
import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from departments.services import forms, submissions
from departments.sheets import CellInput, cells_of
from indicators.services.dataset import load_period
from reports.choices import EditEnd, IssueStatus, ReplyState
from reports.exceptions import Refused
from reports.models import Issue
from reports.renderers import render
from reports.services import issues, replies
from reports.services.document import all_figures, figures_hash
from reports.services.excerpts import excerpt, names_of_units
from reports.services.text_edits import edit_text, take_back
from tests import build
from tests.functional.reports.monthly_texts import HOSTILE, WRITTEN, report_of, with_texts, write
from tests.functional.reports.scene import PERIOD, Scene
from tests.functional.reports.test_issue_pages import plain, said, url

pytestmark = pytest.mark.django_db
FIRST = "texts-U1"
SHORTER = "接入省平台事项 126 项。\n下一步：清理僵尸事项。"


@pytest.fixture
def scene(db: None) -> Scene:
    scene = with_texts()
    scene.draft()
    return scene


def document(scene: Scene) -> dict:
    assert scene.issue is not None
    scene.issue.refresh_from_db()
    return json.loads(scene.issue.content)


def texts(scene: Scene) -> list[dict]:
    return document(scene)["sections"][1]["paragraphs"]


def edit(scene: Scene, text: str = SHORTER, **more: object):
    assert scene.issue is not None
    given = {"figure": FIRST, "text": text, "reason": "压缩篇幅", "user": scene.people["admin"]} | more
    return edit_text(issue=scene.issue, **given)


def test_one_paragraph_for_each_unit_with_an_approved_text(scene: Scene) -> None:
    first, second, last = texts(scene)
    assert [p["text"] for p in (first, second)] == [f"甲局：{WRITTEN['甲局']}", f"乙局：{HOSTILE}"]
    assert last["text"] == "另有2家单位没有报送：丙局、丁局。"
    assert (first["unit"], first["cell"], first["edit"]) == ("U1", "report/U1/work", None)
    assert "cell" not in last
    figure = first["figures"][0]
    assert (figure["id"], figure["kind"], first["text"][figure["start"] : figure["end"]]) == (
        FIRST,
        "unit_text",
        WRITTEN["甲局"],
    )
    entry = document(scene)["cells"]["report/U1/work"]["entries"][0]
    assert (entry["approved_by"], entry["value"]) == ("o-approver", WRITTEN["甲局"])


def test_its_origin_opens_to_the_form_and_the_approver(scene: Scene) -> None:
    assert scene.issue is not None
    page = scene.client("admin").get(url("figure", scene.issue.pk, FIRST)).content.decode()
    assert reverse("admin:departments_submission_change", args=[report_of(scene, "甲局").pk]) in page
    assert "o-approver" in page
    assert url("text", scene.issue.pk, FIRST) in page


def test_an_edit_is_printed_and_on_record_and_the_units_text_stays(scene: Scene) -> None:
    assert scene.issue is not None
    shut = issues.gate(scene.issue)
    made = edit(scene)
    paragraph = texts(scene)[0]
    assert paragraph["text"] == f"甲局：{SHORTER}"
    assert paragraph["figures"][0]["display"] == SHORTER
    assert {**paragraph["edit"], "edited_at": None} == {
        "original": WRITTEN["甲局"],
        "edited_by": "o-admin",
        "edited_at": None,
        "reason": "压缩篇幅",
    }
    assert (made.original, made.text, made.ended) == (WRITTEN["甲局"], SHORTER, "")
    assert cells_of(report_of(scene, "甲局"))["work"].text == WRITTEN["甲局"]
    assert figures_hash(document(scene)) == scene.issue.hash
    assert issues.gate(scene.issue) == shut, "nothing to draft again"


def test_an_edit_survives_drafting_again(scene: Scene) -> None:
    edit(scene)
    before = texts(scene)
    scene.draft()
    assert texts(scene) == before


def test_an_edit_is_dropped_with_a_warning_when_the_unit_has_written_anew(scene: Scene) -> None:
    made = edit(scene)
    build.reopen(report_of(scene, "甲局"), scene.people["admin"])
    write(scene, "甲局", "更正后的文字。")
    assert scene.issue is not None
    assert issues.gate(scene.issue), "the draft is out of date"
    client = scene.client("admin")
    answer = client.post(url("redraft", scene.issue.pk))
    assert "甲局" in said(answer)
    assert "月度工作情况" in said(answer)
    made.refresh_from_db()
    assert (made.ended, made.ended_by) == (EditEnd.OUT_OF_DATE, scene.people["admin"])
    assert texts(scene)[0]["text"] == "甲局：更正后的文字。"
    assert SHORTER.splitlines()[0] in plain(client.get(url("change", scene.issue.pk))), (
        "still there to be read"
    )


def test_an_edit_is_replaced_and_taken_back(scene: Scene) -> None:
    first = edit(scene)
    second = edit(scene, "更短。")
    first.refresh_from_db()
    assert (first.ended, second.original) == (EditEnd.REPLACED, WRITTEN["甲局"])
    assert scene.issue is not None
    take_back(issue=scene.issue, figure=FIRST, user=scene.people["admin"])
    second.refresh_from_db()
    assert (second.ended, texts(scene)[0]["edit"]) == (EditEnd.TAKEN_BACK, None)
    assert texts(scene)[0]["text"] == f"甲局：{WRITTEN['甲局']}"
    with pytest.raises(Refused):
        take_back(issue=scene.issue, figure=FIRST, user=scene.people["admin"])


@pytest.mark.parametrize(
    "given",
    [
        {"reason": " "},
        {"text": " \n "},
        {"text": WRITTEN["甲局"]},
        {"text": "字" * 5001},
        {"figure": "texts-U4"},
        {"figure": "rate"},
        {"seen": "别人改过的文字"},
    ],
)
def test_what_is_refused_changes_nothing(scene: Scene, given: dict[str, str]) -> None:
    before = document(scene)
    with pytest.raises(Refused):
        edit(scene, **given)
    assert document(scene) == before


@pytest.mark.parametrize("who", ["reviewer", "issuer", "viewer", "clerk"])
def test_only_administrators_edit(scene: Scene, who: str) -> None:
    with pytest.raises(Refused):
        edit(scene, user=scene.people[who])
    assert scene.issue is not None
    answer = scene.client(who).post(url("text", scene.issue.pk, FIRST), {"text": "改", "reason": "改"})
    assert answer.status_code in (403, 422)
    assert texts(scene)[0]["edit"] is None


def test_who_edited_does_not_review(scene: Scene) -> None:
    build.organisation.grant(user=scene.people["approver"], office=scene.office, role="reviewer")
    edit(scene, user=scene.people["approver"])
    scene.accept_all()
    assert scene.issue is not None
    with pytest.raises(Refused):
        issues.review_issue(issue=scene.issue, user=scene.people["approver"])
    assert (
        issues.review_issue(issue=scene.issue, user=scene.people["reviewer"]).status == IssueStatus.REVIEWED
    )


def test_an_issue_keeps_the_edit_for_good(scene: Scene) -> None:
    edit(scene)
    issue = scene.issued()
    assert json.loads(issue.content)["sections"][1]["paragraphs"][0]["edit"]["reason"] == "压缩篇幅"
    assert issue.status == IssueStatus.ISSUED
    with pytest.raises(Refused):
        edit(scene, "再改")


def test_hostile_texts_stay_text_in_every_format(scene: Scene) -> None:
    printed = document(scene)
    html = render(printed, "html").decode()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<b>粗</b>" not in html
    words = docx.Document(io.BytesIO(render(printed, "docx")))
    lines = [paragraph.text for paragraph in words.paragraphs]
    hostile = f"乙局：{HOSTILE}".split("\n")
    assert [line for line in lines if line in hostile] == hostile
    assert (
        "evil"
        not in zipfile.ZipFile(io.BytesIO(render(printed, "docx")))
        .read("word/_rels/document.xml.rels")
        .decode()
    )
    book = openpyxl.load_workbook(io.BytesIO(render(printed, "xlsx")))
    cells = [cell for row in book["正文"].iter_rows() for cell in row if cell.value]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)
    assert render(printed, "pdf").startswith(b"%PDF")
    text = render(printed, "txt").decode()
    assert all(f"　　{line}\n" in text for line in hostile)


def test_a_text_that_begins_like_a_formula_stays_text_in_a_workbook() -> None:
    scene = with_texts({"甲局": "第一行\n=1+1\n@SUM(A1)\n" + "长" * 2500 + "。完"})
    scene.draft()
    book = openpyxl.load_workbook(io.BytesIO(render(document(scene), "xlsx")))
    cells = [cell for row in book["正文"].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    formulas = [cell for cell in cells if cell.value in ("=1+1", "@SUM(A1)")]
    assert len(formulas) == 2
    assert all(cell.quotePrefix for cell in formulas)
    long = [cell.value for cell in cells if "长" in cell.value]
    assert "".join(long) == "长" * 2500 + "。完"
    assert len(long) == 3
    assert all(height <= 409 for row in book["正文"].row_dimensions.values() if (height := row.height))


def test_before_issue_a_unit_sees_its_own_text_and_nobody_elses(scene: Scene) -> None:
    names = names_of_units(scene.office)
    own = excerpt(document(scene), "U1", names, {})
    other = excerpt(document(scene), "U2", names, {})
    assert f"甲局：{WRITTEN['甲局']}" in own["sentences"]
    assert not any("省平台" in sentence for sentence in other["sentences"])


def test_a_units_answer_stays_when_only_its_text_was_edited(scene: Scene) -> None:
    """What the unit confirmed are its figures and places; it is shown what will be printed of its text."""
    assert scene.issue is not None
    due = timezone.now() + dt.timedelta(days=2)
    asked = replies.open_replies(issue=scene.issue, due_at=due, user=scene.people["admin"])
    reply = next(reply for reply in asked if reply.unit == scene.units["乙局"])
    replies.confirm(reply=reply, user=scene.people["clerk"], version=reply.version)
    edit(scene, "压缩后的乙局文字。", figure="texts-U2")
    reply.refresh_from_db()
    assert reply.state == ReplyState.CONFIRMED
    assert "乙局：压缩后的乙局文字。" in reply.shown["sentences"]


def test_the_page_edits_takes_back_and_keeps_what_was_refused(scene: Scene) -> None:
    assert scene.issue is not None
    client, address = scene.client("admin"), url("text", scene.issue.pk, FIRST)
    page = client.get(address)
    assert WRITTEN["甲局"].splitlines()[1] in page.content.decode()
    refused = client.post(address, {"text": SHORTER, "reason": "", "seen": WRITTEN["甲局"]})
    assert refused.status_code == 422
    assert SHORTER.splitlines()[1] in refused.content.decode()
    # A browser sends line ends as \\r\\n.
    saved = client.post(
        address,
        {
            "text": SHORTER.replace("\n", "\r\n"),
            "reason": "压缩",
            "seen": WRITTEN["甲局"].replace("\n", "\r\n"),
        },
    )
    assert saved.status_code == 302
    body = client.get(url("change", scene.issue.pk)).content.decode()
    assert 'class="edited"' in body
    assert "压缩" in body
    assert 'class="edited"' not in render(document(scene), "html").decode()
    client.post(address, {"action": "take-back"})
    assert texts(scene)[0]["edit"] is None
    assert client.get(url("text", scene.issue.pk, "rate")).status_code == 404


def test_a_month_inside_the_quarter_speaks_when_the_quarter_is_silent() -> None:
    """The period's own text comes first, then the latest of the periods inside it."""
    scene = with_texts({})
    form = forms.save_form(office=scene.office, code="month", title="月报", frequency="month")
    forms.save_item(form=form, code="work", name="本月工作", kind="paragraph")
    forms.expect(form=form, units=[scene.units["乙局"]])
    for period, text in (("2022-03", "三月"), ("2022-01", "一月"), ("2022-02", "二月")):
        build.window(form, period)
        submission = form.windows.get(period=period).submissions.get()
        submissions.save_figures(
            submission=submission, inputs={"work": CellInput(text)}, user=scene.people["clerk"]
        )
        submissions.submit(submission=submission, user=scene.people["clerk"])
        submissions.approve(submission=submission, user=scene.people["approver"])
    data = load_period(scene.office, PERIOD)
    assert data.unit("U2").figures["month.work"] == "三月"
    assert load_period(scene.office, "2022-02").unit("U2").figures["month.work"] == "二月"


def test_the_figures_of_all_texts_have_ids_of_their_own(scene: Scene) -> None:
    assert set(all_figures(document(scene))) >= {"texts-U1", "texts-U2", "none"}
    assert Issue.objects.count() == 1
