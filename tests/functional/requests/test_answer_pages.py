"""The page of an answer through HTTP: answering, withdrawing, deciding, its files, what the other side must not see."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from departments.choices import AnswerState
from departments.models import Request
from departments.services.requests import answering, drafting
from tests.functional.requests.request_pages import ANSWERS, LIST, page_of, said, words
from tests.functional.requests.scene import PDF, Scene, pdf, workbook

pytestmark = pytest.mark.django_db


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
