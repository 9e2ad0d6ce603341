"""Pages as a logged-in person requests them: the whole stack from URL to bytes, without a network."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from departments.choices import Role
from departments.models import Membership, Office, Submission
from departments.services import submissions
from indicators.models import Ranking
from tests import build
from tests.bench.measure import Measure, repeat

REQUESTS = 40
TARGET = 0.100
# A host the settings allow: the bench runs with DEBUG off, as in service.
HOST = settings.ALLOWED_HOSTS[0]


def measure(office: Office, period: str) -> list[Measure]:
    submission = Submission.objects.get(
        window__form__office=office, window__form__code="items", unit__code="D14", window__period=period
    )
    clerk = Membership.objects.get(unit=submission.unit, role=Role.CLERK).user
    administrator = Membership.objects.filter(office=office, role=Role.ADMINISTRATOR).first()
    assert administrator is not None
    build.reopen(submission, administrator.user)
    entry = reverse("admin:departments_submission_change", args=[submission.pk])
    check = reverse("admin:departments_submission_check", args=[submission.pk])
    ranking = reverse("admin:indicators_ranking_page", args=[Ranking.objects.get(office=office).pk])
    cells: dict[str, Any] = {
        "version": submission.version,
        "cells": {"claimed": {"text": "41", "reason": ""}},
    }
    found = [
        _page("clerk: my tasks", clerk, reverse("admin:index")),
        _page("clerk: submission page (21 items)", clerk, entry, TARGET),
        repeat("clerk: findings while typing", REQUESTS, _post(clerk, check, cells), TARGET),
    ]
    submissions.submit(submission=submission, user=clerk)
    person = administrator.user
    found += [
        _page("administrator: queue", person, reverse("admin:departments_submission_queue")),
        _page("administrator: submission page", person, entry, TARGET),
        _page("ranking page (36 units)", person, f"{ranking}?period={period}"),
    ]
    submissions.approve(submission=submission, user=person)
    return found


def _page(name: str, user: Any, url: str, target: float | None = None) -> Measure:
    client = _client(user)
    size = len(_expect(client.get(url), url))
    return repeat(name, REQUESTS, lambda: _expect(client.get(url), url), target, f"{size // 1024} kB")


def _post(user: Any, url: str, body: dict[str, Any]) -> Callable[[], object]:
    client = _client(user)
    return lambda: _expect(client.post(url, body, content_type="application/json"), url)


def _client(user: Any) -> Client:
    client = Client(SERVER_NAME=HOST)
    client.force_login(user)
    return client


def _expect(response: Any, url: str) -> bytes:
    """A page that failed fast would be measured as a fast page."""
    if response.status_code != 200:
        raise RuntimeError(f"{url}: status {response.status_code}")
    content: bytes = response.content
    return content
