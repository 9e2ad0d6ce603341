"""Renderers: the frozen document in, bytes out. Pure: no database, no clock, no network; same document, same bytes."""

import json
from collections.abc import Callable
from typing import Final

from .as_docx import render_docx
from .as_html import render_html, render_html_body, stylesheet
from .as_pdf import render_pdf
from .as_text import render_text
from .as_xlsx import render_xlsx
from .charts import chart_png, chart_svg
from .content import Document
from .errors import MissingTypefaceError, UnprintableDocumentError
from .typeface import PDF, Typefaces, installed

__all__ = [
    "FORMATS",
    "PDF",
    "Document",
    "MissingTypefaceError",
    "Typefaces",
    "UnprintableDocumentError",
    "chart_png",
    "chart_svg",
    "installed",
    "render",
    "render_docx",
    "render_html",
    "render_html_body",
    "render_json",
    "render_pdf",
    "render_text",
    "render_xlsx",
    "stylesheet",
]


def render_json(document: Document) -> bytes:
    """The document itself as UTF-8 JSON, keys in their order."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


# The PDF alone holds its typefaces; every other format names them and leaves the rest to its reader.
_RENDERERS: Final[dict[str, Callable[[Document], bytes]]] = {
    "json": render_json,
    "html": render_html,
    "docx": render_docx,
    "pdf": render_pdf,
    "xlsx": render_xlsx,
    "txt": render_text,
}

FORMATS: Final = tuple(_RENDERERS)


def render(document: Document, format: str, typefaces: Typefaces = PDF) -> bytes:
    """The document in one of FORMATS, which are also file extensions; `typefaces` are those of the PDF.

    Raises ValueError for another format, UnprintableDocumentError for a document that breaks its schema or cannot be set.
    """
    if format not in _RENDERERS:
        raise ValueError(f"unknown format {format!r}: one of {', '.join(FORMATS)}")
    return render_pdf(document, typefaces) if format == "pdf" else _RENDERERS[format](document)
