"""June 2023 of 殷都区, entered once for each module the way people do it, and undone afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack
from reports.services.document import build_document
from tests.services.undone import undone_afterwards

PACK = Path(__file__).resolve().parents[3] / "packs" / "yindu"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return read_pack(PACK)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any, pack: Pack) -> Iterator[Office]:
    """The office with all figures approved; tests only read."""
    with undone_afterwards(django_db_blocker):
        demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
        demonstration.prepare()
        demonstration.fill()
        yield demonstration.office


@pytest.fixture(scope="module")
def document(filled: Office, django_db_blocker: Any) -> dict[str, Any]:
    """The bulletin's draft for June."""
    with django_db_blocker.unblock():
        document, _source, _names = build_document(filled.bulletins.get(code="tongbao"), "2023-06")
    return document
