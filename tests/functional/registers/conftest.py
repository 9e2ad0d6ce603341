"""An office of two units with a register, its people and some entries; and the two-office world of the route test."""

import pytest

from departments.models import Entry, Register
from tests import build
from tests.functional.departments.conftest import login, office_a, office_b
from tests.functional.departments.world import OfficeWorld

__all__ = ["login", "office_a", "office_b"]


@pytest.fixture
def register(office_a: OfficeWorld) -> Register:
    """The register of office A, with the usual statuses."""
    return build.register(office_a.office, due_days=10)


@pytest.fixture
def entry(register: Register, office_a: OfficeWorld) -> Entry:
    """Handed to unit 0 by the administrator on 1 April 2022."""
    return build.entry(
        register,
        office_a.units[0],
        office_a.people["administrator"],
        type="材料",
        values={"problem": "材料目录过期"},
        personal={"phone": PHONE},
    )


# A telephone number that may stand on one page only.
PHONE = "13800009999"


@pytest.fixture
def telephone() -> str:
    return PHONE
