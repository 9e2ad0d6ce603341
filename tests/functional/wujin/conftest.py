"""The real quarter, loaded once for each module through the services people use, and undone afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Issue

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def issue(django_db_setup: None, django_db_blocker: Any) -> Iterator[Issue]:
    """The issued bulletin of packs/wujin. Tests only read."""
    undone = transaction.atomic()
    # As Django's TestCase says of its own: durable transactions inside it only pretend.
    undone._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        try:
            with undone:
                demonstration = Demonstration(
                    read_pack(ROOT / "packs" / "wujin"), lambda line: None, lambda *step: None, worker=False
                )
                demonstration.prepare()
                demonstration.fill()
                (issued,) = demonstration.publish()
                yield issued
                raise _Undo
        except _Undo:
            pass


class _Undo(Exception):
    """Rolls the quarter back."""


@pytest.fixture(scope="module")
def document(issue: Issue) -> dict[str, Any]:
    return json.loads(issue.content)
