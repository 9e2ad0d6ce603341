"""Building the one JSON document of an issue: the only input of the renderers, the mails and the preview.

Its keys are documented in docs/bulletin-json.md (schema 1). Everything compared or printed is text.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from expressions import NameTable
from reports.models import Bulletin
from reports.services.annexes import build_annex
from reports.services.cells import cells_json, cells_used
from reports.services.entries import CountedEntries, entry_cells
from reports.services.frozen_rankings import build_rankings
from reports.services.issue_edits import edits_of
from reports.services.sections import build_sections
from reports.services.source import load_source
from reports.statements import Source
from reports.statements.compose import fill
from reports.statements.limits import check_printed, pointing_at

SCHEMA = 1
# What changes when an issue is reviewed and issued although no figure does.
_LIFE = ("status", "number", "issued_at", "signature", "addressees", "checks", "hash")


def build_document(bulletin: Bulletin, period: str) -> tuple[dict[str, Any], Source, dict[str, NameTable]]:
    """The draft document of a bulletin for a period (no checks, number or hash yet), with what it was made from."""
    source, names = load_source(bulletin, period)
    data, edits = source.data, edits_of(bulletin, period)
    sections = build_sections(bulletin, source, names, edits)
    entries = CountedEntries(bulletin.office, data.period)
    annexes = [
        build_annex(annex, source, names, entries)
        for annex in bulletin.annexes.prefetch_related("columns", "groups__group")
    ]
    used = set(cells_used(sections, annexes))
    counted, listed = entry_cells(data, used, entries)
    document = {
        "schema": SCHEMA,
        "office": {"code": bulletin.office.code, "name": bulletin.office.name},
        "bulletin": bulletin.code,
        "title": fill(bulletin.title, source, names),
        "number": None,
        "period": data.period.code,
        "period_label": data.period.label,
        "as_of": data.period.end.isoformat(),
        "status": "draft",
        "edition": 1,
        "erratum": None,
        "issued_at": None,
        "layout": bulletin.layout,
        "head": bulletin.head,
        "annotation": bulletin.annotation,
        "addressees": {
            "主送": bulletin.addressees.split("\n") if bulletin.addressees else [],
            "抄送": bulletin.copies.split("\n") if bulletin.copies else [],
            "抄送标签": bulletin.copies_label,
            "印发": {"机关": bulletin.printed_by, "日期": None},
        },
        "signature": {"name": bulletin.signature, "date": None},
        "synthetic": bulletin.office.synthetic,
        "sections": sections,
        "annexes": annexes,
        "rankings": build_rankings(bulletin, data),
        "checks": [],
        "cells": cells_json(bulletin.office, data, used) | counted,
        "registers": listed,
        "notes": [],
        "hash": None,
    }
    with pointing_at(1, 1, 0):
        check_printed(_texts(sections, annexes))
    return document, source, names


def _texts(sections: list[dict[str, Any]], annexes: list[dict[str, Any]]) -> Iterator[str]:
    for section in sections:
        yield from (paragraph["text"] for paragraph in section["paragraphs"])
    for annex in annexes:
        for row in annex["rows"]:
            yield from row["cells"]


def canonical(document: Mapping[str, Any]) -> str:
    """The document as the text that is kept, hashed and written to bulletin.json."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the whole document but its hash: what stands printed in an issue's files."""
    return _sha256({key: value for key, value in document.items() if key != "hash"})


def figures_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of what the office agreed on, without what review and issue add: equal when nothing moved since."""
    agreed = {key: value for key, value in document.items() if key not in _LIFE}
    if agreed.get("erratum"):
        # Mails of the wrong issue may still go out while its erratum is a draft.
        agreed["erratum"] = agreed["erratum"] | {"holders": []}
    return _sha256(agreed)


def _sha256(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def all_figures(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every figure of the sentences by id."""
    return {
        figure["id"]: figure
        for section in document["sections"]
        for paragraph in section["paragraphs"]
        for figure in paragraph["figures"]
    }
