"""What was written: frozen nodes that know their place. Names and functions aren't looked up yet."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Place:
    """Where a node stands: 1-based line and column, and the text it was read from."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Node:
    """Two nodes are equal when they say the same, wherever they stand."""

    place: Place = field(compare=False, repr=False)

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def column(self) -> int:
        return self.place.column

    @property
    def text(self) -> str:
        return self.place.text


@dataclass(frozen=True)
class Number(Node):
    value: Fraction


@dataclass(frozen=True)
class String(Node):
    value: str


@dataclass(frozen=True)
class Name(Node):
    """A name as written, without its square brackets."""

    name: str


@dataclass(frozen=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True)
class Chain(Node):
    """`first` followed by (operator, operand) pairs of one level: + and -, or * and /; counted from the left."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Comparison(Node):
    """`operands` with one operator between each two: < <= > >= = == !=."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Junction(Node):
    """Operands joined by one word, `and` or `or`."""

    word: str
    operands: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True)
class Group(Node):
    """Something in round brackets."""

    inner: Node


@dataclass(frozen=True)
class Named(Node):
    """`name = value` as an argument: a named argument, or a comparison when the function has no such parameter."""

    name: Name
    value: Node


@dataclass(frozen=True)
class Call(Node):
    """A function's name as written and its arguments; `if` is one of them."""

    function: str
    arguments: tuple[Node, ...]
