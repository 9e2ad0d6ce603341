"""公开发布: two people before anything is public, one publication alive at a time, withdrawal; the pages and their rights."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from govsvc import outbox
from reports.choices import Openness, PublicationState
from reports.exceptions import Refused
from reports.models import Issue, Publication
from reports.services.publications import (
    approve_publication,
    propose_publication,
    refuse_publication,
    withdraw_publication,
)
from tests.functional.archive.shelf import content_of, shelve
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db


def propose(scene: Scene, issue: Issue | None = None, **changes: str) -> Publication:
    chosen = issue or scene.issue
    assert chosen is not None
    given = {"index_number": "014109-2022-0001", "subject": "政务服务", **changes}
    return propose_publication(issue=chosen, user=scene.people["admin"], **given)


def test_proposed_by_one_approved_by_another_written_by_a_task(scene: Scene) -> None:
    publication = propose(scene)
    assert publication.state == PublicationState.PROPOSED
    assert outbox.waiting() == 1  # the issue's mails
    approve_publication(publication=publication, user=scene.people["issuer"])
    publication.refresh_from_db()
    assert publication.state == PublicationState.PUBLISHED
    assert publication.decided_by == scene.people["issuer"]
    assert outbox.waiting() == 2


@pytest.mark.parametrize("who", ["reviewer", "issuer", "viewer", "clerk"])
def test_only_administrators_propose(scene: Scene, who: str) -> None:
    assert scene.issue is not None
    with pytest.raises(Refused):
        propose_publication(issue=scene.issue, user=scene.people[who], index_number="1")
    assert not Publication.objects.exists()


@pytest.mark.parametrize("who", ["admin", "approver", "reviewer", "viewer", "clerk"])
def test_only_issuers_decide(scene: Scene, who: str) -> None:
    publication = propose(scene)
    for step in (
        lambda: approve_publication(publication=publication, user=scene.people[who]),
        lambda: refuse_publication(publication=publication, user=scene.people[who], reason="不宜公开"),
    ):
        with pytest.raises(Refused):
            step()
    publication.refresh_from_db()
    assert publication.state == PublicationState.PROPOSED


def test_who_proposed_does_not_approve_even_as_issuer(scene: Scene) -> None:
    publication = propose(scene)
    Publication.objects.update(proposed_by=scene.people["issuer"])
    with pytest.raises(Refused, match="提出"):
        approve_publication(publication=publication, user=scene.people["issuer"])
    approve_publication(publication=publication, user=scene.people["second_issuer"])


def test_a_draft_is_not_proposed_and_an_issue_not_twice(scene: Scene) -> None:
    draft = make("p").draft()
    with pytest.raises(Refused):
        propose_publication(issue=draft, user=draft.drafted_by, index_number="1")
    propose(scene)
    with pytest.raises(Refused):
        propose(scene, index_number="2")


def test_an_index_number_stands_for_one_issue_and_is_needed(scene: Scene) -> None:
    assert scene.issue is not None
    other = shelve(scene.issue, content_of(scene.issue), period="2022Q2", sequence=2)
    with pytest.raises(Refused):
        propose(scene, index_number="  ")
    propose(scene)
    with pytest.raises(Refused, match="某政通"):
        propose(scene, other)
    propose(scene, other, index_number="014109-2022-0002")


def test_refused_with_a_reason_it_may_be_proposed_anew(scene: Scene) -> None:
    publication = propose(scene)
    with pytest.raises(Refused):
        refuse_publication(publication=publication, user=scene.people["issuer"], reason=" ")
    refuse_publication(publication=publication, user=scene.people["issuer"], reason="含内部信息")
    with pytest.raises(Refused):
        approve_publication(publication=publication, user=scene.people["issuer"])
    assert propose(scene).pk != publication.pk


def test_withdrawn_by_either_with_a_reason_and_only_once_published(scene: Scene) -> None:
    publication = propose(scene)
    with pytest.raises(Refused):
        withdraw_publication(publication=publication, user=scene.people["admin"], reason="数据有误")
    approve_publication(publication=publication, user=scene.people["issuer"])
    for who in ("reviewer", "viewer", "clerk"):
        with pytest.raises(Refused):
            withdraw_publication(publication=publication, user=scene.people[who], reason="数据有误")
    with pytest.raises(Refused):
        withdraw_publication(publication=publication, user=scene.people["admin"], reason="")
    withdraw_publication(publication=publication, user=scene.people["admin"], reason="数据有误")
    with pytest.raises(Refused):
        withdraw_publication(publication=publication, user=scene.people["admin"], reason="又一次")


def test_the_pages_propose_show_and_decide(scene: Scene) -> None:
    assert scene.issue is not None
    url = f"/admin/reports/publication/propose/{scene.issue.pk}/"
    admin, issuer = scene.client("admin"), scene.client("issuer")
    assert admin.get(url).status_code == 200
    assert issuer.get(url).status_code == 403
    assert admin.post(url, {"index_number": "", "openness": "active"}).status_code == 200
    page = admin.post(url, {"index_number": "X-1", "openness": "active"})["Location"]
    publication = Publication.objects.get()
    assert page == f"/admin/reports/publication/{publication.pk}/change/"
    assert "step" not in admin.get(page).content.decode()
    shown = issuer.get(page).content.decode()
    assert 'value="approve"' in shown
    frame = issuer.get(f"/admin/reports/publication/{publication.pk}/preview/")
    assert frame["X-Frame-Options"] == "SAMEORIGIN"
    assert "X-1" in frame.content.decode()
    decide = f"/admin/reports/publication/{publication.pk}/decide/"
    assert scene.client("viewer").post(decide, {"step": "approve"}).status_code == 403
    issuer.post(decide, {"step": "nonsense"})
    issuer.post(decide, {"step": "refuse", "reason": ""})
    publication.refresh_from_db()
    assert publication.state == PublicationState.PROPOSED
    issuer.post(decide, {"step": "approve"})
    admin.post(decide, {"step": "withdraw", "reason": "数据有误"})
    publication.refresh_from_db()
    assert (publication.state, publication.reason) == (PublicationState.WITHDRAWN, "数据有误")
    assert "X-1" in admin.get("/admin/reports/publication/").content.decode()


def test_another_offices_publication_is_out_of_reach(scene: Scene) -> None:
    publication = propose(scene)
    other = make("p")
    for path in (
        f"{publication.pk}/change/",
        f"{publication.pk}/preview/",
        f"propose/{publication.issue_id}/",
    ):
        answer = other.client("admin").get(f"/admin/reports/publication/{path}")
        assert answer.status_code in (302, 403)
    answer = other.client("issuer").post(
        f"/admin/reports/publication/{publication.pk}/decide/", {"step": "approve"}
    )
    assert answer.status_code == 403
    publication.refresh_from_db()
    assert publication.state == PublicationState.PROPOSED


def test_the_next_proposal_begins_with_subject_and_way_of_the_last(scene: Scene) -> None:
    assert scene.issue is not None
    propose(scene, openness=Openness.ON_REQUEST)
    other = shelve(scene.issue, content_of(scene.issue), period="2022Q2", sequence=2)
    form = scene.client("admin").get(f"/admin/reports/publication/propose/{other.pk}/").context["form"]
    assert (form["subject"].value(), form["openness"].value()) == ("政务服务", "on_request")


def test_the_page_of_an_issue_offers_it_to_administrators_only(scene: Scene) -> None:
    assert scene.issue is not None
    url = f"/admin/reports/issue/{scene.issue.pk}/change/"
    assert f"propose/{scene.issue.pk}/" in scene.client("admin").get(url).content.decode()
    assert f"propose/{scene.issue.pk}/" not in scene.client("viewer").get(url).content.decode()
    propose(scene)
    shown = scene.client("admin").get(url).content.decode()
    assert f"propose/{scene.issue.pk}/" not in shown
    assert "014109-2022-0001" in shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_approved_and_refused_at_once_only_one_decision_stands(transactional_db: None, scene: Scene) -> None:
    publication = propose(scene)
    start = threading.Barrier(2)
    done: list[str] = []

    def decide(who: str, step: Callable[..., Publication], **reason: str) -> None:
        start.wait()
        try:
            step(publication=publication, user=scene.people[who], **reason)
            done.append(who)
        except Refused:
            pass
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=("issuer", approve_publication)),
        threading.Thread(
            target=decide, args=("second_issuer", refuse_publication), kwargs={"reason": "不宜公开"}
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    publication.refresh_from_db()
    assert len(done) == 1
    assert publication.decided_by == scene.people[done[0]]
