"""Figures, indicators and scores of an office for any period: each worked out once, on first need.

An indicator may build on other indicators, on scores and on other periods, so what it needs is only known while it is
evaluated. Every pair and every score sheet is therefore kept by (period, code).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from departments.models import Office
from departments.periods import Period
from departments.services.organisation import expected_units
from expressions import NUMBER, NameTable, check
from expressions.values import NoValue, not_applicable
from indicators.dataset import Definition, PeriodData, UnitData
from indicators.models import IndicatorVersion, Scheme
from indicators.ranking import Direction
from indicators.rollup import Pair
from indicators.scoring.data import SchemeData, Sheet
from indicators.services.definition_order import forms_of, order_definitions
from indicators.services.evaluation import OUT_OF_SCOPE, Evaluation
from indicators.services.figures import Figures, Sources, load_figures, reported_units
from indicators.services.names import (
    FUNCTIONS,
    indicator_code,
    office_names,
    scheme_code,
)
from indicators.services.scores import load_schemes, score_units
from indicators.services.targets_in_force import Targets, load_targets
from indicators.targets import elapsed


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
                self._pairs[key] = Evaluation(self, period, definition).pairs()
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
            form_names={form.code: form.title for form in self.sources.forms},
            register_names={register.code: register.title for register in self.sources.registers},
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
        return {code: replace(one, forms=forms_of(code, found)) for code, one in found.items()}

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
