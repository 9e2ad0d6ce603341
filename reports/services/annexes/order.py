"""The order of an annex's rows: keys of its own, then a fixed order, then the order of protocol."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from expressions import Expression, NameTable
from expressions.values import is_number
from indicators.dataset import UnitData
from reports.models import Annex
from reports.services.annexes.columns import check_column
from reports.statements import Source

ASCENDING = "升序"


@dataclass(frozen=True)
class KeyText:
    """One line of `order_by`: its number from 1, what is compared, and whether the smallest stands first."""

    line: int
    text: str
    ascending: bool


@dataclass(frozen=True)
class OrderKey:
    """What one key compares."""

    expression: Expression
    ascending: bool


def key_texts(order_by: str) -> list[KeyText]:
    """The keys as written, one a line; `升序：` before one puts the smallest first."""
    found = []
    for number, line in enumerate(order_by.splitlines(), 1):
        text = line.strip()
        marked = text.startswith((f"{ASCENDING}：", f"{ASCENDING}:"))
        if text:
            found.append(KeyText(number, text[len(ASCENDING) + 1 :].strip() if marked else text, marked))
    return found


def order_keys(annex: Annex, names: Mapping[str, NameTable]) -> list[OrderKey]:
    """The checked keys, the first one first. ExpressionError."""
    return [OrderKey(check_column(key.text, names), key.ascending) for key in key_texts(annex.order_by)]


def in_order(
    annex: Annex, units: Iterable[UnitData], keys: Sequence[OrderKey], source: Source
) -> list[UnitData]:
    """Sorted by exact values, key after key; without a value last, equal ones in the fixed order, then as units stand."""
    fixed = {code: place for place, code in enumerate(annex.row_order.split())}

    def place(unit: UnitData) -> tuple[tuple[tuple[bool, Fraction], ...], int]:
        environment = source.environment(unit) if keys else {}
        compared = []
        for key in keys:
            value = key.expression.evaluate(environment)
            number = value if is_number(value) else None
            compared.append((number is None, (number or Fraction()) * (1 if key.ascending else -1)))
        return tuple(compared), fixed.get(unit.code, len(fixed))

    return sorted(units, key=place)
