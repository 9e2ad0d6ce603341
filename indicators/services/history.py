"""Figures, indicators and scores of an office for any period: each worked out once, on first need.

An indicator may build on other indicators, on scores and on other periods, so what it needs is only known while it is
evaluated. Every pair and every score sheet is therefore kept by (period, code).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from departments.models import Office
from departments.periods import Period
from departments.services.organisation import expected_units
from expressions import NUMBER, NameTable, check
from expressions.values import MISSING, NoValue, Value, not_applicable
from indicators.choices import LatePolicy
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.exceptions import CycleError
from indicators.models import IndicatorVersion, Scheme
from indicators.ranking import Direction
from indicators.rollup import Pair, added, pooled
from indicators.scoring.data import SchemeData, Sheet
from indicators.services.duty import coverage_of
from indicators.services.figures import Figures, Sources, load_figures, reported_units
from indicators.services.names import (
    FUNCTIONS,
    INDICATOR,
    SCHEME,
    indicator_code,
    office_names,
    scheme_code,
)
from indicators.services.reconciled import form_of
from indicators.services.scores import load_schemes, score_units
from indicators.services.targets_in_force import Targets, load_targets
from indicators.targets import elapsed

OUT_OF_SCOPE = "不在适用范围"
INCLUDED, LEFT_OUT, CARRIED = "含迟报", "迟报未计入", "沿用上期"


class History:
    """One moment's view of an office; `versions` stand in for the definitions in force (a trial)."""

    def __init__(self, office: Office, at: dt.datetime, versions: Sequence[IndicatorVersion] = ()) -> None:
        self.sources = Sources.of(office)
        self.office, self.at = office, at
        self.versions = {version.indicator.code: version for version in versions}
        self.names: NameTable = office_names(
            office, self.sources.forms, self.sources.registers, self.sources.requests
        )
        self._figures: dict[str, Figures] = {}
        self._definitions: dict[str, dict[str, Definition]] = {}
        self._schemes: dict[str, dict[str, tuple[Scheme, SchemeData]]] = {}
        self._pairs: dict[tuple[str, str], dict[int, Pair]] = {}
        self._sheets: dict[tuple[str, str], dict[str, Sheet]] = {}
        self._targets: dict[str, Targets] = {}
        self._expected: dict[str, dict[str, frozenset[str]]] = {}
        self._reported: dict[str, dict[str, frozenset[str]]] = {}
        self._marks: dict[tuple[str, str], dict[int, str]] = {}

    def figures(self, period: Period) -> Figures:
        """The approved figures of a period."""
        if period.code not in self._figures:
            self._figures[period.code] = load_figures(self.sources, period, self.at)
        return self._figures[period.code]

    def definitions(self, period: Period) -> Mapping[str, Definition]:
        """Indicators and schemes as defined on the period's last day, by code, indicators first."""
        if period.code not in self._definitions:
            found = self._indicators(period)
            found |= {code: self._of_scheme(data) for code, data in self.schemes(period).items()}
            self._definitions[period.code] = found
        return self._definitions[period.code]

    def schemes(self, period: Period) -> Mapping[str, SchemeData]:
        """The schemes in force on the period's last day, by code."""
        if period.code not in self._schemes:
            self._schemes[period.code] = load_schemes(self.office, period)
        return {code: data for code, (_scheme, data) in self._schemes[period.code].items()}

    def pairs(self, period: Period, code: str) -> Mapping[int, Pair]:
        """Numerator and denominator of every unit, by unit id; nothing where there is no such definition."""
        key = period.code, code
        if key not in self._pairs:
            definition = self.definitions(period).get(code)
            if definition is None:
                self._pairs[key] = {}
            elif code in self.schemes(period):
                self._pairs[key] = self._score_pairs(period, code)
            else:
                self._pairs[key] = _Evaluation(self, period, definition).pairs()
        return self._pairs[key]

    def sheets(self, period: Period, code: str) -> Mapping[str, Sheet]:
        """The score sheets of a scheme by unit code."""
        key = period.code, code
        if key not in self._sheets:
            scheme, data = self._scheme(period, code)
            leaves = {leaf.indicator for leaf in data.leaves if leaf.indicator is not None}
            self._sheets[key] = score_units(scheme, data, self.data(period, leaves))
        return self._sheets[key]

    def data(self, period: Period, codes: Iterable[str] | None = None) -> PeriodData:
        """Everything of a period; with `codes` only these indicators and schemes."""
        figures = self.figures(period)
        known = self.definitions(period)
        wanted = set(known if codes is None else codes)
        definitions = {code: one for code, one in known.items() if code in wanted}
        pairs = {code: self.pairs(period, code) for code in definitions}
        schemes = {code: one for code, one in self.schemes(period).items() if code in wanted}
        sheets = {code: self.sheets(period, code) for code in schemes}
        targets = self.targets(period)
        return PeriodData(
            period=period,
            units=tuple(
                UnitData(
                    place.unit,
                    place.code,
                    place.short_name,
                    place.group,
                    figures.above(place),
                    figures.whole[place.unit],
                    {code: found[place.unit] for code, found in pairs.items()},
                )
                for place in figures.places.values()
            ),
            groups=dict(self.office.groups.values_list("code", "name")),
            definitions=definitions,
            targets=targets.of_groups,
            unit_targets=targets.of_units,
            elapsed=elapsed(period, self.at.date()),
            expected=self.expected(period)
            | {scheme_code(code): frozenset(found) for code, found in sheets.items()},
            reported=self.reported(period)
            | {
                scheme_code(code): frozenset(
                    unit for unit, sheet in found.items() if not isinstance(sheet.total, NoValue)
                )
                for code, found in sheets.items()
            },
            item_names={
                f"{form.code}.{item.code}": item.name
                for form in self.sources.forms
                for item in form.items.all()
            }
            | dict(figures.beside.names),
            schemes=schemes,
            scores=sheets,
            marks={
                (code, figures.places[unit].code): mark
                for code in definitions
                for unit, mark in self._marks.get((period.code, code), {}).items()
            },
            exclusions=tuple(figures.exclusions),
        )

    def targets(self, period: Period) -> Targets:
        """The targets that hold in a period."""
        if period.code not in self._targets:
            self._targets[period.code] = load_targets(self.office, period)
        return self._targets[period.code]

    def expected(self, period: Period) -> dict[str, frozenset[str]]:
        """Codes of the units asked for figures, by form code."""
        if period.code not in self._expected:
            asked = {
                form.code: frozenset(expected_units(form, period).values_list("code", flat=True))
                for form in self.sources.forms
            }
            self._expected[period.code] = asked | dict(self.figures(period).beside.expected)
        return self._expected[period.code]

    def reported(self, period: Period) -> dict[str, frozenset[str]]:
        """Codes of the units whose figures are approved, by form code."""
        if period.code not in self._reported:
            found = reported_units(period, self.sources.forms)
            self._reported[period.code] = found | dict(self.figures(period).beside.reported)
        return self._reported[period.code]

    def mark(self, period: Period, code: str, unit: int, words: str) -> None:
        """Remembers how late figures were taken into an indicator of a unit."""
        self._marks.setdefault((period.code, code), {})[unit] = words

    def _scheme(self, period: Period, code: str) -> tuple[Scheme, SchemeData]:
        self.schemes(period)
        return self._schemes[period.code][code]

    def _score_pairs(self, period: Period, code: str) -> dict[int, Pair]:
        sheets = self.sheets(period, code)
        one, outside = Fraction(1), not_applicable(OUT_OF_SCOPE)
        return {
            unit: Pair(sheets[place.code].total, one) if place.code in sheets else Pair(outside, outside)
            for unit, place in self.figures(period).places.items()
        }

    def _indicators(self, period: Period) -> dict[str, Definition]:
        versions = (
            IndicatorVersion.objects.on(period.end)
            .filter(indicator__office=self.office)
            .select_related("indicator")
            .prefetch_related("groups")
            .order_by("indicator__order", "indicator__code")
        )
        in_force = {version.indicator.code: version for version in versions} | self.versions
        found = {code: self._definition(version) for code, version in in_force.items()}
        leaves = {
            scheme_code(code): [indicator_code(leaf.indicator) for leaf in data.leaves if leaf.indicator]
            for code, data in self.schemes(period).items()
        }
        order_definitions(
            {
                # A score stands for the indicators of its leaves.
                code: [name for named in one.references for name in (named, *leaves.get(named, ()))]
                for code, one in found.items()
            }
        )
        return {code: replace(one, forms=_forms(code, found)) for code, one in found.items()}

    def _definition(self, version: IndicatorVersion) -> Definition:
        numerator = check(version.numerator, self.names, FUNCTIONS, want=NUMBER)
        denominator = check(version.denominator, self.names, FUNCTIONS, want=NUMBER)
        least = version.minimum_denominator
        return Definition(
            code=version.indicator.code,
            name=version.indicator.name,
            version=version.number,
            numerator=numerator,
            denominator=denominator,
            factor=Fraction(version.factor),
            decimals=version.decimals,
            unit_of_measure=version.unit_of_measure,
            direction=Direction(version.direction),
            recipe=version.recipe,
            minimum_denominator=None if least is None else Fraction(least),
            forms=frozenset(),
            version_id=version.pk or 0,
            late=version.late,
            groups=frozenset(group.code for group in version.groups.all()) if version.pk else frozenset(),
        )

    def _of_scheme(self, data: SchemeData) -> Definition:
        """A score as an indicator of its own: in 分, over 1, higher is better."""
        return Definition(
            code=data.code,
            name=data.name,
            version=1,
            numerator=check(scheme_code(data.code), self.names, FUNCTIONS, want=NUMBER),
            denominator=check("1", self.names, FUNCTIONS, want=NUMBER),
            factor=Fraction(1),
            decimals=data.decimals,
            unit_of_measure="分",
            direction=Direction.HIGHER,
            recipe="mean",
            minimum_denominator=None,
            forms=frozenset({scheme_code(data.code)}),
            groups=data.groups,
        )


def order_definitions(references: Mapping[str, Iterable[str]]) -> list[str]:
    """Codes of indicators, each after those it builds on (in whatever period); CycleError when there is no such order."""
    ordered: list[str] = []
    path: list[str] = []

    def visit(code: str) -> None:
        if code in ordered:
            return
        if code in path:
            raise CycleError([*path[path.index(code) :], code])
        path.append(code)
        for name in references[code]:
            kind, _dot, other = name.partition(".")
            if kind == INDICATOR and other in references:
                visit(other)
        path.pop()
        ordered.append(code)

    for code in references:
        visit(code)
    return ordered


def _forms(code: str, definitions: Mapping[str, Definition]) -> frozenset[str]:
    """What coverage of an indicator is counted by: the forms of its operands, also of those of other indicators."""
    found: set[str] = set()
    for name in definitions[code].references:
        kind, _dot, other = name.partition(".")
        if kind == INDICATOR and other in definitions:
            found |= _forms(other, definitions)
        elif kind == SCHEME:
            found.add(name)
        else:
            found.add(coverage_of(name) or form_of(name))
    return frozenset(found)


class _Env(Mapping[str, Value]):
    """The values of one unit in one period: its figures, and results which are worked out when they are asked for."""

    def __init__(self, history: History, period: Period, unit: int, figures: Mapping[str, Value]) -> None:
        self._history, self._period, self._unit, self._figures = history, period, unit, figures

    def __getitem__(self, code: str) -> Value:
        kind, _dot, other = code.partition(".")
        if kind not in (INDICATOR, SCHEME):
            return self._figures[code]
        pair = self._history.pairs(self._period, other).get(self._unit)
        if pair is None:
            return MISSING
        return pair.value(self._history.definitions(self._period)[other].factor)

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)


class _Context:
    """A unit in a period, for functions over time; `alone` leaves out what lies below the unit."""

    def __init__(self, history: History, period: Period, unit: int, alone: bool) -> None:
        self.period = period
        self._history, self._unit, self._alone = history, unit, alone

    def figures(self) -> Mapping[str, Value]:
        found = self._history.figures(self.period)
        figures = found.whole.get(self._unit, {})
        if self._alone and self._unit in found.children:
            figures = {**found.own.get(self._unit, {}), **found.beside.own.get(self._unit, {})}
        return _Env(self._history, self.period, self._unit, figures)

    def at(self, period: Period) -> "_Context":
        return _Context(self._history, period, self._unit, self._alone)


class _Evaluation:
    """One definition over all units of a period: each unit's own pair, pooled with those of the units under it."""

    def __init__(self, history: History, period: Period, definition: Definition) -> None:
        self.history, self.period, self.definition = history, period, definition
        self.figures = history.figures(period)
        self.found: dict[int, Pair] = {}

    def pairs(self) -> dict[int, Pair]:
        """By unit id. A definition over other results is applied to each unit's own results, not pooled again."""
        if self.definition.is_composite:
            for unit in self.figures.places:
                self.found[unit] = self._evaluate(unit, self.figures.whole[unit], alone=False)
        else:
            for top in self.figures.tops:
                self._visit(top)
        if self.definition.groups:
            outside = Pair(not_applicable(OUT_OF_SCOPE), not_applicable(OUT_OF_SCOPE))
            for unit, place in self.figures.places.items():
                if place.group not in self.definition.groups and unit not in self.figures.children:
                    self.found[unit] = outside
        return self.found

    def _visit(self, unit: int) -> None:
        below = self.figures.children.get(unit, ())
        for child in below:
            self._visit(child)
        if not below:
            self.found[unit] = self._evaluate(unit, self._in_policy(unit), alone=False)
            return
        own = self._own(unit)
        parts = [*([own] if own else []), *(self.found[child] for child in below)]
        together = added if self.definition.is_quantity else pooled
        self.found[unit] = parts[0] if len(parts) == 1 else together(parts)

    def _own(self, unit: int) -> Pair | None:
        """What a unit with others below it adds itself; without a form of its own only what it has beside its forms."""
        filed, beside = self.figures.own.get(unit), self.figures.beside.own.get(unit, {})
        if filed is not None:
            late = self.figures.late_forms.get(unit, frozenset()) & self.definition.forms
            if late and self.definition.late != LatePolicy.INCLUDE:
                filed = {code: v for code, v in filed.items() if code.split(".")[0] not in late}
                self.history.mark(self.period, self.definition.code, unit, LEFT_OUT)
            return self._evaluate(unit, {**filed, **beside}, alone=True)
        if any(name in beside for name in self.definition.references):
            return self._evaluate(unit, beside, alone=True)
        if self.definition.numerator.defers or self.definition.denominator.defers:
            # It may have filed in another period that the definition looks at.
            elsewhere = self._evaluate(unit, {}, alone=True)
            return elsewhere if elsewhere.numbers() is not None else None
        return None

    def _in_policy(self, unit: int) -> Mapping[str, Value]:
        """The figures of a unit without others below it, late ones treated as the definition declares."""
        env = self.figures.whole[unit]
        late = self.figures.late_forms.get(unit, frozenset()) & self.definition.forms
        policy, code = self.definition.late, self.definition.code
        if policy == LatePolicy.CARRY:
            behind = late | self._not_filed(unit)
            if behind:
                self.history.mark(self.period, code, unit, CARRIED)
                before = self.history.figures(self.period.previous()).whole.get(unit, {})
                return {**env, **{c: v for c, v in before.items() if c.split(".")[0] in behind}}
        elif late and policy == LatePolicy.EXCLUDE:
            self.history.mark(self.period, code, unit, LEFT_OUT)
            return self.figures.in_time(unit)
        elif late:
            self.history.mark(self.period, code, unit, INCLUDED)
        return env

    def _not_filed(self, unit: int) -> frozenset[str]:
        code = self.figures.places[unit].code
        expected, reported = self.history.expected(self.period), self.history.reported(self.period)
        return frozenset(
            form
            for form in self.definition.forms
            if code in expected.get(form, ()) and code not in reported.get(form, ())
        )

    def _evaluate(self, unit: int, figures: Mapping[str, Value], *, alone: bool) -> Pair:
        env: Mapping[str, Value] = figures
        if self.definition.is_composite:
            env = _Env(self.history, self.period, unit, figures)
        context = _Context(self.history, self.period, unit, alone)
        return Pair(
            self.definition.numerator.evaluate(env, context),
            self.definition.denominator.evaluate(env, context),
        )
