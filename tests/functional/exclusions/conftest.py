"""The office of Yindu, small or whole."""

from typing import Any

import pytest

from tests.functional.exclusions.yindu_office import POLICE, Yindu, build_yindu


@pytest.fixture
def yindu(db: Any) -> Yindu:
    """Three departments; 公安分局 reported 144 items, 64 of them done at once."""
    return build_yindu([POLICE, "殷都区住建局", "殷都区教育局"])
