"""A small office with two quarters approved: what happens between one issue and the next, and to one that was wrong."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from departments.models import Submission, Window
from departments.services import submissions
from departments.sheets import CellInput
from govsvc import outbox
from reports.models import Bulletin, Issue
from reports.services import issues, templates
from tests import build
from tests.functional.issues.test_life import make_world

QUARTERS = ("2022Q1", "2022Q2")


@dataclass
class Quarters:
    """The bulletin, its people by role and the windows by period."""

    bulletin: Bulletin
    people: dict[str, Any]
    windows: dict[str, Window]

    def draft(self, period: str = QUARTERS[0]) -> Issue:
        return issues.draft_issue(bulletin=self.bulletin, period=period, user=self.people["administrator"])

    def issue(self, issue: Issue) -> Issue:
        """Accepts what is open, reviews and issues."""
        reviewer = self.people["reviewer"]
        for contradiction in issue.contradictions.filter(accepted_by__isnull=True):
            issues.accept_contradiction(contradiction=contradiction, user=reviewer, reason="已核对")
        issues.review_issue(issue=issue, user=reviewer)
        return issues.issue_bulletin(issue=issue, user=self.people["issuer"], at=build.at(18))

    def correct(self, unit: str, done: str, period: str = QUARTERS[0]) -> None:
        """The unit's clerk corrects 已办数 after the form was re-opened, and it is approved again."""
        administrator = self.people["administrator"]
        submission = Submission.objects.get(window=self.windows[period], unit__code=unit)
        clerk = submission.submitted_by
        build.reopen(submission, administrator)
        submissions.save_figures(submission=submission, inputs={"done": CellInput(done)}, user=clerk)
        submissions.submit(submission=submission, user=clerk)
        submissions.approve(submission=submission, user=administrator)
        outbox.drain()


def make_quarters() -> Quarters:
    """Second quarter: 甲局 10 of 50, 乙局 50 of 50, 丙局 8 of 8, 丁局 不适用."""
    bulletin, people, window, clerks = make_world()
    later = build.window(window.form, QUARTERS[1])
    values = [(50, 10), (50, 50), (8, 8), (("na", "none"), ("na", "none"))]
    for number, (clerk, (due, done)) in enumerate(zip(clerks, values, strict=True)):
        submission = Submission.objects.get(window=later, unit__code=f"U{number}")
        build.approve(build.fill(submission, {"due": due, "done": done}, clerk), people["administrator"])
    outbox.drain()
    templates.save_fact(
        bulletin=bulletin,
        period=QUARTERS[1],
        code="line",
        name="全区线",
        number=Decimal("45.5"),
        unit_of_measure="%",
        source="市通报",
        user=people["administrator"],
    )
    return Quarters(bulletin, people, {QUARTERS[0]: window, QUARTERS[1]: later})
