"""Everything known about one office and one period, as plain values: what sentences, tables, ranks and mails are made from.

Pure. Loaded by indicators.services.dataset; units stand in protocol order. Codes of items are `form.item`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from departments.periods import Period
from expressions import Expression
from expressions.values import Value
from indicators.exclusions import ExclusionData
from indicators.ranking import Direction, Entry, Ranking, Ties, rank
from indicators.rollup import Coverage, Pair, added, mean, pooled
from indicators.scoring.data import SchemeData, Sheet
from indicators.targets import TargetData


@dataclass(frozen=True)
class Definition:
    """An indicator as defined for the period. `value = factor × numerator ÷ denominator`, in `unit_of_measure`."""

    code: str
    name: str
    version: int
    numerator: Expression
    denominator: Expression
    factor: Fraction
    decimals: int
    unit_of_measure: str
    direction: Direction
    recipe: str
    minimum_denominator: Fraction | None
    # Codes of the forms its operands come from.
    forms: frozenset[str]
    version_id: int = 0
    # What late figures do: include, exclude or carry (semantics “Periods”).
    late: str = "include"
    # Codes of the groups it applies to; empty: to all.
    groups: frozenset[str] = frozenset()

    @property
    def references(self) -> tuple[str, ...]:
        """Codes of everything it is computed from: items, counts, `indicator.<code>`, `scheme.<code>`."""
        return tuple(dict.fromkeys((*self.numerator.references, *self.denominator.references)))

    @property
    def is_composite(self) -> bool:
        """Whether it builds on other indicators or scores instead of figures."""
        return any(code.startswith(("indicator.", "scheme.")) for code in self.references)

    @property
    def is_quantity(self) -> bool:
        """Whether its denominator is a constant, so that units add up instead of being divided."""
        return not self.denominator.references

    @property
    def operands(self) -> tuple[str, ...]:
        """Codes (`form.item`) of all items it is computed from."""
        return tuple(dict.fromkeys((*self.numerator.references, *self.denominator.references)))

    def describe(self) -> str:
        return f"{self.numerator.describe()} ÷ {self.denominator.describe()}"


@dataclass(frozen=True)
class UnitData:
    """One unit: its figures (with everything below it) by item code, its pairs by indicator code."""

    id: int
    code: str
    name: str
    group: str
    parent: str | None
    figures: Mapping[str, Value]
    pairs: Mapping[str, Pair]


@dataclass(frozen=True)
class Aggregate:
    """One figure for several units: exact value by the recipe, the pooled pair, and who stands behind it."""

    value: Value
    pair: Pair
    coverage: Coverage
    recipe: str


@dataclass(frozen=True)
class PeriodData:
    """All units and definitions of an office for a period; `expected` and `reported` are unit codes by form code.

    `targets` by (indicator, group; "" = all), `unit_targets` by (indicator, unit); `elapsed` is the share of the period
    gone by; `scores` are score sheets by scheme and unit, `marks` how late figures were taken by (indicator, unit);
    `form_names` and `register_names` are titles by code.
    """

    period: Period
    units: tuple[UnitData, ...]
    groups: Mapping[str, str]
    definitions: Mapping[str, Definition]
    targets: Mapping[tuple[str, str], TargetData]
    expected: Mapping[str, frozenset[str]]
    reported: Mapping[str, frozenset[str]]
    item_names: Mapping[str, str]
    unit_targets: Mapping[tuple[str, str], TargetData] = field(default_factory=dict)
    elapsed: Fraction = Fraction(1)
    schemes: Mapping[str, SchemeData] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Sheet]] = field(default_factory=dict)
    marks: Mapping[tuple[str, str], str] = field(default_factory=dict)
    exclusions: tuple[ExclusionData, ...] = ()
    form_names: Mapping[str, str] = field(default_factory=dict)
    register_names: Mapping[str, str] = field(default_factory=dict)

    def unit(self, code: str) -> UnitData:
        return next(unit for unit in self.units if unit.code == code)

    def members(self, groups: Iterable[str]) -> tuple[UnitData, ...]:
        """The units of the groups, in protocol order."""
        wanted = set(groups)
        return tuple(unit for unit in self.units if unit.group in wanted)

    def coverage(self, forms: Iterable[str], units: Iterable[UnitData]) -> Coverage:
        """Of the units asked for all or some of the forms: those whose approved figures are there for all of them."""
        forms = tuple(forms)
        expected = [u.code for u in units if any(u.code in self.expected.get(form, ()) for form in forms)]
        reported = [
            code
            for code in expected
            if all(
                code in self.reported.get(form, ()) for form in forms if code in self.expected.get(form, ())
            )
        ]
        return Coverage(tuple(reported), tuple(expected))

    def aggregate(self, indicator: str, units: Iterable[UnitData], recipe: str | None = None) -> Aggregate:
        """The figure of an indicator for several units, by its own recipe unless another is named."""
        definition = self.definitions[indicator]
        units = tuple(units)
        pairs = [unit.pairs[indicator] for unit in units]
        recipe = recipe or definition.recipe
        both = added(pairs) if definition.is_quantity and recipe != "mean" else pooled(pairs)
        value = mean(pairs, definition.factor) if recipe == "mean" else both.value(definition.factor)
        return Aggregate(value, both, self.coverage(definition.forms, units), recipe)

    def entries(self, indicator: str, units: Iterable[UnitData]) -> tuple[Entry, ...]:
        """What is ranked or listed: every unit's value and pair."""
        factor = self.definitions[indicator].factor
        return tuple(
            Entry(unit.code, pair.value(factor), pair.numerator, pair.denominator)
            for unit in units
            for pair in (unit.pairs[indicator],)
        )

    def ranking(
        self, indicator: str, group: str, ties: Ties = Ties.COMPETITION, compare_decimals: int | None = None
    ) -> Ranking:
        """The one ranking that table, sentence, mail and page share; only units asked for the figures take part."""
        definition = self.definitions[indicator]
        units = [
            unit
            for unit in self.members([group])
            if (not definition.groups or group in definition.groups)
            and any(unit.code in self.expected.get(form, ()) for form in definition.forms)
        ]
        return rank(
            self.entries(indicator, units),
            definition.direction,
            ties=ties,
            minimum_denominator=definition.minimum_denominator,
            compare_decimals=compare_decimals,
        )

    def target(self, indicator: str, group: str, unit: str | None = None) -> TargetData | None:
        """The quota allotted to the unit, else the group's own target, else the one for all."""
        allotted = self.unit_targets.get((indicator, unit)) if unit is not None else None
        return allotted or self.targets.get((indicator, group)) or self.targets.get((indicator, ""))

    def mark(self, indicator: str, unit: str) -> str:
        """How late figures were taken into a unit's value (含迟报, 沿用上期 …), "" where nothing was late."""
        return self.marks.get((indicator, unit), "")
