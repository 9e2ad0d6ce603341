"""What an expression means: nodes whose names and functions are known. They evaluate, describe and list themselves."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from expressions.functions import Function, Param
from expressions.names import Symbol
from expressions.types import BOOLEAN, NUMBER, TEXT, Type
from expressions.values import MISSING, NoValue, worst

if TYPE_CHECKING:
    from expressions.expression import Expression

Env = Mapping[str, Any]
_HELD = {NUMBER: Fraction, BOOLEAN: bool, TEXT: str}


class Bound(ABC):
    """A checked node."""

    @property
    @abstractmethod
    def type(self) -> Type: ...

    @abstractmethod
    def evaluate(self, env: Env, context: object) -> Any: ...

    @abstractmethod
    def describe(self) -> str: ...

    @property
    def level(self) -> int:
        """How tightly its operator binds, 8 for none; a child that does not bind tighter is shown in brackets."""
        return 8

    def children(self) -> tuple["Bound", ...]:
        return ()

    def symbols(self) -> Iterator[Symbol]:
        """The symbols read, in the order written, repeats included."""
        for child in self.children():
            yield from child.symbols()

    def defers(self) -> bool:
        """Whether a function evaluates a part of it itself, for other members or at another time (Lazy)."""
        return any(child.defers() for child in self.children())

    def inner(self, child: "Bound") -> str:
        text = child.describe()
        return text if child.level > self.level else f"({text})"


@dataclass(frozen=True)
class Constant(Bound):
    """A number or text as written (`shown`); an int for a parameter that wants a whole number."""

    value: Fraction | str | int
    shown: str = field(compare=False)

    @property
    def type(self) -> Type:
        return TEXT if isinstance(self.value, str) else NUMBER

    def evaluate(self, env: Env, context: object) -> Any:
        return self.value

    def describe(self) -> str:
        return self.shown


@dataclass(frozen=True)
class Read(Bound):
    """A name; `shown` is a spelling that means just this symbol."""

    symbol: Symbol
    shown: str = field(compare=False)

    @property
    def type(self) -> Type:
        return self.symbol.type

    def evaluate(self, env: Env, context: object) -> Any:
        if self.type.by_code:
            return self.symbol.code
        value = env.get(self.symbol.code, MISSING)
        held = _HELD.get(self.type)
        if held and not isinstance(value, (held, NoValue)):
            raise TypeError(f"{self.symbol.code} must be {held.__name__} or NoValue, not {value!r}")
        return value

    def describe(self) -> str:
        return self.shown

    def symbols(self) -> Iterator[Symbol]:
        yield self.symbol


@dataclass(frozen=True)
class Choice(Bound):
    """`if(condition, yes, no)`: only the chosen branch is evaluated; an unknown condition is the result itself."""

    condition: Bound
    yes: Bound
    no: Bound

    @property
    def type(self) -> Type:
        return self.yes.type

    def evaluate(self, env: Env, context: object) -> Any:
        condition = self.condition.evaluate(env, context)
        if isinstance(condition, NoValue):
            return condition
        return (self.yes if condition else self.no).evaluate(env, context)

    def describe(self) -> str:
        return f"如果({self.condition.describe()}，{self.yes.describe()}，{self.no.describe()})"

    def children(self) -> tuple[Bound, ...]:
        return (self.condition, self.yes, self.no)


@dataclass(frozen=True)
class Lazy(Bound):
    """An argument that its function evaluates itself, once per member of another scope."""

    expression: "Expression"

    @property
    def type(self) -> Type:
        return self.expression.type

    def evaluate(self, env: Env, context: object) -> Any:
        return self.expression

    def defers(self) -> bool:
        return True

    def describe(self) -> str:
        return self.expression.describe()

    def symbols(self) -> Iterator[Symbol]:
        yield from self.expression.symbols


@dataclass(frozen=True)
class Call(Bound):
    """A function and, per parameter in order, its argument or None for the default; a last one may be repeated."""

    function: Function
    arguments: tuple[Bound | None, ...]

    @property
    def type(self) -> Type:
        return self.function.returns

    def _pairs(self) -> Iterator[tuple[Param, Bound | None]]:
        params = self.function.params
        for index, argument in enumerate(self.arguments):
            yield params[min(index, len(params) - 1)], argument

    def evaluate(self, env: Env, context: object) -> Any:
        values = [
            param.default if argument is None else argument.evaluate(env, context)
            for param, argument in self._pairs()
        ]
        unknown = worst(*values) if self.function.strict else None
        return unknown or self.function.compute(context, *values)

    def describe(self) -> str:
        shown, skipped = [], False
        for param, argument in self._pairs():
            if argument is None:
                skipped = True
            else:
                text = argument.describe()
                shown.append(f"{param.shown}={text}" if skipped else text)
        return f"{self.function.shown}({'，'.join(shown)})"

    def children(self) -> tuple[Bound, ...]:
        return tuple(argument for argument in self.arguments if argument is not None)
