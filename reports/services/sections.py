"""The sections of a bulletin composed for a period: paragraphs with their figures, as docs/bulletin-json.md describes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from departments.templatetags.people import person_name
from expressions import NameTable
from reports.models import Bulletin, BulletinSection, ListEdit, SectionEdit
from reports.services.cells import cell_key
from reports.services.edited_lists import edited_list
from reports.services.figures_json import figure_json
from reports.services.issue_edits import LIST_KIND, NO_EDITS, IssueEdits
from reports.services.unit_paragraphs import with_edit
from reports.statements import Paragraph, Source, Statement
from reports.statements.compose import compose, fill


def build_sections(
    bulletin: Bulletin, source: Source, names: Mapping[str, NameTable], edits: IssueEdits
) -> list[dict[str, Any]]:
    """Every section in order, with what editors changed in the period's issue."""
    return [
        build_section(section, source, names, edits) for section in bulletin.sections.select_related("repeat")
    ]


def build_section(
    section: BulletinSection,
    source: Source,
    names: Mapping[str, NameTable],
    edits: IssueEdits = NO_EDITS,
) -> dict[str, Any]:
    """One section, saved or not; without `edits` as the template has it."""
    edit = edits.sections.get(section.pk)
    written = edit or section
    return {
        "heading": fill(written.heading, source, names) or None,
        "level": section.level,
        "order": section.order,
        "paragraphs": [
            paragraph_json(paragraph, source, edits)
            for paragraph in compose(
                written.text,
                source,
                names,
                f"s{section.order}",
                repeat=section.repeat.code if section.repeat else None,
            )
        ],
        "edit": _edit_json(section, edit) if edit else None,
    }


def _edit_json(section: BulletinSection, edit: SectionEdit) -> dict[str, Any]:
    """What the template says where an editor wrote something else, and who did."""
    return {
        "heading": section.heading,
        "text": section.text,
        "edited_by": person_name(edit.edited_by),
        "edited_at": edit.edited_at.isoformat(),
        "reason": edit.reason,
    }


def paragraph_json(paragraph: Paragraph, source: Source, edits: IssueEdits) -> dict[str, Any]:
    """One paragraph; a list is printed as edited, a unit's own text says whose it is and how it was edited."""
    text, place = "", 0
    figures = []
    for identity, statement, start, end in paragraph.figures:
        figure = _figure(identity, statement, source, edits.lists.get(identity, ()))
        text += paragraph.text[place:start]
        figures.append({**figure, "start": len(text), "end": len(text) + len(figure["display"])})
        text, place = text + figure["display"], end
    printed: dict[str, Any] = {"text": text + paragraph.text[place:], "figures": figures}
    if paragraph.chart is not None:
        printed["chart"] = paragraph.chart
    if paragraph.unit_text is None:
        return printed
    unit = paragraph.unit_text.unit
    cell = cell_key(unit, paragraph.unit_text.item)
    return with_edit(printed | {"unit": unit, "cell": cell, "edit": None}, edits.texts.get(cell))


def _figure(identity: str, statement: Statement, source: Source, edits: Sequence[ListEdit]) -> dict[str, Any]:
    edited = edited_list(statement, edits, source) if statement.kind == LIST_KIND else None
    if edited is None:
        return figure_json(identity, statement, source.data)
    return figure_json(identity, edited.statement, source.data) | edited.json()
