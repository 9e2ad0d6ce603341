"""Spec of “Change”: how a figure is compared with the period before, as a table that the manual can print."""

from fractions import Fraction as F
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from departments.comparison import compare
from expressions.values import MISSING, UNDEFINED, not_applicable

# now, before, rate?, decimals → absolute, relative, big?
CHANGES: list[tuple[Any, Any, bool, int, str, str, bool]] = [
    (F(45), F(30), False, 0, "+15", "+50.0%", True),
    (F(44), F(30), False, 0, "+14", "+46.7%", False),
    (F(30), F(45), False, 0, "-15", "-33.3%", False),
    (F(30), F(30), False, 0, "no change", "", False),
    (F(5), F(0), False, 0, "+5", "0 last period", False),
    (F(0), F(0), False, 0, "no change", "", False),
    (F(0), F(5), False, 0, "-5", "-100.0%", True),
    (F(-10), F(-20), False, 0, "+10", "+50.0%", True),
    (F(947, 10), F(943, 10), True, 1, "+0.4 percentage points", "", False),
    (F(50), F(625, 10), True, 1, "-12.5 percentage points", "", True),
    (F(50), F(50), True, 1, "no change", "", False),
    (F(12, 10), F(1), False, 1, "+0.2", "+20.0%", False),
    (MISSING, F(5), False, 0, "", "", True),
    (F(5), MISSING, False, 0, "", "", True),
    (not_applicable("无此业务"), F(5), False, 0, "", "", True),
    (not_applicable("无此业务"), not_applicable("系统未对接"), False, 0, "", "", False),
    (UNDEFINED, UNDEFINED, True, 1, "", "", False),
    (F(5), None, False, 0, "", "", False),
]


@pytest.mark.parametrize(("now", "before", "rate", "decimals", "absolute", "relative", "big"), CHANGES)
def test_change(
    now: Any, before: Any, rate: bool, decimals: int, absolute: str, relative: str, big: bool
) -> None:
    change = compare(now, before, is_rate=rate)
    with translation.override("en"):
        assert (change.absolute_text(decimals), change.relative_text()) == (absolute, relative)
    assert change.is_big == big


fractions = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000)


@given(fractions, fractions)
def test_the_change_leads_back(now: F, before: F) -> None:
    change = compare(now, before, is_rate=False)
    assert change.absolute is not None
    assert before + change.absolute == now
    assert (change.relative is None) == (before == 0)
    if change.relative is not None:
        assert before + abs(before) * change.relative / 100 == now
