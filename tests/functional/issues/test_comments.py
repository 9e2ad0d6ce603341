"""Comments: written at a place by who checks, answered by who drafts, settled, and the gate shut until then."""

import pytest

from departments.choices import NoticeKind, Role
from departments.models import Notice
from reports.choices import IssueStatus
from reports.exceptions import Held, Refused
from reports.models import Issue, IssueComment
from reports.services import issues
from reports.services.comments import answer_comment, send_back, settle_comment, write_comment
from tests import build
from tests.functional.issues.quarters import Quarters, make_quarters

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> Quarters:
    return make_quarters()


def write(world: Quarters, issue: Issue, where: str = "rate", who: str = "reviewer") -> IssueComment:
    return write_comment(issue=issue, where=where, text="请核对乙局", user=world.people[who])


@pytest.mark.both_databases
def test_the_gate_waits_until_it_is_settled(world: Quarters) -> None:
    issue = world.draft()
    comment = write(world, issue)
    assert (comment.quoted, comment.where) == ("44.4%", "rate")
    assert len(issues.gate(issue)) == 1
    with pytest.raises(Held):
        issues.review_issue(issue=issue, user=world.people["reviewer"])
    answer_comment(comment=comment, text="已核对，无误", user=world.people["administrator"])
    assert len(issues.gate(issue)) == 1, "an answer settles nothing"
    settle_comment(comment=comment, user=world.people["reviewer"])
    assert issues.gate(issue) == []


@pytest.mark.parametrize(
    ("where", "quoted"), [("", ""), ("annex1", "一览表"), ("annex1/U1/rate", "80.0%"), ("low", "甲局")]
)
def test_it_stands_at_a_place_and_quotes_it(world: Quarters, where: str, quoted: str) -> None:
    assert write(world, world.draft(), where).quoted == quoted


@pytest.mark.parametrize("where", ["gone", "annex9", "annex1/U1/gone", "annex1/nobody/rate"])
def test_a_place_that_is_not_there_is_refused(world: Quarters, where: str) -> None:
    with pytest.raises(Refused):
        write(world, world.draft(), where)


def test_roles(world: Quarters) -> None:
    issue = world.draft()
    with pytest.raises(Refused):
        write(world, issue, who="administrator")
    comment = write(world, issue, who="issuer")
    with pytest.raises(Refused):
        answer_comment(comment=comment, text="好", user=world.people["reviewer"])
    with pytest.raises(Refused):
        settle_comment(comment=comment, user=world.people["administrator"])
    settle_comment(comment=comment, user=world.people["reviewer"])
    for step in (
        lambda: settle_comment(comment=comment, user=world.people["issuer"]),
        lambda: answer_comment(comment=comment, text="好", user=world.people["administrator"]),
    ):
        with pytest.raises(Refused):
            step()


def test_a_drafter_who_also_reviews_settles_nobody_elses(world: Quarters) -> None:
    home = world.bulletin.office
    both = build.person("both", home, Role.ADMINISTRATOR)
    build.organisation.grant(user=both, office=home, role=Role.REVIEWER)
    issue = issues.draft_issue(bulletin=world.bulletin, period="2022Q1", user=both)
    comment = write(world, issue)
    with pytest.raises(Refused):
        settle_comment(comment=comment, user=both)


def test_a_reviewed_issue_is_sent_back_with_what_is_to_change(world: Quarters) -> None:
    issue = world.draft()
    issues.review_issue(issue=issue, user=world.people["reviewer"])
    with pytest.raises(Refused):
        send_back(issue=issue, text=" ", user=world.people["issuer"])
    send_back(issue=issue, text="第一段再压缩", user=world.people["issuer"])
    issue.refresh_from_db()
    assert (issue.status, issue.reviewed_by) == (IssueStatus.DRAFT, None)
    assert '"status": "draft"' in issue.content
    assert issue.comments.get().text == "第一段再压缩"
    notice = Notice.objects.get(user=issue.drafted_by, kind=NoticeKind.RETURNED)
    assert (notice.text, str(issue.pk) in notice.url) == ("第一段再压缩", True)
    assert len(issues.gate(issue)) == 1


def test_nothing_is_commented_after_issue(world: Quarters) -> None:
    issue = world.issue(world.draft())
    with pytest.raises(Refused):
        write(world, issue)
    with pytest.raises(Refused):
        send_back(issue=issue, text="改", user=world.people["issuer"])


def test_drafting_again_keeps_the_comments(world: Quarters) -> None:
    issue = world.draft()
    write(world, issue)
    assert world.draft().comments.count() == 1
