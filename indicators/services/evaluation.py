"""Numerator and denominator of every unit by one definition, with units below added and late figures treated as declared."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from departments.periods import Period
from expressions.values import MISSING, Value, not_applicable
from indicators.choices import LatePolicy
from indicators.dataset import Definition
from indicators.rollup import Pair, added, pooled
from indicators.services.figures import Figures
from indicators.services.names import INDICATOR, SCHEME

OUT_OF_SCOPE = "不在适用范围"
INCLUDED, LEFT_OUT, CARRIED = "含迟报", "迟报未计入", "沿用上期"


class Results(Protocol):
    """What an evaluation asks about any period: see indicators.services.history.History."""

    def figures(self, period: Period) -> Figures: ...
    def definitions(self, period: Period) -> Mapping[str, Definition]: ...
    def pairs(self, period: Period, code: str) -> Mapping[int, Pair]: ...
    def expected(self, period: Period) -> Mapping[str, frozenset[str]]: ...
    def reported(self, period: Period) -> Mapping[str, frozenset[str]]: ...
    def mark(self, period: Period, code: str, unit: int, words: str) -> None: ...


class _Env(Mapping[str, Value]):
    """The values of one unit in one period: its figures, and results which are worked out when they are asked for."""

    def __init__(self, history: Results, period: Period, unit: int, figures: Mapping[str, Value]) -> None:
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

    def __init__(self, history: Results, period: Period, unit: int, alone: bool) -> None:
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


class Evaluation:
    """One definition over all units of a period: each unit's own pair, pooled with those of the units under it."""

    def __init__(self, history: Results, period: Period, definition: Definition) -> None:
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
