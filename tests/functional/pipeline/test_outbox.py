"""Approvals reach the sums whatever the broker and the worker do."""

import datetime as dt
import random
import time

import pytest
from django.db import transaction

from departments.choices import Role
from departments.models import Submission
from departments.services import submissions as services
from govsvc import outbox
from govsvc.models import OutboxMessage
from indicators.models import Sum
from indicators.services import sums
from tests import build
from tests.functional.pipeline.test_sums import rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def rested_broker(monkeypatch):
    """Every test meets a broker that has not failed just before, and sees a lost task come back quickly."""
    monkeypatch.setattr(outbox, "_broker_rests_until", 0.0)


@pytest.fixture
def submitted():
    """Twelve submitted forms under one district, and who may approve them."""
    home = build.office()
    group = build.group(home)
    top = build.unit(home, "D", "某区")
    units = [build.unit(home, f"U{i}", f"{i}局", group, top) for i in range(12)]
    build.window(build.form(home, groups=[group]))
    clerk = build.person("clerk", home, Role.CLERK, units[0])
    for unit in units[1:]:
        build.organisation.grant(user=clerk, office=home, role=Role.CLERK, unit=unit)
    administrator = build.person("admin", home, Role.ADMINISTRATOR)
    for index, submission in enumerate(Submission.objects.order_by("unit")):
        build.fill(submission, {"due": 10 + index, "done": index}, clerk)
    return list(Submission.objects.order_by("unit").select_related("unit")), administrator


def assert_sums_are_complete(submissions) -> None:
    kept = rows()
    assert kept["D"]["filed"] == len(submissions)
    sums.rebuild(form=submissions[0].window.form, period="2022Q1")
    assert rows() == kept


@transaction.atomic
def approve_and_break(submission, administrator) -> None:
    services.approve(submission=submission, user=administrator)
    assert OutboxMessage.objects.count() == 1
    raise RuntimeError("the request breaks after the approval")


def test_nothing_is_promised_by_a_transaction_that_fails(submitted):
    submissions, administrator = submitted
    with pytest.raises(RuntimeError, match="request breaks"):
        approve_and_break(submissions[0], administrator)
    assert OutboxMessage.objects.count() == 0
    assert Sum.objects.count() == 0


@pytest.mark.parametrize("fault", ["down", "hanging"])
def test_a_save_does_not_wait_for_the_broker_and_nothing_is_lost(submitted, valkey, fault, request):
    submissions, administrator = submitted
    if fault == "down":
        valkey.stop()
    else:
        valkey.pause()
    started = time.monotonic()
    for submission in submissions:
        services.approve(submission=submission, user=administrator)
    assert time.monotonic() - started < 2 + 0.1 * len(submissions)
    assert outbox.waiting() == len(submissions)
    valkey.restore()
    outbox._broker_rests_until = 0.0
    request.getfixturevalue("celery_worker_process")
    assert outbox.wait_until_empty(60)
    assert_sums_are_complete(submissions)


def test_a_worker_killed_again_and_again_loses_nothing(submitted, celery_worker_process, monkeypatch):
    """kill -9 at random moments while approvals stream in; the sweep and the broker bring every task back."""
    monkeypatch.setattr(outbox, "RESEND_AFTER", dt.timedelta(seconds=1))
    monkeypatch.setattr(outbox, "LONGEST_WAIT", dt.timedelta(seconds=1))
    submissions, administrator = submitted
    chance = random.Random(7)
    for index, submission in enumerate(submissions):
        services.approve(submission=submission, user=administrator)
        if index % 4 == 1:
            time.sleep(chance.random() * 0.05)
            celery_worker_process.kill()
            celery_worker_process.start()
    assert outbox.wait_until_empty(60)
    assert_sums_are_complete(submissions)


def test_a_failing_task_keeps_its_words_and_is_tried_again(celery_worker_process):
    with transaction.atomic():
        message = outbox.enqueue("indicators.tasks.roll_up", 0, 0, "2022Q1")
    end = time.monotonic() + 20
    while time.monotonic() < end and not message.error:
        time.sleep(0.1)
        message.refresh_from_db()
    assert "Window" in message.error
    assert message.done_at is None
    assert message.attempts == 1
