"""A list of many units asks the database as often as one of few."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import Role
from departments.models import Submission
from govsvc import outbox
from tests import build
from tests.functional.api.api_scene import get, make_api_scene
from tests.functional.reports.scene import PERIOD, Scene

pytestmark = pytest.mark.django_db


def count(ask: Callable[[], Any]) -> int:
    ask()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask()
    return len(queries)


def more_units(scene: Scene, n: int) -> None:
    group = scene.ranking.group
    for number in range(n):
        unit = build.unit(scene.office, f"M{number}", f"增{number}局", group)
        clerk = build.person(f"m{number}", scene.office, Role.CLERK, unit)
        submission = Submission.objects.filter(unit=unit, window__period=PERIOD).first()
        if submission:
            build.fill(submission, {"due": 10, "done": number % 11}, clerk)
            build.approve(submission, scene.people["approver"])
    outbox.drain()


def test_the_number_of_queries_does_not_grow_with_the_units() -> None:
    scene, scheme, ranking = make_api_scene()
    viewer = scene.client("viewer")
    lists = (
        "offices",
        "groups",
        "units",
        "indicators",
        "targets",
        "rankings",
        "results",
        "schemes",
        "issues",
        "periods",
    )
    paths = [f"{name}/" for name in lists]
    paths += [f"rankings/{ranking.pk}/table/", f"schemes/{scheme.pk}/", f"schemes/{scheme.pk}/scores/"]
    before = {path: count(lambda path=path: get(viewer, path)) for path in paths}
    more_units(scene, 12)
    after = {path: count(lambda path=path: get(viewer, path)) for path in paths}
    assert after == before
    assert get(viewer, "units/")["count"] == 16
    assert len(get(viewer, f"rankings/{scene.ranking.pk}/table/")["rows"]) >= 4
    assert max(after.values()) < 60
    assert (
        max(
            after[path]
            for path in paths
            if "table" not in path and "scores" not in path and "results" not in path
        )
        < 16
    )
