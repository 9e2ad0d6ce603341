"""Turning a text with holes into paragraphs: every hole computed, its place in the printed text remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from expressions import (
    BOOLEAN,
    NUMBER,
    TEXT,
    Expression,
    ExpressionError,
    HolePart,
    NameTable,
    Problem,
    TextPart,
    check,
    parse_template,
)
from expressions.numbers import exact_text
from reports.statements.functions import FUNCTIONS
from reports.statements.model import FIGURE, LIST, Source, Statement, period_words

PRINTABLE = (FIGURE, LIST, TEXT, NUMBER)


@dataclass(frozen=True)
class Paragraph:
    """Printed text and what stands in it: (id, statement, start, end), offsets in characters of the text."""

    text: str
    figures: tuple[tuple[str, Statement, int, int], ...]


@dataclass(frozen=True)
class Template:
    """A text whose holes have been checked. `parts` are literal texts and (id, expression)."""

    parts: tuple[str | tuple[str, Expression], ...]


def check_template(text: str, names: Mapping[str, NameTable]) -> Template:
    """The template of one text; ExpressionError lists every fault of every hole with its line and column."""
    parts: list[str | tuple[str, Expression]] = []
    problems: list[Problem] = []
    for part in parse_template(text):
        if isinstance(part, TextPart):
            parts.append(part.text)
            continue
        try:
            parts.append((part.id, _check_hole(part, names)))
        except ExpressionError as error:
            problems.extend(error.problems)
    if problems:
        raise ExpressionError(problems)
    return Template(tuple(parts))


def _check_hole(part: HolePart, names: Mapping[str, NameTable]) -> Expression:
    return check(part.text, names, FUNCTIONS, PRINTABLE, line=part.line, column=part.column)


def check_condition(text: str, names: Mapping[str, NameTable]) -> Expression:
    """A consistency rule over the whole issue; ExpressionError when it is none."""
    return check(text, names, FUNCTIONS, BOOLEAN)


def compose(
    text: str, source: Source, names: Mapping[str, NameTable], prefix: str = ""
) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, one a line, blank lines left out. Holes without an id get `prefix` + line + number."""
    paragraphs = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            paragraphs.append(_paragraph(check_template(line.strip(), names), source, f"{prefix}p{number}"))
    return tuple(paragraphs)


def fill(text: str, source: Source, names: Mapping[str, NameTable]) -> str:
    """A short text (title, period line) with its holes filled."""
    return "".join(paragraph.text for paragraph in compose(text, source, names))


def _paragraph(template: Template, source: Source, prefix: str) -> Paragraph:
    text = ""
    figures: list[tuple[str, Statement, int, int]] = []
    for part in template.parts:
        if isinstance(part, str):
            text += part
            continue
        name, expression = part
        statement = evaluate(expression, source)
        if not (expression.type == TEXT and not name):
            identity = name or f"{prefix}f{len(figures) + 1}"
            figures.append((identity, statement, len(text), len(text) + len(statement.display)))
        text += statement.display
    return Paragraph(text, tuple(figures))


def evaluate(expression: Expression, source: Source) -> Statement:
    """What a hole says; plain numbers and words become statements too."""
    result = expression.evaluate(period_words(source.data), source)
    if isinstance(result, Statement):
        return result
    if isinstance(result, Fraction):
        return Statement("number", exact_text(result), result, describe=expression.describe())
    return Statement("text", str(result))
