"""Every state × every action × every kind of person × every way a form may go: what the table below names is lawful, nothing else.

The table is written out by hand; nothing in it is read from departments.transitions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import User

from departments.choices import Action, ApprovalPath, EntryMode, ReopeningState, Role, Status
from departments.exceptions import TransitionRefused
from departments.models import Reopening, Submission, SubmissionEvent
from departments.services import reopenings
from departments.services import submissions as services
from departments.sheets import CellInput
from departments.transitions import can
from tests import build

pytestmark = pytest.mark.django_db

EDITABLE = ("draft", "returned", "reopened")
OFFICE = ("reviewer", "issuer", "viewer")
PEOPLE = (
    "clerk",
    "head",
    "unitviewer",
    "parentclerk",
    "parenthead",
    "siblingclerk",
    "siblinghead",
    "administrator",
    *OFFICE,
    "strangeclerk",
    "strangeadministrator",
)
# Kind of form → (state, action) → who may.
UNIT_FILLS = {(state, action): {"clerk", "head"} for state in EDITABLE for action in ("save", "submit")}
HEAD_CONFIRMS = {("checking", "confirm"): {"head"}, ("checking", "return"): {"head"}}
OFFICE_DECIDES = {
    ("submitted", "approve"): {"administrator"},
    ("submitted", "return"): {"administrator"},
    ("approved", "reopen"): {"administrator"},
}
LAWFUL: dict[str, dict[tuple[str, str], set[str]]] = {
    "plain": UNIT_FILLS | HEAD_CONFIRMS | OFFICE_DECIDES,
    "head_step": UNIT_FILLS | HEAD_CONFIRMS | OFFICE_DECIDES,
    "by_parent": UNIT_FILLS
    | HEAD_CONFIRMS
    | {
        ("submitted", "approve"): {"parenthead"},
        ("submitted", "return"): {"parenthead"},
        ("approved", "reopen"): {"parenthead"},
    },
    "by_office": {(state, action): {"administrator"} for state in EDITABLE for action in ("save", "submit")}
    | HEAD_CONFIRMS
    | OFFICE_DECIDES,
}
FLAGS: dict[str, dict[str, object]] = {
    "plain": {},
    "head_step": {"unit_head_step": True},
    "by_parent": {"approval": ApprovalPath.PARENT},
    "by_office": {"entered_by": EntryMode.OFFICE},
}


@dataclass
class Village:
    """A village under a town beside another village, in a form of one kind."""

    submission: Submission
    people: dict[str, User]
    submitter: User


def build_village(kind: str) -> Village:
    home = build.office()
    group = build.group(home)
    town = build.unit(home, "T", "某镇", group)
    village, sibling = (
        build.unit(home, code, name, group, parent=town) for code, name in (("V", "甲村"), ("W", "乙村"))
    )
    form = build.form(home, units=[village, sibling])
    for name, value in FLAGS[kind].items():
        setattr(form, name, value)
    form.save()
    window = build.window(form)
    other = build.office("x", "别区")
    stranger = build.unit(other, "S", "外局", build.group(other))
    posts = {
        "clerk": (home, Role.CLERK, village),
        "head": (home, Role.UNIT_HEAD, village),
        "unitviewer": (home, Role.VIEWER, village),
        "parentclerk": (home, Role.CLERK, town),
        "parenthead": (home, Role.UNIT_HEAD, town),
        "siblingclerk": (home, Role.CLERK, sibling),
        "siblinghead": (home, Role.UNIT_HEAD, sibling),
        "administrator": (home, Role.ADMINISTRATOR, None),
        "reviewer": (home, Role.REVIEWER, None),
        "issuer": (home, Role.ISSUER, None),
        "viewer": (home, Role.VIEWER, None),
        "strangeclerk": (other, Role.CLERK, stranger),
        "strangeadministrator": (other, Role.ADMINISTRATOR, None),
    }
    people = {name: build.person(name, *post) for name, post in posts.items()}
    submitter = build.person("submitter", home, Role.CLERK, village)
    submission = Submission.objects.get(window=window, unit=village)
    return Village(submission, people, submitter)


def call_of(action: str, village: Village, person: User) -> Callable[[], object]:
    submission = village.submission

    def reopen() -> object:
        asked = Reopening.objects.filter(submission=submission).first() or Reopening.objects.create(
            submission=submission, reason="更正", asked_by=village.submitter, asked_at=build.at(7)
        )
        return reopenings.grant(reopening=asked, user=person)

    calls: dict[str, Callable[[], object]] = {
        "save": lambda: services.save_figures(
            submission=submission, inputs={"due": CellInput("1"), "done": CellInput("1")}, user=person
        ),
        "submit": lambda: services.submit(submission=submission, user=person),
        "confirm": lambda: services.confirm(submission=submission, user=person),
        "withdraw": lambda: services.withdraw(submission=submission, user=person),
        "return": lambda: services.return_submission(submission=submission, user=person, reason="因为"),
        "approve": lambda: services.approve(submission=submission, user=person),
        "reopen": reopen,
    }
    return calls[action]


@pytest.mark.parametrize("kind", LAWFUL)
@pytest.mark.parametrize("status", Status.values)
def test_only_the_lawful_happens(kind: str, status: str) -> None:
    village = build_village(kind)
    submission = village.submission
    Submission.objects.filter(pk=submission.pk).update(status=status, submitted_by=village.submitter)
    submission.refresh_from_db()
    wrong = []
    for action in Action.values:
        for name in PEOPLE:
            lawful = name in LAWFUL[kind].get((status, action), set())
            person = village.people[name]
            if can(Action(action), submission, person) is not lawful:
                wrong.append((name, action, lawful))
            if lawful or action == Action.EXPIRE:
                continue
            before = SubmissionEvent.objects.count()
            with pytest.raises(TransitionRefused):
                call_of(action, village, person)()
            assert SubmissionEvent.objects.count() == before
            assert Submission.objects.get(pk=submission.pk).status == status
    assert wrong == []


@pytest.mark.parametrize("kind", LAWFUL)
def test_the_lawful_way_leads_to_approval(kind: str) -> None:
    """Each kind walked from draft to approved, re-opened and approved again, by the people the table names."""
    village = build_village(kind)
    submission, people = village.submission, village.people
    filler = people["administrator"] if kind == "by_office" else people["clerk"]
    second = build.person("second", submission.unit.office, Role.ADMINISTRATOR)
    decider = {"by_parent": people["parenthead"], "by_office": second}.get(kind, people["administrator"])
    for _round in range(2):
        inputs = {"due": CellInput("3"), "done": CellInput("2")}
        services.save_figures(submission=submission, inputs=inputs, user=filler)
        services.submit(submission=submission, user=filler)
        submission.refresh_from_db()
        if kind == "head_step":
            assert submission.status == Status.CHECKING
            services.confirm(submission=submission, user=people["head"])
        services.approve(submission=submission, user=decider)
        submission.refresh_from_db()
        assert submission.status == Status.APPROVED
        if _round == 0:
            build.reopen(submission, decider)
            assert submission.status == Status.REOPENED
    assert Reopening.objects.get().state == ReopeningState.USED


def test_who_submitted_takes_back_from_both_waiting_states() -> None:
    village = build_village("head_step")
    submission = village.submission
    build.fill(submission, {"due": 1, "done": 1}, village.people["clerk"])
    assert not can(Action.WITHDRAW, refreshed(submission), village.people["head"])
    services.withdraw(submission=submission, user=village.people["clerk"])
    assert refreshed(submission).handed_in_at is None, "what was taken back was not handed in"
    build.fill(submission, {"due": 2}, village.people["clerk"])
    services.confirm(submission=submission, user=village.people["head"])
    services.withdraw(submission=submission, user=village.people["clerk"])
    assert refreshed(submission).status == Status.DRAFT


def test_a_head_who_hands_in_has_confirmed() -> None:
    village = build_village("head_step")
    build.fill(village.submission, {"due": 1, "done": 1}, village.people["head"])
    assert refreshed(village.submission).status == Status.SUBMITTED


def refreshed(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)
