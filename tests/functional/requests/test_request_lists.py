"""The lists through HTTP: who owes an answer, the file of a list, reminding, the tasks, empty pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from departments.models import Notice, Request
from departments.services.requests import answering, issuing
from tests.functional.requests.request_pages import ADD, ANSWERS, LIST, overdue, page_of, words
from tests.functional.requests.scene import TITLE, Scene, make_scene, workbook

pytestmark = pytest.mark.django_db


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


def test_the_lists_cost_the_same_however_long_they_are(scene: Scene) -> None:
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


def test_empty_pages_say_what_they_are_for(db: None) -> None:
    scene = make_scene(())
    assert "还没有报送要求" in words(scene.client("admin").get(LIST))
    assert "还没有填报单位" in words(scene.client("admin").get(ADD))
    assert "目前没有要求" in words(scene.client("viewer").get(ANSWERS))
