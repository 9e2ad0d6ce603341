"""Two people press “issue” at the same moment: one issue, one number."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from reports.choices import IssueStatus
from reports.models import Issue, IssueFile, NumberSequence
from reports.renderers import FORMATS
from tests.functional.reports.scene import Scene, make


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_two_issuers_at_once_get_one_number() -> None:
    scene = make()
    issue = scene.reviewed()
    address = reverse("admin:reports_issue_confirm", args=[issue.pk])
    clients = [scene.client(who) for who in ("issuer", "second_issuer")]
    start = threading.Barrier(len(clients), timeout=60)
    answers: list[Any] = []

    def press(client: Any) -> None:
        start.wait(timeout=30)
        try:
            answers.append(client.post(address))
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert [answer.status_code for answer in answers] == [302, 302]
    issued = Issue.objects.get()
    assert issued.status == IssueStatus.ISSUED
    assert (NumberSequence.objects.get().last, issued.sequence) == (1, 1)
    assert IssueFile.objects.count() == len(FORMATS)
    assert numbers_said(scene, issued) == 2


def numbers_said(scene: Scene, issue: Issue) -> int:
    """How many of the two are told the number: the faster one as issued, the other as issued already."""
    shown = 0
    for who in ("issuer", "second_issuer"):
        page = scene.client(who).get(reverse("admin:reports_issue_change", args=[issue.pk])).content.decode()
        shown += issue.number in page
    return shown
