"""The sections of a bulletin composed for a period: paragraphs with their figures, as docs/bulletin-json.md describes them."""

from collections.abc import Mapping
from typing import Any

from expressions import NameTable
from indicators.dataset import PeriodData
from reports.models import Bulletin
from reports.services.cells import cell_key
from reports.services.figures_json import figure_json
from reports.services.unit_paragraphs import Edits, with_edit
from reports.statements import Paragraph, Source
from reports.statements.compose import compose, fill


def build_sections(
    bulletin: Bulletin, source: Source, names: Mapping[str, NameTable], edits: Edits
) -> list[dict[str, Any]]:
    """Every section in order; `edits` are those of units' own texts."""
    return [
        {
            "heading": fill(section.heading, source, names) or None,
            "level": section.level,
            "paragraphs": [
                paragraph_json(paragraph, source.data, edits)
                for paragraph in compose(section.text, source, names, f"s{section.order}")
            ],
        }
        for section in bulletin.sections.all()
    ]


def paragraph_json(paragraph: Paragraph, data: PeriodData, edits: Edits) -> dict[str, Any]:
    """One paragraph; a unit's own text says whose it is and how it was edited."""
    printed: dict[str, Any] = {
        "text": paragraph.text,
        "figures": [
            {**figure_json(identity, statement, data), "start": start, "end": end}
            for identity, statement, start, end in paragraph.figures
        ],
    }
    if paragraph.unit_text is None:
        return printed
    unit = paragraph.unit_text.unit
    cell = cell_key(unit, paragraph.unit_text.item)
    return with_edit(printed | {"unit": unit, "cell": cell, "edit": None}, edits.get(cell))
