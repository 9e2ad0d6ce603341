"""Spec of “Change”: how a figure is compared with the period before, as a table that the manual can print."""

from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from departments.comparison import compare
from expressions.values import MISSING, UNDEFINED, not_applicable

# now, before, rate?, decimals → absolute, relative, big?
CHANGES: list[tuple[Any, Any, bool, int, str, str, bool]] = [
    (Fraction(45), Fraction(30), False, 0, "+15", "+50.0%", True),
    (Fraction(44), Fraction(30), False, 0, "+14", "+46.7%", False),
    (Fraction(30), Fraction(45), False, 0, "-15", "-33.3%", False),
    (Fraction(30), Fraction(30), False, 0, "no change", "", False),
    (Fraction(5), Fraction(0), False, 0, "+5", "0 last period", False),
    (Fraction(0), Fraction(0), False, 0, "no change", "", False),
    (Fraction(0), Fraction(5), False, 0, "-5", "-100.0%", True),
    (Fraction(-10), Fraction(-20), False, 0, "+10", "+50.0%", True),
    (Fraction(947, 10), Fraction(943, 10), True, 1, "+0.4 percentage points", "", False),
    (Fraction(50), Fraction(625, 10), True, 1, "-12.5 percentage points", "", True),
    (Fraction(50), Fraction(50), True, 1, "no change", "", False),
    (Fraction(12, 10), Fraction(1), False, 1, "+0.2", "+20.0%", False),
    (MISSING, Fraction(5), False, 0, "", "", True),
    (Fraction(5), MISSING, False, 0, "", "", True),
    (not_applicable("无此业务"), Fraction(5), False, 0, "", "", True),
    (not_applicable("无此业务"), not_applicable("系统未对接"), False, 0, "", "", False),
    (UNDEFINED, UNDEFINED, True, 1, "", "", False),
    (Fraction(5), None, False, 0, "", "", False),
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
def test_the_change_leads_back(now: Fraction, before: Fraction) -> None:
    change = compare(now, before, is_rate=False)
    assert change.absolute is not None
    assert before + change.absolute == now
    assert (change.relative is None) == (before == 0)
    if change.relative is not None:
        assert before + abs(before) * change.relative / 100 == now
