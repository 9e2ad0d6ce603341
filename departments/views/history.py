"""The last periods of a cell as a chart of one line, drawn on the server: no script, no library, readable aloud."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from departments.cells import Cell
from departments.choices import FigureState, ItemKind
from departments.models import Item
from expressions.numbers import display

# CSS pixels; the margin keeps the dot of the last value whole.
WIDTH, HEIGHT, MARGIN = 56, 16, 3
# One value is no line.
FEWEST = 2


def sparkline(
    item: Item, history: Sequence[tuple[str, Fraction]], now: Cell | None, label: str
) -> SafeString | str:
    """An <svg> of the earlier values (period label, value; oldest first) and, as the last dot, this period's.

    "" where there is too little to draw. Its title names every period with its value, so nothing is in the picture alone.
    """
    points = list(history)
    if now is not None and now.state == FigureState.NUMBER and now.value is not None:
        points.append((label, Fraction(now.value)))
    if len(points) < FEWEST or not history or item.kind == ItemKind.TICK:
        return ""
    words = "，".join(f"{name} {display(value, item.decimals)}" for name, value in points)
    places = _places([value for _name, value in points])
    last_x, last_y = places[-1]
    return format_html(
        '<svg class="gs-spark" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">'
        '<title>{}</title><polyline points="{}"/><circle cx="{}" cy="{}" r="2"{}/></svg>',
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        _("%(name)s, last periods: %(values)s") % {"name": item.name, "values": words},
        words,
        " ".join(f"{x},{y}" for x, y in places),
        last_x,
        last_y,
        format_html(' class="{}"', "gs-spark-now") if len(points) > len(history) else "",
    )


def _places(values: Sequence[Fraction]) -> list[tuple[int, int]]:
    """Pixels, evenly spaced over the width, the least value at the bottom; equal values lie in the middle."""
    low, high = min(values), max(values)
    width, height = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    last = len(values) - 1
    return [
        (
            MARGIN + round(Fraction(width * number, last)),
            MARGIN + (height // 2 if low == high else round(height * (high - value) / (high - low))),
        )
        for number, value in enumerate(values)
    ]
