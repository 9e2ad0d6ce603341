"""Turning a text with holes into paragraphs: every hole computed, its place in the printed text remembered."""

from collections.abc import Iterator, Mapping
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
from reports.statements.model import FIGURE, LIST, TEXTS, Source, Statement, UnitText, period_words

PRINTABLE = (FIGURE, LIST, TEXT, NUMBER)
# The kind of figure that is a unit's whole text.
UNIT_TEXT_KIND = "unit_text"


@dataclass(frozen=True)
class Paragraph:
    """Printed text and what stands in it: (id, statement, start, end), offsets in characters of the text.

    With `unit_text` it is that unit's text, of one or more lines, behind its lead.
    """

    text: str
    figures: tuple[tuple[str, Statement, int, int], ...]
    unit_text: UnitText | None = None


@dataclass(frozen=True)
class Template:
    """A text whose holes have been checked. `parts` are literal texts and (id, expression)."""

    parts: tuple[str | tuple[str, Expression], ...]


def check_template(text: str, names: Mapping[str, NameTable], *, is_body: bool = False) -> Template:
    """The template of one text; ExpressionError lists every fault of every hole with its line and column.

    In the body of a bulletin a line may be nothing but a hole that gives paragraphs.
    """
    parts: list[str | tuple[str, Expression]] = []
    problems: list[Problem] = []
    for part in parse_template(text):
        if isinstance(part, TextPart):
            parts.append(part.text)
            continue
        try:
            parts.append((part.id, _check_hole(part, names, alone=is_body and _is_alone(text, part))))
        except ExpressionError as error:
            problems.extend(error.problems)
    if problems:
        raise ExpressionError(problems)
    return Template(tuple(parts))


def _check_hole(part: HolePart, names: Mapping[str, NameTable], *, alone: bool) -> Expression:
    found = check(part.text, names, FUNCTIONS, (*PRINTABLE, TEXTS), line=part.line, column=part.column)
    if found.type == TEXTS and not alone:
        message = "各单位文字每个单位一段，要在正文里单独占一行，前后不写别的字"
        raise ExpressionError([Problem(part.line, part.column, len(part.text), message)])
    return found


def _is_alone(text: str, part: HolePart) -> bool:
    line = text.splitlines()[part.line - 1].strip()
    return line[:1] in "{｛" and line[-1:] in "}｝" and len(parse_template(line)) == 1


def check_condition(text: str, names: Mapping[str, NameTable]) -> Expression:
    """A consistency rule over the whole issue; ExpressionError when it is none."""
    return check(text, names, FUNCTIONS, BOOLEAN)


def compose(
    text: str,
    source: Source,
    names: Mapping[str, NameTable],
    prefix: str = "",
    *,
    is_body: bool = True,
) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, one a line, blank lines left out. Holes without an id get `prefix` + line + number.

    A line that is nothing but unit_texts(…) gives one paragraph a unit, with id + `-` + the unit's code.
    """
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            template = check_template(line.strip(), names, is_body=is_body)
            paragraphs += _paragraphs(template, source, f"{prefix}p{number}")
    return tuple(paragraphs)


def fill(text: str, source: Source, names: Mapping[str, NameTable]) -> str:
    """A short text (title, period line) with its holes filled."""
    return "".join(paragraph.text for paragraph in compose(text, source, names, is_body=False))


def _paragraphs(template: Template, source: Source, prefix: str) -> Iterator[Paragraph]:
    only = template.parts[0]
    if isinstance(only, str) or only[1].type != TEXTS:
        yield _paragraph(template, source, prefix)
        return
    name, expression = only
    for found in expression.evaluate(period_words(source.data), source):
        yield _unit_paragraph(found, f"{name or f'{prefix}f1'}-{found.unit}")


def _unit_paragraph(found: UnitText, identity: str) -> Paragraph:
    statement = Statement(
        UNIT_TEXT_KIND,
        found.text,
        scope=found.name,
        describe=f"{found.name}报送并经审批的“{found.label}”",
        inputs=((found.unit, found.item),),
    )
    start, end = len(found.lead), len(found.lead) + len(found.text)
    return Paragraph(found.lead + found.text, ((identity, statement, start, end),), found)


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
