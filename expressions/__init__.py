"""The one expression language: parse → check → evaluate → describe. Reference for users: docs/expressions.md."""

from expressions.checker import check
from expressions.core import CORE
from expressions.expression import Expression
from expressions.functions import REQUIRED, Example, Function, FunctionTable, Param
from expressions.grammar import parse
from expressions.names import NameTable, Symbol
from expressions.problems import ExpressionError, Problem
from expressions.syntax import Node
from expressions.templates import HolePart, TextPart, parse_template
from expressions.types import BOOLEAN, NUMBER, TEXT, Type

__all__ = [
    "BOOLEAN",
    "CORE",
    "NUMBER",
    "REQUIRED",
    "TEXT",
    "Example",
    "Expression",
    "ExpressionError",
    "Function",
    "FunctionTable",
    "HolePart",
    "NameTable",
    "Node",
    "Param",
    "Problem",
    "Symbol",
    "TextPart",
    "Type",
    "check",
    "parse",
    "parse_template",
]
