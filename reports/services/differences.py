"""What differs between two documents (bulletin.json): figure by figure, sentence by sentence, cell by cell, and which ranks moved.

Pure over the two documents; neither has to be issued, and they may be of different periods.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from reports.services.annex_cells import row_names

Document = Mapping[str, Any]
# Row numbers follow from the order of the rows: no difference of their own.
_NOT_COMPARED = "seq"
_LIST = "list"


@dataclass(frozen=True)
class Difference:
    """One change. `kind`: figure, list, sentence, cell, rank (a printed place) or row; "" where one side has nothing.

    `where`: a figure's id, s1p2 (section, paragraph), annex1/unit/column, or annex1/unit for a whole row.
    """

    kind: str
    where: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class MovedRank:
    """A unit whose place in a ranking differs; None: not ranked."""

    ranking: str
    ranking_name: str
    unit: str
    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class Differences:
    """All that differs, in the order it is printed; empty for equal contents."""

    differences: tuple[Difference, ...] = ()
    moved: tuple[MovedRank, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.differences or self.moved)


def differences(before: Document, after: Document) -> Differences:
    """From the document `before` to the document `after`: text, figures, tables and places; titles and dates are not compared."""
    return Differences(
        (*_figures(before, after), *_sentences(before, after), *_annexes(before, after)),
        tuple(_moved(before, after)),
    )


def _figures(before: Document, after: Document) -> Iterator[Difference]:
    """Figures both have under one id and of one kind; one that came or went shows in its sentence."""
    former = _figures_of(before)
    for identity, figure in _figures_of(after).items():
        old = former.get(identity)
        if old is None or _meaning(old) != _meaning(figure) or old["display"] == figure["display"]:
            continue
        kind = _LIST if figure["kind"] == _LIST else "figure"
        yield Difference(kind, identity, figure["describe"] or identity, old["display"], figure["display"])


def _figures_of(document: Document) -> dict[str, Mapping[str, Any]]:
    return {
        figure["id"]: figure
        for section in document["sections"]
        for paragraph in section["paragraphs"]
        for figure in paragraph["figures"]
    }


def _meaning(figure: Mapping[str, Any]) -> tuple[Any, ...]:
    return figure["kind"], figure["indicator"], figure["scope"]


def _sentences(before: Document, after: Document) -> Iterator[Difference]:
    """Paragraphs and headings that were changed, added or left out, aligned in order over the whole text."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, [text for *_place, text in old], [text for *_place, text in new], False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        removed, added = old[i:j], new[k:m]
        for n in range(max(len(removed), len(added))):
            was = removed[n] if n < len(removed) else None
            now = added[n] if n < len(added) else None
            where, heading, _text = now or was or ("", "", "")
            yield Difference("sentence", where, heading, was[2] if was else "", now[2] if now else "")


def _lines(document: Document) -> list[tuple[str, str, str]]:
    """(where, heading, text) of every heading and paragraph."""
    lines = []
    for number, section in enumerate(document["sections"], 1):
        heading = section["heading"] or ""
        if heading:
            lines.append((f"s{number}", heading, heading))
        lines += [
            (f"s{number}p{place}", heading, paragraph["text"])
            for place, paragraph in enumerate(section["paragraphs"], 1)
        ]
    return lines


def _annexes(before: Document, after: Document) -> Iterator[Difference]:
    former = {annex["number"]: annex for annex in before["annexes"]}
    present = {annex["number"]: annex for annex in after["annexes"]}
    for number in sorted({*former, *present}):
        old, new = former.get(number), present.get(number)
        if old is None or new is None:
            title = (new or old or {})["title"]
            was, now = (old["title"] if old else ""), (new["title"] if new else "")
            yield Difference("row", f"annex{number}", _annex_name(number, title), was, now)
        else:
            yield from _rows(old, new)


def _rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    former, present = _keyed(old), _keyed(new)
    for key, (where, row) in present.items():
        if key in former:
            yield from _cells(old, new, former[key][1], row, where)
        else:
            yield Difference("row", where, _label(new, row), "", _row_text(new, row))
    for key, (where, row) in former.items():
        if key not in present:
            yield Difference("row", where, _label(old, row), _row_text(old, row), "")


def _keyed(annex: Mapping[str, Any]) -> dict[Hashable, tuple[str, Mapping[str, Any]]]:
    """Rows and their places by what they are of; several alike in their order."""
    seen: Counter[Hashable] = Counter()
    found: dict[Hashable, tuple[str, Mapping[str, Any]]] = {}
    for name, row in zip(row_names(annex), annex["rows"], strict=True):
        key = row["kind"], name or _row_text(annex, row)
        found[key, seen[key]] = f"annex{annex['number']}/{name or row['kind']}", row
        seen[key] += 1
    return found


def _cells(
    old: Mapping[str, Any], new: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any], where: str
) -> Iterator[Difference]:
    former = dict(zip((column["code"] for column in old["columns"]), was["cells"], strict=True))
    for column, cell in zip(new["columns"], now["cells"], strict=True):
        before = former.get(column["code"], "")
        if column["kind"] == _NOT_COMPARED or before == cell:
            continue
        kind = "rank" if column["kind"] == "rank" else "cell"
        label = " ".join((_label(new, now), "·".join(column["path"])))
        yield Difference(kind, f"{where}/{column['code']}", label, before, cell)


def _label(annex: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """附件1 市公安局: the annex and the row as its first words say what it is."""
    words = [
        cell
        for column, cell in zip(annex["columns"], row["cells"], strict=True)
        if cell and column["kind"] in ("unit", "text")
    ]
    return " ".join((_annex_name(annex["number"], ""), *words[: 2 if "category" in row else 1]))


def _annex_name(number: int, title: str) -> str:
    return f"附件{number} {title}".rstrip()


def _row_text(annex: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    compared: Sequence[str] = [
        cell
        for column, cell in zip(annex["columns"], row["cells"], strict=True)
        if column["kind"] != _NOT_COMPARED and cell
    ]
    return "，".join(compared)


def _moved(before: Document, after: Document) -> Iterator[MovedRank]:
    former = {ranking["code"]: ranking for ranking in before["rankings"]}
    for ranking in after["rankings"]:
        if ranking["code"] not in former:
            continue
        places = {row["unit"]: row["rank"] for row in former[ranking["code"]]["rows"]}
        for row in ranking["rows"]:
            was = places.get(row["unit"])
            if was != row["rank"]:
                yield MovedRank(ranking["code"], ranking["title"], row["unit"], row["name"], was, row["rank"])
