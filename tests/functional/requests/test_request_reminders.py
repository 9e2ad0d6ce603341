"""Who is reminded when, once each; the button; the clock's task."""

import pytest

from departments.choices import NoticeKind
from departments.exceptions import TransitionRefused
from departments.models import Membership, Notice, NoticeDelivery, Robot
from departments.services.requests import answering, issuing
from departments.services.requests.overview import load_lines
from departments.services.requests.reminders import remind_now, send_request_reminders
from departments.tasks import send_reminders
from tests.functional.requests.scene import DUE, Scene, hours, june

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def told() -> list[tuple[str, str]]:
    """(who, kind) of all notices, and forgets them."""
    found = sorted(Notice.objects.values_list("user__username", "kind"))
    NoticeDelivery.objects.all().delete()
    Notice.objects.all().delete()
    return found


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (-24.1, []),
        (-24, [("clerk1", "reminder")]),
        (-1, [("clerk1", "reminder")]),
        (0, [("clerk1", "reminder")]),
        (2, [("clerk1", "overdue"), ("clerk1", "reminder")]),
        (24, [("admin", "overdue"), ("clerk1", "overdue"), ("head1", "escalation"), ("second", "overdue")]),
        (49, []),
    ],
)
def test_each_moment_has_its_people(scene: Scene, after: float, expected: list[tuple[str, str]]) -> None:
    """A clock that stood still makes up for a day: at 2 h it is the due moment's and its own; 24 h later those are gone."""
    request = scene.asked(units=scene.units[:2])
    answering.hand_in(answer=scene.answer(request, 0), user=scene.people["clerk0"], text="同意", at=june(9))
    told()
    written = send_request_reminders(now=hours(after))
    assert told() == expected
    assert written == len(expected)


def test_nobody_is_told_twice_however_often_the_clock_runs(scene: Scene) -> None:
    scene.asked()
    told()
    for number in range(-30, 60):
        send_request_reminders(now=hours(number))
    assert len(told()) == 4 * (3 + 1) + 2
    send_request_reminders(now=hours(24))
    again = [name for name, _kind in told()]
    assert "admin" in again, "only because the notices were thrown away"


def test_a_request_handed_out_late_is_not_reminded_of_at_once(scene: Scene) -> None:
    draft = scene.draft()
    issuing.hand_out(request=draft, user=scene.people["admin"], at=hours(-5))
    told()
    assert send_request_reminders(now=hours(-4)) == 0
    assert send_request_reminders(now=DUE) == 4


def test_a_moved_due_moment_is_reminded_of_anew(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:1])
    send_request_reminders(now=hours(0))
    issuing.change_due(
        request=request, due_at=hours(30), reason="延期", user=scene.people["admin"], at=hours(1)
    )
    told()
    assert send_request_reminders(now=hours(2)) == 0
    assert send_request_reminders(now=hours(6)) == 1


def test_a_closed_request_and_a_returned_answer_are_left_alone(scene: Scene) -> None:
    request = scene.asked(units=scene.units[:2])
    admin = scene.people["admin"]
    answering.hand_in(answer=scene.answer(request, 0), user=scene.people["clerk0"], text="同意", at=june(9))
    answering.return_answer(answer=scene.answer(request, 0), user=admin, reason="补", at=june(10))
    told()
    send_request_reminders(now=DUE)
    assert [name for name, _kind in told()] == ["clerk1"]
    issuing.close_request(request=request, user=admin, at=hours(1))
    assert send_request_reminders(now=hours(2)) == 0


def test_the_button_tells_those_chosen_once_a_minute_in_the_administrator_s_words(scene: Scene) -> None:
    request = scene.asked()
    answering.hand_in(answer=scene.answer(request, 0), user=scene.people["clerk0"], text="同意", at=june(9))
    Membership.objects.filter(user__in=[scene.people["clerk2"], scene.people["head2"]]).delete()
    Robot.objects.create(
        office=scene.office, name="群", service=Robot.Service.DINGTALK, url="https://chat.example/x"
    )
    told()
    for _press in range(2):
        done = remind_now(
            request=request,
            units=scene.units[:3],
            user=scene.people["admin"],
            text="今天下班前务必报送",
            by_robot=True,
            at=hours(3),
        )
    assert done.notices == 0
    assert [unit.name for unit in done.nobody] == ["金融局"]
    [notice] = Notice.objects.all()
    assert (notice.user, notice.kind) == (scene.people["clerk1"], NoticeKind.OVERDUE)
    assert "今天下班前务必报送" in notice.text
    assert NoticeDelivery.objects.filter(robot__isnull=False).count() == 1
    lines = load_lines(request.answers.all(), user=scene.people["admin"], office=scene.office, now=hours(4))
    assert {line.answer.unit.name for line in lines if line.told} == {"退役军人事务局"}
    assert request.events.filter(action="remind").count() == 1
    for who in ("clerk0", "viewer", "reviewer"):
        with pytest.raises(TransitionRefused):
            remind_now(request=request, units=scene.units, user=scene.people[who], at=hours(4))


def test_the_clock_s_task_covers_requests(scene: Scene) -> None:
    """Whatever the wall clock says: the request is due now."""
    from django.utils import timezone

    request = scene.asked(units=scene.units[:1])
    request.due_at = timezone.now()
    request.save()
    told()
    assert send_reminders() == 1
    assert send_reminders() == 0
