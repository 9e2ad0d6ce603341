"""Turning a text with holes into paragraphs: every hole computed, its place in the printed text remembered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

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
from expressions.values import NoValue
from reports.statements.charts import Chart
from reports.statements.functions import FUNCTIONS
from reports.statements.limits import MAX_FAULTS, check_holes, check_size, first_faults, pointing_at, shifted
from reports.statements.model import (
    CHART,
    FIGURE,
    LIST,
    TEXTS,
    Source,
    Statement,
    UnitText,
    own_names,
    printed,
    words_of,
)

PRINTABLE = (FIGURE, LIST, TEXT, NUMBER)
# What stands on a line of its own: paragraphs of units, a drawing.
ALONE = (TEXTS, CHART)
# The kind of figure that is a unit's whole text.
UNIT_TEXT_KIND = "unit_text"


@dataclass(frozen=True)
class Paragraph:
    """Printed text and what stands in it: (id, statement, start, end), offsets in characters of the text.

    With `unit_text` it is that unit's text, of one or more lines, behind its lead. With `chart` it is a drawing (as
    docs/bulletin-json.md describes it) and the text its title.
    """

    text: str
    figures: tuple[tuple[str, Statement, int, int], ...]
    unit_text: UnitText | None = None
    chart: dict[str, Any] | None = None


@dataclass(frozen=True)
class Template:
    """A text whose holes have been checked. `parts` are literal texts and (id, expression)."""

    parts: tuple[str | tuple[str, Expression], ...]


def check_template(
    text: str, names: Mapping[str, NameTable], *, is_body: bool = False, repeat: bool = False
) -> Template:
    """The template of one text; ExpressionError lists every fault of every hole with its line and column.

    In the body of a bulletin a line may be nothing but a hole that gives paragraphs. With `repeat` the text is written
    once for every unit of a group and may say 本单位.
    """
    names = own_names(names) if repeat else names
    check_size(text)
    with first_faults():
        written = parse_template(text)
    check_holes((part.line, part.column) for part in written if isinstance(part, HolePart))
    parts: list[str | tuple[str, Expression]] = []
    problems: list[Problem] = []
    for part in written:
        if len(problems) >= MAX_FAULTS:
            break
        if isinstance(part, TextPart):
            parts.append(part.text)
            continue
        try:
            parts.append((part.id, _check_hole(part, names, alone=is_body and _is_alone(text, part))))
        except ExpressionError as error:
            problems.extend(error.problems)
    if problems:
        raise ExpressionError(problems[:MAX_FAULTS])
    return Template(tuple(parts))


def _check_hole(part: HolePart, names: Mapping[str, NameTable], *, alone: bool) -> Expression:
    found = check(part.text, names, FUNCTIONS, (*PRINTABLE, *ALONE), line=part.line, column=part.column)
    if found.type in ALONE and not alone:
        what = "各单位文字每个单位一段" if found.type == TEXTS else "图"
        message = f"{what}，要在正文里单独占一行，前后不写别的字"
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
    repeat: str | None = None,
) -> tuple[Paragraph, ...]:
    """The paragraphs of a text, one a line, blank lines left out. Holes without an id get `prefix` + line + number.

    A line that is nothing but unit_texts(…) gives one paragraph a unit, with id + `-` + the unit's code. With `repeat`
    (a group) the whole text is written once for every unit of it in protocol order, every id with `-` + its code.
    """
    check_size(text)
    check_holes((part.line, part.column) for part in parse_template(text) if isinstance(part, HolePart))
    names = names if repeat is None else own_names(names)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    templates: dict[int, Template] = {}
    paragraphs: list[Paragraph] = []
    for each in (source,) if repeat is None else _repeated(source, repeat):
        for number, line in lines:
            with shifted(number - 1, len(line) - len(line.lstrip())):
                if number not in templates:
                    templates[number] = check_template(line.strip(), names, is_body=is_body)
                for made in _paragraphs(templates[number], each, f"{prefix}p{number}"):
                    with pointing_at(1, 1, len(line)):
                        source.budget.print(len(made.text))
                    paragraphs.append(made)
    return tuple(paragraphs)


def _repeated(source: Source, group: str) -> Iterator[Source]:
    return (replace(source, own=unit.code) for unit in source.units((group,)))


def fill(text: str, source: Source, names: Mapping[str, NameTable]) -> str:
    """A short text (title, period line) with its holes filled."""
    return "".join(paragraph.text for paragraph in compose(text, source, names, is_body=False))


def _paragraphs(template: Template, source: Source, prefix: str) -> Iterator[Paragraph]:
    only = template.parts[0]
    if isinstance(only, str) or only[1].type not in ALONE:
        yield _paragraph(template, source, prefix)
        return
    name, expression = only
    identity = name or f"{prefix}f1"
    with pointing_at(expression.node.line, expression.node.column, len(expression.node.text)):
        found = expression.evaluate(words_of(source), source)
    if isinstance(found, Chart):
        yield _chart_paragraph(found, _own(identity, source))
        return
    for text in found:
        yield _unit_paragraph(text, f"{identity}-{text.unit}")


def _own(identity: str, source: Source) -> str:
    """The id of a figure, told apart from the same of another unit where the text is written for each."""
    return f"{identity}-{source.own}" if source.own else identity


def _chart_paragraph(chart: Chart, identity: str) -> Paragraph:
    title = chart.statement.display
    return Paragraph(title, ((identity, chart.statement, 0, len(title)),), chart=chart.drawing)


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
            identity = _own(name or f"{prefix}f{len(figures) + 1}", source)
            figures.append((identity, statement, len(text), len(text) + len(statement.display)))
        text += statement.display
    return Paragraph(text, tuple(figures))


def evaluate(expression: Expression, source: Source) -> Statement:
    """What a hole says; plain numbers and words become statements too."""
    node = expression.node
    with pointing_at(node.line, node.column, len(node.text)):
        result = expression.evaluate(words_of(source), source)
        if isinstance(result, Statement):
            return result
        if isinstance(result, NoValue):
            return Statement("number", printed(result, 0), result, describe=expression.describe())
        if isinstance(result, Fraction):
            return Statement("number", exact_text(result), result, describe=expression.describe())
        return Statement("text", str(result))
