"""The pages through HTTP: who sees what, writing and handing out, answering, deciding, lists, files, what is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from departments.choices import AnswerState, RequestState
from departments.models import Notice, Request, RequestAnswer
from departments.services.requests import answering, drafting, issuing
from tests import build
from tests.functional.requests.scene import PDF, TITLE, Scene, make_scene, pdf, workbook

pytestmark = pytest.mark.django_db

LIST = "/admin/departments/request/"
ADD = f"{LIST}add/"
ANSWERS = "/admin/departments/requestanswer/"


@pytest.fixture
def asked(scene: Scene) -> Request:
    """Due in five days by the wall clock, which the pages go by."""
    draft = scene.draft(due_at=timezone.now() + timezone.timedelta(days=5), text="请逐条写明意见和理由。")
    drafting.add_document(request=draft, file=pdf("征求意见稿.pdf"), user=scene.people["admin"])
    return issuing.hand_out(request=draft, user=scene.people["admin"])


def page_of(row: Request | RequestAnswer) -> str:
    return reverse(f"admin:departments_{row._meta.model_name}_change", args=[row.pk])


def words(response: Any) -> str:
    return response.content.decode()


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def overdue(request: Request) -> None:
    """As if it had been due two days ago; whoever has answered by now did so in time."""
    in_time = timezone.now() - timezone.timedelta(days=3)
    request.answers.filter(handed_in_at__isnull=False).update(handed_in_at=in_time)
    Request.objects.filter(pk=request.pk).update(
        opens_at=timezone.now() - timezone.timedelta(days=9),
        due_at=timezone.now() - timezone.timedelta(days=2),
    )


def test_who_opens_which_page(scene: Scene, asked: Request) -> None:
    seen = {}
    for who in ("admin", "reviewer", "issuer", "viewer", "clerk0", "head0", "unitviewer", "clerk1"):
        client = scene.client(who)
        pages = (LIST, ADD, page_of(asked), ANSWERS, page_of(scene.answer(asked, 0)))
        seen[who] = [client.get(page).status_code for page in pages]
        assert TITLE in words(client.get(ANSWERS)) or who == "stranger"
    office, unit = [200, 403, 200, 200, 200], [403, 403, 302, 200, 200]
    assert seen == {
        "admin": [200, 200, 200, 200, 200],
        **dict.fromkeys(("reviewer", "issuer", "viewer"), office),
        **dict.fromkeys(("clerk0", "head0"), unit),
        # A viewer of one unit has the role but no request of an office: an empty list.
        "unitviewer": [200, 403, 302, 200, 200],
        "clerk1": [403, 403, 302, 200, 302],
    }


def test_a_draft_is_written_asked_about_once_more_and_handed_out(scene: Scene) -> None:
    client = scene.client("admin")
    data = {
        "title": TITLE,
        "text": "请逐条写明",
        "contact": "李工 5500001",
        "due_at": "2030-06-14T12:00",
        "takes_text": "on",
        "units": [unit.pk for unit in scene.units[:2]],
        "documents": [pdf("征求意见稿.pdf"), pdf("说明.pdf", PDF + b"2")],
    }
    response = client.post(ADD, data | {"action": "check"}, follow=True)
    request = Request.objects.get()
    assert request.state == RequestState.DRAFT
    assert [f.name for f in request.files.all()] == ["征求意见稿.pdf", "说明.pdf"]
    assert 'id="hand-out-confirm"' in words(response)
    assert "2家" in words(response)
    del data["documents"]
    client.post(page_of(request), data | {"action": f"remove-{request.files.last().pk}"})
    assert request.files.filter(removed_at__isnull=True).count() == 1
    response = client.post(page_of(request), data | {"action": "hand-out"}, follow=True)
    request.refresh_from_db()
    assert (request.state, request.takes_file, request.takes_text) == ("issued", False, True)
    assert f"{timezone.localtime(request.due_at):%Y-%m-%d %H:%M}" == "2030-06-14 12:00"
    assert Notice.objects.count() == 2
    assert client.post(page_of(request), {"action": "hand-out"}, follow=True).status_code == 200
    assert Notice.objects.count() == 2


def test_what_is_wrong_with_a_draft_is_said_and_nothing_typed_is_lost(scene: Scene) -> None:
    client = scene.client("admin")
    typed = {"title": TITLE, "text": "逐条写明", "units": [scene.units[1].pk], "takes_text": "on"}
    for wrong in ({"due_at": "明天"}, {"due_at": ""}, {"due_at": "2030-06-14T12:00", "code": "要求"}):
        page = words(client.post(ADD, typed | wrong | {"action": "check"}))
        assert "gs-error" in page or "gs-banner-error" in page
        assert "逐条写明" in page
        assert f'value="{scene.units[1].pk}" checked' in page
    response = client.post(ADD, {"title": TITLE, "due_at": "2030-06-14T12:00", "action": "save"})
    assert "至少选择一种答复方式" in words(response)
    assert not Request.objects.exists()
    data = {"title": TITLE, "due_at": "2030-06-14T12:00", "takes_text": "on", "action": "check"}
    virus = SimpleUploadedFile("方案.pdf", b"MZ\x90\x00")
    response = client.post(ADD, data | {"documents": [virus]}, follow=True)
    assert any("方案.pdf" in text for text in said(response))
    request = Request.objects.get()
    assert not request.files.exists()
    response = client.post(page_of(request), data, follow=True)
    assert said(response) == ["已保存。请选择报送单位。"]
    response = client.post(
        page_of(request),
        data | {"action": "hand-out", "units": scene.units[0].pk, "due_at": "2020-01-01T12:00"},
        follow=True,
    )
    assert said(response) == ["截止时间已过，请改晚一些。"]
    client.post(page_of(request), {"action": "discard"})
    assert not Request.objects.exists()


def test_units_of_another_office_are_no_choice(scene: Scene) -> None:
    stranger = build.unit(build.office("x", "别区"), "S", "外局")
    data = {"title": TITLE, "due_at": "2030-06-14T12:00", "takes_text": "on", "units": [stranger.pk]}
    page = words(scene.client("admin").post(ADD, data | {"action": "save"}))
    assert "外局" not in page
    assert not Request.objects.exists()


def test_a_unit_answers_withdraws_and_answers_again(scene: Scene, asked: Request) -> None:
    client = scene.client("clerk0")
    page = page_of(scene.answer(asked, 0))
    assert "征求意见稿.pdf" in words(client.get(page))
    response = client.post(page, {"action": "answer", "text": "", "version": 0})
    assert "请先上传文件或填写答复" in words(response)
    data = {
        "action": "answer",
        "text": "同意",
        "version": 0,
        "file": [pdf("甲.pdf"), pdf("乙.pdf", PDF + b"2")],
    }
    client.post(page, data)
    answer = scene.answer(asked, 0)
    assert (answer.state, answer.kind, answer.text, answer.files.count()) == ("answered", "file", "同意", 2)
    assert "李工" in words(client.get(page))
    assert said(client.post(page, {"action": "save", "text": "改"}, follow=True))
    client.post(page, {"action": "withdraw"})
    client.post(page, {"action": f"remove-{answer.files.first().pk}", "text": "同意"})
    assert answer.files.filter(removed_at__isnull=True).count() == 1
    client.post(page, {"action": "answer", "text": "修改后同意"})
    assert scene.answer(asked, 0).text == "修改后同意"


def test_no_comment_is_asked_twice(scene: Scene, asked: Request) -> None:
    client = scene.client("clerk0")
    page = page_of(scene.answer(asked, 0))
    response = client.post(page, {"action": "no-comment", "text": ""})
    assert 'id="no-comment-confirm"' in words(response)
    assert scene.answer(asked, 0).state == AnswerState.WAITING
    client.post(page, {"action": "no-comment-sure", "text": ""})
    assert (scene.answer(asked, 0).state, scene.answer(asked, 0).kind) == ("answered", "no_comment")


def test_what_a_colleague_saved_meanwhile_is_shown_beside_what_was_typed(
    scene: Scene, asked: Request
) -> None:
    answer = scene.answer(asked, 0)
    answering.save_answer(answer=answer, user=scene.people["head0"], text="负责人写的")
    response = scene.client("clerk0").post(
        page_of(answer), {"action": "answer", "text": "填报员写的", "version": 0}
    )
    assert "负责人写的" in words(response)
    assert "填报员写的" in words(response)
    assert scene.answer(asked, 0).text == "负责人写的"


def test_a_bad_file_keeps_the_text_and_hands_nothing_in(scene: Scene, asked: Request) -> None:
    bad = SimpleUploadedFile("意见.docx", PDF)
    response = scene.client("clerk0").post(
        page_of(scene.answer(asked, 0)), {"action": "answer", "text": "见附件", "version": 0, "file": [bad]}
    )
    assert "意见.docx" in words(response)
    answer = scene.answer(asked, 0)
    assert (answer.state, answer.text, answer.files.count()) == ("waiting", "见附件", 0)


def test_the_office_sees_nothing_of_an_answer_that_is_not_handed_in(scene: Scene, asked: Request) -> None:
    answer = scene.answer(asked, 0)
    answering.save_answer(answer=answer, user=scene.people["clerk0"], text="内部讨论稿")
    file = answering.attach_to_answer(answer=answer, file=pdf("内部讨论.pdf"), user=scene.people["clerk0"])
    for who in ("admin", "viewer"):
        client = scene.client(who)
        for page in (page_of(answer), page_of(asked), ANSWERS):
            assert "内部讨论" not in words(client.get(page))
        rows = workbook(client.get(f"{ANSWERS}export/").content)
        assert "内部讨论" not in str(rows)
        assert client.get(f"{ANSWERS}file/{file.pk}/").status_code == 403
    assert scene.client("head0").get(f"{ANSWERS}file/{file.pk}/").content == PDF


def test_the_office_decides_and_goes_on_to_the_next(scene: Scene, asked: Request) -> None:
    for unit in (0, 1, 2):
        answering.hand_in(answer=scene.answer(asked, unit), user=scene.people[f"clerk{unit}"], text="同意")
    client = scene.client("admin")
    first, second = (page_of(scene.answer(asked, unit)) for unit in (0, 1))
    response = client.post(first, {"action": "return", "reason": " ", "version": 1})
    assert response.status_code == 302
    assert scene.answer(asked, 0).state == AnswerState.ANSWERED
    response = client.post(first, {"action": "return", "reason": "请附依据", "version": 1})
    assert response["Location"] == second
    assert "请附依据" in words(scene.client("clerk0").get(first))
    assert "请附依据" in words(scene.client("clerk0").get("/admin/"))
    chosen = [f"{scene.answer(asked, unit).pk}:1" for unit in (1, 2)] + ["x:1", "999999:1"]
    response = client.post(page_of(asked), {"action": "accept", "chosen": chosen}, follow=True)
    assert said(response)[-1] == "已采纳2份答复。"
    assert [scene.answer(asked, unit).state for unit in range(4)] == [
        *("returned", "accepted", "accepted", "waiting"),
    ]
    stale = client.post(second, {"action": "return", "reason": "再看", "version": 0}, follow=True)
    assert "其他人刚刚改动了" in "".join(said(stale))


def test_the_page_of_a_request_names_who_owes_first_and_counts(scene: Scene, asked: Request) -> None:
    answering.hand_in(answer=scene.answer(asked, 0), user=scene.people["clerk0"], text="同意")
    overdue(asked)
    answering.hand_in(answer=scene.answer(asked, 2), user=scene.people["clerk2"], text="晚了")
    client = scene.client("viewer")
    response = client.get(page_of(asked))
    lines = response.context["lines"]
    assert [one.line.answer.unit.name for one in lines] == ["退役军人事务局", "商务局", "民宗局", "金融局"]
    assert [one.word for one in lines] == ["逾期未答复", "逾期未答复", "待审核", "待审核"]
    assert [bool(one.late) for one in lines] == [True, True, False, True]
    assert [(word, number) for word, _tone, number, _url in response.context["counts"]] == [
        ("逾期未答复", 2),
        ("逾期答复", 1),
        ("待审核", 2),
    ]
    only = client.get(page_of(asked), {"state": "late"})
    assert [one.line.answer.unit.name for one in only.context["lines"]] == ["金融局"]
    assert "state=late" in only.context["export_url"]
    assert client.get(page_of(asked), {"unit__memberships__user__password": "x"}).status_code == 302
    assert 'name="due_at"' not in words(client.get(page_of(asked)))
    assert 'name="due_at"' in words(scene.client("admin").get(page_of(asked)))


def test_the_export_holds_what_the_list_shows_and_no_formula(scene: Scene, asked: Request) -> None:
    answering.hand_in(answer=scene.answer(asked, 0), user=scene.people["clerk0"], text="=1+1")
    answering.hand_in(answer=scene.answer(asked, 1), user=scene.people["clerk1"], no_comment=True)
    overdue(asked)
    url = scene.client("viewer").get(page_of(asked)).context["export_url"]
    head, *rows = workbook(scene.client("viewer").get(url).content)
    assert (head[0], len(head)) == ("报送要求", 14)
    assert [row[2] for row in rows] == ["金融局", "商务局", "民宗局", "退役军人事务局"]
    assert [row[7] or "" for row in rows] == ["", "", "文本", "无意见"]
    assert rows[2][9].lstrip("'").startswith("=1+1")
    assert not rows[2][9].startswith("=")
    missing = workbook(scene.client("viewer").get(f"{url}&state=missing").content)
    assert [row[2] for row in missing[1:]] == ["金融局", "商务局"]
    own = workbook(scene.client("clerk0").get(f"{ANSWERS}export/").content)
    assert [row[2] for row in own[1:]] == ["民宗局"]
    assert "王主任" not in str(own)


def test_who_has_not_answered_over_all_requests(scene: Scene, asked: Request) -> None:
    second = scene.draft(
        units=scene.units[:1], due_at=timezone.now() + timezone.timedelta(days=9), title="清单"
    )
    issuing.hand_out(request=second, user=scene.people["admin"])
    answering.hand_in(answer=scene.answer(asked, 0), user=scene.people["clerk0"], text="同意")
    overdue(asked)
    response = scene.client("admin").get(ANSWERS, {"state": "missing"})
    assert {one.line.answer.unit.name for one in response.context["lines"]} == {
        *("退役军人事务局", "金融局", "商务局"),
    }
    response = scene.client("admin").get(ANSWERS, {"request_chosen": second.pk})
    assert [one.line.answer.unit.name for one in response.context["lines"]] == ["民宗局"]
    own = scene.client("clerk0").get(ANSWERS)
    assert [one.line.answer.request.title for one in own.context["lines"]] == ["清单", TITLE]


def test_reminding_shows_whom_and_tells_only_the_chosen(scene: Scene, asked: Request) -> None:
    answering.hand_in(answer=scene.answer(asked, 0), user=scene.people["clerk0"], text="同意")
    Notice.objects.all().delete()
    page = reverse("admin:departments_request_remind", args=[asked.pk])
    client = scene.client("admin")
    assert [one.contacts for one in client.get(page).context["lines"]] == [
        *("退役军人事务局李工", "金融局李工", "商务局李工"),
    ]
    chosen = [scene.answer(asked, unit).pk for unit in (0, 1)]
    response = client.post(page, {"answer": chosen, "text": "今天下班前"}, follow=True)
    assert [notice.user for notice in Notice.objects.all()] == [scene.people["clerk1"]]
    assert "退役军人事务局李工" in words(response)
    for who in ("viewer", "reviewer"):
        assert scene.client(who).get(page).status_code == 403
        assert scene.client(who).post(page, {"answer": chosen}).status_code == 403
    assert Notice.objects.count() == 1


def test_units_due_moment_documents_and_closing_by_the_page(scene: Scene, asked: Request) -> None:
    RequestAnswer.objects.filter(request=asked, unit=scene.units[3]).delete()
    client, page = scene.client("second"), page_of(asked)
    for data in (
        {"action": "units", "units": [scene.units[3].pk]},
        {"action": "due", "due_at": "2031-01-10T17:30", "reason": "年底前集中报送"},
        {"action": "document", "documents": [pdf("补充说明.pdf", PDF + b"3")]},
        {"action": f"remove-{asked.files.first().pk}"},  # type: ignore[union-attr]
        {"action": "close", "reason": "已汇总"},
        {"action": "reopen", "reason": "商务局补报"},
    ):
        client.post(page, data)
    asked.refresh_from_db()
    assert asked.state == RequestState.ISSUED
    assert f"{timezone.localtime(asked.due_at):%Y-%m-%d %H:%M}" == "2031-01-10 17:30"
    assert [file.name for file in asked.files.filter(removed_at__isnull=True)] == ["补充说明.pdf"]
    assert [event.action for event in asked.events.all()] == [
        *("issue", "units", "due", "close", "reopen"),
    ]
    for data in (
        {"action": "due", "due_at": "什么时候", "reason": "x"},
        {"action": "due", "due_at": "2031-02-10T17:30", "reason": ""},
        {"action": "units", "units": []},
        {"action": "document"},
        {"action": "reopen", "reason": "x"},
        {"action": "remove-0"},
        {"action": "approve"},
    ):
        assert said(client.post(page, data, follow=True)), data
    for who in ("viewer", "reviewer", "issuer"):
        scene.client(who).post(page, {"action": "close"})
    asked.refresh_from_db()
    assert asked.state == RequestState.ISSUED
    assert asked.events.count() == 5


def test_files_end_where_the_answer_ends(scene: Scene, asked: Request) -> None:
    file = answering.attach_to_answer(
        answer=scene.answer(asked, 1), file=pdf("意见.pdf"), user=scene.people["clerk1"]
    )
    answering.hand_in(answer=scene.answer(asked, 1), user=scene.people["clerk1"])
    own = f"{ANSWERS}file/{file.pk}/"
    response = scene.client("viewer").get(own)
    assert (response.content, response["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert response["Content-Disposition"].startswith("attachment")
    document = asked.files.get()
    other = scene.draft(title="另一项")
    hidden = drafting.add_document(request=other, file=pdf("内部.pdf"), user=scene.people["admin"])
    mine = scene.answer(asked, 0)
    clerk = scene.client("clerk0")
    assert clerk.get(own).status_code == 403
    assert clerk.get(f"{ANSWERS}{mine.pk}/document/{document.pk}/").content == PDF
    assert clerk.get(f"{ANSWERS}{mine.pk}/document/{hidden.pk}/").status_code == 404
    theirs = other.answers.get(unit=scene.units[0])
    assert clerk.get(f"{ANSWERS}{theirs.pk}/document/{hidden.pk}/").status_code == 403
    assert clerk.get(page_of(theirs)).status_code == 302
    assert clerk.get(f"{LIST}document/{document.pk}/").status_code == 403


def test_tasks_list_what_is_open(scene: Scene, asked: Request) -> None:
    assert TITLE in words(scene.client("clerk0").get("/admin/"))
    assert "提交" not in str(scene.client("clerk0").get("/admin/").context["request_tasks"])
    assert TITLE in words(scene.client("admin").get("/admin/"))
    answering.hand_in(answer=scene.answer(asked, 0), user=scene.people["clerk0"], text="同意")
    [one] = scene.client("admin").get("/admin/").context["office_requests"]
    assert (one.request.n_asked, one.unanswered, one.request.n_to_look_at) == (4, 3, 1)
    answering.accept(answer=scene.answer(asked, 0), user=scene.people["admin"])
    assert TITLE not in words(scene.client("clerk0").get("/admin/"))
    issuing.close_request(request=asked, user=scene.people["admin"])
    assert TITLE not in words(scene.client("clerk1").get("/admin/"))
    assert TITLE not in words(scene.client("admin").get("/admin/"))


def test_the_lists_cost_the_same_however_long_they_are(scene: Scene, django_assert_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _round in range(2):
        for _more in range(3):
            scene.asked()
        counts.append([])
        for who, page in (("admin", LIST), ("admin", ANSWERS), ("clerk0", ANSWERS), ("clerk0", "/admin/")):
            client = scene.client(who)
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]


def test_two_offices_never_meet(scene: Scene, asked: Request) -> None:
    other = build.office("x", "别区")
    stranger = build.person("stranger", other, "administrator")
    scene.people["stranger"] = stranger
    client = scene.client("stranger")
    assert client.get(page_of(asked)).status_code == 302
    assert TITLE not in words(client.get(LIST))
    assert TITLE not in words(client.get(ANSWERS))
    assert client.get(reverse("admin:departments_request_remind", args=[asked.pk])).status_code == 403
    client.post(page_of(asked), {"action": "close"})
    assert Request.objects.get(pk=asked.pk).state == RequestState.ISSUED


def test_empty_pages_say_what_they_are_for(db: None) -> None:
    scene = make_scene(())
    assert "还没有报送要求" in words(scene.client("admin").get(LIST))
    assert "还没有填报单位" in words(scene.client("admin").get(ADD))
    assert "目前没有要求" in words(scene.client("viewer").get(ANSWERS))
