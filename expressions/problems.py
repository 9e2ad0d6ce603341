"""Problems found in a text written by an office user, each with its place in that text."""

from collections.abc import Iterable
from dataclasses import dataclass

from expressions.syntax import Node


@dataclass(frozen=True)
class Problem:
    """One fault. `line` and `column` count from 1, `column` and `length` in characters of the whole text.

    `message` is complete for the reader, suggestions included; `suggestions` are texts that can replace the place.
    """

    line: int
    column: int
    length: int
    message: str
    suggestions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"第{self.line}行第{self.column}列：{self.message}"


class ExpressionError(ValueError):
    """The text can't be used; `problems` holds everything that was found, in order of place, never empty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


def one_of(suggestions: Iterable[str]) -> str:
    """The suggestions as one piece of a message: “甲”、“乙”或“丙”."""
    quoted = [f"“{suggestion}”" for suggestion in suggestions]
    return "或".join(filter(None, ["、".join(quoted[:-1]), quoted[-1]])) if quoted else ""


def problem_at(
    node: Node, message: str, suggestions: tuple[str, ...] = (), length: int | None = None
) -> ExpressionError:
    """The error of one problem at `node`; `length` when only its beginning is meant."""
    size = len(node.text) if length is None else length
    return ExpressionError([Problem(node.line, node.column, size, message, suggestions)])
