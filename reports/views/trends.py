"""The trend of a ranking: its last periods as small lines in the table, as a chart of chosen units, and as a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from departments.periods import Period
from expressions.numbers import display
from reports.services.standing import Origin, Spot, Standing, preceding
from reports.views.tables import Table

# A trend shows so many periods, the one of the page included.
PERIODS = 12
# Lines of a chart that can still be told apart.
MOST_LINES = 10
_PRINTED = re.compile(r"-?\d+(?:\.(?P<decimals>\d+))?(?P<unit>.*)")
_WIDTH, _HEIGHT, _MARGIN = 100, 24, 3


@dataclass(frozen=True)
class Spark:
    """A small line of values: `lines` are the points of its unbroken parts, `x` and `y` its last point, `words` what it says."""

    lines: tuple[str, ...]
    x: str
    y: str
    words: str


@dataclass(frozen=True)
class Change:
    """How a unit moved against the period before: places gained (+) or lost (−), and the difference of the values in words."""

    places: int | None
    value: str


class Trend:
    """The standings of a page, oldest first; the last one is the page's own period."""

    def __init__(self, standings: Sequence[Standing]) -> None:
        """Periods before the first figures are no part of a trend."""
        first = next((n for n, one in enumerate(standings) if one.origin is not Origin.NOTHING), 0)
        self.standings = standings[first:]

    @property
    def left_out(self) -> int:
        """Periods whose places nobody has calculated yet."""
        return sum(standing.origin is Origin.LEFT_OUT for standing in self.standings)

    @property
    def before(self) -> Standing | None:
        """The period before the page's, if it has any places."""
        found = self.standings[-2] if len(self.standings) > 1 else None
        return found if found and found.spots else None

    def spots(self, unit: str) -> list[Spot | None]:
        return [standing.spots.get(unit) for standing in self.standings]

    def change(self, unit: str, movement: int | None) -> Change | None:
        """Against the period before. `movement` is the one the table states itself, which goes by what was issued."""
        now, before = (self.spots(unit)[-1:] or [None])[0], self.before
        earlier = before.spots.get(unit) if before else None
        if now is None or earlier is None:
            return None
        places = movement
        if places is None and now.place is not None and earlier.place is not None:
            places = earlier.place - now.place
        return Change(places, value_change(earlier, now))

    def spark(self, unit: str) -> Spark | None:
        """None with fewer than two values."""
        spots = self.spots(unit)
        values = [spot.value if spot else None for spot in spots]
        known = [value for value in values if value is not None]
        if len(known) < 2:
            return None
        low, span = min(known), max(known) - min(known)
        points = [None if v is None else (self._x(n), _y(v, low, span)) for n, v in enumerate(values)]
        lines: list[list[str]] = [[]]
        for point in points:
            if point is None:
                lines.append([])
            else:
                lines[-1].append(f"{point[0]},{point[1]}")
        last = [point for point in points if point is not None][-1]
        words = "；".join(
            f"{standing.period.label} {spot.display}"
            for standing, spot in zip(self.standings, spots, strict=True)
            if spot and spot.value is not None
        )
        return Spark(tuple(" ".join(line) for line in lines if len(line) > 1), *last, words)

    def _x(self, number: int) -> str:
        return display(Fraction(_WIDTH - 2 * _MARGIN, max(len(self.standings) - 1, 1)) * number + _MARGIN, 2)


def _y(value: Fraction, low: Fraction, span: Fraction) -> str:
    """Without any change the line runs in the middle."""
    share = (value - low) / span if span else Fraction(1, 2)
    return display(_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN), 2)


def value_change(before: Spot, now: Spot) -> str:
    """The difference of two exact values in words, rounded as the values are printed; "" when one of them is missing."""
    if before.value is None or now.value is None:
        return ""
    difference = now.value - before.value
    if not difference:
        return _("value unchanged")
    printed = _PRINTED.fullmatch(now.display)
    decimals, unit = (len(printed["decimals"] or ""), printed["unit"]) if printed else (2, "")
    unit = _(" percentage points") if unit == "%" else unit
    text = display(abs(difference), decimals)
    # What has changed is never printed as 0.
    if not Fraction(text):
        text = _("less than %s") % format(Decimal(1).scaleb(-decimals), "f")
    words = _("▲ up %(by)s%(unit)s") if difference > 0 else _("▼ down %(by)s%(unit)s")
    return words % {"by": text, "unit": unit}


def last_periods(period: Period) -> list[Period]:
    """The periods of a trend, oldest first."""
    return [preceding(period, n) for n in range(PERIODS - 1, -1, -1)]


def stated(standing: Standing) -> str:
    """Where the places of a period come from, in words."""
    if standing.origin is Origin.ISSUED:
        return _("as issued in %s") % standing.stated
    if standing.origin is Origin.STORED:
        return _("calculated on %s") % f"{timezone.localtime(standing.stated):%Y-%m-%d}"  # type: ignore[arg-type]
    if standing.origin is Origin.PRESENT:
        return _("present figures")
    return _("not calculated yet") if standing.origin is Origin.LEFT_OUT else _("no figures")


def chosen_units(table: Table, asked: Sequence[str]) -> list[str]:
    """Codes of the units whose lines the chart draws: those asked for, else the own ones, else the first and the last three."""
    shown = [line.row["unit"] for line in table.lines]
    chosen = [code for code in shown if code in asked]
    if not chosen:
        ranked = [line.row["unit"] for line in table.ranked]
        chosen = [line.row["unit"] for line in table.own] or list(dict.fromkeys(ranked[:3] + ranked[-3:]))
    return chosen[:MOST_LINES]


def trend_chart(trend: Trend, table: Table, units: Sequence[str]) -> dict[str, Any]:
    """What the script draws: values as decimal text, places, and how both are printed."""
    names = {line.row["unit"]: line.row["name"] for line in table.lines}
    return {
        "periods": [standing.period.label for standing in trend.standings],
        "series": [
            {
                "name": names[unit],
                "values": [_number(spot) for spot in trend.spots(unit)],
                "places": [spot.place if spot else None for spot in trend.spots(unit)],
                "shown": [shown(spot) for spot in trend.spots(unit)],
            }
            for unit in units
        ],
        "value": _("Value"),
        "place": _("Place"),
    }


def bar_chart(table: Table) -> dict[str, Any]:
    """The ranked units' values with the lines of average and target; numbers as decimal text."""
    data = table.data
    return {
        "bars": [
            {
                "name": line.row["name"],
                "value": line.row["value"] and display(Fraction(line.row["value"]), 4),
                "shown": line.row["display"],
                "place": line.row["rank"],
                "bottom": line.bottom,
                "own": line.own,
            }
            for line in table.ranked
        ],
        "lines": [
            {"kind": kind, "name": label, "value": number[0], "shown": part["display"]}
            for kind, label, part in (
                ("average", _("Average"), data.get("overall")),
                ("target", _("Target"), data.get("target")),
            )
            if part and (number := re.match(r"-?\d+(\.\d+)?", part["display"]))
        ],
        "value": _("Value"),
        "place": _("Place"),
        "bottom": _("bottom list"),
    }


def shown(spot: Spot | None) -> str:
    """One cell of a table of periods: place and value, or why there is no place."""
    if spot is None:
        return ""
    if spot.place is None:
        return " ".join(filter(None, (spot.display, spot.reason)))
    tied = _("tied") if spot.tied else ""
    return _("place %(place)s%(tied)s, %(value)s") % {
        "place": spot.place,
        "tied": tied,
        "value": spot.display,
    }


def _number(spot: Spot | None) -> str | None:
    return None if spot is None or spot.value is None else display(spot.value, 4)


def text_table(trend: Trend, table: Table) -> list[Mapping[str, Any]]:
    """Every unit's cells, a line of the chart as text."""
    return [
        {
            "unit": line.row["unit"],
            "name": line.row["name"],
            "own": line.own,
            "cells": [shown(spot) for spot in trend.spots(line.row["unit"])],
        }
        for line in table.lines
    ]
