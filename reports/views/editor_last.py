"""沿用上期文字: what an editor wrote in the last issue, set beside the template before it is taken over."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import JsonResponse
from django.template.loader import render_to_string

from reports.models import Bulletin
from reports.services.section_edits import last_texts
from reports.views.editor_blocks import Draft

SAME, BEFORE, AFTER = "same", "before", "after"


@dataclass(frozen=True)
class Line:
    """A line of either text: in both, only here, or only in the last issue."""

    kind: str
    text: str


@dataclass(frozen=True)
class Taken:
    """A section of the template and what the last issue said there; `block` counts from 0."""

    block: int
    heading: str
    text: str
    lines: tuple[Line, ...]


def last_answer(bulletin: Bulletin, period: str | None, draft: Draft) -> JsonResponse:
    """{"html": the differences, "taken": [{"block", "heading", "text"}]}; sections that say the same are left out."""
    taken = [
        Taken(order - 1, heading, text, tuple(_lines(draft.blocks[order - 1].text, text)))
        for order, heading, text in (last_texts(bulletin, period) if period else ())
        if order <= len(draft.blocks)
        and (heading, text) != (draft.blocks[order - 1].heading, draft.blocks[order - 1].text)
    ]
    return JsonResponse(
        {
            "html": render_to_string("reports/bulletin/_last.html", {"taken": taken}),
            "taken": [{"block": one.block, "heading": one.heading, "text": one.text} for one in taken],
        }
    )


def _lines(before: str, after: str) -> Iterator[Line]:
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[:2] != "? ":
            yield Line({"  ": SAME, "- ": BEFORE, "+ ": AFTER}[line[:2]], line[2:])
