"""What stands behind one result of one unit: how it was computed, from which cells, and what would have to change."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone

from departments.models import Unit
from departments.periods import Period
from expressions import Symbol
from expressions.numbers import display, exact_text
from expressions.values import Kind, NoValue, Value, is_number
from indicators.choices import ExclusionState
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.models import Exclusion, Indicator, IndicatorVersion
from indicators.ranking import (
    Gain,
    Neighbour,
    Neighbours,
    Ranking,
    Row,
    Ties,
    gain,
    neighbours,
    points_apart,
    to_target,
)
from indicators.rollup import Coverage, Pair
from indicators.services.calculation import reason_text, shown
from indicators.services.history import History
from indicators.services.names import INDICATOR, SCHEME
from indicators.services.targets import TargetRow, declared_rankings, target_overview
from reports.services.cells import cell_key, cells_json
from reports.services.entries import CountedEntries, entry_cells

# Differences between units print with so many decimals, as gaps do in bulletins.
GAP_DECIMALS = 2


@dataclass(frozen=True)
class Operand:
    """A figure of the definition's formula: what people call it, its value, and whether units entered it in a form."""

    label: str
    display: str
    is_entered: bool


@dataclass(frozen=True)
class Part:
    """Another result that the definition builds on; `scheme` says that it is a score."""

    code: str
    name: str
    display: str
    scheme: bool


@dataclass(frozen=True)
class Side:
    """The neighbours on one side: their names and values' difference printed; `cases` None: no number of cases does it."""

    names: tuple[str, ...]
    difference: str
    cases: int | None


@dataclass(frozen=True)
class Standing:
    """Where the unit stands in its group. `place` None: not ranked, for the reason given."""

    place: int | None
    tied: bool
    ranked: int
    reason: str
    gain: Gain | None
    better: Side | None
    worse: Side | None


@dataclass(frozen=True)
class Explanation:
    """One result, opened. `cells` are `form/unit/item` as documents hold them, `registers` the entries counted in them.

    `to_target` are the cases to add (under 0: to take away) to reach the target, 0 when it is met, None when no number
    does it. `other_periods`: the formula looks at other periods too, whose cells are not listed here.
    """

    data: PeriodData
    unit: UnitData
    definition: Definition
    version: IndicatorVersion | None
    pair: Pair
    value: Value
    display: str
    mark: str
    operands: tuple[Operand, ...]
    parts: tuple[Part, ...]
    other_periods: bool
    coverage: Coverage
    exclusions: tuple[Exclusion, ...]
    standing: Standing | None
    target: TargetRow | None
    to_target: int | None
    keys: tuple[str, ...]
    cells: Mapping[str, Any]
    registers: Mapping[str, Any]


def explain(
    *, indicator: Indicator, unit: Unit, period: Period, at: dt.datetime | None = None
) -> Explanation | None:
    """The result as the approved figures make it at `at` (default now); None where there is no definition or no such unit.

    A unit's result includes everything below it. ExpressionError when a definition can't be used.
    """
    at = at or timezone.now()
    history = History(indicator.office, at)
    definition = history.definitions(period).get(indicator.code)
    if definition is None:
        return None
    data = history.data(period, [definition.code, *_built_on(definition)])
    found = next((one for one in data.units if one.id == unit.pk), None)
    if found is None:
        return None
    pair = found.pairs[definition.code]
    value = pair.value(definition.factor)
    members = _with_below(data, found)
    keys, entered = _keys(history, definition, data, members)
    counted, registers = entry_cells(data, keys, CountedEntries(indicator.office, period))
    target = _target(indicator, found, data, at)
    return Explanation(
        data=data,
        unit=found,
        definition=definition,
        version=IndicatorVersion.objects.select_related("indicator", "author", "checker", "lead")
        .filter(pk=definition.version_id)
        .first(),
        pair=pair,
        value=value,
        display=shown(value, definition),
        mark=data.mark(definition.code, found.code),
        operands=tuple(_operand(symbol, found, data, entered) for symbol in _figures(definition)),
        parts=tuple(_parts(definition, found, data)),
        other_periods=definition.numerator.bound.defers() or definition.denominator.bound.defers(),
        coverage=data.coverage(definition.forms, members),
        exclusions=_exclusions(members, entered, period),
        standing=_standing(indicator, definition, found, data),
        target=target,
        to_target=to_target(target.pair, target.target, definition.factor)
        if target is not None and target.assessment.gap is not None
        else None,
        keys=keys,
        cells=cells_json(indicator.office, data, keys) | counted,
        registers=registers,
    )


def _built_on(definition: Definition) -> list[str]:
    """Codes of the indicators and schemes that the formula names."""
    names = (name.partition(".") for name in definition.references)
    return [code for kind, _dot, code in names if kind in (INDICATOR, SCHEME)]


def _figures(definition: Definition) -> list[Symbol]:
    symbols = dict.fromkeys((*definition.numerator.symbols, *definition.denominator.symbols))
    return [one for one in symbols if not one.code.startswith((f"{INDICATOR}.", f"{SCHEME}."))]


def _with_below(data: PeriodData, unit: UnitData) -> list[UnitData]:
    """The unit and everything below it, in protocol order."""
    parents = {one.code: one.parent for one in data.units}

    def is_below(code: str | None) -> bool:
        while code is not None and code != unit.code:
            code = parents.get(code)
        return code is not None

    return [one for one in data.units if is_below(one.code)]


def _keys(
    history: History, definition: Definition, data: PeriodData, members: Iterable[UnitData]
) -> tuple[tuple[str, ...], frozenset[str]]:
    """The keys of the cells behind the formula's figures, and which of these names stand for entered items.

    A figure of a category stands in the item's own cell. Units that were never asked for a form have no cells of it.
    """
    items = {f"{form.code}.{item.code}" for form in history.sources.forms for item in form.items.all()}
    registers = {register.code for register in history.sources.registers}
    entered: dict[str, str] = {}
    counted: list[str] = []
    for name in definition.references:
        item = ".".join(name.split(".")[:2])
        if item in items:
            entered[name] = item
        elif name.partition(".")[0] in registers:
            counted.append(name)
    keys: list[str] = []
    for unit in members:
        for item in dict.fromkeys(entered.values()):
            if unit.code in data.expected.get(item.partition(".")[0], ()):
                keys.append(cell_key(unit.code, item))
    top = next(iter(members), None)
    keys += [cell_key(top.code, name) for name in counted if top is not None]
    return tuple(keys), frozenset(entered)


def _operand(symbol: Symbol, unit: UnitData, data: PeriodData, entered: frozenset[str]) -> Operand:
    label = data.item_names.get(symbol.code, symbol.label)
    return Operand(label, printed(unit.figures.get(symbol.code)), symbol.code in entered)


def printed(value: Value | None) -> str:
    """A figure for reading: exact, blank where nothing was reported, — where it does not apply."""
    if value is None or isinstance(value, NoValue):
        return "" if value is None or value.kind is Kind.MISSING else "—"
    return exact_text(value) if is_number(value) else str(value)


def _parts(definition: Definition, unit: UnitData, data: PeriodData) -> Iterable[Part]:
    for code in _built_on(definition):
        other = data.definitions.get(code)
        if other is not None:
            value = unit.pairs[code].value(other.factor)
            yield Part(code, other.name, shown(value, other), code in data.schemes)


def _exclusions(
    members: Iterable[UnitData], entered: frozenset[str], period: Period
) -> tuple[Exclusion, ...]:
    rows = (
        Exclusion.objects.filter(unit__in=[unit.id for unit in members], state=ExclusionState.APPROVED)
        .select_related("item__form", "unit", "asked_by", "decided_by")
        .order_by("pk")
    )
    items = {".".join(name.split(".")[:2]) for name in entered}
    return tuple(
        row
        for row in rows
        if f"{row.item.form.code}.{row.item.code}" in items and period.contains(Period.parse(row.period))
    )


def _target(indicator: Indicator, unit: UnitData, data: PeriodData, at: dt.datetime) -> TargetRow | None:
    rows = target_overview(indicator.office, data.period.code, data, at).rows
    own = (row for row in rows if row.unit is not None and row.unit.id == unit.id)
    return next((row for row in own if row.definition.code == indicator.code), None)


def _standing(
    indicator: Indicator, definition: Definition, unit: UnitData, data: PeriodData
) -> Standing | None:
    """By the rules of the declared ranking of the unit's group where there is one; None for a unit of no such ranking."""
    declared = declared_rankings(indicator.office).get((definition.code, unit.group))
    ties = Ties(declared.ties) if declared else Ties.COMPETITION
    decimals = declared.compare_decimals if declared else None
    ranking = data.ranking(definition.code, unit.group, ties, decimals)
    return standing_of(ranking, definition, unit, data) if unit.code in ranking.units else None


def standing_of(ranking: Ranking, definition: Definition, unit: UnitData, data: PeriodData) -> Standing:
    """The unit's place and how firm it is; by cases where the value is a ratio of them, else by differences alone."""
    row: Row = ranking.row(unit.code)
    climb, around = _firmness(ranking, definition, unit.code)
    return Standing(
        row.place,
        row.tied,
        ranking.ranked,
        reason_text(row),
        climb,
        _side(around.better, definition, data),
        _side(around.worse, definition, data),
    )


def _firmness(ranking: Ranking, definition: Definition, unit: str) -> tuple[Gain | None, Neighbours]:
    denominator = ranking.row(unit).entry.denominator
    # Over 1 or less there are no cases: amounts, differences between rates, scores.
    if not isinstance(denominator, Fraction) or denominator <= 1 or definition.factor <= 0:
        return None, points_apart(ranking, unit)
    return gain(ranking, unit, definition.factor), neighbours(ranking, unit, definition.factor)


def _side(found: Neighbour | None, definition: Definition, data: PeriodData) -> Side | None:
    if found is None:
        return None
    of_percent = definition.unit_of_measure == "%"
    unit_of_measure = "个百分点" if of_percent else definition.unit_of_measure
    decimals = max(GAP_DECIMALS, definition.decimals)
    names = tuple(data.unit(code).name for code in found.units)
    return Side(names, display(found.difference, decimals) + unit_of_measure, found.cases)
