"""One figure against the same figure of the period before: what changed, in which words, and whether it is a lot.

Rule (how figures are counted, “Change”): rates differ in percentage points, never in %; counts differ absolutely and in
%, and from 0 there is no percentage. Exact values are compared; rounding is half up, once, at printing.
"""

from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from expressions.numbers import display
from expressions.values import Kind, NoValue, Value

# What an approver's eye is drawn to: counts by half or more, rates by ten percentage points or more.
BIG_RELATIVE = Fraction(50)
BIG_POINTS = Fraction(10)


@dataclass(frozen=True)
class Change:
    """`absolute` in the figure's own unit (percentage points for rates), `relative` in %, None where there is none."""

    absolute: Fraction | None = None
    relative: Fraction | None = None
    is_rate: bool = False
    from_zero: bool = False
    # One side has a number and the other says missing or not applicable.
    appeared: bool = False

    @property
    def is_big(self) -> bool:
        if self.absolute is None:
            return self.appeared
        if self.is_rate:
            return abs(self.absolute) >= BIG_POINTS
        return self.relative is not None and abs(self.relative) >= BIG_RELATIVE

    def absolute_text(self, decimals: int) -> str:
        """Such as +3, -1.2 or “no change”; rates name their percentage points; blank when there is nothing to compare."""
        if self.absolute is None:
            return ""
        if self.absolute == 0:
            return _("no change")
        text = _signed(self.absolute, decimals)
        return _("%s percentage points") % text if self.is_rate else text

    def relative_text(self) -> str:
        """Such as +12.5%; from 0 the words that say so; blank for rates."""
        if self.from_zero:
            return _("0 last period")
        if self.relative is None or self.relative == 0:
            return ""
        return f"{_signed(self.relative, 1)}%"


def compare(now: Value | None, before: Value | None, *, is_rate: bool) -> Change:
    """The change from `before` to `now`; None means that there is no earlier period, which is no change at all."""
    if isinstance(now, Fraction) and isinstance(before, Fraction):
        absolute = now - before
        if is_rate:
            return Change(absolute, is_rate=True)
        if before == 0:
            return Change(absolute, from_zero=absolute != 0)
        return Change(absolute, absolute / abs(before) * 100)
    if now is None or before is None:
        return Change(is_rate=is_rate)
    return Change(is_rate=is_rate, appeared=_state(now) != _state(before))


def _state(value: Value) -> Kind | None:
    return value.kind if isinstance(value, NoValue) else None


def _signed(value: Fraction, decimals: int) -> str:
    text = display(value, decimals)
    return f"+{text}" if value > 0 else text
