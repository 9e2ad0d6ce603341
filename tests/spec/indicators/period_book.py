"""Figures of one unit by item and period, kept in plain dictionaries: what time functions are computed over in tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from departments.periods import Period
from expressions import NUMBER, NameTable, Symbol
from expressions.values import Value
from indicators.rollup import Slot, combine_periods, slot_value
from tests.spec.indicators.notation import SCALE

FLOWS = {"cases": "件数", "done": "办结", "tick": "勾选"}
STOCKS = {"listed": "在册"}
NAMES = NameTable([Symbol(code, NUMBER, (name,)) for code, name in (FLOWS | STOCKS).items()])


@dataclass(frozen=True)
class Book:
    """A PeriodContext over `slots` by item code and period code; a period without its own is put together."""

    period: Period
    slots: Mapping[str, Mapping[str, Slot]]

    def figures(self) -> Mapping[str, Value]:
        return {item: value for item in self.slots if (value := self._figure(item)) is not None}

    def at(self, period: Period) -> "Book":
        return Book(period, self.slots)

    def _figure(self, item: str) -> Value | None:
        mine = self.slots[item]
        inside = {self.period.code: mine[self.period.code]} if self.period.code in mine else mine
        parts = [
            (Period.parse(code).start, slot)
            for code, slot in inside.items()
            if self.period.contains(Period.parse(code))
        ]
        return slot_value(combine_periods(parts, item in FLOWS), SCALE) if parts else None
