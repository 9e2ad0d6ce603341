"""Texts of a template computed for a period as they are written, saved or not. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from expressions import ExpressionError, NameTable, Problem
from reports.models import Bulletin, BulletinSection
from reports.services.sections import build_section
from reports.services.source import load_source
from reports.services.template_specs import SectionText
from reports.statements import Source
from reports.statements.compose import check_template, fill
from reports.statements.limits import MAX_SECTIONS

TITLE, HEADING, TEXT = "title", "heading", "text"


@dataclass(frozen=True)
class TextFault:
    """A fault and its place: section 1, 2, … (0: the title), which of its texts, line and column from 1, length."""

    section: int
    part: str
    line: int
    column: int
    length: int
    message: str


@dataclass(frozen=True)
class TriedSection:
    """A section as it would be printed; `content` is its part of the document, None where it has faults."""

    place: int
    level: int
    content: Mapping[str, Any] | None


@dataclass(frozen=True)
class Trial:
    """What title and sections say for the period, and all that is wrong with them, in order of place."""

    title: str = ""
    sections: tuple[TriedSection, ...] = ()
    faults: tuple[TextFault, ...] = ()
    names: Mapping[str, NameTable] = field(default_factory=dict)


def try_texts(bulletin: Bulletin, period: str, title: str, sections: Sequence[SectionText]) -> Trial:
    """The texts computed for a period, those without faults at least.

    A fault in the definition of an indicator stands at the title: no text can be computed then.
    """
    try:
        source, names = load_source(bulletin, period)
    except ExpressionError as error:
        return Trial(faults=tuple(_at(0, TITLE, problem) for problem in error.problems))
    if len(sections) > MAX_SECTIONS:
        message = _("A bulletin has at most %s sections.") % MAX_SECTIONS
        return Trial(faults=(TextFault(MAX_SECTIONS + 1, TEXT, 1, 1, 1, message),), names=names)
    faults: list[TextFault] = []
    filled = ""
    try:
        filled = fill(title, source, names)
    except ExpressionError as error:
        faults += [_at(0, TITLE, problem) for problem in error.problems]
    tried = []
    for place, section in enumerate(sections, 1):
        content, wrong = _try_section(bulletin, place, section, source, names)
        tried.append(TriedSection(place, section.level, content))
        faults += wrong
    return Trial(filled, tuple(tried), tuple(faults), names)


def _try_section(
    bulletin: Bulletin, place: int, section: SectionText, source: Source, names: Mapping[str, NameTable]
) -> tuple[Mapping[str, Any] | None, list[TextFault]]:
    faults = []
    repeat = section.repeat is not None
    for part, text, is_body in ((HEADING, section.heading, False), (TEXT, section.text, True)):
        try:
            check_template(text, names, is_body=is_body, repeat=is_body and repeat)
        except ExpressionError as error:
            faults += [_at(place, part, problem) for problem in error.problems]
    if faults:
        return None, faults
    row = BulletinSection(
        bulletin=bulletin,
        order=place,
        level=section.level,
        heading=section.heading,
        text=section.text,
        repeat=section.repeat,
    )
    try:
        return build_section(row, source, names), []
    except ExpressionError as error:
        return None, [_at(place, TEXT, problem) for problem in error.problems]


def _at(place: int, part: str, problem: Problem) -> TextFault:
    return TextFault(place, part, problem.line, problem.column, problem.length, problem.message)
