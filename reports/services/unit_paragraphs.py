"""The paragraphs of a document that are units' own texts: found, and printed as an editor edited them."""

from collections.abc import Mapping
from typing import Any

from departments.templatetags.people import person_name
from reports.models import Bulletin, TextEdit


def edits_in_force(bulletin: Bulletin, period: str) -> dict[str, TextEdit]:
    """The edits of the bulletin's latest issue of a period (one query); {} without an issue."""
    rows = TextEdit.objects.filter(
        issue__bulletin=bulletin, issue__period=period, issue__erratum__isnull=True, ended=""
    )
    return {cell_of(edit): edit for edit in rows.select_related("unit", "item__form", "edited_by")}


def cell_of(edit: TextEdit) -> str:
    return f"{edit.item.form.code}/{edit.unit.code}/{edit.item.code}"


def with_edit(paragraph: dict[str, Any], edit: TextEdit | None) -> dict[str, Any]:
    """A unit's paragraph of the document as edited, or as the unit wrote it; an edit of another text is not applied."""
    figure = paragraph["figures"][0]
    original = original_of(paragraph)
    lead = paragraph["text"][: figure["start"]]
    edit = edit if edit is not None and edit.original == original else None
    text = edit.text if edit else original
    return paragraph | {
        "text": lead + text,
        "figures": [figure | {"display": text, "end": figure["start"] + len(text)}],
        "edit": {
            "original": edit.original,
            "edited_by": person_name(edit.edited_by),
            "edited_at": edit.edited_at.isoformat(),
            "reason": edit.reason,
        }
        if edit
        else None,
    }


def original_of(paragraph: Mapping[str, Any]) -> str:
    """The unit's own text of a paragraph, edited or not."""
    edit = paragraph["edit"]
    return edit["original"] if edit else paragraph["figures"][0]["display"]


def unit_paragraphs(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The units' paragraphs of a document by the id of their figure."""
    return {
        paragraph["figures"][0]["id"]: paragraph
        for section in document["sections"]
        for paragraph in section["paragraphs"]
        if "cell" in paragraph
    }
