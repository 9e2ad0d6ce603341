"""The frozen document as values: what is printed, in which words, for every format alike.

Shapes: `Content` holds the letter (title, addressees, sections, list of annexes, signature, imprint) and its annexes.
Every string in it has passed `printable`. Rules of wording: GB/T 9704-2012 section 7.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .annexes import Annex, read_annex
from .erratum import read_erratum
from .errors import UnprintableDocumentError
from .letter import Section, read_section
from .row_metrics import EVEN, FIRST, ROOMY
from .text import printable

Document = Mapping[str, Any]

SCHEMA = 1
ORDINARY = "ordinary"
RED_HEAD = "red_head"
NOTICE = "notice"
LAYOUTS = (ORDINARY, RED_HEAD, NOTICE)
_UNISSUED = {"draft": "草稿　未经签发", "reviewed": "送签稿　未经签发"}
# The oldest time a zip file can hold: the last resort of a document that has no date at all.
_NO_DATE = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Imprint:
    """版记: who gets copies, who printed it and when; empty strings where the document is silent."""

    copies: str
    office: str
    date: str


@dataclass(frozen=True)
class Content:
    """All that is printed. `marks` stand on every page: not yet issued, synthetic data.

    `head` is the 发文机关标志 of a red-head document and empty in every other; `annotation` the 附注 in its brackets.
    """

    marks: tuple[str, ...]
    head: str
    title: str
    number: str
    addressees: str
    sections: tuple[Section, ...]
    annexes: tuple[Annex, ...]
    signature: str
    signed_on: str
    annotation: str
    imprint: Imprint | None
    office: str
    time: dt.datetime


def read(document: Document) -> Content:
    """Take what is printed from the document. Raises UnprintableDocumentError where it breaks the schema."""
    if document.get("schema") != SCHEMA:
        raise UnprintableDocumentError(f"schema {document.get('schema')!r}, expected {SCHEMA}")
    layout = document.get("layout", ORDINARY)
    if layout not in LAYOUTS:
        raise UnprintableDocumentError(f"layout {layout!r}, expected one of {', '.join(LAYOUTS)}")
    if layout == RED_HEAD and not document.get("head"):
        raise UnprintableDocumentError("layout 'red_head' without a head: no 发文机关标志 is given")
    addressees = document.get("addressees") or {}
    signature = document.get("signature") or {}
    return Content(
        marks=_marks(document),
        head=_text(document.get("head")) if layout == RED_HEAD else "",
        title=printable(document["title"]),
        number=_text(document.get("number")),
        addressees=_names(addressees.get("主送"), "："),
        sections=_sections(document),
        annexes=_annexes(document, texts=layout == NOTICE),
        signature=_text(signature.get("name")),
        signed_on=printed_date(signature.get("date")),
        annotation=_annotation(document),
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


def _sections(document: Document) -> tuple[Section, ...]:
    erratum = document.get("erratum")
    before = read_erratum(erratum) if erratum else ()
    return (*before, *(read_section(section) for section in document["sections"]))


def _annexes(document: Document, *, texts: bool) -> tuple[Annex, ...]:
    annexes = document["annexes"]
    metrics = FIRST if "edition" not in document else ROOMY if texts else EVEN
    return tuple(
        read_annex(annex, position, len(annexes), metrics=metrics, texts=texts)
        for position, annex in enumerate(annexes, 1)
    )


def _annotation(document: Document) -> str:
    words = _text(document.get("annotation")).strip()
    return words if not words or words.startswith(("（", "(")) else f"（{words}）"


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


def _time(document: Document) -> dt.datetime:
    """The one time written into files: of issue, else the day the figures stand for. Never the clock's."""
    signature, addressees = document.get("signature") or {}, document.get("addressees") or {}
    days = (document.get("as_of"), signature.get("date"), (addressees.get("印发") or {}).get("日期"))
    if issued := document.get("issued_at"):
        moment = dt.datetime.fromisoformat(issued)
        return moment.astimezone(dt.UTC) if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    day = next(filter(None, days), None)
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC) if day else _NO_DATE
