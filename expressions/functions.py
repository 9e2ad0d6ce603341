"""Function tables: what may be called in an expression, with which arguments. An app hands its own table to `check`."""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from expressions.names import normalise
from expressions.types import Type


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Any = _Required()


class Example(NamedTuple):
    """A call and what it gives, both as text for the manual."""

    text: str
    result: str


@dataclass(frozen=True)
class Param:
    """One parameter, named in a call by `name` or by its Chinese `label`.

    `type`: one type or several allowed ones. `default`: handed to compute as it is when the argument is left out.
    `scope`: the argument is checked against the names of that scope and handed over as an Expression, not evaluated.
    `whole`: the argument must be written as a whole number of this range and is handed over as an int.
    `words`: the argument must be written as one of these texts and is handed over as what the text stands for.
    """

    name: str
    type: Type | tuple[Type, ...]
    default: Any = REQUIRED
    scope: str | None = None
    label: str = ""
    whole: range | None = None
    words: Mapping[str, str] | None = field(default=None, hash=False)

    @property
    def types(self) -> tuple[Type, ...]:
        return self.type if isinstance(self.type, tuple) else (self.type,)

    @property
    def shown(self) -> str:
        return self.label or self.name

    @property
    def first_words(self) -> tuple[str, ...]:
        """One text for each thing that `words` can stand for: the first one."""
        first: dict[str, str] = {}
        for word, meaning in (self.words or {}).items():
            first.setdefault(meaning, word)
        return tuple(first.values())


@dataclass(frozen=True)
class Function:
    """A function of the language: `compute(context, *arguments)` gets one argument per parameter, in their order.

    `aliases`: further names, the first one (Chinese) is used in descriptions. `variadic`: the last parameter may be
    given several times. `strict`: with a NoValue among the arguments that is the result and compute isn't called.
    `summary` and `examples` go to the manual.
    """

    name: str
    aliases: tuple[str, ...]
    params: tuple[Param, ...]
    returns: Type
    compute: Callable[..., Any]
    summary: str
    examples: tuple[Example, ...] = ()
    variadic: bool = False
    strict: bool = True

    @property
    def shown(self) -> str:
        return self.aliases[0] if self.aliases else self.name

    def param(self, name: str) -> Param | None:
        """The parameter that a call names `name`, None when there is no such one."""
        wanted = _key(name)
        return next((p for p in self.params if wanted in (_key(p.name), _key(p.label))), None)

    def signature(self) -> str:
        """How to write a call: 四舍五入(数，[位数])."""
        shown = [p.shown if p.default is REQUIRED else f"[{p.shown}]" for p in self.params]
        return f"{self.shown}({'，'.join(shown + ['…'] * self.variadic)})"


class FunctionTable:
    """Functions by name and alias; upper and lower case, full and half width are the same.

    Raises ValueError when two functions share a name. Iterable, so `FunctionTable([*CORE, …])` extends a table.
    """

    def __init__(self, functions: Iterable[Function]) -> None:
        self._functions = tuple(functions)
        self._by_name: dict[str, Function] = {}
        for function in self._functions:
            for name in (function.name, *function.aliases):
                if self._by_name.setdefault(_key(name), function) is not function:
                    raise ValueError(f"two functions are called {name}")

    def __iter__(self) -> Iterator[Function]:
        return iter(self._functions)

    def find(self, name: str) -> Function | None:
        return self._by_name.get(_key(name))

    def suggestions(self, name: str) -> tuple[str, ...]:
        """Up to three known names close to `name`."""
        return tuple(difflib.get_close_matches(_key(name), self._by_name, n=3, cutoff=0.5))

    def reference(self) -> str:
        """The table for the manual, in Markdown: one row per function."""
        rows = ["| 写法 | 别名 | 作用 | 示例 |", "|---|---|---|---|"]
        for function in self._functions:
            names = "、".join(f"`{name}`" for name in (function.name, *function.aliases[1:]))
            examples = "<br>".join(f"`{example.text}` → {example.result}" for example in function.examples)
            rows.append(f"| `{function.signature()}` | {names} | {function.summary} | {examples} |")
        return "\n".join(rows)


def _key(name: str) -> str:
    return normalise(name).casefold()
