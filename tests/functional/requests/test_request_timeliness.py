"""Whether an answer is in time, and the lists by what has become of it."""

import datetime as dt

import pytest

from departments.choices import AnswerState, Timeliness
from departments.models import Request
from departments.services.requests import answering
from departments.services.requests.overview import Wanted, condition, counted, load_lines
from tests.functional.requests.scene import DUE, Scene, hand_in, hours

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_up_to_the_due_moment_is_in_time(scene: Scene) -> None:
    request = scene.asked()
    hand_in(scene, request, 0, DUE)
    hand_in(scene, request, 1, DUE + dt.timedelta(microseconds=1))
    hand_in(scene, request, 2, hours(26))
    lines = load_lines(request.answers.all(), user=scene.people["admin"], office=scene.office, now=hours(48))
    assert [(line.answer.unit.name, line.timeliness, line.late_by) for line in lines] == [
        ("商务局", Timeliness.MISSING, dt.timedelta(hours=48)),
        ("民宗局", Timeliness.ON_TIME, dt.timedelta(0)),
        ("退役军人事务局", Timeliness.LATE, dt.timedelta(microseconds=1)),
        ("金融局", Timeliness.LATE, dt.timedelta(hours=26)),
    ]
    tally = counted(Request.objects.all()).get()
    assert (tally.n_asked, tally.n_answered, tally.n_late, tally.n_to_look_at) == (4, 3, 2, 3)


def test_a_return_keeps_the_first_moment_and_a_withdrawal_does_not(scene: Scene) -> None:
    request = scene.asked()
    for unit in (0, 1):
        hand_in(scene, request, unit, hours(-1))
    answering.return_answer(
        answer=scene.answer(request, 0), user=scene.people["admin"], reason="补", at=hours(1)
    )
    answering.withdraw_answer(answer=scene.answer(request, 1), user=scene.people["clerk1"], at=hours(1))
    assert scene.answer(request, 1).handed_in_at is None
    for unit in (0, 1):
        hand_in(scene, request, unit, hours(2))
    assert [scene.answer(request, unit).handed_in_at for unit in (0, 1)] == [hours(-1), hours(2)]
    answering.withdraw_answer(answer=scene.answer(request, 0), user=scene.people["clerk0"], at=hours(3))
    again = scene.answer(request, 0)
    assert (again.state, again.handed_in_at) == (AnswerState.RETURNED, hours(-1))


@pytest.mark.parametrize(
    ("wanted", "units"),
    [
        (Wanted.UNANSWERED, {3}),
        (Wanted.MISSING, {3}),
        (Wanted.LATE, {2}),
        (Wanted.TO_LOOK_AT, {2}),
        (Wanted.RETURNED, {1}),
        (Wanted.ACCEPTED, {0}),
    ],
)
def test_the_lists_hold_whom_they_name(scene: Scene, wanted: Wanted, units: set[int]) -> None:
    request = scene.asked()
    for unit, at in ((0, hours(-3)), (1, hours(-2)), (2, hours(2))):
        hand_in(scene, request, unit, at)
    admin = scene.people["admin"]
    answering.accept(answer=scene.answer(request, 0), user=admin)
    answering.return_answer(answer=scene.answer(request, 1), user=admin, reason="补")
    found = request.answers.filter(condition(wanted, hours(24)))
    assert {scene.units.index(answer.unit) for answer in found} == units
