"""Contradictions of a document with itself: counts and lists, sentences and tables, totals and parts. Pure over the document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from expressions.numbers import display, exact_text, parse_exact
from reports.services.annex_cells import TOTALS, row_names, rows_behind
from reports.services.findings import Finding, finding

Document = Mapping[str, Any]
LIST, COUNT, RATE, TOTAL = "list", "count", "rate", "total"
# 12个单位 says how many names follow, 等12个单位 how many were named; 12个月, 2.5个百分点 and 12个单位中 say neither.
_NOUN = r"(?:[区市县省]级|[区市县省]直|责任|成员|牵头|上述|有关|相关)?(?:部门|单位|县（市、区）|县市区|区县|县区|乡镇|镇街|街道|区|县|镇|局)"
_LINK = r"(?:，?(?:分别为|分别是|包括|具体为|即|为|是))?[：:（(“]?"
_COUNT_BEFORE = re.compile(rf"(?<![\d.])(\d+)\s*[个家]{_NOUN}[^\d，。；、：（）中内里除]{{0,12}}{_LINK}$")
_COUNT_AFTER = re.compile(rf"^等?(\d+)\s*[个家]{_NOUN}")
# What a figure printed in larger units counts.
_SCALES = {"万": 10_000, "亿": 100_000_000}
_OPERATORS = re.compile(r"[+\-*/×÷−＋－]")
_COUNTED_WORDS = "单位数："


def list_counts(document: Document) -> Iterator[Finding]:
    """A stated number of units against the list it stands beside, or against the list of the same condition."""
    counts = {
        figure["describe"].removeprefix(_COUNTED_WORDS): figure
        for figure in _figures(document)
        if figure["kind"] == COUNT and figure["value"] is not None
    }
    for paragraph in _paragraphs(document):
        for figure in paragraph["figures"]:
            if figure["kind"] != LIST:
                continue
            named = len(figure["units"])
            stated = [int(digits) for digits in _stated(paragraph["text"], figure)]
            if figure["describe"] in counts:
                stated.append(int(parse_exact(counts[figure["describe"]]["value"])))
            wrong = next((number for number in stated if number != named), None)
            if wrong is not None:
                yield finding(
                    "list_count",
                    figure["id"],
                    f"写的是{wrong}个，名单印了{named}个：{figure['display']}",
                    computed=str(named),
                    published=str(wrong),
                )


def _stated(text: str, figure: Mapping[str, Any]) -> Iterator[str]:
    """The numbers that stand directly before and behind a list and count units."""
    for match in (
        _COUNT_BEFORE.search(text[: figure["start"]]),
        _COUNT_AFTER.search(text[figure["end"] :]),
    ):
        if match is not None:
            yield match[1]


def repeated(document: Document) -> Iterator[Finding]:
    """One indicator of the same units said twice with two values, e.g. pooled here and as a mean there.

    A figure rounded in two ways is said rightly both times.
    """
    first: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for figure in _figures(document):
        if figure["kind"] != RATE or not figure["indicator"] or figure["value"] is None:
            continue
        same = tuple(figure[key] for key in ("indicator", "scope", "period", "unit_of_measure"))
        former = first.setdefault(same, figure)
        if former["value"] != figure["value"]:
            yield finding(
                "repeated",
                figure["id"],
                f"同一指标前面印为 {former['display']}（{former['describe']}），"
                f"这里印为 {figure['display']}（{figure['describe']}）",
                computed=figure["display"],
                published=former["display"],
                about=former["id"],
            )


def sentences_against_tables(document: Document) -> Iterator[Finding]:
    """A figure of the text against the cell that says the same of the same units."""
    for figure in _figures(document):
        if not _is_of_table(figure, document["period"]):
            continue
        units = {key.split("/")[1] for key in figure["inputs"]}
        for annex in document["annexes"]:
            for name, place, row in _rows_of(annex, units):
                column = annex["columns"][place]
                if not _is_same(figure, column) or row["values"][place] is None:
                    continue
                if parse_exact(row["values"][place]) != _unscaled(figure):
                    yield finding(
                        "sentence_table",
                        figure["id"],
                        f"正文“{figure['describe']}”印为 {figure['display']}，"
                        f"附件{annex['number']}“{'·'.join(column['path'])}”印为 {row['cells'][place]}",
                        computed=figure["display"],
                        published=row["cells"][place],
                        about=f"annex{annex['number']}/{name}/{column['code']}",
                    )


def _is_of_table(figure: Mapping[str, Any], period: str) -> bool:
    is_plain = figure["kind"] == TOTAL and not _OPERATORS.search(figure["describe"])
    is_rate = figure["kind"] == RATE and bool(figure["indicator"])
    return (is_plain or is_rate) and figure["value"] is not None and figure["period"] == period


def _rows_of(annex: Mapping[str, Any], units: set[str]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """The cells of the rows that stand for exactly these units: (name of the row, place of the column, row)."""
    for at, (name, row) in enumerate(zip(row_names(annex), annex["rows"], strict=True)):
        if row["kind"] not in ("data", *TOTALS) or row.get("category") or row.get("entry") or row.get("leaf"):
            continue
        if {behind["unit"] for behind in rows_behind(annex, at)} == units:
            for place in range(len(annex["columns"])):
                yield name, place, row


def _is_same(figure: Mapping[str, Any], column: Mapping[str, Any]) -> bool:
    if figure["kind"] == RATE:
        return column["kind"] == RATE and column["indicator"] == figure["indicator"]
    items = {f"{form}/{item}" for form, _unit, item in (key.split("/", 2) for key in figure["inputs"])}
    return _is_sum(column) and set(column["inputs"]) == items


def _is_sum(column: Mapping[str, Any]) -> bool:
    """A column of one reported item: its total is the sum of its parts."""
    return column["kind"] == "item" and len(column["inputs"]) == 1 and not column["indicator"]


def _unscaled(figure: Mapping[str, Any]) -> Fraction:
    return parse_exact(figure["value"]) * _SCALES.get(figure["unit_of_measure"], 1)


def totals_against_parts(document: Document) -> Iterator[Finding]:
    """A row of totals or subtotals against the sum of the rows it stands for, column by column."""
    for annex in document["annexes"]:
        names = row_names(annex)
        for at, row in enumerate(annex["rows"]):
            if row["kind"] not in TOTALS:
                continue
            parts = rows_behind(annex, at)
            for place, column in enumerate(annex["columns"]):
                if _is_sum(column) and row["values"][place] is not None:
                    yield from _difference(annex, names[at], row, parts, place)


def _difference(
    annex: Mapping[str, Any],
    name: str,
    row: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]],
    place: int,
) -> Iterator[Finding]:
    column = annex["columns"][place]
    added = sum(
        (parse_exact(part["values"][place]) for part in parts if part["values"][place] is not None),
        Fraction(),
    )
    if added != parse_exact(row["values"][place]):
        shown = display(added, column["decimals"]) if column["decimals"] is not None else exact_text(added)
        head = "·".join(column["path"])
        yield finding(
            "parts",
            f"annex{annex['number']}/{name}/{column['code']}",
            f"附件{annex['number']}“{head}”印为 {row['cells'][place]}，各行相加为 {shown}",
            computed=shown,
            published=row["cells"][place],
        )


def _paragraphs(document: Document) -> Iterator[Mapping[str, Any]]:
    for section in document["sections"]:
        yield from section["paragraphs"]


def _figures(document: Document) -> Iterator[Mapping[str, Any]]:
    for paragraph in _paragraphs(document):
        yield from paragraph["figures"]
