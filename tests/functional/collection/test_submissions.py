"""The life of a submission through its services: reading of cells, four eyes, conflicts, one winner among many."""

import threading

import pytest
from django.db import connection, connections

from departments.choices import Action, Role, Status
from departments.exceptions import (
    Conflict,
    DepartmentsError,
    DuplicateSubmission,
    NotSubmittable,
    TransitionRefused,
)
from departments.models import Submission, SubmissionEvent
from departments.services import organisation
from departments.services import submissions as services
from departments.sheets import CellInput, cells_of, describe_cell
from tests import build


@pytest.fixture
def world(db):
    return make_world()


def make_world():
    home = build.office()
    group = build.group(home)
    unit = build.unit(home, "A", "甲局", group)
    form = build.form(home, groups=[group])
    window = build.window(form)

    class World:
        office = home
        clerk = build.person("clerk", home, Role.CLERK, unit)
        second_clerk = build.person("clerk2", home, Role.CLERK, unit)
        administrator = build.person("admin", home, Role.ADMINISTRATOR)
        submission = Submission.objects.get(window=window, unit=unit)

    return World


CELLS = [
    # typed, stored as, or None and a piece of the message
    ("1,234", "1234", None),
    ("１２３", "123", None),
    ("１，２３４", "1234", None),
    (" 12 ", "12", None),
    ("0", "0", None),
    ("", "", None),
    ("1,234.5", "", "whole number"),
    ("12.0", "12", None),
    ("-3", "", "negative"),
    ("三十", "", "不是数字"),
    ("1,23", "", "逗号"),
    ("1e3", "", "科学计数法"),
    ("80.5万", "", "只填数字"),
    ("1234567890123456", "", "位数太多"),
    ("=1+1", "", "不是数字"),
]


@pytest.mark.parametrize(("typed", "stored", "message"), CELLS)
@pytest.mark.both_databases
def test_a_typed_number_is_read_or_refused_with_advice(world, typed, stored, message, settings):
    settings.LANGUAGE_CODE = "en"
    saved = services.save_figures(
        submission=world.submission, inputs={"due": CellInput(typed)}, user=world.clerk
    )
    assert describe_cell(cells_of(world.submission).get("due")) == stored
    problems = [p.message for p in saved.problems if p.item == "due"]
    assert (message is None) == (problems == [])
    if message:
        assert message in problems[0]
        assert saved.rejected == {"due"}


def test_one_unreadable_cell_does_not_lose_the_others(world):
    services.save_figures(
        submission=world.submission,
        inputs={"due": CellInput("很多"), "done": CellInput("7"), "nowhere": CellInput("1")},
        user=world.clerk,
    )
    assert {code: describe_cell(cell) for code, cell in cells_of(world.submission).items()} == {"done": "7"}


def test_zero_missing_and_not_applicable_stay_three_things(world):
    services.save_figures(
        submission=world.submission,
        inputs={"due": CellInput("0"), "done": CellInput(reason="none")},
        user=world.clerk,
    )
    cells = cells_of(world.submission)
    assert (describe_cell(cells["due"]), describe_cell(cells["done"])) == ("0", "—（无此业务）")
    services.save_figures(submission=world.submission, inputs={"due": CellInput("")}, user=world.clerk)
    assert "due" not in cells_of(world.submission)


def test_blank_and_broken_rules_stand_in_the_way_of_submitting(world):
    services.save_figures(submission=world.submission, inputs={"done": CellInput("9")}, user=world.clerk)
    with pytest.raises(NotSubmittable) as blank:
        services.submit(submission=world.submission, user=world.clerk)
    assert [p.item for p in blank.value.problems] == ["due"]
    services.save_figures(submission=world.submission, inputs={"due": CellInput("8")}, user=world.clerk)
    with pytest.raises(NotSubmittable, match="已办数不能大于应办数（已办数 9，应办数 8）"):
        services.submit(submission=world.submission, user=world.clerk)
    assert Submission.objects.get(pk=world.submission.pk).status == Status.DRAFT


def test_a_second_submission_is_refused_and_points_to_the_first(world):
    with pytest.raises(DuplicateSubmission):
        services.start_submission(window=world.submission.window, unit=world.submission.unit)
    assert Submission.objects.count() == 1


def test_two_people_in_one_form_lose_nothing(world):
    first = services.save_figures(
        submission=world.submission, inputs={"due": CellInput("5")}, user=world.clerk, version=0
    )
    # The second person read version 0 too: another cell merges, the same cell is asked about.
    services.save_figures(
        submission=world.submission, inputs={"done": CellInput("3")}, user=world.second_clerk, version=0
    )
    with pytest.raises(Conflict) as conflict:
        services.save_figures(
            submission=world.submission, inputs={"due": CellInput("6")}, user=world.second_clerk, version=0
        )
    assert conflict.value.theirs == {"due": {"value": "5", "by": "clerk"}}
    assert describe_cell(cells_of(world.submission)["due"]) == "5"
    assert first.version == 1


def test_every_step_is_logged_with_old_and_new(world):
    build.fill(world.submission, {"due": 10, "done": 9}, world.clerk)
    services.return_submission(submission=world.submission, user=world.administrator, reason="请核实")
    services.save_figures(submission=world.submission, inputs={"done": CellInput("8")}, user=world.clerk)
    services.submit(submission=world.submission, user=world.clerk)
    services.approve(submission=world.submission, user=world.administrator)
    events = list(SubmissionEvent.objects.values_list("action", "user__username", "reason", "changes"))
    assert events == [
        (Action.SAVE, "clerk", "", {"due": ["", "10"], "done": ["", "9"]}),
        (Action.SUBMIT, "clerk", "", {}),
        (Action.RETURN, "admin", "请核实", {}),
        (Action.SAVE, "clerk", "", {"done": ["9", "8"]}),
        (Action.SUBMIT, "clerk", "", {}),
        (Action.APPROVE, "admin", "", {}),
    ]


def test_nobody_approves_what_they_entered_or_submitted(world):
    both = build.person("both", world.office, Role.CLERK, world.submission.unit)
    organisation.grant(user=both, office=world.office, role=Role.ADMINISTRATOR)
    services.save_figures(
        submission=world.submission,
        inputs={"due": CellInput("1"), "done": CellInput("1")},
        user=both,
    )
    services.submit(submission=world.submission, user=world.clerk)
    with pytest.raises(TransitionRefused):
        services.approve(submission=world.submission, user=both)
    services.approve(submission=world.submission, user=world.administrator)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_four_administrators_press_at_once_and_one_approves():
    world = make_world()
    build.fill(world.submission, {"due": 10, "done": 9}, world.clerk)
    people = [build.person(f"p{i}", world.office, Role.ADMINISTRATOR) for i in range(4)]
    for _round in range(25):
        outcomes: list[str] = []
        start = threading.Barrier(len(people), timeout=60)

        def press(person, outcomes=outcomes, start=start):
            try:
                start.wait()
                services.approve(submission=world.submission, user=person)
                outcomes.append("approved")
            except DepartmentsError:
                outcomes.append("told")
            finally:
                connections.close_all()

        threads = [threading.Thread(target=press, args=(person,)) for person in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["approved", "told", "told", "told"]
        Submission.objects.update(status=Status.SUBMITTED)
    assert SubmissionEvent.objects.filter(action=Action.APPROVE).count() == 25
    assert connection.vendor in ("postgresql", "sqlite")


@pytest.mark.parametrize("decide", [services.approve, services.return_submission])
def test_a_decision_is_on_the_version_that_was_seen(world, decide):
    submitted = build.fill(world.submission, {"due": 10, "done": 9}, world.clerk)
    services.withdraw(submission=submitted, user=world.clerk)
    again = build.fill(world.submission, {"done": 8}, world.clerk)
    words = {"reason": "请核实"} if decide is services.return_submission else {}
    with pytest.raises(Conflict):
        decide(submission=again, user=world.administrator, version=submitted.version, **words)
    assert Submission.objects.get().status == Status.SUBMITTED
    decide(submission=again, user=world.administrator, version=again.version, **words)
