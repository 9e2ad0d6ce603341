"""An issue as plain text: what the archive searches and quotes from."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reports.models import Issue


def search_text(document: Mapping[str, Any]) -> str:
    """The title as first line, then number, headings, paragraphs and annexes, one line each; rows with tabs between cells."""
    return "\n".join(filter(None, _lines(document)))


def title_of(issue: Issue) -> str:
    """The title as printed; read from the content only where the plain text was never written."""
    title: str = issue.search_text.partition("\n")[0] or json.loads(issue.content)["title"]
    return title


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield _one_line(document["title"])
    yield document.get("number") or ""
    yield document.get("head") or ""
    yield (document.get("erratum") or {}).get("reason", "")
    for section in document["sections"]:
        yield section.get("heading") or ""
        for paragraph in section["paragraphs"]:
            yield paragraph["text"]
    yield document.get("annotation") or ""
    for annex in document["annexes"]:
        yield annex["title"]
        for row in annex["rows"]:
            yield "\t".join(filter(None, map(_one_line, row["cells"])))
        yield annex.get("note") or ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
