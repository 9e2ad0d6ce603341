"""在办通报 on the page met first: whose step it is, what is open in it, and nothing of what is done or not one's own."""

import pytest
from django.test import Client
from django.urls import reverse

from reports.services.comments import write_comment
from reports.services.publications import propose_publication
from reports.views.issue_tasks import issue_tasks
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db

STAFF = ("admin", "reviewer", "issuer")


def own(scene: Scene) -> dict[str, list[tuple[str, bool]]]:
    """By person the steps offered and whether they are the person's own."""
    return {who: [(task.step, task.own) for task in issue_tasks(scene.people[who])] for who in STAFF}


def test_the_step_goes_from_reviewer_to_issuer_and_is_gone_after_the_issue(db: None) -> None:
    scene = make()
    assert own(scene) == {who: [] for who in STAFF}
    scene.draft()
    assert own(scene) == {
        "admin": [("查看", False)],
        "reviewer": [("复核", True)],
        "issuer": [("查看", False)],
    }
    scene.reviewed()
    assert own(scene) == {
        "admin": [("查看", False)],
        "reviewer": [("查看", False)],
        "issuer": [("签发…", True)],
    }
    scene.issued()
    assert own(scene) == {who: [] for who in STAFF}


def test_whoever_drafted_it_does_not_review_it(db: None) -> None:
    scene = make()
    issue = scene.draft()
    issue.drafted_by = scene.people["reviewer"]
    issue.save()
    assert own(scene)["reviewer"] == [("查看", False)]


def test_it_says_what_is_open(db: None) -> None:
    scene = make()
    issue = scene.draft()
    write_comment(issue=issue, user=scene.people["reviewer"], text="请核对", where="")
    write_comment(issue=issue, user=scene.people["issuer"], text="日期不对", where="")
    (task,) = issue_tasks(scene.people["reviewer"])
    open_rows = issue.contradictions.filter(accepted_by=None).count()
    assert open_rows > 0
    assert task.open == (f"{open_rows} 处矛盾未确认", "2 条意见未办结")
    scene.accept_all()
    (task,) = issue_tasks(scene.people["reviewer"])
    assert task.open == ("2 条意见未办结",)


def test_a_publication_waits_for_an_issuer(db: None) -> None:
    scene = make()
    issue = scene.issued()
    propose_publication(issue=issue, user=scene.people["admin"], index_number="014109-2022-0001", subject="")
    assert own(scene) == {
        "admin": [("查看", False)],
        "reviewer": [("查看", False)],
        "issuer": [("核准", True)],
    }


def test_only_the_office_sees_it_on_the_page_met_first(db: None) -> None:
    scene, other = make(), make("p")
    scene.draft()
    home = reverse("admin:index")
    for who in STAFF:
        assert "在办通报" in scene.client(who).get(home).content.decode()
        assert "在办通报" not in other.client(who).get(home).content.decode()
    for who in ("clerk", "viewer"):
        assert "在办通报" not in scene.client(who).get(home).content.decode()
    assert Client().get(home).status_code == 302


def test_the_number_of_queries_does_not_grow(db: None, django_assert_num_queries) -> None:
    scene, other = make(), make("p")
    scene.draft()
    other.draft()
    user = scene.people["reviewer"]
    with django_assert_num_queries(4):
        assert len(issue_tasks(user)) == 1
    membership = other.people["reviewer"].memberships.get()
    membership.pk, membership.user = None, user
    membership.save()
    user = type(user).objects.get(pk=user.pk)
    with django_assert_num_queries(4):
        assert len(issue_tasks(user)) == 2
