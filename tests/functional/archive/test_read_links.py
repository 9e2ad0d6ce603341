"""只读链接: what a secret opens and what it never does; one answer for every dead link; counted, private, throttled."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reports.exceptions import Refused
from reports.models import Issue, ReadLink
from reports.services.read_links import find_link, make_link, readable, revoke_link
from tests.functional.archive.shelf import content_of, shelve
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db


def link(scene: Scene, **changes: Any) -> tuple[ReadLink, str]:
    given = {"office": scene.office, "reader": "张副区长", "days": 30, "user": scene.people["admin"]}
    return make_link(**{**given, **changes})


def test_a_link_opens_the_list_the_issue_and_its_files(scene: Scene) -> None:
    assert scene.issue is not None
    made, secret = link(scene)
    client = Client()
    listed = client.get(f"/read/{secret}/").content.decode()
    assert "某政通〔2022〕1号" in listed
    assert "张副区长" in listed
    page = client.get(f"/read/{secret}/{scene.issue.pk}/").content.decode()
    assert "53.8%" in page
    file = client.get(f"/read/{secret}/{scene.issue.pk}/pdf/")
    assert file.content == bytes(scene.issue.files.get(format="pdf").content)
    made.refresh_from_db()
    assert made.opened == 3
    assert made.last_opened_at is not None


def test_its_pages_lead_nowhere_else_and_run_nothing(scene: Scene) -> None:
    assert scene.issue is not None
    _made, secret = link(scene)
    page = Client().get(f"/read/{secret}/{scene.issue.pk}/").content.decode()
    assert not re.search(r"<script|\son\w+=|/admin/|https?://|data-figure", page)
    assert all(
        target.startswith((f"/read/{secret}/", "#", "data:,"))
        for target in re.findall(r'href="([^"]*)"', page)
    )
    for canary in ("金丝雀", "原表为快报数", "上报原件", "o-admin", "@example.test"):
        assert canary not in page


def test_every_answer_is_private(scene: Scene) -> None:
    assert scene.issue is not None
    _made, secret = link(scene)
    for path in (
        f"/read/{secret}/",
        f"/read/{secret}/{scene.issue.pk}/",
        f"/read/{secret}/{scene.issue.pk}/pdf/",
        "/read/no/",
    ):
        answer = Client().get(path)
        assert answer["Cache-Control"] == "no-store", path
        assert answer["Referrer-Policy"] == "no-referrer", path
        assert "noindex" in answer["X-Robots-Tag"], path
        assert not answer.cookies, path


def expire(made: ReadLink, _scene: Scene) -> None:
    ReadLink.objects.filter(pk=made.pk).update(expires_at=timezone.now())


def revoke(made: ReadLink, scene: Scene) -> None:
    revoke_link(link=made, user=scene.people["approver"])


@pytest.mark.parametrize("end", [expire, revoke])
def test_dead_and_wrong_links_are_one_and_the_same_page(
    scene: Scene, end: Callable[[ReadLink, Scene], None]
) -> None:
    assert scene.issue is not None
    made, secret = link(scene)
    wrong = Client().get("/read/no-such-secret/")
    assert wrong.status_code == 404
    end(made, scene)
    for tail in ("", f"{scene.issue.pk}/", f"{scene.issue.pk}/pdf/"):
        answer = Client().get(f"/read/{secret}/{tail}")
        assert (answer.status_code, answer.content) == (404, wrong.content), tail
    made.refresh_from_db()
    assert made.opened == 0


def test_another_offices_issue_a_draft_and_a_guess_are_not_found(scene: Scene) -> None:
    other = make("p")
    other.issued()
    draft = make("q").draft()
    own_draft = Issue.objects.create(
        bulletin=scene.bulletin, period="2022Q2", run=draft.run, content=draft.content, hash="0", drafted_by=scene.people["admin"],
        drafted_at=timezone.now(),
    )  # fmt: skip
    _made, secret = link(scene)
    assert other.issue is not None
    wrong = Client().get("/read/no-such-secret/").content
    for pk in (other.issue.pk, draft.pk, own_draft.pk, 0, 999999):
        for tail in ("", "pdf/", "json/"):
            answer = Client().get(f"/read/{secret}/{pk}/{tail}")
            assert (answer.status_code, answer.content) == (404, wrong), (pk, tail)
    assert "p区" not in Client().get(f"/read/{secret}/").content.decode()


@pytest.mark.parametrize("format_", ["json", "html", "txt", "exe", "..%2f"])
def test_files_with_what_is_behind_the_figures_are_not_given(scene: Scene, format_: str) -> None:
    assert scene.issue is not None
    _made, secret = link(scene)
    assert Client().get(f"/read/{secret}/{scene.issue.pk}/{format_}/").status_code == 404


def test_a_link_to_one_issue_opens_that_one_only_and_tells_of_its_correction(scene: Scene) -> None:
    issue = scene.issue
    assert issue is not None
    second = shelve(issue, content_of(issue), period="2022Q2", sequence=2)
    erratum = shelve(issue, content_of(issue), period=issue.period, sequence=3, corrects=issue)
    made, secret = link(scene, issue=issue)
    assert list(readable(made)) == [issue]
    page = Client().get(f"/read/{secret}/{issue.pk}/").content.decode()
    assert "某政通〔2022〕3号" in page
    assert f"/{erratum.pk}/" not in page
    assert Client().get(f"/read/{secret}/{second.pk}/").status_code == 404
    _all, everything = link(scene)
    page = Client().get(f"/read/{everything}/{issue.pk}/").content.decode()
    assert f"/read/{everything}/{erratum.pk}/" in page


def test_the_secret_is_kept_nowhere(scene: Scene) -> None:
    made, secret = link(scene)
    assert secret not in str(ReadLink.objects.filter(pk=made.pk).values_list())
    assert len(secret) >= 43
    assert find_link(secret=secret) == made
    for other in (secret.upper(), secret + " ", made.digest, "", "\ud800"):
        assert find_link(secret=other) is None


def test_who_makes_and_revokes(scene: Scene) -> None:
    other = make("p")
    for who in ("reviewer", "issuer", "viewer", "clerk"):
        with pytest.raises(Refused):
            link(scene, user=scene.people[who])
    with pytest.raises(Refused):
        link(scene, user=other.people["admin"])
    made, _secret = link(scene)
    with pytest.raises(Refused):
        revoke_link(link=made, user=other.people["admin"])
    revoked = revoke_link(link=made, user=scene.people["admin"])
    assert revoke_link(link=made, user=scene.people["approver"]).revoked_by == revoked.revoked_by


@pytest.mark.parametrize("changes", [{"days": 0}, {"days": 367}, {"reader": "  "}])
def test_a_link_has_a_reader_and_an_end(scene: Scene, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        link(scene, **changes)


def test_no_link_is_made_to_a_draft_or_to_another_offices_issue(scene: Scene) -> None:
    other = make("p")
    with pytest.raises(Refused):
        link(scene, issue=other.issued())
    with pytest.raises(Refused):
        link(other, issue=make("q").draft())


def test_a_link_ends_by_the_minute(scene: Scene) -> None:
    at = dt.datetime(2022, 5, 1, 9, tzinfo=dt.UTC)
    made, secret = link(scene, days=366, at=at)
    assert find_link(secret=secret, at=made.expires_at - dt.timedelta(seconds=1)) == made
    assert find_link(secret=secret, at=made.expires_at) is None
    assert made.expires_at - at == dt.timedelta(days=366)


def test_guessing_is_slowed_down_without_shutting_the_right_link(scene: Scene) -> None:
    _made, secret = link(scene)
    client = Client()
    answers = [client.get(f"/read/guess-{n}/").status_code for n in range(25)]
    assert answers == [404] * 20 + [429] * 5
    assert client.get(f"/read/{secret}/").status_code == 200
    answers = [client.get(f"/read/{secret}/").status_code for n in range(121)]
    assert answers[-1] == 429
    assert "Retry-After" in client.get(f"/read/{secret}/")


def test_only_reading(scene: Scene) -> None:
    _made, secret = link(scene)
    assert Client().post(f"/read/{secret}/").status_code == 405
    assert Client().head(f"/read/{secret}/").status_code == 200


def test_an_administrator_makes_a_link_and_sees_its_address_once(scene: Scene) -> None:
    assert scene.issue is not None
    admin = scene.client("admin")
    url = "/admin/reports/readlink/make/"
    assert admin.get(url, {"issue": scene.issue.pk}).context["form"]["issue"].value() == str(scene.issue.pk)
    answer = admin.post(url, {"office": scene.office.pk, "reader": "李书记", "days": "30"})
    address = answer.context["address"]
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(address).status_code == 200
    made = ReadLink.objects.get()
    secret = address.rstrip("/").rsplit("/", 1)[1]
    for page in ("", f"{made.pk}/change/", "make/"):
        assert secret not in admin.get(f"/admin/reports/readlink/{page}").content.decode()
    assert admin.post(f"/admin/reports/readlink/{made.pk}/revoke/").status_code == 302
    assert Client().get(address).status_code == 404


def test_the_make_page_refuses_others_and_foreign_choices(scene: Scene) -> None:
    other = make("p")
    foreign = other.issued()
    url = "/admin/reports/readlink/make/"
    for who in ("reviewer", "issuer", "viewer", "clerk"):
        assert scene.client(who).get(url).status_code == 403
        assert scene.client(who).get("/admin/reports/readlink/").status_code == 403
    given = {"office": scene.office.pk, "reader": "李书记", "days": "30"}
    for changes in ({"office": other.office.pk}, {"issue": foreign.pk}, {"days": "999"}):
        assert scene.client("admin").post(url, given | changes).context["made"] is None
    made, _secret = link(other)
    assert scene.client("admin").post(f"/admin/reports/readlink/{made.pk}/revoke/").status_code == 403
    assert ReadLink.objects.get().revoked_at is None


def test_refusals_are_logged_and_no_log_holds_a_secret(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    _made, secret = link(scene)
    Client().get(f"/read/{secret}/999999/")
    Client().get("/read/guess/")
    assert [record.name for record in caplog.records] == ["govsvc.access"] * 2
    assert secret not in caplog.text
    assert "guess" not in caplog.text
