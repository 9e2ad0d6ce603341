"""Fixtures over the schemes' desk."""

import pytest

from tests.functional.schemes.desk import Desk, make_desk


@pytest.fixture
def desk(db: None) -> Desk:
    return make_desk()
