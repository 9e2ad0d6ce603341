"""The quarter's work by its services: filling, approving with its roll-up, computing, issuing, printing."""

import json
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
from tests.bench.measure import Measure, repeat, timed

APPROVALS = 33
REASON = "测量用"


def fill(pack: Path) -> tuple[Demonstration, Measure]:
    """The pack loaded, entered, submitted, approved and rolled up in this process; accounts get no passwords."""
    demonstration = Demonstration(read_pack(pack), lambda _line: None, lambda *_step: None, worker=False)

    def act() -> None:
        demonstration.prepare()
        demonstration.fill()

    seconds = timed(act)
    return demonstration, Measure("fill the office (load, 81 forms, approve)", (seconds,), note="one process")


def approvals(office: Office) -> list[Measure]:
    """Approved forms are re-opened and submitted again, then approved: the service to its commit, then the roll-up."""
    administrator = _person(office, Role.ADMINISTRATOR)
    approving, rolling, together = [], [], []
    chosen = Submission.objects.filter(window__form__office=office, window__form__code="cases")[:APPROVALS]
    for submission in chosen:
        submissions.reopen(submission=submission, user=administrator, reason=REASON)
        submissions.submit(submission=submission, user=submission.submitted_by)
    outbox.drain()
    waiting = Submission.objects.filter(status=Status.SUBMITTED).select_related("window")
    for submission in waiting:
        window = submission.window
        first = timed(lambda one=submission: submissions.approve(submission=one, user=administrator))
        second = timed(
            lambda one=submission, of=window: roll_up(
                unit_id=one.unit_id, form_id=of.form_id, period=of.period
            )
        )
        approving.append(first)
        rolling.append(second)
        together.append(first + second)
    outbox.drain()
    return [
        Measure("approve one form (service, hand-over to broker)", tuple(approving)),
        Measure("roll up one form to its ancestors", tuple(rolling)),
        Measure(
            "approval including roll-up", tuple(together), note="as the sum of the two, without queueing"
        ),
    ]


def computing(office: Office, period: str) -> list[Measure]:
    """The period's data, an issue from draft to files (undone at the end), and every renderer on its document."""
    found = [repeat("load_period (all units, indicators)", 15, lambda: load_period(office, period))]
    steps: dict[str, list[float]] = {}
    document = b""
    for _turn in range(6):
        with transaction.atomic():
            document = _issue(office, period, steps)
            transaction.set_rollback(True)
    found += [Measure(name, tuple(seconds[1:])) for name, seconds in steps.items()]
    whole = tuple(sum(parts) for parts in zip(*(s[1:] for s in steps.values()), strict=True))
    found.append(Measure("draft to files, together", whole, note="without the command's processes"))
    frozen = json.loads(document)
    for kind in FORMATS:
        size = len(render(frozen, kind))
        found.append(
            repeat(f"render {kind}", 5, lambda of=kind: render(frozen, of), note=f"{size // 1024} kB")
        )
    return found


def _issue(office: Office, period: str, steps: dict[str, list[float]]) -> bytes:
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
        steps.setdefault(name, []).append(timed(act))
    issue = Issue.objects.get()
    return issue.content.encode()


def _person(office: Office, role: Role) -> User:
    person = User.objects.filter(memberships__office=office, memberships__role=role).first()
    assert person is not None, f"the pack has no {role}"
    return person
