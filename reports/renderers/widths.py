"""Column widths of a table of long texts: the room goes where it saves the most lines."""

from collections.abc import Sequence
from typing import Final

# How much more a row's longest cell counts than its others: a row is as high as its longest cell.
_POWER: Final = 3
_STEP: Final = 0.5


def balanced_ems(texts: Sequence[Sequence[float]], least: Sequence[float], room: float) -> tuple[float, ...]:
    """Widths in ems that add up to `room`, from the widths of each column's texts and what it cannot do without.

    Half an em after the other goes to the column where it makes the rows lowest; what no text needs is shared out.
    """
    widths = list(least)
    gains = [_gain(column, width) for column, width in zip(texts, widths, strict=True)]
    while sum(widths) + _STEP <= room and max(gains, default=0.0) > 0:
        best = gains.index(max(gains))
        widths[best] += _STEP
        gains[best] = _gain(texts[best], widths[best])
    spare = (room - sum(widths)) / (sum(widths) or 1.0)
    return tuple(width * (1 + spare) for width in widths)


def _gain(texts: Sequence[float], width: float) -> float:
    """What half an em more takes from the sum of (lines) ** _POWER."""
    after = width + _STEP
    return sum((text / width) ** _POWER - max(text / after, 1.0) ** _POWER for text in texts if text > width)
