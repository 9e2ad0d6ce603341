"""The synthetic spring of 涪城区, entered once for each module the way people do it, and undone afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from departments.models import Office
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack
from govsvc.packs.reading import read_pack
from indicators.dataset import PeriodData
from indicators.services.dataset import load_period
from tests.services.undone import undone_afterwards

PACK = Path(__file__).resolve().parents[3] / "packs" / "fucheng"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return read_pack(PACK)


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker: Any, pack: Pack) -> Iterator[Office]:
    """The office with all figures, reports and exclusions in; tests only read."""
    with undone_afterwards(django_db_blocker):
        demonstration = Demonstration(pack, lambda line: None, lambda *step: None, worker=False)
        demonstration.prepare()
        demonstration.fill()
        yield demonstration.office


@pytest.fixture(scope="module")
def months(filled: Office, django_db_blocker: Any) -> dict[str, PeriodData]:
    """What April and May come to."""
    with django_db_blocker.unblock():
        return {period: load_period(filled, period) for period in ("2023-04", "2023-05")}
