"""Texts that a page would run if it did not escape them: in the archive, side by side, on public pages, behind links."""

from pathlib import Path

import pytest
from django.test import Client

from govsvc import outbox
from reports.services.publications import (
    approve_publication,
    propose_publication,
    withdraw_publication,
)
from reports.services.read_links import make_link
from tests.functional.archive.shelf import content_of, shelve
from tests.functional.reports.scene import Scene

pytestmark = pytest.mark.django_db
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_no_text_becomes_markup(scene: Scene, public: Path) -> None:
    issue = scene.issue
    assert issue is not None
    document = content_of(issue, 甲局=EVIL.replace('"', r"\""))
    document["title"] = EVIL
    document["sections"][0]["heading"] = EVIL
    evil = shelve(issue, document, period="2022Q2", sequence=2)
    admin = scene.client("admin")
    sides = f"/admin/reports/issue/side-by-side/?all=1&issue={issue.pk}&issue={evil.pk}"
    made = propose_publication(
        issue=evil, user=scene.people["admin"], index_number=EVIL[:60], subject=EVIL[:60]
    )
    shown = [
        admin.get("/admin/reports/issue/archive/", {"q": "<script> alert(1)"}),
        admin.get(sides),
        admin.get(f"/admin/reports/publication/{made.pk}/change/"),
        admin.get(f"/admin/reports/publication/{made.pk}/preview/"),
        admin.get("/admin/reports/publication/"),
    ]
    approve_publication(publication=made, user=scene.people["issuer"])
    outbox.drain()
    texts = [(public / path).read_text() for path in ("index.html", "o/2022-2/index.html")]
    withdraw_publication(publication=made, user=scene.people["issuer"], reason=EVIL)
    outbox.drain()
    texts += [(public / "o/2022-2/index.html").read_text()]
    _link, secret = make_link(
        office=scene.office, reader=EVIL[:60], days=1, user=scene.people["admin"], issue=None
    )
    shown += [Client().get(f"/read/{secret}/"), Client().get(f"/read/{secret}/{evil.pk}/")]
    texts += [answer.content.decode() for answer in shown]
    assert [answer.status_code for answer in shown] == [200] * len(shown)
    for text in texts:
        assert "alert(1)" in text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
