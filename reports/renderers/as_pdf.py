"""PDF/A-2b by Typst. The template is fixed; what the document says reaches it as data and is never markup."""

import dataclasses
import json
from functools import lru_cache
from importlib import resources
from typing import Any

import typst

from . import page
from .content import Annex, Content, Document, UnprintableDocumentError, annex_list, read
from .tables import INSET, fitted_tables
from .text import breakable, title_lines
from .typeface import PDF, Typefaces
from .wording import body_blocks, goes_with_signature, signature_gaps


class MissingTypefaceError(RuntimeError):
    """A typeface named for the PDF is not among the font files; Typst alone would quietly take another."""


def render_pdf(document: Document, typefaces: Typefaces = PDF) -> bytes:
    """The document as PDF/A-2b with embedded fonts.

    Raises UnprintableDocumentError for a character no typeface has (PDF/A forbids the empty box), MissingTypefaceError for an
    absent font file.
    """
    content = read(document)
    fonts = _fonts(typefaces)
    compiler = typst.Compiler(
        input=resources.files(__package__).joinpath("bulletin.typ").read_bytes(),
        font_paths=fonts,
        sys_inputs={"bulletin": json.dumps(_data(content, typefaces), ensure_ascii=False)},
    )
    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["a-2b"], timestamp=content.time
        )
    except typst.TypstError as error:
        raise UnprintableDocumentError(error.message) from error
    if warnings:
        raise UnprintableDocumentError("; ".join(warning.message for warning in warnings))
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=4)
def _fonts(typefaces: Typefaces) -> typst.Fonts:
    """The font files of the typefaces alone: neither the machine's nor Typst's own can slip in."""
    directories = [str(directory) for directory in typefaces.directories]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=directories)
    named = {
        family
        for families in (
            typefaces.title,
            typefaces.body,
            typefaces.heading,
            typefaces.subheading,
            typefaces.table,
        )
        for family in families
    }
    if absent := named - set(fonts.families()):
        raise MissingTypefaceError(f"{', '.join(sorted(absent))} not found in {', '.join(directories)}")
    return fonts


def _data(content: Content, typefaces: Typefaces) -> dict[str, Any]:
    signature_gap, date_gap = signature_gaps(content.signature, content.signed_on)
    return {
        "fonts": {
            field.name: getattr(typefaces, field.name)
            for field in dataclasses.fields(typefaces)
            if field.name != "directories"
        },
        "page": {name.lower(): value for name, value in vars(page).items() if name.isupper()},
        "inset": INSET,
        "marks": content.marks,
        "title": content.title,
        "office": content.office,
        "title_lines": _title(content.title, landscape=False),
        "number": breakable(content.number),
        "addressees": breakable(content.addressees),
        "blocks": [(style, breakable(text)) for style, text in body_blocks(content)],
        "last_goes_on": goes_with_signature(content),
        "annex_list": [(number, breakable(title)) for number, title in annex_list(content)],
        "signature": {
            "name": content.signature,
            "gap": signature_gap,
            "date": content.signed_on,
            "date_gap": date_gap,
        },
        "annexes": [_annex_data(annex) for annex in content.annexes],
        "imprint": dataclasses.asdict(content.imprint) if content.imprint else None,
    }


def _annex_data(annex: Annex) -> dict[str, Any]:
    tables = fitted_tables(annex, page.text_width(annex.landscape))
    return {
        "label": annex.label,
        "title": annex.title,
        "title_lines": _title(annex.title, annex.landscape),
        "period_line": annex.period_line,
        "note": breakable(annex.note),
        "landscape": annex.landscape,
        "tables": [
            {
                "size": table.size,
                "widths": table.widths,
                "head": [{**dataclasses.asdict(cell), "text": breakable(cell.text)} for cell in table.head],
                "rows": [
                    {
                        "bold": row.bold,
                        "cells": [
                            {"text": breakable(cell.text), "columns": cell.columns, "align": cell.align}
                            for cell in row.cells
                        ],
                    }
                    for row in table.rows
                ],
            }
            for table in tables
        ],
    }


def _title(title: str, landscape: bool) -> tuple[str, ...]:
    lines = title_lines(title, page.text_width(landscape) / page.SIZE_TITLE)
    return tuple(breakable(line) for line in lines)
