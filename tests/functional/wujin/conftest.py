"""The real quarter, loaded once for each module through the services people use, and undone afterwards."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govsvc.packs.demonstration import Demonstration
from govsvc.packs.reading import read_pack
from reports.models import Issue
from tests.services.undone import undone_afterwards

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def issue(django_db_setup: None, django_db_blocker: Any) -> Iterator[Issue]:
    """The issued bulletin of packs/wujin. Tests only read."""
    with undone_afterwards(django_db_blocker):
        demonstration = Demonstration(
            read_pack(ROOT / "packs" / "wujin"), lambda line: None, lambda *step: None, worker=False
        )
        demonstration.prepare()
        demonstration.fill()
        (issued,) = demonstration.publish()
        yield issued


@pytest.fixture(scope="module")
def document(issue: Issue) -> dict[str, Any]:
    return json.loads(issue.content)
