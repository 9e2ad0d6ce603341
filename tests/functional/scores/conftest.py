"""The assessed office."""

import pytest

from tests.functional.scores.assessed_office import Assessed, build_assessed


@pytest.fixture
def assessed(db: None) -> Assessed:
    """Five departments over three months, March's leaves in words confirmed."""
    return build_assessed()
