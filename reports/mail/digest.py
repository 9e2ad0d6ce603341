"""What a subscriber reads of a whole issue: how each part begins, and both ends of every ranking. Nothing is computed here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports.mail.edition import Correction, Line, correction_of, line_of, pair_of, text_of

# How many paragraphs of the text, and how many places at either end of a ranking.
PARAGRAPHS = 8
ENDS = 3


@dataclass(frozen=True)
class Passage:
    """A part of the text: its heading ("" for none) and its first paragraph."""

    heading: str
    text: str


@dataclass(frozen=True)
class Ends:
    """A ranking's first and last places (ties kept), with the overall value as printed; no unit stands in both."""

    title: str
    group: str
    ranked: int
    overall: str
    overall_pair: str
    first: tuple[Line, ...]
    last: tuple[Line, ...]


@dataclass(frozen=True)
class Digest:
    """All a subscriber's mail says; every text is printable and on one line."""

    title: str
    number: str
    office: str
    period: str
    synthetic: str
    correction: Correction | None
    passages: tuple[Passage, ...]
    rankings: tuple[Ends, ...]


def digest_of(document: Mapping[str, Any]) -> Digest:
    """The digest of a frozen document."""
    passages = [found for section in document["sections"] if (found := _passage(section))]
    return Digest(
        title=text_of(document["title"]),
        number=text_of(document.get("number")),
        office=text_of((document.get("signature") or {}).get("name") or document["office"]["name"]),
        period=text_of(document["period_label"]),
        synthetic=text_of(document.get("synthetic")),
        correction=correction_of(document),
        passages=tuple(passages[:PARAGRAPHS]),
        rankings=tuple(_ends(ranking) for ranking in document["rankings"]),
    )


def _passage(section: Mapping[str, Any]) -> Passage | None:
    """A chart is a paragraph too, but says nothing in words."""
    texts = [text_of(p["text"]) for p in section["paragraphs"] if not p.get("chart")]
    first = next((text for text in texts if text), "")
    return Passage(text_of(section.get("heading")), first) if first else None


def _ends(ranking: Mapping[str, Any]) -> Ends:
    placed = [line_of(row) for row in ranking["rows"] if row.get("rank") is not None]
    bottom = set(ranking.get("bottom") or ())
    first = tuple(line for line in placed if line.rank is not None and line.rank <= ENDS)
    overall = ranking.get("overall") or {}
    return Ends(
        title=text_of(ranking["title"]),
        group=text_of(ranking.get("group_name")),
        ranked=int(ranking["ranked"]),
        overall=text_of(overall.get("display")),
        overall_pair=pair_of(overall),
        first=first,
        last=tuple(line for line in placed if line.unit in bottom and line not in first),
    )
