"""PDF/A-2b by Typst. The template is fixed; what the document says reaches it as data and is never markup."""

import dataclasses
from typing import Any

from . import page
from .annexes import Annex
from .charts import TEMPLATE, WIDTH_PT, chart_data
from .content import Content, Document, annex_list, read
from .paging import GAP_EMS, Part, annex_parts, letter_parts
from .tables import INSET, MARK_SHADE
from .text import breakable, title_lines
from .typeface import PDF, Typefaces
from .typesetting import typeset
from .wording import Block, body_blocks, goes_with_signature, head_lines, signature_gaps


def render_pdf(document: Document, typefaces: Typefaces = PDF) -> bytes:
    """The document as PDF/A-2b with embedded fonts.

    Raises UnprintableDocumentError for a character no typeface has (PDF/A forbids the empty box), MissingTypefaceError for an
    absent font file.
    """
    content = read(document)
    return typeset((TEMPLATE, "bulletin.typ"), _data(content), typefaces, format="pdf", time=content.time)


def _data(content: Content) -> dict[str, Any]:
    signature_gap, date_gap = signature_gaps(content.signature, content.signed_on)
    return {
        "page": {name.lower(): value for name, value in vars(page).items() if name.isupper()},
        "cell": {"inset": INSET, "gap": GAP_EMS, "shade": MARK_SHADE},
        "marks": content.marks,
        "chart_width": WIDTH_PT,
        "head": _head(content.head),
        "title": content.title,
        "office": content.office,
        "title_lines": _title(content.title, landscape=False),
        "number": breakable(content.number),
        "addressees": breakable(content.addressees),
        "blocks": [_block(block) for block in body_blocks(content)],
        "last_goes_on": goes_with_signature(content),
        "annex_list": [(number, breakable(title)) for number, title in annex_list(content)],
        "signature": {
            "name": content.signature,
            "gap": signature_gap,
            "date": content.signed_on,
            "date_gap": date_gap,
            "annotation": breakable(content.annotation),
        },
        "annexes": [_annex_data(annex) for annex in content.annexes],
        "imprint": dataclasses.asdict(content.imprint) if content.imprint else None,
    }


def _head(head: str) -> dict[str, Any] | None:
    if not head:
        return None
    lines, size = head_lines(head)
    return {"lines": lines, "size": size}


def _block(block: Block) -> dict[str, Any]:
    return {
        "style": block.style,
        "words": breakable(block.text),
        "chart": chart_data(block.chart) if block.chart else None,
        "parts": [_part(part) for part in letter_parts(block.table)] if block.table else [],
    }


def _annex_data(annex: Annex) -> dict[str, Any]:
    return {
        "label": annex.label,
        "title": annex.title,
        "title_lines": _title(annex.title, annex.landscape),
        "period_line": annex.period_line,
        "notes": [breakable(note) for note in annex.notes],
        "landscape": annex.landscape,
        "parts": [_part(part) for part in annex_parts(annex)],
    }


def _part(part: Part) -> dict[str, Any]:
    table = part.table
    return {
        "continued": part.continued,
        "size": table.size,
        "leading": table.metrics.leading,
        "padding": table.metrics.padding,
        "widths": table.widths,
        "head": [{**dataclasses.asdict(cell), "text": breakable(cell.text)} for cell in table.head],
        "rows": [
            {
                "bold": row.bold,
                "tall": row.tall,
                "cells": [{**dataclasses.asdict(cell), "text": breakable(cell.text)} for cell in row.cells],
            }
            for row in table.rows
        ],
    }


def _title(title: str, landscape: bool) -> tuple[str, ...]:
    lines = title_lines(title, page.text_width(landscape) / page.SIZE_TITLE)
    return tuple(breakable(line) for line in lines)
