"""What of a draft one unit may see before issue: its own lines, its own places, the sentences that name it.

Nothing here tells of another unit: lists shrink to the own name and a number, clauses that write out another unit's
name are left out, and so is a figure that rests on fewer than three units, because who knows one knows the other.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Office, UnitAlias, UnitVersion
from departments.periods import Period
from expressions import ExpressionError
from reports.choices import ColumnKind, IssueStatus
from reports.models import Issue
from reports.services.annex_cells import row_names
from reports.services.annexes import build_annex
from reports.services.document import all_figures
from reports.services.entries import CountedEntries
from reports.services.source import load_source

# A figure over so many units tells of none of them.
FEWEST = 3
LEFT_OUT = "……"
_CLAUSE_ENDS = "，。；！？\n"
# Bulletins string many statements together with semicolons; each is read as a sentence of its own.
_SENTENCE_ENDS = "。；！？\n"
_REPEATED = re.compile(rf"(?:{LEFT_OUT}[，；]?)+(?={LEFT_OUT})")
_PLACE = ("rank", "tied", "value", "display", "numerator", "denominator", "reason")

# (annex number, unit code, column code) → the cell as printed.
Cells = Mapping[tuple[int, str, str], str]


@dataclass(frozen=True)
class Names:
    """Every name an office's units ever had, to find them in texts; longer names come before those they contain."""

    codes: Mapping[str, str]
    pattern: re.Pattern[str]

    def units_in(self, text: str) -> set[str]:
        return {self.codes[match[0]] for match in self.pattern.finditer(text)}


def names_of_units(office: Office) -> Names:
    """Short, full and other names of the office's units (two queries)."""
    codes: dict[str, str] = {}
    versions = UnitVersion.objects.filter(unit__office=office)
    for code, short, full in versions.values_list("unit__code", "short_name", "full_name"):
        codes |= {short: code, full: code}
    codes |= dict(UnitAlias.objects.filter(unit__office=office).values_list("name", "unit__code"))
    codes.pop("", None)
    longest_first = sorted(codes, key=len, reverse=True)
    return Names(codes, re.compile("|".join(map(re.escape, longest_first)) or r"(?!)"))


def units_of(document: Mapping[str, Any]) -> set[str]:
    """Codes of the units the document speaks of: in its annexes, its rankings and its lists, and whose own text it prints."""
    annexes = {row["unit"] for annex in document["annexes"] for row in annex["rows"] if row["unit"]}
    ranked = {row["unit"] for ranking in document["rankings"] for row in ranking["rows"]}
    written = {p["unit"] for section in document["sections"] for p in section["paragraphs"] if "cell" in p}
    listed = {code for figure in all_figures(document).values() for code in figure["units"] or ()}
    return annexes | ranked | listed | written


def former_cells(issue: Issue) -> Cells:
    """The annexes of the period before: as issued, else from the figures approved for it; empty where neither exists."""
    period = Period.parse(issue.period).previous().code
    issued = issue.bulletin.issues.filter(period=period, status=IssueStatus.ISSUED)
    before = issued.order_by("-edition").first()
    if before is not None:
        return _cells(json.loads(before.content)["annexes"])
    try:
        source, names = load_source(issue.bulletin, period)
        annexes = issue.bulletin.annexes.prefetch_related("columns", "groups__group")
        entries = CountedEntries(issue.bulletin.office, source.data.period)
        return _cells(build_annex(annex, source, names, entries) for annex in annexes)
    except ExpressionError:
        # The texts speak of something that did not exist then, e.g. an indicator without a definition in force.
        return {}


def _cells(annexes: Iterable[Mapping[str, Any]]) -> dict[tuple[int, str, str], str]:
    return {
        (annex["number"], name, column["code"]): cell
        for annex in annexes
        for name, row in zip(row_names(annex), annex["rows"], strict=True)
        if row["unit"] and "entry" not in row
        for column, cell in zip(annex["columns"], row["cells"], strict=True)
    }


def excerpt(document: Mapping[str, Any], unit: str, names: Names, before: Cells) -> dict[str, Any]:
    """The unit's part of the document as JSON; {} when the document does not speak of it.

    annexes[]: number, title, rows[] (label, printed cell, exact value or null, cell of the period before); rankings[]:
    the frozen row without what it tells of others; sentences[]: text; lists: ids of the lists that name the unit.
    """
    if unit not in units_of(document):
        return {}
    return {
        "title": document["title"],
        "period_label": document["period_label"],
        "annexes": [part for annex in document["annexes"] if (part := _lines(annex, unit, before))["rows"]],
        "rankings": [
            {"code": ranking["code"], "title": ranking["title"], "group_name": ranking["group_name"], "ranked": ranking["ranked"]}
            | {key: row[key] for key in (*_PLACE, "previous_rank", "movement")}
            for ranking in document["rankings"]
            for row in ranking["rows"]
            if row["unit"] == unit
        ],
        "sentences": list(_sentences(document, unit, names)),
        "lists": [
            key
            for key, figure in all_figures(document).items()
            if figure["kind"] == "list" and unit in figure["units"]
        ],
    }  # fmt: skip


def figures_and_places(shown: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an excerpt an answer stands on: own figures, own places, and the lists that name the unit."""
    return {
        "annexes": [
            [annex["number"], [[row["label"], row["cell"], row["exact"]] for row in annex["rows"]]]
            for annex in shown.get("annexes", ())
        ],
        "rankings": [[row["code"], *(row[key] for key in _PLACE)] for row in shown.get("rankings", ())],
        "lists": shown.get("lists", []),
    }


def _lines(annex: Mapping[str, Any], unit: str, before: Cells) -> dict[str, Any]:
    own = [
        (name, row) for name, row in zip(row_names(annex), annex["rows"], strict=True) if row["unit"] == unit
    ]
    return {
        "number": annex["number"],
        "title": annex["title"],
        "rows": [
            {
                "label": " · ".join(filter(None, (row.get("category_name"), *column["path"]))),
                "cell": cell,
                "exact": value,
                "before": before.get((annex["number"], name, column["code"]), ""),
            }
            for name, row in own
            for column, cell, value in zip(annex["columns"], row["cells"], row["values"], strict=True)
            if column["kind"] in (ColumnKind.ITEM, ColumnKind.RATE, ColumnKind.RANK)
        ]
        + [_entry_line(annex, row) for _name, row in own if "entry" in row],
    }


def _entry_line(annex: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is an entry of a register, with all that is printed of it; another period has other entries."""
    texts = (
        cell
        for column, cell in zip(annex["columns"], row["cells"], strict=True)
        if column["kind"] == ColumnKind.TEXT and cell and cell != row["entry"]
    )
    return {"label": row["entry"], "cell": " · ".join(texts), "exact": None, "before": ""}


def _sentences(document: Mapping[str, Any], unit: str, names: Names) -> Iterator[str]:
    for section in document["sections"]:
        for paragraph in section["paragraphs"]:
            if "cell" in paragraph:
                # A unit's own text goes to that unit, whole, and to nobody else before issue.
                if paragraph["unit"] == unit:
                    yield paragraph["text"]
                continue
            named, text = False, ""
            for start, end in _clauses(paragraph):
                shown, here = _clause(paragraph, start, end, unit, names)
                named, text = named or here, text + shown
                if paragraph["text"][end - 1] in _SENTENCE_ENDS or end == len(paragraph["text"]):
                    if named:
                        yield _REPEATED.sub("", text).strip()
                    named, text = False, ""


def _clauses(paragraph: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Start and end of each piece up to a comma or stop; one inside a figure ends nothing."""
    inside = {place for figure in paragraph["figures"] for place in range(figure["start"], figure["end"])}
    start, text = 0, paragraph["text"]
    for place, character in enumerate(text, 1):
        if place == len(text) or (character in _CLAUSE_ENDS and place - 1 not in inside):
            yield start, place
            start = place


def _clause(paragraph: Mapping[str, Any], start: int, end: int, unit: str, names: Names) -> tuple[str, bool]:
    """The clause as the unit may read it, and whether it names the unit."""
    text, place, shown, named = paragraph["text"], start, "", False
    written: set[str] = set()
    for figure in (f for f in paragraph["figures"] if start <= f["start"] < end):
        literal = text[place : figure["start"]]
        place = figure["end"]
        written |= names.units_in(literal)
        if figure["kind"] == "list":
            own = unit in figure["units"]
            named = named or own
            printed = _own_name(figure, unit, names) if own else LEFT_OUT
        else:
            written |= names.units_in(figure["display"])
            printed = figure["display"] if _tells_of_no_other(figure, unit) else LEFT_OUT
        shown += literal + printed
    written |= names.units_in(text[place:end])
    shown += text[place:end]
    named = named or unit in written
    if written - {unit}:
        shown = LEFT_OUT + (text[end - 1] if text[end - 1] in _CLAUSE_ENDS else "")
    return shown, named


def _own_name(figure: Mapping[str, Any], unit: str, names: Names) -> str:
    """The unit's name as the list prints it, and how many are listed."""
    found = (match[0] for match in names.pattern.finditer(figure["display"]) if names.codes[match[0]] == unit)
    own, count = next(found, unit), len(figure["units"])
    return _("%(own)s and others (%(count)s units)") % {"own": own, "count": count} if count > 1 else own


def _tells_of_no_other(figure: Mapping[str, Any], unit: str) -> bool:
    behind = {key.split("/")[1] for key in figure["inputs"]}
    return behind <= {unit} or len(behind) >= FEWEST
