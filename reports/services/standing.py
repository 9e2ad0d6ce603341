"""One period's places of an indicator or score, whatever they were read from: an issue, a calculation, present figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from departments.choices import Frequency
from departments.models import Group
from departments.periods import Period
from expressions.numbers import exact_text, parse_exact
from expressions.values import is_number
from indicators.dataset import PeriodData
from indicators.models import Ranking
from indicators.ranking import Ties
from indicators.services.calculation import reason_text, shown


class Origin(StrEnum):
    """Where the places of a period come from."""

    ISSUED = "issued"
    STORED = "stored"
    PRESENT = "present"
    # Never calculated, and more than were to be calculated now.
    LEFT_OUT = "left_out"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Spot:
    """One unit in one period: its place or the reason for none, its exact value and how that is printed."""

    unit: str
    name: str
    place: int | None
    tied: bool
    value: Fraction | None
    display: str
    pair: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """The places of one period by unit code, in the order of the table; `ranked` is how many units have one.

    `stated` is the number of the issued bulletin, or the moment of the stored calculation.
    """

    period: Period
    origin: Origin = Origin.NOTHING
    spots: Mapping[str, Spot] = field(default_factory=dict)
    ranked: int = 0
    stated: str | dt.datetime = ""

    def cut(self, own: frozenset[str] | None) -> "Standing":
        """What people of these units may see: everything once it is issued, before that their own lines only."""
        if own is None or self.origin is Origin.ISSUED:
            return self
        spots = {code: spot for code, spot in self.spots.items() if code in own}
        return replace(self, spots=spots)


def of_data(ranking: Ranking, group: Group, data: PeriodData) -> Standing:
    """The places as the loaded figures give them."""
    code = ranking.subject.code
    definition = data.definitions.get(code)
    if definition is None:
        return Standing(data.period)
    names = {unit.code: unit for unit in data.units}
    placed = data.ranking(code, group.code, Ties(ranking.ties), ranking.compare_decimals)
    spots = {
        row.unit: Spot(
            row.unit,
            names[row.unit].name,
            row.place,
            row.tied,
            row.value if is_number(row.value) else None,
            shown(row.value, definition),
            printed_pair(
                _exact(names[row.unit].pairs[code].numerator),
                _exact(names[row.unit].pairs[code].denominator),
                row.value if is_number(row.value) else None,
            ),
            reason_text(row),
        )
        for row in placed.rows
    }
    return Standing(data.period, Origin.PRESENT, spots, placed.ranked)


def of_table(period: Period, table: Mapping[str, Any], number: str = "") -> Standing:
    """A ranking as documents hold it: issued with that number, else the present figures."""
    spots = {}
    for row in table["rows"]:
        value = None if row["value"] is None else parse_exact(row["value"])
        pair = printed_pair(row["numerator"], row["denominator"], value)
        spots[row["unit"]] = Spot(
            row["unit"], row["name"], row["rank"], row["tied"], value, row["display"], pair, row["reason"]
        )
    origin = Origin.ISSUED if number else Origin.PRESENT
    return Standing(period, origin, spots, table["ranked"], number)


def preceding(period: Period, n: int = 1) -> Period:
    """The period n steps before; before 1 January to the end of March comes 1 January to the end of February."""
    if period.frequency != Frequency.SPAN:
        return period.previous(n)
    last = Period.parse(period.code.split("..")[1])
    if last.year_to_date() != period:
        return period.previous(n)
    return last.previous(n).year_to_date()


def printed_pair(numerator: str | None, denominator: str | None, value: Fraction | None) -> str:
    """`n/d` of exact texts; "" without a pair, and for a plain number or score, which is over 1 and says it itself."""
    if not numerator or not denominator:
        return ""
    if denominator == "1" and value is not None and numerator == exact_text(value):
        return ""
    return f"{numerator}/{denominator}"


def _exact(value: Any) -> str | None:
    return exact_text(value) if is_number(value) else None
