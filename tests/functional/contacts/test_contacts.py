"""Contacts: proposed, approved by somebody else, dated without gaps or overlaps, and nobody's number told outside."""

import datetime as dt
import io

import openpyxl
import pytest
from django.urls import reverse

from departments.choices import ContactKind, ContactState, NoticeKind
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Contact, Notice
from departments.services.contacts import (
    Details,
    approve,
    contacts_on,
    proposals_for,
    propose,
    refuse,
    withdraw,
)
from tests.functional.contacts.scene import Contacts, fill, make

pytestmark = pytest.mark.django_db
NEW = Details("钱晓峰", "副科长", "0519-86531002", "13900000002")
MAY = dt.date(2022, 5, 1)


def url(name: str, *args: object) -> str:
    return reverse(f"admin:departments_contact_{name}", args=args)


def named(scene: Contacts, day: dt.date, kind: str = ContactKind.CONTACT) -> str:
    found = contacts_on(scene.units[:1], day).get(scene.units[0].pk, {}).get(kind)
    return found.name if found else ""


def test_an_approved_one_ends_the_one_before_the_day_before(scene: Contacts) -> None:
    first = scene.approved()
    second = scene.approved(details=NEW, valid_from=MAY)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_to) == (dt.date(2022, 4, 30), None)
    days = [MAY - dt.timedelta(days=n) for n in (60, 30, 1, 0, -400)]
    assert [named(scene, day) for day in days] == ["", "王建国", "王建国", "钱晓峰", "钱晓峰"]


def test_a_day_in_the_past_is_put_between(scene: Contacts) -> None:
    late = scene.approved(details=NEW, valid_from=MAY)
    between = scene.approved()
    late.refresh_from_db()
    assert (between.valid_to, late.valid_to) == (dt.date(2022, 4, 30), None)


def test_nobody_any_more(scene: Contacts) -> None:
    scene.approved()
    scene.approved(details=None, valid_from=MAY)
    assert (named(scene, MAY - dt.timedelta(days=1)), named(scene, MAY)) == ("王建国", "")
    scene.approved(details=NEW, valid_from=dt.date(2022, 6, 1))
    assert named(scene, dt.date(2022, 6, 1)) == "钱晓峰"


def test_a_proposal_changes_nothing_until_it_is_approved(scene: Contacts) -> None:
    scene.approved()
    waiting = scene.proposed(details=NEW, valid_from=MAY)
    assert named(scene, MAY) == "王建国"
    withdraw(contact=waiting, user=scene.people["head"])
    again = scene.proposed(details=NEW, valid_from=MAY)
    refuse(contact=again, user=scene.people["administrator"], reason="姓名有误")
    assert named(scene, MAY) == "王建国"
    states = Contact.objects.filter(name="钱晓峰").order_by("pk").values_list("state", "reason")
    assert list(states) == [(ContactState.WITHDRAWN, ""), (ContactState.REFUSED, "姓名有误")]


def test_who_proposed_does_not_approve(scene: Contacts) -> None:
    own = scene.proposed(user=scene.people["administrator"])
    for step in (
        lambda: approve(contact=own, user=scene.people["administrator"]),
        lambda: refuse(contact=own, user=scene.people["administrator"], reason="x"),
    ):
        with pytest.raises(TransitionRefused):
            step()
    assert approve(contact=own, user=scene.people["colleague"]).state == ContactState.APPROVED


@pytest.mark.parametrize("who", ["clerk", "head", "neighbour", "reviewer", "viewer"])
def test_only_administrators_decide(scene: Contacts, who: str) -> None:
    waiting = scene.proposed()
    with pytest.raises(TransitionRefused):
        approve(contact=waiting, user=scene.people[who])
    with pytest.raises(TransitionRefused):
        refuse(contact=waiting, user=scene.people[who], reason="x")
    waiting.refresh_from_db()
    assert waiting.state == ContactState.PROPOSED


@pytest.mark.parametrize("who", ["neighbour", "reviewer", "viewer"])
def test_nobody_else_proposes_or_withdraws(scene: Contacts, who: str) -> None:
    with pytest.raises(TransitionRefused):
        scene.proposed(user=scene.people[who])
    waiting = scene.proposed()
    with pytest.raises(TransitionRefused):
        withdraw(contact=waiting, user=scene.people[who])


@pytest.mark.parametrize(
    "given",
    [
        {"details": Details("", "科长")},
        {"details": Details("字" * 61)},
        {"details": Details("王五", phone="没有")},
        {"details": Details("王五", mobile="123")},
        {"details": None},
        {"kind": "boss"},
        {"valid_from": dt.date(2999, 1, 1)},
    ],
)
def test_what_is_refused_leaves_nothing(scene: Contacts, given: dict[str, object]) -> None:
    with pytest.raises(DepartmentsError):
        scene.proposed(**given)  # type: ignore[arg-type]
    assert not Contact.objects.exists()


def test_what_stands_already_is_not_proposed_again(scene: Contacts) -> None:
    scene.approved()
    with pytest.raises(DepartmentsError):
        scene.proposed(valid_from=MAY)
    with pytest.raises(DepartmentsError):
        scene.proposed(details=NEW)
    scene.proposed(details=NEW, valid_from=MAY)
    with pytest.raises(DepartmentsError):
        scene.proposed(details=Details("第三人"), valid_from=MAY)
    scene.proposed(kind=ContactKind.LEADER)


def test_a_decided_one_is_not_decided_again(scene: Contacts) -> None:
    done = scene.approved()
    for step in (approve, withdraw):
        with pytest.raises(TransitionRefused):
            step(contact=done, user=scene.people["colleague"])


def test_the_right_people_are_told_and_no_number_goes_out(scene: Contacts) -> None:
    waiting = scene.proposed(user=scene.people["administrator"])
    asked = Notice.objects.filter(kind=NoticeKind.REQUEST)
    assert [notice.user.username for notice in asked] == ["colleague"]
    approve(contact=waiting, user=scene.people["colleague"])
    told = Notice.objects.filter(kind=NoticeKind.DECISION)
    assert {notice.user.username for notice in told} == {"clerk", "head", "administrator"}
    for notice in Notice.objects.all():
        assert "王建国" in notice.text
        assert not any(number in notice.title + notice.text for number in ("13900000001", "86531001"))


def test_the_clerk_proposes_on_the_units_page(scene: Contacts) -> None:
    client = scene.client("clerk")
    page = url("unit", scene.units[0].pk)
    assert client.get(url("changelist"))["Location"] == page
    typed = {
        "action": "propose",
        "kind": "contact",
        "valid_from": "2022-04-01",
        "name": "",
        "phone": "86531001",
    }
    refused = client.post(page, typed)
    assert refused.status_code == 422
    assert 'value="86531001"' in refused.content.decode(), "what was typed stays"
    assert client.post(page, typed | {"name": "王建国"}).status_code == 302
    waiting = Contact.objects.get()
    assert (waiting.name, waiting.state, waiting.proposed_by) == (
        "王建国",
        ContactState.PROPOSED,
        scene.people["clerk"],
    )
    client.post(page, {"action": "approve", "proposal": waiting.pk})
    waiting.refresh_from_db()
    assert waiting.state == ContactState.PROPOSED
    client.post(page, {"action": "withdraw", "proposal": waiting.pk})
    waiting.refresh_from_db()
    assert waiting.state == ContactState.WITHDRAWN


@pytest.mark.parametrize(
    "body", [{}, {"action": "approve"}, {"action": "propose"}, {"action": "x", "proposal": "y"}]
)
def test_posts_without_sense_change_nothing(scene: Contacts, body: dict[str, str]) -> None:
    answer = scene.client("administrator").post(url("unit", scene.units[0].pk), body)
    assert answer.status_code in (302, 422)
    assert scene.client("administrator").post(url("decide"), body).status_code == 302
    assert not Contact.objects.exists()


def test_a_unit_sees_its_own_contacts_only(scene: Contacts) -> None:
    scene.approved()
    assert scene.client("neighbour").get(url("unit", scene.units[0].pk)).status_code == 403
    for page in ("print", "file"):
        answer = scene.client("neighbour").get(url(page))
        assert "王建国" not in answer.content.decode("utf-8", "replace")
    assert "13900000001" in scene.client("clerk").get(url("unit", scene.units[0].pk)).content.decode()
    assert "13900000001" in scene.client("viewer").get(url("changelist")).content.decode()


def test_administrators_find_proposals_among_their_tasks_and_decide_several(scene: Contacts) -> None:
    waiting = [scene.proposed(kind=kind) for kind in ContactKind.values]
    own = propose(
        unit=scene.units[1], kind="contact", valid_from=MAY, user=scene.people["administrator"], details=NEW
    )
    assert [row.pk for row in proposals_for(scene.people["administrator"])] == [
        row.pk for row in (*waiting, own)
    ]
    client = scene.client("administrator")
    tasks = client.get(reverse("admin:index"))
    assert [row.contact.pk for row in tasks.context["contact_tasks"]] == [row.pk for row in waiting]
    assert scene.client("clerk").get(reverse("admin:index")).context["contact_tasks"] == []
    client.post(url("decide"), {"action": "approve", "chosen": [row.pk for row in (*waiting, own)]})
    states = [Contact.objects.get(pk=row.pk).state for row in (*waiting, own)]
    assert states == [ContactState.APPROVED] * 3 + [ContactState.PROPOSED]
    scene.client("colleague").post(
        url("decide"), {"action": "refuse", "chosen": own.pk, "reason": "请写全名"}
    )
    own.refresh_from_db()
    assert (own.state, own.reason) == (ContactState.REFUSED, "请写全名")


def test_filters_print_and_file_of_a_whole_office() -> None:
    scene = make(36)
    fill(scene)
    client = scene.client("viewer")
    page = client.get(url("changelist"))
    assert (len(page.context["lines"]), page.context["without"]) == (36, 4)
    assert len(client.get(url("changelist"), {"missing": "1"}).context["lines"]) == 4
    assert [line.name for line in client.get(url("changelist"), {"q": "13900000007"}).context["lines"]] == [
        "司法局"
    ]
    assert {line.group for line in client.get(url("changelist"), {"group": "驻区单位"}).context["lines"]} == {
        "驻区单位"
    }
    printed = client.get(url("print")).content.decode()
    assert all(unit.name in printed for unit in scene.units)
    assert client.get(url("print"), {"missing": "1"}).content.decode().count("<tr>") == 5
    book = openpyxl.load_workbook(io.BytesIO(client.get(url("file")).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + 36 * 3 - 4
    assert rows[1][:5] == ("D01", "发展和改革局", "区级部门", ContactKind.LEADER.label, "李志远")


def test_a_name_that_looks_like_a_formula_stays_text_in_the_file(scene: Contacts) -> None:
    scene.approved(details=Details("=1+1", "@SUM(A1)", "+86 519 86531001"))
    book = openpyxl.load_workbook(io.BytesIO(scene.client("clerk").get(url("file")).content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert "'=1+1" in [cell.value for cell in cells]
    page = scene.client("clerk").get(url("unit", scene.units[0].pk)).content.decode()
    assert "=1+1" in page


def test_markup_in_a_name_is_shown_as_it_is(scene: Contacts) -> None:
    scene.approved(details=Details("<script>x</script>", "科长"))
    for page in (url("unit", scene.units[0].pk), url("changelist"), url("print")):
        body = scene.client("administrator").get(page).content.decode()
        assert "<script>x" not in body
        assert "&lt;script&gt;x" in body
