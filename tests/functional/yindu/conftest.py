"""June 2023 of 殷都区, entered once for each module the way people do it, and undone afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import TestCase

from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack
from reports.services.document import build_document

PACK = Path(__file__).resolve().parents[3] / "packs" / "yindu"
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def pack() -> Pack:
    return read_pack(PACK)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any, pack: Pack) -> Iterator[Office]:
    """The office with all figures approved; tests only read."""
    hashers, django_settings.PASSWORD_HASHERS = django_settings.PASSWORD_HASHERS, FAST
    with django_db_blocker.unblock():
        # Django's own mark of a test's transaction: durable blocks may stand in it.
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
            demonstration.prepare()
            demonstration.fill()
            yield demonstration.office
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]
    django_settings.PASSWORD_HASHERS = hashers


@pytest.fixture(scope="module")
def document(filled: Office, django_db_blocker: Any) -> dict[str, Any]:
    """The bulletin's draft for June."""
    with django_db_blocker.unblock():
        document, _source, _names = build_document(filled.bulletins.get(code="tongbao"), "2023-06")
    return document
