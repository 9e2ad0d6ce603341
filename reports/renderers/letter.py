"""The text of the bulletin as values: sections, paragraphs, the figures inside them, charts and small tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from .annexes import Annex
from .charts import Chart, read_chart
from .errors import UnprintableDocumentError
from .text import printable


@dataclass(frozen=True)
class FigureSpan:
    """A computed piece of a paragraph: characters [start, end) of its text."""

    id: str
    kind: str
    start: int
    end: int
    describe: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph and its figures, in order and apart from each other; `edited`: an editor changed the text.

    A chart or a table stands in place of the words; the text is then its title.
    """

    text: str
    figures: tuple[FigureSpan, ...] = ()
    edited: bool = False
    chart: Chart | None = None
    table: Annex | None = None


@dataclass(frozen=True)
class Section:
    """A heading (or none) of level 1–3 and what stands under it."""

    heading: str
    level: int
    paragraphs: tuple[Paragraph, ...]


def read_section(section: Mapping[str, Any]) -> Section:
    """A section of the document; a heading an editor emptied is gone."""
    edited = bool(section.get("edit"))
    return Section(
        heading=printable(section.get("heading") or ""),
        level=min(max(int(section.get("level") or 1), 1), 3),
        paragraphs=tuple(
            replace(line, edited=line.edited or edited)
            for paragraph in section["paragraphs"]
            for line in _lines(_paragraph(paragraph), paragraph)
        ),
    )


def _paragraph(paragraph: Mapping[str, Any]) -> Paragraph:
    text = paragraph["text"]
    figures = sorted(paragraph.get("figures") or (), key=lambda figure: (figure["start"], figure["end"]))
    end = 0
    for figure in figures:
        if not end <= figure["start"] <= figure["end"] <= len(text):
            raise UnprintableDocumentError(
                f"figure {figure['id']}: [{figure['start']}, {figure['end']}) in {text!r}"
            )
        end = figure["end"]
    chart = paragraph.get("chart")
    return Paragraph(
        text=printable(text),
        edited=bool(paragraph.get("edit")),
        figures=tuple(
            FigureSpan(
                printable(figure["id"]),
                printable(figure.get("kind") or ""),
                figure["start"],
                figure["end"],
                printable(figure.get("describe") or ""),
            )
            for figure in figures
        ),
        chart=read_chart(chart) if chart else None,
    )


def _lines(read: Paragraph, paragraph: Mapping[str, Any]) -> Iterator[Paragraph]:
    """A unit's text as one printed paragraph a line, its figure cut with it; any other paragraph as it is."""
    if "cell" not in paragraph:
        yield read
        return
    start = 0
    for line in paragraph["text"].split("\n"):
        end = start + len(line)
        spans = (
            replace(span, start=max(span.start, start) - start, end=min(span.end, end) - start)
            for span in read.figures
            if span.start < end and span.end > start
        )
        yield replace(read, text=read.text[start:end], figures=tuple(spans))
        start = end + 1
