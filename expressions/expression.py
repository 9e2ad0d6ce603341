"""A checked expression: the one thing the rest of the product keeps, evaluates and shows."""

from dataclasses import dataclass, field
from typing import Any

from expressions.bound import Bound, Env
from expressions.names import Symbol
from expressions.syntax import Node
from expressions.types import Type


@dataclass(frozen=True)
class Expression:
    """What `check` returns. Two expressions are equal when they mean the same, however they were written."""

    bound: Bound
    node: Node = field(compare=False, repr=False)
    text: str = field(compare=False)

    @property
    def type(self) -> Type:
        return self.bound.type

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The symbols used, each once, in the order written; lazy arguments included (see Symbol.scope)."""
        return tuple(dict.fromkeys(self.bound.symbols()))

    @property
    def references(self) -> tuple[str, ...]:
        """The codes of `symbols`, each once."""
        return tuple(dict.fromkeys(symbol.code for symbol in self.symbols))

    @property
    def defers(self) -> bool:
        """Whether a function evaluates a part of it for other members or at another time."""
        return self.bound.defers()

    def evaluate(self, env: Env, context: object = None) -> Any:
        """The value: a `Value` for a scalar type, else what the type's functions return.

        `env` holds values by symbol code; a code that isn't there is MISSING. Raises TypeError for a value that is
        not of its symbol's type (an int or a float is no exact number). `context` goes to every function.
        """
        return self.bound.evaluate(env, context)

    def describe(self) -> str:
        """Readable Chinese, such as 认领数 ÷ 清单总数; checking it gives an equal expression (unless labels make it too long)."""
        return self.bound.describe()
