"""What of an issued document may leave the house: what is printed, taken by an allow-list, so that a new key stays inside.

Left out are the origins (figures with their cells, registers, checks), the people, the exact values behind printed
cells, the rankings with what they tell of others, and who received a corrected issue.
"""

from collections.abc import Mapping
from typing import Any

_KEPT = (
    "schema", "title", "number", "period", "period_label", "as_of", "status", "issued_at", "layout", "head",
    "annotation", "addressees", "signature", "synthetic", "edition",
)  # fmt: skip
_KEPT_OF_ANNEX = ("number", "title", "period_line", "note", "landscape", "legend")
_KEPT_OF_COLUMN = ("code", "path", "kind", "merge")
_KEPT_OF_ERRATUM = ("number", "title", "issued_at", "reason", "moved")
_KEPT_OF_DIFFERENCE = ("kind", "where", "label", "before", "after")


def public_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as everybody may read it; the renderers print of it what they print of the whole one."""
    erratum = document.get("erratum")
    return _taken(document, _KEPT) | {
        "office": {"name": (document.get("office") or {}).get("name", "")},
        "erratum": _erratum(erratum) if erratum else None,
        "sections": [_section(section) for section in document["sections"]],
        "annexes": [_annex(annex) for annex in document["annexes"]],
        "rankings": [],
        "checks": [],
        "notes": [],
    }


def _taken(source: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: source[key] for key in keys if key in source}


def _section(section: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "heading": section.get("heading"),
        "level": section.get("level"),
        "paragraphs": [_paragraph(paragraph) for paragraph in section["paragraphs"]],
    }


def _paragraph(paragraph: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"text": paragraph["text"], "figures": []}
    if paragraph.get("chart"):
        made["chart"] = paragraph["chart"]
    if "cell" in paragraph:
        # A unit's own text: that it is one decides how its lines are printed, which cell it is does not.
        made["cell"] = ""
    return made


def _annex(annex: Mapping[str, Any]) -> dict[str, Any]:
    return _taken(annex, _KEPT_OF_ANNEX) | {
        "columns": [_taken(column, _KEPT_OF_COLUMN) for column in annex["columns"]],
        "rows": [
            {"kind": row["kind"], "unit": "", "cells": row["cells"], "values": [None] * len(row["cells"])}
            | _taken(row, ("marks",))
            for row in annex["rows"]
        ],
    }


def _erratum(erratum: Mapping[str, Any]) -> dict[str, Any]:
    differences = [_taken(one, _KEPT_OF_DIFFERENCE) for one in erratum.get("differences") or ()]
    return _taken(erratum, _KEPT_OF_ERRATUM) | {"differences": differences, "holders": []}
