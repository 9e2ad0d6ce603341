"""The operators. Arithmetic is exact and no number is ever made up: MISSING beats NOT_APPLICABLE beats UNDEFINED beats
a number, a quotient by 0 is UNDEFINED, and logic is three-valued (no 且 missing = no, yes 或 missing = yes).
"""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from expressions.bound import Bound, Env
from expressions.types import BOOLEAN, NUMBER, Type
from expressions.values import UNDEFINED, NoValue, worst


@dataclass(frozen=True)
class Negative(Bound):
    operand: Bound

    @property
    def type(self) -> Type:
        return NUMBER

    @property
    def level(self) -> int:
        return 7

    def evaluate(self, env: Env, context: object) -> Any:
        value = self.operand.evaluate(env, context)
        return value if isinstance(value, NoValue) else -value

    def describe(self) -> str:
        return f"-{self.inner(self.operand)}"

    def children(self) -> tuple[Bound, ...]:
        return (self.operand,)


def _divide(dividend: Fraction, divisor: Fraction) -> Fraction | NoValue:
    return dividend / divisor if divisor else UNDEFINED


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
}
_SHOWN = {"*": "×", "/": "÷", "<=": "≤", ">=": "≥", "!=": "≠", "==": "=", "and": "且", "or": "或"}


@dataclass(frozen=True)
class Chain(Bound):
    """Sums (+ -) or products (* /) of any length, counted from the left."""

    first: Bound
    rest: tuple[tuple[str, Bound], ...]

    @property
    def type(self) -> Type:
        return NUMBER

    @property
    def level(self) -> int:
        return 5 if self.rest[0][0] in "+-" else 6

    def evaluate(self, env: Env, context: object) -> Any:
        result = self.first.evaluate(env, context)
        for sign, operand in self.rest:
            value = operand.evaluate(env, context)
            result = worst(result, value) or _ARITHMETIC[sign](result, value)
        return result

    def describe(self) -> str:
        rest = (f" {_SHOWN.get(sign, sign)} {self.inner(operand)}" for sign, operand in self.rest)
        return self.inner(self.first) + "".join(rest)

    def children(self) -> tuple[Bound, ...]:
        return (self.first, *(operand for _, operand in self.rest))


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


@dataclass(frozen=True)
class Comparison(Bound):
    """`a < b <= c` holds when each neighbouring pair does; every operand is evaluated once."""

    operands: tuple[Bound, ...]
    operators: tuple[str, ...]

    @property
    def type(self) -> Type:
        return BOOLEAN

    @property
    def level(self) -> int:
        return 4

    def evaluate(self, env: Env, context: object) -> Any:
        values = [operand.evaluate(env, context) for operand in self.operands]
        pairs = zip(values, self.operators, values[1:], strict=False)
        return _conjunction([worst(a, b) or _COMPARE[sign](a, b) for a, sign, b in pairs])

    def describe(self) -> str:
        rest = zip(self.operators, self.operands[1:], strict=True)
        return self.inner(self.operands[0]) + "".join(
            f" {_SHOWN.get(sign, sign)} {self.inner(operand)}" for sign, operand in rest
        )

    def children(self) -> tuple[Bound, ...]:
        return self.operands


def _conjunction(values: list[bool | NoValue]) -> bool | NoValue:
    return False if any(value is False for value in values) else worst(*values) or True


def _negation(value: bool | NoValue) -> bool | NoValue:
    return value if isinstance(value, NoValue) else not value


@dataclass(frozen=True)
class Junction(Bound):
    """且 / 或 over two or more conditions, three-valued."""

    word: str
    operands: tuple[Bound, ...]

    @property
    def type(self) -> Type:
        return BOOLEAN

    @property
    def level(self) -> int:
        return 2 if self.word == "and" else 1

    def evaluate(self, env: Env, context: object) -> Any:
        values = [operand.evaluate(env, context) for operand in self.operands]
        if self.word == "and":
            return _conjunction(values)
        return _negation(_conjunction([_negation(value) for value in values]))

    def describe(self) -> str:
        return f" {_SHOWN[self.word]} ".join(map(self.inner, self.operands))

    def children(self) -> tuple[Bound, ...]:
        return self.operands


@dataclass(frozen=True)
class Not(Bound):
    operand: Bound

    @property
    def type(self) -> Type:
        return BOOLEAN

    @property
    def level(self) -> int:
        return 3

    def evaluate(self, env: Env, context: object) -> Any:
        return _negation(self.operand.evaluate(env, context))

    def describe(self) -> str:
        return f"非 {self.inner(self.operand)}"

    def children(self) -> tuple[Bound, ...]:
        return (self.operand,)
