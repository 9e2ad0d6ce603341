"""All roles × all states × all actions through the pages: only what this table allows happens (written out, not derived)."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from departments.choices import Action, ReopeningState, Status
from departments.models import Reopening, Submission
from departments.services import reopenings
from departments.services import submissions as services
from tests import build
from tests.functional.departments.world import OfficeWorld

pytestmark = pytest.mark.django_db

FILLERS = ("clerk0", "head0")
LEGAL = {
    *(
        (who, state, Action.SUBMIT, Status.SUBMITTED)
        for who in FILLERS
        for state in ("draft", "returned", "reopened")
    ),
    # Only clerk0 has submitted; the head may not take that back.
    ("clerk0", "submitted", Action.WITHDRAW, Status.DRAFT),
    ("administrator", "submitted", Action.APPROVE, Status.APPROVED),
    ("administrator", "submitted", Action.RETURN, Status.RETURNED),
    # Nobody re-opens by one press: it is asked for, and granted by somebody else (below).
    ("head0", "checking", Action.CONFIRM, Status.SUBMITTED),
    ("head0", "checking", Action.RETURN, Status.RETURNED),
    ("clerk0", "checking", Action.WITHDRAW, Status.DRAFT),
}
SAVERS = {(who, state) for who in FILLERS for state in ("draft", "returned", "reopened")}
PEOPLE = (
    "clerk0",
    "head0",
    "unitviewer0",
    "clerk1",
    "head1",
    "administrator",
    "reviewer",
    "issuer",
    "viewer",
)


def bring(submission: Submission, state: str, world: OfficeWorld) -> Submission:
    """The submission (returned in the world) in the state, by the services alone."""
    clerk, admin = world.people["clerk0"], world.people["administrator"]
    if state == "returned":
        return submission
    if state == "checking":
        world.form.unit_head_step = True
        world.form.save()
    services.submit(submission=submission, user=clerk)
    if state == "draft":
        services.withdraw(submission=submission, user=clerk)
    if state in ("approved", "reopened"):
        services.approve(submission=submission, user=admin)
    if state == "reopened":
        build.reopen(submission, admin)
    submission.refresh_from_db()
    return submission


@pytest.mark.parametrize("state", list(Status.values))
def test_only_the_legal_happens(state: str, office_a: OfficeWorld, office_b: OfficeWorld, login: Any) -> None:
    submission = bring(office_a.submission(0), state, office_a)
    people = {name: office_a.people[name] for name in PEOPLE} | {
        "stranger clerk": office_b.people["clerk0"],
        "stranger administrator": office_b.people["administrator"],
    }
    wrong = []
    for name, user in people.items():
        client = login(user)
        for action in Action.values:
            with transaction.atomic():
                after, changed = attempt(client, submission, action)
                expected = next(
                    (to for who, at, what, to in LEGAL if (who, at, what) == (name, state, action)), state
                )
                saves = (name, state) in SAVERS and action in (Action.SAVE, Action.SUBMIT)
                if after != expected or changed != saves:
                    wrong.append((name, action, after, changed))
                transaction.set_rollback(True)
    assert wrong == []


def attempt(client: Client, submission: Submission, action: str) -> tuple[str, bool]:
    """State after the post, and whether the figure 33 that it carried was stored."""
    url = reverse("admin:departments_submission_change", args=[submission.pk])
    posted = {
        "action": action,
        "version": str(submission.version),
        "reason": "理由",
        "cell-total": "40",
        "cell-claimed": "33",
    }
    client.post(url, posted)
    after = Submission.objects.get(pk=submission.pk)
    return after.status, after.figures.filter(item__code="claimed", value=33).exists()


REQUESTS = {
    "ask-reopening": {"clerk0", "head0", "administrator"},
    "grant-reopening": {"administrator"},
    "refuse-reopening": {"administrator"},
}


@pytest.mark.parametrize("action", REQUESTS)
def test_only_the_named_ask_grant_and_refuse(
    action: str, office_a: OfficeWorld, office_b: OfficeWorld, login: Any
) -> None:
    """On an approved form; granting and refusing what the unit's clerk has asked for."""
    submission = bring(office_a.submission(0), "approved", office_a)
    asked = None
    if action != "ask-reopening":
        asked = reopenings.ask(submission=submission, user=office_a.people["clerk0"], reason="报错了")
    people = {name: office_a.people[name] for name in PEOPLE} | {
        "stranger clerk": office_b.people["clerk0"],
        "stranger administrator": office_b.people["administrator"],
    }
    url = reverse("admin:departments_submission_change", args=[submission.pk])
    wrong = []
    for name, user in people.items():
        client = login(user)
        with transaction.atomic():
            for page in (url, f"{url}?page=review"):
                client.post(page, {"action": action, "reason": "理由", "until": ""})
            rows = list(Reopening.objects.filter(submission=submission))
            happened = any(asked is None or row.state != ReopeningState.ASKED for row in rows)
            if happened != (name in REQUESTS[action]):
                wrong.append((name, [row.state for row in rows]))
            transaction.set_rollback(True)
    assert wrong == []


def test_a_form_changed_meanwhile_is_not_decided_blindly(office_a: OfficeWorld, login: Any) -> None:
    submission = bring(office_a.submission(0), "submitted", office_a)
    url = reverse("admin:departments_submission_change", args=[submission.pk])
    admin = login(office_a.people["administrator"])
    for version in ("", "x", str(submission.version - 1)):
        admin.post(url, {"action": "approve", "version": version})
        assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED
    admin.post(url, {"action": "return", "version": str(submission.version), "reason": "  "})
    assert Submission.objects.get(pk=submission.pk).status == Status.SUBMITTED, "a return needs a reason"
    response = admin.post(url, {"action": "approve", "version": str(submission.version)})
    assert response.status_code == 302
    assert Submission.objects.get(pk=submission.pk).status == Status.APPROVED


def test_approving_opens_the_next_in_the_queue_with_its_filters(office_a: OfficeWorld, login: Any) -> None:
    first = bring(office_a.submission(0), "submitted", office_a)
    second = office_a.submission(1)
    services.submit(submission=second, user=office_a.people["clerk1"])
    admin = login(office_a.people["administrator"])
    query = f"?window={office_a.window.pk}"
    url = reverse("admin:departments_submission_change", args=[first.pk]) + query
    page = admin.get(url).content.decode()
    assert (
        f'id="next" href="{reverse("admin:departments_submission_change", args=[second.pk])}{query}"' in page
    )
    response = admin.post(url, {"action": "approve", "version": str(first.version)})
    assert response.url == reverse("admin:departments_submission_change", args=[second.pk]) + query
