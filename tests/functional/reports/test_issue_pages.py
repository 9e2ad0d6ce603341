"""An issue from draft to number through its pages: who may do what, what holds it, and what every number opens to."""

import json
import re
from urllib.parse import unquote

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from departments.choices import Role
from departments.services import organisation
from govsvc import outbox
from reports.choices import DeliveryStatus, IssueStatus
from reports.models import Contradiction, Delivery, Issue, NumberSequence
from reports.renderers import FORMATS
from reports.services.deliveries import prepare_deliveries
from tests import build
from tests.functional.reports.scene import PERIOD, Scene, make

pytestmark = pytest.mark.django_db


def url(name: str, *args: object) -> str:
    return reverse(f"admin:reports_issue_{name}", args=args)


def said(response) -> str:
    return "\n".join(str(message) for message in get_messages(response.wsgi_request))


def plain(response) -> str:
    """The page's text with blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_an_administrator_drafts_from_the_list(scene: Scene) -> None:
    client = scene.client("admin")
    assert url("open_draft_page") in client.get(url("changelist")).content.decode()
    assert url("open_draft_page") not in scene.client("viewer").get(url("changelist")).content.decode()
    response = client.post(url("open_draft_page"), {"bulletin": scene.bulletin.pk, "period": PERIOD})
    issue = Issue.objects.get()
    assert response["Location"] == url("change", issue.pk)
    assert (issue.status, issue.drafted_by) == (IssueStatus.DRAFT, scene.people["admin"])


def test_a_period_that_is_none_is_refused_beside_its_field(scene: Scene) -> None:
    response = scene.client("admin").post(
        url("open_draft_page"), {"bulletin": scene.bulletin.pk, "period": "2022Q9"}
    )
    assert "“2022Q9”不是报告期" in plain(response)
    assert not Issue.objects.exists()


@pytest.mark.parametrize("who", ["reviewer", "issuer", "viewer", "clerk"])
def test_nobody_else_drafts(scene: Scene, who: str) -> None:
    response = scene.client(who).post(
        url("open_draft_page"), {"bulletin": scene.bulletin.pk, "period": PERIOD}
    )
    assert response.status_code == 403
    assert not Issue.objects.exists()


def test_a_broken_template_holds_the_draft_and_says_where(scene: Scene) -> None:
    scene.bulletin.sections.update(text="第一行\n办结率{比率(不存在的指标)}")
    response = scene.client("admin").post(
        url("open_draft_page"), {"bulletin": scene.bulletin.pk, "period": PERIOD}
    )
    assert response.status_code == 200
    assert "不存在的指标" in plain(response)
    assert not Issue.objects.exists()


def test_the_page_links_every_figure_and_every_counted_cell(scene: Scene) -> None:
    issue = scene.draft()
    page = scene.client("viewer").get(url("change", issue.pk)).content.decode()
    document = json.loads(issue.content)
    for figure in ("rate", "low", "due", "banner"):
        assert f'href="{url("figure", issue.pk, figure)}"' in page
    cells = [url("cell", issue.pk, 1, row["unit"], column) for row in document["annexes"][0]["rows"] for column in ("done", "rate")]  # fmt: skip
    assert len(cells) == 8
    assert all(f'href="{cell}"' in page for cell in cells)


def test_a_rate_opens_to_pair_definition_coverage_cells_and_approver(scene: Scene) -> None:
    issue = scene.draft()
    client = scene.client("viewer")
    fragment = client.get(url("figure", issue.pk, "rate"), {"fragment": 1})
    text = plain(fragment)
    for expected in (
        "53.8%",
        "n = 7",
        "d = 13",
        "700/13 ≈ 53.84615385",
        "Σ 已办数 ÷ Σ 应办数（合并计算）",
        "办结率 v1",
        "2022-01-01",
        "≥ 60%",
        "o-clerk",
        "o-approver",
        "—（无此业务）",
    ):
        assert expected in text
    assert "<html" not in fragment.content.decode()
    for name in ("甲局", "乙局", "丙局", "丁局"):
        assert name in text
        submission = scene.submission(name)
        assert (
            reverse("admin:departments_submission_change", args=[submission.pk]) in fragment.content.decode()
        )
    assert "<html" in client.get(url("figure", issue.pk, "rate")).content.decode()


def test_what_opens_is_the_frozen_document_not_the_present_figures(scene: Scene) -> None:
    issue = scene.issued()
    build.reopen(scene.submission("甲局"), scene.people["approver"])
    text = plain(scene.client("viewer").get(url("figure", issue.pk, "rate")))
    assert "n = 7" in text
    assert "d = 13" in text
    assert "53.8%" in text


def test_a_list_marks_its_units_among_all_it_was_chosen_from(scene: Scene) -> None:
    issue = scene.draft()
    page = scene.client("viewer").get(url("figure", issue.pk, "low"), {"fragment": 1}).content.decode()
    listed = re.findall(r'<tr class="gv-listed">\s*<th scope="row">.*?>([^<]+)</a>', page, re.S)
    assert listed == ["乙局"]


def test_a_typed_fact_says_who_typed_it_and_from_where(scene: Scene) -> None:
    issue = scene.draft()
    text = plain(scene.client("viewer").get(url("figure", issue.pk, "banner"), {"fragment": 1}))
    assert "1面" in text
    assert "o-admin" in text
    assert "上报原件" in text


def test_an_annex_cell_opens_to_its_pair_and_place(scene: Scene) -> None:
    issue = scene.draft()
    client = scene.client("viewer")
    text = plain(client.get(url("cell", issue.pk, 1, "U3", "rate"), {"fragment": 1}))
    for expected in ("75.0%", "丙局", "办件 · 办结率", "n = 3", "d = 4", "o-U3", "o-approver"):
        assert expected in text
    assert client.get(url("cell", issue.pk, 1, "U9", "rate")).status_code == 404
    assert client.get(url("cell", issue.pk, 2, "U3", "rate")).status_code == 404
    assert client.get(url("figure", issue.pk, "nothing")).status_code == 404


def test_an_unreported_unit_shuts_the_gate_by_name(db: None) -> None:
    scene = make(unapproved=("丙局",))
    issue = scene.draft()
    scene.accept_all()
    page = scene.client("reviewer").get(url("change", issue.pk))
    assert "丙局" in " ".join(page.context["reasons"])
    response = scene.client("reviewer").post(url("review", issue.pk))
    assert "丙局" in said(response)
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT
    assert "丙局" in plain(scene.client("viewer").get(url("figure", issue.pk, "rate")))


def test_an_open_contradiction_shuts_the_gate_until_it_is_accepted_with_a_reason(scene: Scene) -> None:
    issue = scene.draft()
    reviewer = scene.client("reviewer")
    page = reviewer.get(url("change", issue.pk))
    assert "“54%”" in plain(page)
    assert [row.claim for row in page.context["contradictions"]] == ["C1"]
    assert page.context["reasons"]
    reviewer.post(url("review", issue.pk))
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT

    row = Contradiction.objects.get()
    refused = reviewer.post(url("accept", issue.pk), {"contradiction": row.pk, "reason": "  "})
    assert refused.status_code == 422
    row.refresh_from_db()
    assert row.accepted_by is None

    response = reviewer.post(url("accept", issue.pk), {"contradiction": row.pk, "reason": "原表为快报数"})
    assert response["Location"].startswith(url("change", issue.pk))
    row.refresh_from_db()
    assert (row.accepted_by, row.reason) == (scene.people["reviewer"], "原表为快报数")
    reviewer.post(url("review", issue.pk))
    issue.refresh_from_db()
    assert issue.status == IssueStatus.REVIEWED


def test_whoever_typed_the_value_may_not_accept_it_and_keeps_the_reason_typed(scene: Scene) -> None:
    organisation.grant(user=scene.people["admin"], office=scene.office, role=Role.REVIEWER)
    issue = scene.draft()
    row = Contradiction.objects.get()
    response = scene.client("admin").post(
        url("accept", issue.pk), {"contradiction": row.pk, "reason": "我认为没错"}
    )
    assert response.status_code == 422
    assert "我认为没错</textarea>" in response.content.decode()
    assert f'value="{row.pk}"' in response.content.decode()
    row.refresh_from_db()
    assert row.accepted_by is None


def test_the_drafter_may_not_review(scene: Scene) -> None:
    organisation.grant(user=scene.people["admin"], office=scene.office, role=Role.REVIEWER)
    issue = scene.draft()
    scene.accept_all()
    page = scene.client("admin").get(url("change", issue.pk))
    review = [b for b in page.context["buttons"] if b.url == url("review", issue.pk)]
    assert [bool(button.why_not) for button in review] == [True]
    scene.client("admin").post(url("review", issue.pk))
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT


def test_a_draft_older_than_its_figures_is_held_and_drafted_again(scene: Scene) -> None:
    issue = scene.reviewed()
    submission = scene.submission("甲局")
    build.reopen(submission, scene.people["approver"])
    clerk = submission.submitted_by
    build.fill(submission, {"due": 8, "done": 4}, clerk)
    build.approve(submission, scene.people["approver"])
    outbox.drain()
    response = scene.client("issuer").post(url("confirm", issue.pk))
    issue.refresh_from_db()
    assert issue.status == IssueStatus.REVIEWED
    assert said(response)
    assert not NumberSequence.objects.exists()
    assert scene.client("admin").post(url("redraft", issue.pk)).status_code == 302
    issue.refresh_from_db()
    assert issue.status == IssueStatus.DRAFT
    assert "n = 7" in plain(scene.client("viewer").get(url("figure", issue.pk, "rate")))
    assert "d = 17" in plain(scene.client("viewer").get(url("figure", issue.pk, "rate")))


def test_issuing_asks_first_and_gives_the_number_it_announced(scene: Scene) -> None:
    issue = scene.reviewed()
    issuer = scene.client("issuer")
    page = issuer.get(url("confirm", issue.pk))
    announced = page.context["number"]
    assert page.context["addresses"] == 4
    assert announced in plain(page)
    response = issuer.post(url("confirm", issue.pk))
    issue.refresh_from_db()
    assert (issue.status, issue.number) == (IssueStatus.ISSUED, announced)
    assert announced in said(response)
    again = issuer.post(url("confirm", issue.pk))
    assert announced in said(again)
    assert NumberSequence.objects.get().last == 1


def test_after_issue_nothing_can_be_done_to_it(scene: Scene) -> None:
    issue = scene.issued()
    before = Issue.objects.values().get()
    row = Contradiction.objects.get()
    for who, name, data in (
        ("admin", "redraft", {}),
        ("reviewer", "review", {}),
        ("reviewer", "accept", {"contradiction": row.pk, "reason": "再说一次"}),
        ("issuer", "confirm", {}),
    ):
        scene.client(who).post(url(name, issue.pk), data)
    assert Issue.objects.values().get() == before
    assert Contradiction.objects.get().reason == "原表为快报数"
    assert scene.client("admin").get(url("change", issue.pk)).context["buttons"] == []


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("change", "get"),
        ("file", "get"),
        ("figure", "get"),
        ("accept", "post"),
        ("redraft", "post"),
        ("review", "post"),
        ("confirm", "post"),
    ],
)
@pytest.mark.parametrize("who", ["clerk", "stranger"])
def test_neither_a_unit_nor_another_office_reaches_an_issue(
    scene: Scene, name: str, method: str, who: str
) -> None:
    issue = scene.reviewed()
    other = make("p") if who == "stranger" else None
    client = other.client("admin") if other else scene.client("clerk")
    before = Issue.objects.values().get(pk=issue.pk)
    extra = {"file": ["json"], "figure": ["rate"]}.get(name, [])
    response = getattr(client, method)(url(name, issue.pk, *extra), follow=False)
    assert response.status_code in (302, 403)
    if response.status_code == 302:
        assert response["Location"] in ("/admin/",)
    assert Issue.objects.values().get(pk=issue.pk) == before


def test_files_of_a_draft_are_made_now_and_those_of_an_issue_are_the_kept_ones(scene: Scene) -> None:
    issue = scene.draft()
    viewer = scene.client("viewer")
    drafts = {format_: viewer.get(url("file", issue.pk, format_)) for format_ in FORMATS}
    assert {draft.status_code for draft in drafts.values()} == {200}
    name = "2022年1月-2022年3月办结情况通报"
    for format_, draft in drafts.items():
        assert unquote(draft["Content-Disposition"]).endswith(f"''{name}.{format_}")
    issue = scene.issued()
    for file in issue.files.all():
        kept = viewer.get(url("file", issue.pk, file.format)).content
        assert kept == bytes(file.content) != drafts[file.format].content
    assert issue.files.count() == len(FORMATS)
    assert viewer.get(url("file", issue.pk, "exe")).status_code == 404


def test_the_list_says_what_it_sees_at_the_gate_in_a_fixed_number_of_queries(
    scene: Scene, django_assert_max_num_queries
) -> None:
    scene.draft()
    assert "1" in plain(scene.client("viewer").get(url("changelist")))
    others = [scene.bulletin]
    for number in range(5):
        copy = type(scene.bulletin).objects.get(pk=others[0].pk)
        copy.pk, copy.code, copy.name = None, f"copy{number}", f"副本{number}"
        copy.save()
        issue = Issue.objects.get(bulletin=scene.bulletin)
        issue.pk, issue.bulletin = None, copy
        issue.save()
    client = scene.client("viewer")
    client.get(url("changelist"))
    with django_assert_max_num_queries(12):
        page = client.get(url("changelist"))
    assert page.context["cl"].result_count == 6


def test_a_failed_mail_is_sent_again_by_an_administrator_only(scene: Scene) -> None:
    issue = scene.issued()
    prepare_deliveries(issue=issue)
    delivery = Delivery.objects.first()
    Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.FAILED, error="550 no such user")
    resend = reverse("admin:reports_delivery_resend", args=[delivery.pk])
    page = scene.client("viewer").get(url("change", issue.pk)).content.decode()
    assert "550 no such user" in page
    assert resend not in page
    scene.client("viewer").post(resend)
    assert Delivery.objects.get(pk=delivery.pk).status == DeliveryStatus.FAILED
    assert resend in scene.client("admin").get(url("change", issue.pk)).content.decode()
    scene.client("admin").post(resend, {"back": "issue", "reason": "地址已改正"})
    assert Delivery.objects.get(pk=delivery.pk).status == DeliveryStatus.WAITING
