"""Tried sections cut into pieces for the page: plain text, and figures that say what they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.renderers.charts import chart_words, read_chart
from reports.services.template_trial import Trial


@dataclass(frozen=True)
class Piece:
    """A part of a paragraph; `describe` says what a figure is, "" for plain text."""

    text: str
    describe: str = ""


@dataclass(frozen=True)
class ShownSection:
    """A section for the page; `paragraphs` is None where it has faults."""

    place: int
    tag: str
    heading: str
    paragraphs: tuple[tuple[Piece, ...], ...] | None


def shown_sections(trial: Trial) -> list[ShownSection]:
    return [
        ShownSection(
            section.place,
            f"h{min(section.level, 3) + 1}",
            (section.content["heading"] or "") if section.content else "",
            tuple(line for paragraph in section.content["paragraphs"] for line in _lines(paragraph))
            if section.content
            else None,
        )
        for section in trial.sections
    ]


def _lines(paragraph: Mapping[str, Any]) -> Iterator[tuple[Piece, ...]]:
    """A paragraph; of a chart its title and its points in words, since drawing it would keep whoever types waiting."""
    yield tuple(_pieces(paragraph))
    if paragraph.get("chart"):
        yield from ((Piece(line),) for line in chart_words(read_chart(paragraph["chart"])))


def _pieces(paragraph: Mapping[str, Any]) -> Iterator[Piece]:
    text, end = paragraph["text"], 0
    for figure in paragraph["figures"]:
        if figure["start"] > end:
            yield Piece(text[end : figure["start"]])
        yield Piece(text[figure["start"] : figure["end"]], figure["describe"] or figure["display"])
        end = figure["end"]
    if text[end:]:
        yield Piece(text[end:])
