"""目标达成: every unit of a period held against its targets, and quotas against the target they are parts of."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils import timezone

from departments.models import Office
from departments.periods import Period
from expressions.values import NoValue
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.models import Ranking, Target
from indicators.ranking import Ties
from indicators.rollup import Pair
from indicators.services.calculation import shown
from indicators.services.dataset import load_period
from indicators.services.target_rules import QUANTITIES
from indicators.targets import (
    Assessment,
    Light,
    Operator,
    QuotaCheck,
    TargetData,
    assess,
    beyond_plan,
    elapsed,
    quota_check,
)

SMALL = "基数过小，不评价"
# Targets have at most six decimals; so many are printed, without idle zeros.
EXACT = 6


@dataclass(frozen=True)
class Held:
    """A unit and the target that holds for it; `quota` says that it is the unit's own."""

    unit: UnitData
    target: TargetData
    quota: bool


@dataclass(frozen=True)
class TargetRow:
    """One unit's value, or (`unit` None) the figure of a group (by code), held against its target.

    `period` is what the value is of: for a cumulative target all that has gone by of the target's own period.
    """

    definition: Definition
    unit: UnitData | None
    group: str
    target: TargetData
    quota: bool
    period: Period
    value: Fraction | NoValue
    display: str
    pair: Pair
    place: int | None
    assessment: Assessment


@dataclass(frozen=True)
class Quota:
    """How the target of an indicator is allotted to units: `check` compares their sum with it, `total` None: no such target.

    `group` is the code of the group it is for, "" for the whole office; `figure` all its units together against the
    total. `without` are units asked for the figures that have no quota, `beyond` those whose value exceeds theirs.
    """

    definition: Definition
    group: str
    total: TargetData | None
    figure: TargetRow | None
    allotted: Mapping[str, Fraction]
    check: QuotaCheck | None
    without: tuple[UnitData, ...]
    beyond: tuple[TargetRow, ...]


@dataclass(frozen=True)
class TargetOverview:
    """All rows of a period in the order of indicators, groups and units; a group's own rate stands before its units'."""

    period: Period
    rows: tuple[TargetRow, ...]
    quotas: tuple[Quota, ...]
    # Names of groups by code.
    groups: Mapping[str, str]


def target_overview(
    office: Office, period: str, data: PeriodData | None = None, at: dt.datetime | None = None
) -> TargetOverview:
    """Every unit asked for an indicator with a target in the period. `data` is the period's, if loaded already."""
    at = at or timezone.now()
    data = data or load_period(office, period, at)
    desk = _Desk(office, data, at)
    rows: list[TargetRow] = []
    quotas: list[Quota] = []
    for definition in data.definitions.values():
        of_all = [desk.row(definition, one) for one in held(data, definition)]
        for group in data.groups:
            of_units = [row for row in of_all if row.unit is not None and row.unit.group == group]
            rows += [*desk.of_group(definition, group, of_units), *of_units]
        quotas += _quotas(desk, definition, [row for row in of_all if row.quota])
    return TargetOverview(data.period, tuple(rows), tuple(quotas), data.groups)


def held(data: PeriodData, definition: Definition, groups: Iterable[str] | None = None) -> Iterator[Held]:
    """The units asked for the indicator's figures, each with its target; those without one are left out.

    Where a number that adds up over units is allotted as quotas, the general target is the units' to reach together:
    a unit without a quota then has no target of its own.
    """
    for unit in data.units if groups is None else data.members(groups):
        if not takes_part(data, definition, unit):
            continue
        own = data.unit_targets.get((definition.code, unit.code))
        general = data.target(definition.code, unit.group)
        if own is not None:
            yield Held(unit, own, True)
        elif general is not None and not (_adds_up(definition, general) and _has_quotas(data, definition)):
            yield Held(unit, general, False)


def takes_part(data: PeriodData, definition: Definition, unit: UnitData) -> bool:
    """Whether the unit is asked for the indicator's figures, as in a ranking."""
    if definition.groups and unit.group not in definition.groups:
        return False
    return any(unit.code in data.expected.get(form, ()) for form in definition.forms)


def is_small(definition: Definition, pair: Pair) -> bool:
    """Whether the denominator is below the smallest that is judged."""
    least, denominator = definition.minimum_denominator, pair.denominator
    return least is not None and not isinstance(denominator, NoValue) and denominator < least


def declared_rankings(office: Office) -> dict[tuple[str, str], Ranking]:
    """The rankings of an office by (code of indicator or scheme, group code); of several the first declared."""
    rows = (
        Ranking.objects.filter(office=office).select_related("indicator", "scheme", "group").order_by("-pk")
    )
    return {(row.subject.code, row.group.code): row for row in rows}


def periods_with_targets(office: Office) -> list[Period]:
    """Newest first."""
    codes = Target.objects.filter(indicator__office=office).values_list("period", flat=True).distinct()
    return sorted(map(Period.parse, codes), key=lambda period: (period.end, period.start), reverse=True)


class Places:
    """Places of units in a period, each ranking made once, by the rules of the declared one where there is one."""

    def __init__(self, office: Office, data: PeriodData) -> None:
        self.data = data
        self.declared = declared_rankings(office)
        self._made: dict[tuple[str, str], Mapping[str, int]] = {}

    def of(self, code: str, unit: UnitData) -> int | None:
        """The unit's place under an indicator in its own group; None when it is not ranked."""
        key = code, unit.group
        if key not in self._made:
            rules = self.declared.get(key)
            ties, decimals = (Ties(rules.ties), rules.compare_decimals) if rules else (Ties.COMPETITION, None)
            self._made[key] = self.data.ranking(*key, ties, decimals).places
        return self._made[key].get(unit.code)


class _Desk:
    """What one overview looks up again and again."""

    def __init__(self, office: Office, data: PeriodData, at: dt.datetime) -> None:
        self.office, self.data, self.at = office, data, at
        # Where a past period is looked at, the time of a longer target is gone by up to its end.
        self.day = min(timezone.localdate(at), data.period.end)
        self.places = Places(office, data)
        self._since: dict[str, PeriodData] = {}

    def row(self, definition: Definition, one: Held) -> TargetRow:
        data = self.data_for(one.target)
        pairs = {unit.code: unit.pairs for unit in data.units}.get(one.unit.code, one.unit.pairs)
        pair = pairs.get(definition.code, one.unit.pairs[definition.code])
        place = self.places.of(definition.code, one.unit) if one.target.operator == Operator.PLACE else None
        row = self._assessed(definition, one.target, data.period, pair, pair.value(definition.factor), place)
        row = replace(row, unit=one.unit, group=one.unit.group, quota=one.quota)
        if is_small(definition, pair):
            row = replace(row, assessment=Assessment(None, None, Light.NONE, None, None, None, SMALL))
        return row

    def of_group(
        self, definition: Definition, group: str, of_units: Sequence[TargetRow]
    ) -> Iterator[TargetRow]:
        """The rate of a whole group; what adds up over units is not held against a target meant for each of them."""
        target = self.data.target(definition.code, group)
        if target is None or not of_units or target.operator in (Operator.PLACE, Operator.YES):
            return
        if definition.unit_of_measure == "%":
            units = [row.unit for row in of_units if row.unit is not None]
            yield replace(self.together(definition, target, units), group=group)

    def together(self, definition: Definition, target: TargetData, units: Iterable[UnitData]) -> TargetRow:
        """The figure of several units against one target."""
        data = self.data_for(target)
        codes = {unit.code for unit in units}
        figure = data.aggregate(definition.code, [unit for unit in data.units if unit.code in codes])
        value = figure.value
        assert isinstance(value, NoValue | Fraction), "an indicator is a number"
        return self._assessed(definition, target, data.period, figure.pair, value, None)

    def data_for(self, target: TargetData) -> PeriodData:
        """The period's data, or for a cumulative target of a longer period all that has gone by of that."""
        longer = target.period
        if not target.cumulative or longer in ("", self.data.period.code):
            return self.data
        if longer not in self._since:
            first, last = Period.parse(longer).start, self.data.period.end
            span = f"{first.isoformat()}..{last.isoformat()}"
            self._since[longer] = load_period(self.office, span, self.at)
        return self._since[longer]

    def _assessed(
        self,
        definition: Definition,
        target: TargetData,
        period: Period,
        pair: Pair,
        value: Fraction | NoValue,
        place: int | None,
    ) -> TargetRow:
        goal = Period.parse(target.period) if target.period else self.data.period
        assessment = assess(
            target,
            value,
            place=place,
            elapsed=elapsed(goal, self.day),
            decimals=definition.decimals,
            unit_of_measure=definition.unit_of_measure,
        )
        printed = shown(value, definition)
        return TargetRow(definition, None, "", target, False, period, value, printed, pair, place, assessment)


def _adds_up(definition: Definition, target: TargetData) -> bool:
    """Counts and amounts add up over units; rates do not."""
    return target.operator in QUANTITIES and definition.unit_of_measure != "%"


def _has_quotas(data: PeriodData, definition: Definition) -> bool:
    return any(code == definition.code for code, _unit in data.unit_targets)


def _quotas(desk: _Desk, definition: Definition, rows: Sequence[TargetRow]) -> Iterator[Quota]:
    """One for each group that has a target of its own, and one for all others together."""
    data = desk.data
    apart = [group for group in data.groups if (definition.code, group) in data.targets]
    rest = [group for group in data.groups if group not in apart]
    for groups in (*([group] for group in apart), rest):
        members = data.members(groups)
        chosen = {row.unit.code: row for row in rows if row.unit in members}
        if chosen:
            group = "" if groups is rest else groups[0]
            yield _quota(desk, definition, group, data.target(definition.code, groups[0]), members, chosen)


def _quota(
    desk: _Desk,
    definition: Definition,
    group: str,
    total: TargetData | None,
    members: Iterable[UnitData],
    rows: Mapping[str, TargetRow],
) -> Quota:
    """`rows` are those of the units with a quota, by unit code."""
    asked = [unit for unit in members if takes_part(desk.data, definition, unit)]
    quotas = {code: row.target.value for code, row in rows.items()}
    exceeding = beyond_plan({code: row.value for code, row in rows.items()}, quotas)
    adds_up = total is not None and _adds_up(definition, total)
    return Quota(
        definition=definition,
        group=group,
        total=total,
        figure=desk.together(definition, total, asked) if total and adds_up else None,
        allotted=quotas,
        check=quota_check(total, quotas) if total and adds_up else None,
        without=tuple(unit for unit in asked if unit.code not in rows),
        beyond=tuple(rows[code] for code in exceeding if _adds_up(definition, rows[code].target)),
    )
