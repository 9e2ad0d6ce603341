"""Whether a figure stands out from its own history. Pure; what is found is flagged, never blocked.

Modified z-score after Iglewicz and Hoaglin (1993): 0.6745 × |x − median| ÷ MAD, flagged above 3.5. Where more than half of
the history is equal the MAD is 0 and says nothing: then the range from smallest to largest decides, and only what also
lies half as much again away from the median is flagged (a stock that stood at 420 and grows by one is no outlier).
"""

from collections.abc import Sequence
from fractions import Fraction

# With fewer periods a spread says nothing.
LEAST_HISTORY = 6
THRESHOLD = Fraction(35, 10)
_CONSISTENCY = Fraction(6745, 10000)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value, or half the sum of the two middle ones."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def modified_z(history: Sequence[Fraction], value: Fraction) -> Fraction | None:
    """How far `value` lies from the history's median, in robust standard deviations; None when the spread is zero."""
    centre = median(history)
    spread = median([abs(x - centre) for x in history])
    return _CONSISTENCY * abs(value - centre) / spread if spread else None


def stands_out(history: Sequence[Fraction], value: Fraction) -> bool:
    """Whether `value` is an outlier against at least LEAST_HISTORY earlier values."""
    if len(history) < LEAST_HISTORY:
        return False
    z = modified_z(history, value)
    if z is None:
        centre = median(history)
        far = abs(value - centre) >= max(abs(centre), Fraction(1)) / 2
        return far and not min(history) <= value <= max(history)
    return z > THRESHOLD
