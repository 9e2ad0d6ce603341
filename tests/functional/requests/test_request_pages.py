"""The page of a request through HTTP: who sees what, writing and handing out, changing, closing, what is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from departments.choices import RequestState
from departments.models import Notice, Request, RequestAnswer
from tests import build
from tests.functional.requests.request_pages import ADD, ANSWERS, LIST, page_of, said, words
from tests.functional.requests.scene import PDF, TITLE, Scene, pdf

pytestmark = pytest.mark.django_db


def test_who_opens_which_page(scene: Scene, asked: Request) -> None:
    seen = {}
    for who in ("admin", "reviewer", "issuer", "viewer", "clerk0", "head0", "unitviewer", "clerk1"):
        client = scene.client(who)
        pages = (LIST, ADD, page_of(asked), ANSWERS, page_of(scene.answer(asked, 0)))
        seen[who] = [client.get(page).status_code for page in pages]
        assert TITLE in words(client.get(ANSWERS))
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
