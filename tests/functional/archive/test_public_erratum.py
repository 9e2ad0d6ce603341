"""A correction made, issued and published as people do it: the archive, the public pages and a leader's link tell of it."""

from pathlib import Path

import pytest
from django.test import Client

from govsvc import outbox
from reports.models import Issue
from reports.services.errata import correct_issue
from reports.services.publications import approve_publication, propose_publication
from reports.services.read_links import make_link
from tests.functional.issues.quarters import Quarters, make_quarters

pytestmark = pytest.mark.django_db
REASON = "甲局数据填报有误"


def publish(world: Quarters, issue: Issue, index: str) -> None:
    made = propose_publication(issue=issue, user=world.people["administrator"], index_number=index)
    approve_publication(publication=made, user=world.people["issuer"])
    outbox.drain()


def test_a_correction_reaches_everybody_who_reads_the_wrong_issue(db: None, public: Path) -> None:
    world = make_quarters()
    wrong = world.issue(world.draft())
    publish(world, wrong, "A-1")
    administrator = world.people["administrator"]
    _link, secret = make_link(
        office=wrong.bulletin.office, reader="张副区长", days=30, user=administrator, issue=None
    )
    world.correct("U0", "45")
    draft = correct_issue(issue=wrong, user=administrator, reason=REASON)
    leader = Client()
    assert "更正" not in leader.get(f"/read/{secret}/").content.decode()
    assert leader.get(f"/read/{secret}/{draft.pk}/").status_code == 404
    right = world.issue(draft)
    publish(world, right, "A-2")
    folders = [f"{issue.bulletin.office.code}/{issue.year}-{issue.sequence}" for issue in (wrong, right)]
    old, new = ((public / folder / "index.html").read_text() for folder in folders)
    assert "本通报已更正" in old
    assert f"{folders[1]}/index.html" in old
    assert "86.1%" not in old
    assert f"{folders[0]}/index.html" in new
    for text in (REASON, "44.4%", "86.1%"):
        assert text in new, text
    listed = leader.get(f"/read/{secret}/").content.decode()
    assert right.number in listed
    assert "本通报已更正" in leader.get(f"/read/{secret}/{wrong.pk}/").content.decode()
    assert "86.1%" in leader.get(f"/read/{secret}/{right.pk}/").content.decode()
    client = Client()
    client.force_login(administrator)
    found = client.get("/admin/reports/issue/archive/", {"q": "86.1% 甲局"}).context["rows"]
    assert [(one.issue, corrects) for one, corrects, _later in found] == [(right, wrong)]
    sides = client.get("/admin/reports/issue/side-by-side/", {"issue": [wrong.pk, right.pk]}).content.decode()
    assert "<ins>86.1%</ins>" in sides
