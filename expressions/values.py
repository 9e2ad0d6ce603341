"""What one figure can be: an exact number, a yes/no, a text, or one of three kinds of "no number".

The three kinds are never turned into one another, nor into 0 (how figures are counted, section Values).
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeGuard


class Kind(StrEnum):
    """Why there is no number, strongest first: in arithmetic the strongest one among the operands wins."""

    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class NoValue:
    """A figure without a number; `reason` is the clerk's, such as 无此业务, or empty."""

    kind: Kind
    reason: str = ""


Value = Fraction | bool | str | NoValue

MISSING = NoValue(Kind.MISSING)
UNDEFINED = NoValue(Kind.UNDEFINED)

_STRENGTH = tuple(Kind)


def not_applicable(reason: str = "") -> NoValue:
    """The answer "does not apply here", with the coded reason."""
    return NoValue(Kind.NOT_APPLICABLE, reason)


def worst(*values: Value) -> NoValue | None:
    """The NoValue that decides an operation over `values` (the first of the strongest kind), None when all have one."""
    absent = [value for value in values if isinstance(value, NoValue)]
    return min(absent, key=lambda value: _STRENGTH.index(value.kind), default=None)


def is_number(value: object) -> TypeGuard[Fraction]:
    """Whether `value` is an exact number; a bool, an int and a float are not."""
    return isinstance(value, Fraction)
