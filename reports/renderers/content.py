"""The frozen document as values: what is printed, in which words, for every format alike.

Shapes: `Content` holds the letter (title, addressees, sections, list of annexes, signature, imprint) and its annexes.
Every string in it has passed `printable`. Rules of wording: GB/T 9704-2012 section 7.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .text import printable

Document = Mapping[str, Any]

SCHEMA = 1
LAYOUT = "ordinary"
_UNISSUED = {"draft": "草稿　未经签发", "reviewed": "送签稿　未经签发"}
# The oldest time a zip file can hold: the last resort of a document that has no date at all.
_NO_DATE = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


class UnprintableDocumentError(ValueError):
    """The document breaks its schema, or holds what a format cannot print; the message says where."""


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
    """One paragraph and its figures, in order and apart from each other; `edited`: a unit's text as an editor changed it."""

    text: str
    figures: tuple[FigureSpan, ...]
    edited: bool = False


@dataclass(frozen=True)
class Section:
    """A heading (or none) of level 1–3 and what stands under it."""

    heading: str
    level: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Column:
    """A column of an annex; `path` holds its heads from the top."""

    code: str
    path: tuple[str, ...]
    kind: str


@dataclass(frozen=True)
class Row:
    """A printed row; `values` are exact numbers as text, or None where nothing is counted."""

    kind: str
    unit: str
    cells: tuple[str, ...]
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Annex:
    """A table. `label` is 附件 with its number, or 附件 alone where there is only one."""

    label: str
    number: int
    title: str
    period_line: str
    note: str
    landscape: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Imprint:
    """版记: who gets copies, who printed it and when; empty strings where the document is silent."""

    copies: str
    office: str
    date: str


@dataclass(frozen=True)
class Content:
    """All that is printed. `marks` stand on every page: not yet issued, synthetic data."""

    marks: tuple[str, ...]
    title: str
    number: str
    addressees: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]
    signature: str
    signed_on: str
    imprint: Imprint | None
    office: str
    time: dt.datetime


def read(document: Document) -> Content:
    """Take what is printed from the document. Raises UnprintableDocumentError where it breaks the schema."""
    if document.get("schema") != SCHEMA:
        raise UnprintableDocumentError(f"schema {document.get('schema')!r}, expected {SCHEMA}")
    if document.get("layout", LAYOUT) != LAYOUT:
        raise UnprintableDocumentError(f"layout {document['layout']!r}, only {LAYOUT!r} can be printed")
    addressees = document.get("addressees") or {}
    signature = document.get("signature") or {}
    annexes = document["annexes"]
    return Content(
        marks=_marks(document),
        title=printable(document["title"]),
        number=_text(document.get("number")),
        addressees=_names(addressees.get("主送"), "："),
        sections=tuple(_section(section) for section in document["sections"]),
        annexes=tuple(_annex(annex, position, len(annexes)) for position, annex in enumerate(annexes, 1)),
        signature=_text(signature.get("name")),
        signed_on=printed_date(signature.get("date")),
        imprint=_imprint(addressees),
        office=_text((document.get("office") or {}).get("name")),
        time=_time(document),
    )


def printed_date(iso: str | None) -> str:
    """2022-04-08 as 2022年4月8日: Arabic digits, no leading zeros (GB/T 9704 7.3.5.4). Empty for no date."""
    if not iso:
        return ""
    day = dt.date.fromisoformat(iso)
    return f"{day.year}年{day.month}月{day.day}日"


def annex_list(content: Content) -> tuple[tuple[str, str], ...]:
    """附件说明: (number, title) pairs, the number empty where there is only one annex."""
    if len(content.annexes) == 1:
        return (("", content.annexes[0].title),)
    return tuple((f"{annex.number}.", annex.title) for annex in content.annexes)


def _text(value: str | None) -> str:
    return printable(value or "")


def _names(names: Sequence[str] | None, end: str) -> str:
    return "，".join(printable(name) for name in names) + end if names else ""


def _marks(document: Document) -> tuple[str, ...]:
    if document["status"] not in (*_UNISSUED, "issued"):
        raise UnprintableDocumentError(f"status {document['status']!r}")
    return tuple(filter(None, (_UNISSUED.get(document["status"], ""), _text(document.get("synthetic")))))


def _imprint(addressees: Mapping[str, Any]) -> Imprint | None:
    printed = addressees.get("印发") or {}
    copies = _names(addressees.get("抄送"), "。")
    label = _text(addressees.get("抄送标签")) or "抄送"
    imprint = Imprint(
        copies=f"{label}：{copies}" if copies else "",
        office=_text(printed.get("机关")),
        date=printed_date(printed.get("日期")),
    )
    return imprint if imprint != Imprint("", "", "") else None


def _section(section: Mapping[str, Any]) -> Section:
    return Section(
        heading=_text(section.get("heading")),
        level=min(max(int(section.get("level") or 1), 1), 3),
        paragraphs=tuple(
            line for paragraph in section["paragraphs"] for line in _lines(_paragraph(paragraph), paragraph)
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
    return Paragraph(
        text=printable(text),
        edited=bool(paragraph.get("edit")),
        figures=tuple(
            FigureSpan(
                _text(figure["id"]),
                _text(figure.get("kind")),
                figure["start"],
                figure["end"],
                _text(figure.get("describe")),
            )
            for figure in figures
        ),
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


def _annex(annex: Mapping[str, Any], position: int, total: int) -> Annex:
    number = annex.get("number") or position
    columns = tuple(
        Column(_text(column["code"]), tuple(map(printable, column["path"])), column["kind"])
        for column in annex["columns"]
    )
    return Annex(
        label="附件" if total == 1 else f"附件{number}",
        number=number,
        title=printable(annex["title"]),
        period_line=_text(annex.get("period_line")),
        note=_text(annex.get("note")),
        landscape=bool(annex.get("landscape")),
        columns=columns,
        rows=tuple(
            _row(row, len(columns), f"annex {number} row {line}") for line, row in enumerate(annex["rows"], 1)
        ),
    )


def _row(row: Mapping[str, Any], width: int, where: str) -> Row:
    cells = tuple(_text(cell) for cell in row["cells"])
    values = tuple(row["values"])
    if not len(cells) == len(values) == width:
        raise UnprintableDocumentError(
            f"{where}: {len(cells)} cells and {len(values)} values in {width} columns"
        )
    return Row(row["kind"], row.get("unit") or "", cells, values)


def _time(document: Document) -> dt.datetime:
    """The one time written into files: of issue, else the day the figures stand for. Never the clock's."""
    signature, addressees = document.get("signature") or {}, document.get("addressees") or {}
    days = (document.get("as_of"), signature.get("date"), (addressees.get("印发") or {}).get("日期"))
    if issued := document.get("issued_at"):
        moment = dt.datetime.fromisoformat(issued)
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    day = next(filter(None, days), None)
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC) if day else _NO_DATE
