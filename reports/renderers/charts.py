"""Charts: bars of units with lines for average and target, or a trend over periods, drawn as vectors by Typst.

Every point says its value in words beside it, every line its name: nothing is told by colour alone. A chart without a
value shows the words that stand for it (未报) and no bar; a trend has a gap there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from .errors import UnprintableDocumentError
from .text import em_width, printable
from .typeface import PDF, Typefaces
from .typesetting import typeset

TEMPLATE: Final = "charts.typ"
# Points: the width of the drawing, the white around a picture, the least width of a trend's plot, its type size.
WIDTH_PT: Final = 440.0
MARGIN_PT: Final = 4.0
_TREND_PT: Final = 360.0
_NAME_PT: Final = 8.0
_MARKS: Final = {"": "", "own": "本单位", "last": "末位"}
_KINDS: Final = ("bars", "trend")
# A trend is drawn with room above and below its values, a flat one in the middle.
_MARGIN: Final = Fraction(1, 6)


@dataclass(frozen=True)
class Point:
    """A bar or a point: its name, exact value (None: a gap), the value as printed, and 本单位 or 末位 where it is marked."""

    label: str
    value: Fraction | None
    display: str
    mark: str


@dataclass(frozen=True)
class Line:
    """A line across the chart: average, target."""

    label: str
    value: Fraction
    display: str


@dataclass(frozen=True)
class Chart:
    """A chart of the document; `kind` is bars or trend."""

    kind: str
    title: str
    unit_of_measure: str
    points: tuple[Point, ...]
    lines: tuple[Line, ...]


def read_chart(chart: Mapping[str, Any]) -> Chart:
    """The chart of a paragraph. Raises UnprintableDocumentError for a kind or a mark that is not known."""
    if chart["kind"] not in _KINDS:
        raise UnprintableDocumentError(f"chart {chart['kind']!r}, expected one of {', '.join(_KINDS)}")
    return Chart(
        kind=chart["kind"],
        title=printable(chart.get("title") or ""),
        unit_of_measure=printable(chart.get("unit_of_measure") or ""),
        points=tuple(_point(point) for point in chart.get("points") or ()),
        lines=tuple(
            Line(printable(line["label"]), Fraction(line["value"]), printable(line["display"]))
            for line in chart.get("lines") or ()
            if line.get("value") is not None
        ),
    )


def _point(point: Mapping[str, Any]) -> Point:
    mark = point.get("mark") or ""
    if mark not in _MARKS:
        raise UnprintableDocumentError(f"mark {mark!r} of {point['label']!r}")
    value = point.get("value")
    return Point(
        label=printable(point["label"]),
        value=None if value is None else Fraction(value),
        display=printable(point.get("display") or ""),
        mark=_MARKS[mark],
    )


def chart_svg(chart: Mapping[str, Any] | Chart, typefaces: Typefaces = PDF) -> bytes:
    """The chart as SVG, its letters as outlines: it looks the same where no Chinese typeface is installed."""
    return _drawn(_read(chart), typefaces, "svg", None)


def chart_png(chart: Mapping[str, Any] | Chart, width_px: int = 900, typefaces: Typefaces = PDF) -> bytes:
    """The chart as PNG on white, `width_px` pixels wide (to a pixel)."""
    return _drawn(_read(chart), typefaces, "png", width_px * 72 / (WIDTH_PT + 2 * MARGIN_PT))


def chart_words(chart: Chart) -> tuple[str, ...]:
    """The chart in words, a line for each point and for each line across it: plain text, and what is read aloud."""
    points = (
        f"{point.label}：{point.display}{f'（{point.mark}）' if point.mark else ''}" for point in chart.points
    )
    return (*points, *(f"{line.label}：{line.display}" for line in chart.lines))


def chart_data(chart: Chart) -> dict[str, Any]:
    """What the template draws; places are shares of the plot's width or height."""
    low, high = _scale(chart)
    share = _share(low, high)
    last = len(chart.points) - 1
    named = _every([point.label for point in chart.points])
    valued = _every([point.display for point in chart.points])
    return {
        "kind": chart.kind,
        "title": chart.title + (f"（单位：{chart.unit_of_measure}）" if chart.unit_of_measure else ""),
        "zero": share(Fraction(0)),
        "points": [
            {
                **asdict(point),
                "value": None if point.value is None else share(point.value),
                "named": (last - place) % named == 0,
                "valued": (last - place) % valued == 0,
            }
            for place, point in enumerate(chart.points)
        ],
        "lines": [
            {"words": f"{line.label} {line.display}", "value": share(line.value)}
            for line in sorted(chart.lines, key=lambda line: line.value)
        ],
    }


def _read(chart: Mapping[str, Any] | Chart) -> Chart:
    return chart if isinstance(chart, Chart) else read_chart(chart)


# A page shows the same chart again and again, an issue in several files.
@lru_cache(maxsize=64)
def _drawn(chart: Chart, typefaces: Typefaces, format: Any, ppi: float | None) -> bytes:
    data = {"chart": chart_data(chart), "width": WIDTH_PT, "margin": MARGIN_PT}
    return typeset((TEMPLATE, "chart_page.typ"), data, typefaces, format=format, ppi=ppi)


def _scale(chart: Chart) -> tuple[Fraction, Fraction]:
    """The least and the greatest value drawn: bars always start at 0, a trend keeps to its values."""
    values = [point.value for point in chart.points if point.value is not None]
    values += [line.value for line in chart.lines]
    if not values:
        return Fraction(0), Fraction(1)
    low, high = min(values), max(values)
    if chart.kind == "bars":
        low, high = min(low, Fraction(0)), max(high, Fraction(0))
        return (low, high) if low < high else (Fraction(0), Fraction(1))
    room = (high - low) * _MARGIN or Fraction(1)
    return low - room, high + room


def _share(low: Fraction, high: Fraction) -> Any:
    # Places on paper, not figures: the thousandth part of the plot is less than a pen's width.
    return lambda value: round(float((value - low) / (high - low)), 4)


def _every(texts: Sequence[str]) -> int:
    """Each how-many-th of the words along a trend is printed, so that none runs into the next."""
    widest = max(map(em_width, texts), default=0.0) * _NAME_PT
    return max(1, -(-round(widest) // max(round(_TREND_PT / max(len(texts), 1)), 1)))
