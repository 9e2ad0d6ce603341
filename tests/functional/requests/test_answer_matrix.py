"""Every state of an answer × every state of its request × every action × every kind of person: only the table below is lawful.

The table is written out by hand; nothing in it is read from departments.answer_transitions.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from departments.answer_transitions import AnswerAction, can_answer
from departments.choices import AnswerState, RequestState, Role
from departments.exceptions import TransitionRefused
from departments.models import Request, RequestAnswer, RequestAnswerEvent
from departments.services.requests import answering
from tests import build
from tests.functional.requests.scene import Scene, june, pdf

pytestmark = pytest.mark.django_db

UNIT = {"clerk0", "head0"}
OFFICE = {"admin", "second"}
PEOPLE = (
    *("clerk0", "head0", "clerk1", "head1", "unitviewer", "admin", "second", "reviewer", "issuer", "viewer"),
    *("strangeclerk", "strangeadmin"),
)
# (state of the request, state of the answer, action) → who may. `submitter` handed in and is a clerk of unit 0 too.
LAWFUL: dict[tuple[str, str, str], set[str]] = {
    ("issued", "waiting", "save"): UNIT,
    ("issued", "waiting", "answer"): UNIT,
    ("issued", "returned", "save"): UNIT,
    ("issued", "returned", "answer"): UNIT,
    ("issued", "answered", "accept"): OFFICE,
    ("issued", "answered", "return"): OFFICE,
    ("issued", "accepted", "return"): OFFICE,
    ("closed", "answered", "accept"): OFFICE,
}


@pytest.fixture
def people(scene: Scene) -> dict[str, User]:
    other = build.office("x", "别区")
    stranger = build.unit(other, "S", "外局", build.group(other))
    return scene.people | {
        "submitter": build.person("submitter", scene.office, Role.CLERK, scene.units[0]),
        "strangeclerk": build.person("strangeclerk", other, Role.CLERK, stranger),
        "strangeadmin": build.person("strangeadmin", other, Role.ADMINISTRATOR),
    }


def call_of(action: str, answer: RequestAnswer, person: User) -> Callable[[], object]:
    calls: dict[str, Callable[[], object]] = {
        "save": lambda: answering.save_answer(answer=answer, user=person, text="改"),
        "answer": lambda: answering.hand_in(answer=answer, user=person, text="改"),
        "withdraw": lambda: answering.withdraw_answer(answer=answer, user=person),
        "accept": lambda: answering.accept(answer=answer, user=person),
        "return": lambda: answering.return_answer(answer=answer, user=person, reason="因为"),
    }
    return calls[action]


@pytest.mark.parametrize("asked_state", RequestState.values)
@pytest.mark.parametrize("state", AnswerState.values)
def test_only_the_lawful_happens(scene: Scene, people: dict[str, User], asked_state: str, state: str) -> None:
    request = scene.asked()
    answer = scene.answer(request, 0)
    Request.objects.filter(pk=request.pk).update(
        state=asked_state, closed_at=june(20) if asked_state == "closed" else None
    )
    handed_in = None if state == "waiting" else june(9)
    RequestAnswer.objects.filter(pk=answer.pk).update(
        state=state, answered_by=people["submitter"], answered_at=handed_in, handed_in_at=handed_in
    )
    answer = scene.answer(request, 0)
    wrong, tried = [], 0
    for action in AnswerAction.values:
        for name in PEOPLE:
            lawful = name in LAWFUL.get((asked_state, state, action), set())
            if can_answer(AnswerAction(action), answer, people[name]) is not lawful:
                wrong.append((name, action, lawful))
            if lawful:
                continue
            tried += 1
            with pytest.raises(TransitionRefused):
                call_of(action, answer, people[name])()
            for file_action in (answering.attach_to_answer,) if action == "save" else ():
                with pytest.raises(TransitionRefused):
                    file_action(answer=answer, file=pdf(), user=people[name])
            now = scene.answer(request, 0)
            assert (now.state, now.version, now.text) == (state, 0, "")
    assert wrong == []
    assert tried >= 50
    assert not RequestAnswerEvent.objects.exists()


@pytest.mark.parametrize("asked_state", RequestState.values)
@pytest.mark.parametrize("state", AnswerState.values)
def test_who_handed_in_may_withdraw_until_a_decision(
    scene: Scene, people: dict[str, User], asked_state: str, state: str
) -> None:
    request = scene.asked()
    Request.objects.filter(pk=request.pk).update(state=asked_state)
    RequestAnswer.objects.filter(request=request, unit=scene.units[0]).update(
        state=state, answered_by=people["submitter"]
    )
    may = can_answer(AnswerAction.WITHDRAW, scene.answer(request, 0), people["submitter"])
    assert may is ((asked_state, state) == ("issued", "answered"))


def test_every_lawful_row_happens(scene: Scene) -> None:
    """The way there and back, by the people the table names, through the services."""
    request = scene.asked()
    clerk, admin = scene.people["clerk0"], scene.people["admin"]
    states = []
    for act in (
        lambda answer: answering.save_answer(answer=answer, user=clerk, text="初稿"),
        lambda answer: answering.hand_in(answer=answer, user=clerk, text="初稿"),
        lambda answer: answering.withdraw_answer(answer=answer, user=clerk),
        lambda answer: answering.hand_in(answer=answer, user=clerk, text="二稿"),
        lambda answer: answering.return_answer(answer=answer, user=admin, reason="不全"),
        lambda answer: answering.hand_in(answer=answer, user=scene.people["head0"], text="三稿"),
        lambda answer: answering.accept(answer=answer, user=admin),
        lambda answer: answering.return_answer(answer=answer, user=admin, reason="附件错"),
    ):
        act(scene.answer(request, 0))
        states.append(scene.answer(request, 0).state)
    assert states == [
        *("waiting", "answered", "waiting", "answered"),
        *("returned", "answered", "accepted", "returned"),
    ]
    assert [event.version for event in scene.answer(request, 0).events.all()] == list(range(1, 9))
