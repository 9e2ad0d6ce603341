"""Locks and re-opening: closed means closed by every route, what is asked is granted by another, and expires by itself."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import Action, Measure, ReopeningState, Role, Status
from departments.exceptions import DepartmentsError, TransitionRefused
from departments.models import Membership, Office, Reopening, Submission, SubmissionEvent, Window
from departments.permissions import has_role
from departments.services import forms as form_services
from departments.services import posts, reopenings
from departments.services import submissions as services
from departments.sheets import CellInput, cells_of, describe_cell
from govsvc import outbox
from indicators.models import Sum
from tests import build

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.office: Office = build.office()
        self.unit = build.unit(self.office, "A", "甲局", build.group(self.office))
        self.form = build.form(self.office, units=[self.unit])
        self.clerk = build.person("clerk", self.office, Role.CLERK, self.unit)
        self.admin = build.person("admin", self.office, Role.ADMINISTRATOR)
        self.second = build.person("second", self.office, Role.ADMINISTRATOR)
        self.now = timezone.now()
        self.window: Window = services.open_window(
            form=self.form,
            period="2022Q1",
            opens_at=self.now - dt.timedelta(days=9),
            due_at=self.now - dt.timedelta(days=2),
            closes_at=self.now + dt.timedelta(days=1),
        )
        self.submission = Submission.objects.get(window=self.window)

    def handed_in(self) -> Submission:
        inputs = {"due": CellInput("10"), "done": CellInput("9")}
        services.save_figures(submission=self.submission, inputs=inputs, user=self.clerk)
        return services.submit(submission=self.submission, user=self.clerk)

    def approved(self) -> Submission:
        self.handed_in()
        return services.approve(submission=self.submission, user=self.admin)

    def fresh(self) -> Submission:
        return Submission.objects.get(pk=self.submission.pk)


@pytest.fixture
def world() -> World:
    return World()


def save(world: World, by: User, at: dt.datetime, done: str = "8") -> None:
    services.save_figures(
        submission=world.submission, inputs={"due": CellInput("10"), "done": CellInput(done)}, user=by, at=at
    )


def test_the_whole_closing_moment_counts_and_then_nothing_is_taken(world: World) -> None:
    closes = world.window.closes_at
    assert closes is not None
    save(world, world.clerk, closes)
    for call in (
        lambda: save(world, world.clerk, closes + dt.timedelta(microseconds=1)),
        lambda: services.submit(
            submission=world.submission, user=world.clerk, at=closes + dt.timedelta(seconds=1)
        ),
    ):
        with pytest.raises(TransitionRefused, match="关闭"):
            call()


def test_before_it_opens_nothing_is_taken(world: World) -> None:
    with pytest.raises(TransitionRefused, match="开放"):
        save(world, world.clerk, world.window.opens_at - dt.timedelta(seconds=1))


def test_asking_needs_a_reason_and_somebody_else_to_grant(world: World) -> None:
    world.approved()
    with pytest.raises(DepartmentsError):
        reopenings.ask(submission=world.fresh(), user=world.clerk, reason="  ")
    with pytest.raises(TransitionRefused):
        reopenings.ask(
            submission=world.fresh(), user=build.person("v", world.office, Role.VIEWER), reason="更正"
        )
    asked = reopenings.ask(submission=world.fresh(), user=world.second, reason="报错了")
    with pytest.raises(DepartmentsError):
        reopenings.ask(submission=world.fresh(), user=world.clerk, reason="再来")
    with pytest.raises(TransitionRefused):
        reopenings.grant(reopening=asked, user=world.second)
    with pytest.raises(TransitionRefused):
        reopenings.grant(reopening=asked, user=world.clerk)
    granted = reopenings.grant(reopening=asked, user=world.admin)
    assert granted.state == ReopeningState.GRANTED
    assert world.fresh().status == Status.REOPENED
    with pytest.raises(TransitionRefused):
        reopenings.grant(reopening=asked, user=world.admin)


def test_refusing_leaves_it_locked_and_answers(world: World) -> None:
    world.approved()
    asked = reopenings.ask(submission=world.fresh(), user=world.clerk, reason="报错了")
    with pytest.raises(DepartmentsError):
        reopenings.refuse(reopening=asked, user=world.admin, answer="")
    reopenings.refuse(reopening=asked, user=world.admin, answer="与系统一致")
    assert world.fresh().status == Status.APPROVED
    assert Reopening.objects.get().answer == "与系统一致"
    assert reopenings.may_ask(world.fresh(), world.clerk), "another request may follow"


def test_what_changed_since_approval_is_listed(world: World) -> None:
    world.approved()
    build.reopen(world.submission, world.admin)
    save(world, world.clerk, timezone.now(), done="7")
    changes = reopenings.changes_since(Reopening.objects.get())
    assert [(change.label, change.old, change.new) for change in changes] == [("已办数", "9", "7")]


def test_expiry_puts_the_approved_figures_back_and_they_count_again(world: World) -> None:
    world.approved()
    outbox.drain()
    entered = dict(world.fresh().figures.values_list("item__code", "entered_by"))
    build.reopen(world.submission, world.admin)
    outbox.drain()
    assert not Sum.objects.filter(unit=world.unit).exists(), "re-opened figures do not count"
    helper = build.person("helper", world.office, Role.CLERK, world.unit)
    save(world, helper, timezone.now(), done="7")
    later = timezone.now() + reopenings.USUAL + dt.timedelta(seconds=1)
    with pytest.raises(TransitionRefused, match="重新开放已于"):
        save(world, world.clerk, later, done="6")
    assert reopenings.expire_due(later) == 1
    assert reopenings.expire_due(later) == 0
    outbox.drain()
    fresh = world.fresh()
    assert fresh.status == Status.APPROVED
    assert describe_cell(cells_of(fresh)["done"]) == "9"
    assert dict(fresh.figures.values_list("item__code", "entered_by")) == entered
    event = SubmissionEvent.objects.filter(action=Action.EXPIRE).get()
    assert event.user is None
    assert event.changes == {"done": ["7", "9"]}
    assert Sum.objects.get(unit=world.unit).filed == 1
    assert Reopening.objects.get().state == ReopeningState.EXPIRED


def test_what_was_handed_in_again_in_time_does_not_expire(world: World) -> None:
    world.approved()
    build.reopen(world.submission, world.admin)
    save(world, world.clerk, timezone.now(), done="7")
    services.submit(submission=world.submission, user=world.clerk)
    later = timezone.now() + reopenings.USUAL * 2
    assert reopenings.expire_due(later) == 0
    services.approve(submission=world.submission, user=world.admin, at=later)
    assert describe_cell(cells_of(world.fresh())["done"]) == "7"
    assert Reopening.objects.get().state == ReopeningState.USED


def test_a_closed_draft_gets_more_time_and_no_more_than_that(world: World) -> None:
    closed = world.window.closes_at + dt.timedelta(hours=1)
    asked = reopenings.ask(submission=world.fresh(), user=world.clerk, reason="出差", at=closed)
    until = closed + dt.timedelta(hours=5)
    reopenings.grant(reopening=asked, user=world.admin, expires_at=until, at=closed)
    save(world, world.clerk, until)
    with pytest.raises(TransitionRefused):
        save(world, world.clerk, until + dt.timedelta(seconds=1))
    assert reopenings.expire_due(until + dt.timedelta(minutes=1)) == 1
    assert world.fresh().status == Status.DRAFT


def test_a_return_after_closing_leaves_time_to_correct(world: World) -> None:
    world.handed_in()
    late = world.window.closes_at + dt.timedelta(days=1)
    services.return_submission(
        submission=world.submission, user=world.admin, cells={"done": "与台账不符"}, at=late
    )
    fresh = world.fresh()
    assert fresh.reason == "已办数：与台账不符"
    save(world, world.clerk, late + services.CORRECTION_TIME)
    with pytest.raises(TransitionRefused):
        save(world, world.clerk, late + services.CORRECTION_TIME + dt.timedelta(seconds=1))


def test_a_nil_return_answers_every_blank_figure_with_zero(world: World) -> None:
    with pytest.raises(DepartmentsError, match="零报送"):
        services.submit_nil(submission=world.submission, user=world.clerk)
    world.form.allows_nil = True
    world.form.save()
    form_services.save_item(form=world.form, code="stock", name="在库数", measure=Measure.STOCK, order=9)
    save(world, world.clerk, timezone.now(), done="3")
    with pytest.raises(DepartmentsError, match="0"):
        services.submit_nil(submission=world.fresh(), user=world.clerk)
    services.save_figures(
        submission=world.submission,
        inputs={"due": CellInput(""), "done": CellInput("0")},
        user=world.clerk,
    )
    services.submit_nil(submission=world.fresh(), user=world.clerk)
    fresh = world.fresh()
    assert (fresh.status, fresh.nil_return) == (Status.SUBMITTED, True)
    assert {key: describe_cell(cell) for key, cell in cells_of(fresh).items()} == {
        "due": "0",
        "done": "0",
        "stock": "0",
    }


def test_handing_over_and_acting(world: World) -> None:
    today = timezone.localdate()
    deputy = build.person("deputy", world.office, Role.VIEWER)
    post = Membership.objects.get(user=world.admin)
    with pytest.raises(DepartmentsError):
        posts.act_for(membership=post, who=deputy, first=today, last=today, user=world.clerk)
    posts.act_for(membership=post, who=deputy, first=today, last=today, user=world.second)
    world.handed_in()
    services.approve(submission=world.submission, user=User.objects.get(pk=deputy.pk))
    event = SubmissionEvent.objects.get(action=Action.APPROVE)
    assert (event.user, event.acting_for) == (deputy, world.admin)
    Membership.objects.filter(acting_for=world.admin).update(
        valid_from=today - dt.timedelta(days=3), valid_to=today - dt.timedelta(days=1)
    )
    assert not has_role(User.objects.get(pk=deputy.pk), {Role.ADMINISTRATOR}, office=world.office)

    newcomer = build.person("newcomer", world.office, Role.VIEWER)
    clerk_post = Membership.objects.get(user=world.clerk)
    with pytest.raises(DepartmentsError):
        posts.hand_over(membership=clerk_post, to=world.clerk, on=today, user=world.second)
    posts.hand_over(membership=clerk_post, to=newcomer, on=today, user=world.second)
    assert not has_role(User.objects.get(pk=world.clerk.pk), {Role.CLERK}, unit=world.unit)
    assert has_role(User.objects.get(pk=newcomer.pk), {Role.CLERK}, unit=world.unit)
