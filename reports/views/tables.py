"""A ranking as its page shows it: the frozen table of an issued bulletin, or the present one, cut to the person's scope."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from departments.models import Group, Office
from departments.permissions import memberships_of
from expressions.numbers import display, parse_exact
from indicators.dataset import PeriodData
from indicators.models import Ranking
from indicators.targets import LIGHT_WORDS, Light
from indicators.views.targets import SHAPES
from reports.models import Issue
from reports.services.assessments import with_assessments
from reports.services.frozen_rankings import build_ranking
from reports.services.issued_tables import IssuedTable, Printed
from reports.services.standing import printed_pair

_LEADING_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class TargetLight:
    """A light as it is shown: a shape and a word, which the colour only repeats; `words` say how much is short."""

    colour: str
    shape: str
    word: str
    target: str
    words: str

    @classmethod
    def of(cls, found: Mapping[str, str]) -> "TargetLight":
        light = Light(found["light"])
        return cls(light.value, SHAPES[light], LIGHT_WORDS[light], found["target"], found["words"])


@dataclass(frozen=True)
class Line:
    """One unit: its frozen row, whether it is the person's own or in the bottom list, and its bar in % of the scale."""

    row: Mapping[str, Any]
    own: bool
    bottom: bool
    bar: str

    @property
    def pair(self) -> str:
        value = None if self.row["value"] is None else parse_exact(self.row["value"])
        return printed_pair(self.row["numerator"], self.row["denominator"], value)

    @property
    def light(self) -> TargetLight | None:
        """How the unit stands against its target; None where the table was made without."""
        found = self.row.get("assessment")
        return TargetLight.of(found) if found else None


@dataclass(frozen=True)
class Table:
    """A ranking to show. `issue` is the issued bulletin it was frozen in; None: computed from the present figures.

    `whole`: the person may see every unit and the figures for all; otherwise only the own units' lines are here.
    `average` and `target` are positions of the two lines in % of the scale, "" for none.
    """

    data: Mapping[str, Any]
    lines: tuple[Line, ...]
    issue: Issue | None
    whole: bool
    average: str
    target: str
    # The bulletin that was issued with this ranking, beside the present figures, and the units it printed otherwise.
    kept: Issue | None = None
    unlike: tuple[str, ...] = ()

    def beside(self, issued: IssuedTable | None) -> "Table":
        """The present table, knowing what was printed of it. Needs the whole."""
        if issued is None or not self.whole:
            return self
        return replace(self, kept=issued.issue, unlike=issued.unlike(self.data))

    @property
    def ranked(self) -> list[Line]:
        return [line for line in self.lines if line.row["rank"]]

    @property
    def unranked(self) -> list[Line]:
        return [line for line in self.lines if not line.row["rank"]]

    @property
    def moves(self) -> bool:
        """Whether any unit had a place in the issued ranking of the period before."""
        return any(line.row.get("previous_rank") for line in self.lines)

    @property
    def judged(self) -> bool:
        """Whether any unit is held against a target."""
        return any(line.light for line in self.lines)

    @property
    def own(self) -> list[Line]:
        return [line for line in self.lines if line.own]

    @property
    def bottom(self) -> list[Line]:
        return [line for line in self.lines if line.bottom]


def own_units(user: Any, office: Office) -> frozenset[str] | None:
    """Codes of the units the person acts for in the office; None for people of the whole office."""
    memberships = [m for m in memberships_of(user) if m.office_id == office.pk]
    if user.is_superuser or any(m.unit_id is None for m in memberships):
        return None
    return frozenset(m.unit.code for m in memberships if m.unit is not None)


def present_table(
    ranking: Ranking,
    data: PeriodData,
    own: frozenset[str] | None,
    printed: Printed,
    group: Group | None = None,
    *,
    judge: bool = False,
) -> Table:
    """The ranking as the approved figures stand now, in its own group or another one of the office.

    Movement is against the places issued for the period before; in another group nothing was `printed`. The indicator
    or scheme must be in force. `judge` holds the units against their targets, which may load the time of a cumulative one.
    """
    if group is not None and group.pk != ranking.group_id:
        ranking, printed = _in_group(ranking, group), Printed({}, {})
    built = build_ranking(ranking, data, printed.places_before(ranking.code))
    table = _table(with_assessments(built, ranking.office, data) if judge else built, own, None)
    return table.beside(printed.now.get(ranking.code))


def frozen_table(issued: IssuedTable, own: frozenset[str] | None) -> Table:
    """The ranking as it was issued: public to every unit of the office."""
    return _table(issued.data, own, issued.issue)


def _in_group(ranking: Ranking, group: Group) -> Ranking:
    return Ranking(
        office=ranking.office,
        code=ranking.code,
        name=ranking.name,
        indicator=ranking.indicator,
        scheme=ranking.scheme,
        group=group,
        ties=ranking.ties,
        last=ranking.last,
        compare_decimals=ranking.compare_decimals,
    )


def _table(data: Mapping[str, Any], own: frozenset[str] | None, issue: Issue | None) -> Table:
    whole = own is None or issue is not None
    mine = own or frozenset()
    values = {row["unit"]: parse_exact(row["value"]) for row in data["rows"] if row["value"] is not None}
    average, target = _leading(data.get("overall")), _leading(data.get("target"))
    scale = _scale([*values.values(), average, target], data)
    return Table(
        data=data,
        lines=tuple(
            Line(row, row["unit"] in mine, whole and row["unit"] in data["bottom"], _position(values.get(row["unit"]), scale))
            for row in data["rows"]
            if whole or row["unit"] in mine
        ),
        issue=issue,
        whole=whole,
        average=_position(average, scale),
        target=_position(target, scale),
    )  # fmt: skip


def _leading(figure: Mapping[str, Any] | None) -> Fraction | None:
    """The printed number of an overall value or target: exact enough for the place of a line in a picture."""
    found = _LEADING_NUMBER.match(figure["display"]) if figure else None
    return Fraction(found[0]) if found else None


def _scale(values: list[Fraction | None], data: Mapping[str, Any]) -> Fraction:
    """The right end of the bars: 100 for percentages unless something is larger."""
    percent = any(row["display"].endswith("%") for row in data["rows"])
    numbers = [value for value in values if value is not None]
    return max([Fraction(100 if percent else 0), *numbers]) or Fraction(1)


def _position(value: Fraction | None, scale: Fraction) -> str:
    return "" if value is None else display(max(Fraction(), 100 * value / scale), 2)
