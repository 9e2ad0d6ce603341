"""From what was written to what it means: names and functions looked up, types compared, all faults collected."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from expressions import bound, operations, syntax
from expressions.bound import Bound
from expressions.calls import as_comparison, assign_arguments
from expressions.core import CORE
from expressions.expression import Expression
from expressions.functions import FunctionTable, Param
from expressions.grammar import parse
from expressions.names import MAIN, NameTable, normalise
from expressions.problems import ExpressionError, Problem, one_of, problem_at
from expressions.syntax import Node
from expressions.types import BOOLEAN, NUMBER, SCALARS, Type, type_labels

IF = ("if", "如果")
_SUGGESTIONS = 10
"""Looking for similar names is slow in large tables: only the first problems get suggestions."""

T = TypeVar("T")

Wanted = tuple[Type, ...]


def check(
    source: Node | str,
    names: NameTable | Mapping[str, NameTable],
    functions: FunctionTable = CORE,
    want: Type | Wanted | None = None,
    *,
    line: int = 1,
    column: int = 1,
) -> Expression:
    """The meaning of a text or node.

    `names`: one table, or one per scope (the outer scope is "main"). `want`: the type or types that fit; None takes
    any. `line` and `column`: where a text begins in the text around it. Raises ExpressionError with every problem
    found; a text that can't be read has one only. A table of symbols of another scope is a ValueError.
    """
    node = parse(source, line, column) if isinstance(source, str) else source
    tables = {MAIN: names} if isinstance(names, NameTable) else names
    wanted = () if want is None else want if isinstance(want, tuple) else (want,)
    checker = _Checker(tables, functions, MAIN, iter(range(_SUGGESTIONS)))
    return Expression(checker.bind(node, wanted), node, source if isinstance(source, str) else node.text)


@dataclass(frozen=True)
class _Checker:
    """Binds the nodes of one scope; every method raises ExpressionError with all the problems below its node."""

    tables: Mapping[str, NameTable]
    functions: FunctionTable
    scope: str
    suggestions_left: Iterator[int]

    @property
    def names(self) -> NameTable:
        return self.tables[self.scope]

    def bind(self, node: Node, wanted: Wanted) -> Bound:
        meaning = self._bind(node, wanted)
        if wanted and meaning.type not in wanted:
            found = f"“{_shortened(node.text)}”是{meaning.type.label}"
            raise problem_at(node, f"{found}，这里要的是{type_labels(wanted)}")
        return meaning

    def _bind(self, node: Node, wanted: Wanted) -> Bound:
        match node:
            case syntax.Number():
                return bound.Constant(node.value, normalise(node.text))
            case syntax.String():
                return bound.Constant(node.value, node.text)
            case syntax.Name():
                return self._name(node, wanted)
            case syntax.Group():
                return self.bind(node.inner, wanted)
            case syntax.Named():
                return self.bind(as_comparison(node), wanted)
            case syntax.Negative():
                return operations.Negative(self.bind(node.operand, (NUMBER,)))
            case syntax.Not():
                return operations.Not(self.bind(node.operand, (BOOLEAN,)))
            case syntax.Chain():
                signs = [sign for sign, _ in node.rest]
                first, *others = self._all((node.first, *(operand for _, operand in node.rest)), (NUMBER,))
                return operations.Chain(first, tuple(zip(signs, others, strict=True)))
            case syntax.Junction():
                return operations.Junction(node.word, self._all(node.operands, (BOOLEAN,)))
            case syntax.Comparison():
                return self._comparison(node)
            case syntax.Call():
                return self._call(node, wanted)
        raise TypeError(f"no expression node: {node!r}")

    def _all(self, nodes: Iterable[Node], wanted: Wanted) -> tuple[Bound, ...]:
        return _gather(partial(self.bind, node, wanted) for node in nodes)

    def _name(self, node: syntax.Name, wanted: Wanted) -> Bound:
        found = self.names.find(node.name, wanted)
        if not found:
            raise self._unknown(node, wanted)
        full = tuple(self.names.written(symbol, wanted) for symbol in found)
        if len(found) > 1:
            message = f"“{node.name}”有{len(found)}个同名的，请写明是{one_of(full)}"
            raise problem_at(node, message, full)
        if found[0].scope != self.scope:
            raise ValueError(f"{found[0].code} is of scope {found[0].scope} but in the table of {self.scope}")
        return bound.Read(found[0], full[0])

    def _unknown(self, node: syntax.Name, wanted: Wanted) -> ExpressionError:
        kinds = tuple(type_ for type_ in wanted if type_.by_code)
        message = f"没有名为“{_shortened(node.name)}”的{type_labels(kinds) or '项'}"
        close = self._suggest(partial(self.names.suggestions, node.name, wanted))
        if any(word in node.name[1:-1] for word in "且或"):
            message += "（“且”“或”用来连接条件时，两边要留空格）"
        if close:
            message += f"，是不是{one_of(close)}？"
        return problem_at(node, message, close)

    def _suggest(self, find: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
        return () if next(self.suggestions_left, None) is None else find()

    def _comparison(self, node: syntax.Comparison) -> Bound:
        ordered = any(sign in ("<", "<=", ">", ">=") for sign in node.operators)
        operands = self._all(node.operands, (NUMBER,) if ordered else SCALARS)
        for operand, written in zip(operands, node.operands, strict=True):
            if operand.type != operands[0].type:
                raise problem_at(written, f"{operands[0].type.label}不能与{operand.type.label}相比较")
        return operations.Comparison(
            operands, tuple("=" if sign == "==" else sign for sign in node.operators)
        )

    def _call(self, node: syntax.Call, wanted: Wanted) -> Bound:
        if normalise(node.function).casefold() in IF:
            return self._choice(node, wanted)
        function = self.functions.find(node.function)
        if function is None:
            raise self._unknown_function(node)
        return bound.Call(
            function,
            _gather(
                partial(self._argument, param, argument)
                for param, argument in assign_arguments(node, function)
            ),
        )

    def _unknown_function(self, node: syntax.Call) -> ExpressionError:
        if self.names.find(node.text):
            written = f"[{node.text}]"
            return problem_at(node, f"名称里有括号时请加方括号，写成“{written}”", (written,))
        close = self._suggest(partial(self.functions.suggestions, node.function))
        message = f"没有名为“{_shortened(node.function)}”的函数"
        if close:
            message += f"，是不是{one_of(close)}？"
        return problem_at(node, message, close, length=len(node.function))

    def _choice(self, node: syntax.Call, wanted: Wanted) -> Bound:
        if len(node.arguments) != 3:
            raise problem_at(node, "“如果”要写三个参数：如果(条件，成立时的值，不成立时的值)")
        condition, yes, no = node.arguments
        parts = _gather(
            [
                partial(self.bind, condition, (BOOLEAN,)),
                partial(self.bind, yes, wanted),
                partial(self.bind, no, wanted),
            ]
        )
        if parts[1].type != parts[2].type:
            message = f"“如果”的两个结果要同类：前一个是{parts[1].type.label}，这一个是{parts[2].type.label}"
            raise problem_at(no, message)
        return bound.Choice(*parts)

    def _argument(self, param: Param, node: Node | None) -> Bound | None:
        if node is None:
            return None
        if param.whole is not None:
            if isinstance(node, syntax.Number) and node.value in param.whole:
                return bound.Constant(int(node.value), node.text)
            first, last = param.whole[0], param.whole[-1]
            raise problem_at(node, f"参数“{param.shown}”要直接写一个整数，从{first}到{last}")
        if param.words is not None:
            if isinstance(node, syntax.String) and node.value in param.words:
                return bound.Constant(param.words[node.value], node.text)
            raise problem_at(node, f"参数“{param.shown}”要直接写{one_of(param.first_words)}，带引号")
        if param.scope is None:
            return self.bind(node, param.types)
        inner = replace(self, scope=param.scope)
        return bound.Lazy(Expression(inner.bind(node, param.types), node, node.text))


def _gather(steps: Iterable[Callable[[], T]]) -> tuple[T, ...]:
    """The results of all steps; when some fail, one error with the problems of all of them."""
    results: list[T] = []
    problems: list[Problem] = []
    for step in steps:
        try:
            results.append(step())
        except ExpressionError as error:
            problems += error.problems
    if problems:
        raise ExpressionError(problems)
    return tuple(results)


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
