"""Writing a request, handing it out, more units, another due moment, closing."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from departments.choices import AnswerState, RequestState
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Membership, Notice, Request
from departments.services.requests import answering, drafting, issuing
from departments.services.requests.overview import seen_answers
from departments.services.schedules import save_calendar_day
from tests import build
from tests.functional.requests.scene import DUE, Scene, hand_in, hours, june, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


# Writing it


def test_a_draft_is_nobody_s_but_the_office_s(scene: Scene) -> None:
    draft = scene.draft()
    assert (draft.state, draft.code, draft.answers.count()) == ("draft", "req1", 4)
    assert not seen_answers(scene.people["clerk0"]).exists()
    assert not seen_answers(scene.people["head0"]).exists()
    assert seen_answers(scene.people["viewer"]).count() == 4
    assert not Notice.objects.exists()


def test_codes_are_unique_among_forms_registers_and_requests(scene: Scene) -> None:
    build.form(scene.office, "req1")
    assert scene.draft().code == "req2"
    with pytest.raises(ValidationError, match="req1"):
        scene.draft(code="req1")
    with pytest.raises(ValidationError):
        scene.draft(code="req2")


def test_a_request_takes_something_and_has_a_title(scene: Scene) -> None:
    for wrong in (
        {"takes_file": False, "takes_text": False, "takes_no_comment": False},
        {"title": ""},
        {"code": "要求"},
    ):
        with pytest.raises(ValidationError):
            scene.draft(**wrong)
    assert not Request.objects.exists()


def test_the_usual_due_moment_is_noon_of_the_fifth_working_day(scene: Scene) -> None:
    # Thursday 8 June 2023: Friday, Monday … Thursday.
    assert drafting.usual_due(scene.office, june(8)) == DUE
    save_calendar_day(office=scene.office, day=dt.date(2023, 6, 12), is_working=False)
    assert drafting.usual_due(scene.office, june(8)) == june(16, 12)


def test_only_administrators_write_and_hand_out(scene: Scene) -> None:
    draft = scene.draft()
    for who in ("clerk0", "head0", "viewer", "reviewer", "issuer"):
        user = scene.people[who]
        for call in (
            lambda user=user: drafting.save_draft(
                office=scene.office, user=user, units=[], request=draft, title="甲"
            ),
            lambda user=user: issuing.hand_out(request=draft, user=user, at=june(8)),
            lambda user=user: drafting.add_document(request=draft, file=pdf(), user=user),
            lambda user=user: drafting.discard_draft(request=draft, user=user),
        ):
            with pytest.raises(TransitionRefused):
                call()
    draft.refresh_from_db()
    assert (draft.state, draft.title) == ("draft", scene.draft().title)


def test_a_draft_changes_its_units_and_can_be_thrown_away(scene: Scene) -> None:
    draft = scene.draft()
    drafting.save_draft(office=scene.office, user=scene.people["admin"], units=scene.units[:1], request=draft)
    assert [answer.unit for answer in draft.answers.all()] == scene.units[:1]
    drafting.add_document(request=draft, file=pdf("方案.pdf"), user=scene.people["admin"])
    drafting.discard_draft(request=draft, user=scene.people["second"])
    assert not Request.objects.exists()


def test_no_unit_of_another_office_and_no_closed_one(scene: Scene) -> None:
    stranger = build.unit(build.office("x"), "S", "外局")
    closed = scene.units[3]
    closed.closed_on = dt.date(2023, 5, 1)
    closed.save()
    for unit in (stranger, closed):
        with pytest.raises(DepartmentsError, match=unit.name):
            scene.draft(units=[unit])


# Handing it out


def test_handing_out_asks_and_tells_the_clerks(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    assert (request.state, request.opens_at) == (RequestState.ISSUED, june(8))
    told = Notice.objects.order_by("unit__code")
    assert [(n.user, n.unit) for n in told] == [
        (scene.people["clerk0"], scene.units[0]),
        (scene.people["clerk1"], scene.units[1]),
    ]
    assert "6月15日 12:00" in told[0].title.replace("2023年", "")
    assert seen_answers(scene.people["clerk0"]).get().request == request
    assert not seen_answers(scene.people["clerk2"]).exists()
    with pytest.raises(TransitionRefused):
        issuing.hand_out(request=request, user=scene.people["admin"], at=june(8))
    with pytest.raises(TransitionRefused):
        drafting.save_draft(office=scene.office, user=scene.people["admin"], units=[], request=request)
    with pytest.raises(TransitionRefused):
        drafting.discard_draft(request=request, user=scene.people["admin"])


def test_a_unit_without_clerks_is_told_by_its_head(scene: Scene) -> None:
    Membership.objects.filter(user=scene.people["clerk0"]).delete()
    scene.asked(units=scene.units[:1])
    assert Notice.objects.get().user == scene.people["head0"]


def test_nothing_is_handed_out_to_nobody_or_when_it_is_due(scene: Scene) -> None:
    for draft, at in ((scene.draft(units=[]), june(8)), (scene.draft(), hours(0))):
        with pytest.raises(DepartmentsError):
            issuing.hand_out(request=draft, user=scene.people["admin"], at=at)
        draft.refresh_from_db()
        assert draft.state == RequestState.DRAFT
    assert not Notice.objects.exists()


def test_units_are_added_until_it_is_due(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    hand_in(scene, request, 0, june(9))
    Notice.objects.all().delete()
    admin = scene.people["admin"]
    new = issuing.add_units(request=request, units=scene.units[:3], user=admin, at=june(12))
    assert new == [scene.units[2]]
    assert [notice.user for notice in Notice.objects.all()] == [scene.people["clerk2"]]
    assert scene.answer(request, 0).state == AnswerState.ANSWERED
    with pytest.raises(DepartmentsError):
        issuing.add_units(request=request, units=scene.units[:3], user=admin, at=june(12))
    with pytest.raises(DepartmentsError):
        issuing.add_units(request=request, units=scene.units, user=admin, at=hours(1))
    assert request.answers.count() == 3


def test_the_due_moment_is_moved_with_a_reason_and_those_who_owe_are_told(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    hand_in(scene, request, 0, june(9))
    Notice.objects.all().delete()
    admin = scene.people["admin"]
    for due, reason in ((june(20), " "), (june(9), "改"), (DUE, "改")):
        with pytest.raises(DepartmentsError):
            issuing.change_due(request=request, due_at=due, reason=reason, user=admin, at=june(10))
    issuing.change_due(request=request, due_at=june(20), reason="端午前报齐", user=admin, at=june(10))
    request.refresh_from_db()
    assert request.due_at == june(20)
    [notice] = Notice.objects.all()
    assert notice.user == scene.people["clerk1"]
    assert "端午前报齐" in notice.text
    assert "端午前报齐" in request.events.get(action="due").text


def test_a_closed_request_takes_nothing_and_says_whom_to_ask(scene: Scene) -> None:
    request = scene.asked()
    hand_in(scene, request, 0, june(9))
    admin = scene.people["admin"]
    issuing.close_request(request=request, user=admin, at=june(20, 10))
    with pytest.raises(TransitionRefused, match=r"6月20日 10:00.*0372-5500000"):
        hand_in(scene, request, 1, june(21))
    with pytest.raises(TransitionRefused):
        answering.return_answer(answer=scene.answer(request, 0), user=admin, reason="不全", at=june(21))
    with pytest.raises(TransitionRefused):
        issuing.change_due(request=request, due_at=june(30), reason="再等", user=admin, at=june(21))
    answering.accept(answer=scene.answer(request, 0), user=admin, at=june(21))
    with pytest.raises(DepartmentsError):
        issuing.reopen_request(request=request, user=admin, reason="", at=june(22))
    issuing.reopen_request(request=request, user=admin, reason="民宗局补报", at=june(22))
    hand_in(scene, request, 1, june(22))
    assert [event.action for event in request.events.all()] == ["issue", "close", "reopen"]
