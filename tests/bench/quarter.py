"""The quarter's work by its services: filling, approving with its roll-up, computing, issuing, printing."""

import json
from collections import defaultdict
from functools import partial
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from departments.choices import Role, Status
from departments.models import Office, Submission
from departments.services import submissions
from govsvc import outbox
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from indicators.services.dataset import load_period
from indicators.services.sums import roll_up
from reports.models import Bulletin, Issue
from reports.renderers import FORMATS, render
from reports.services import issues
from tests import build
from tests.bench.measure import Measure, Stopwatch, repeat, together

APPROVALS = 33
REASON = "测量用"


def fill(pack: Path) -> tuple[Demonstration, list[Measure]]:
    """The pack loaded, entered, submitted, approved and rolled up in this process; accounts have their passwords."""
    demonstration = Demonstration(read_pack(pack), lambda _line: None, lambda *_step: None, worker=False)

    def act() -> None:
        demonstration.prepare()
        demonstration.fill()

    filling, hashing = Stopwatch(), Stopwatch()
    filling.time(act)
    hashing.time(lambda: list(demonstration.new_passwords()))
    return demonstration, [
        filling.measure("fill the office (load, 81 forms, approve)", note="one process"),
        hashing.measure("hash the passwords of 54 accounts", note="once, on the first run of an office"),
    ]


def approvals(office: Office) -> list[Measure]:
    """Approved forms are re-opened and submitted again, then approved: the service to its commit, then the roll-up."""
    administrator = _person(office, Role.ADMINISTRATOR)
    chosen = Submission.objects.filter(
        window__form__office=office, window__form__code="cases", status=Status.APPROVED
    )[:APPROVALS]
    for submission in chosen:
        build.reopen(submission, administrator)
        submissions.submit(submission=submission, user=submission.submitted_by)
    outbox.drain()
    approving, rolling = Stopwatch(), Stopwatch()
    for one in Submission.objects.filter(status=Status.SUBMITTED).select_related("window"):
        window = one.window
        approving.time(partial(submissions.approve, submission=one, user=administrator))
        rolling.time(partial(roll_up, unit_id=one.unit_id, form_id=window.form_id, period=window.period))
    outbox.drain()
    return [
        approving.measure("approve one form (service, hand-over to broker)"),
        rolling.measure("roll up one form to its ancestors"),
        together([approving, rolling]).measure(
            "approval including roll-up", note="the sum of the two, without waiting in the queue"
        ),
    ]


def computing(office: Office, period: str) -> list[Measure]:
    """The period's data, an issue from draft to files (undone at the end), and every renderer on its document."""
    found = [repeat("load_period (all units, indicators)", 15, lambda: load_period(office, period))]
    steps: dict[str, Stopwatch] = defaultdict(Stopwatch)
    document = b""
    for _turn in range(6):
        with transaction.atomic():
            document = _issue(office, period, steps)
            transaction.set_rollback(True)
    found += [watch.measure(name, skip=1) for name, watch in steps.items()]
    whole = together(steps.values())
    found.append(whole.measure("draft to files, together", note="without the command's processes", skip=1))
    frozen = json.loads(document)
    for kind in FORMATS:
        size = len(render(frozen, kind))
        found.append(repeat(f"render {kind}", 5, partial(render, frozen, kind), note=f"{size // 1024} kB"))
    return found


def _issue(office: Office, period: str, steps: dict[str, Stopwatch]) -> bytes:
    drafter, reviewer = _person(office, Role.ADMINISTRATOR), _person(office, Role.REVIEWER)
    issuer = _person(office, Role.ISSUER)
    bulletin = Bulletin.objects.get(office=office)

    def accept() -> None:
        for contradiction in Issue.objects.get().contradictions.all():
            issues.accept_contradiction(contradiction=contradiction, user=reviewer, reason=REASON)

    for name, act in (
        ("  draft", lambda: issues.draft_issue(bulletin=bulletin, period=period, user=drafter)),
        ("  accept every contradiction", accept),
        ("  review", lambda: issues.review_issue(issue=Issue.objects.get(), user=reviewer)),
        (
            "  issue (number, freeze, 6 files)",
            lambda: issues.issue_bulletin(issue=Issue.objects.get(), user=issuer),
        ),
    ):
        steps[name].time(act)
    issue = Issue.objects.get()
    return issue.content.encode()


def _person(office: Office, role: Role) -> User:
    person = User.objects.filter(memberships__office=office, memberships__role=role).first()
    assert person is not None, f"the pack has no {role}"
    return person
