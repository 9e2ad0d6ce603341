"""What a large bulletin costs to print: a red head, eight annexes of 36 units, two charts, in every format."""

from typing import Any

from reports.renderers import FORMATS, render
from tests.bench.measure import Measure, repeat
from tests.documents.errata import bars, trend
from tests.documents.hostile import wide_document
from tests.documents.yindu import yindu_document

# Seconds for all formats together.
TARGET = 3.0
_COLUMNS = 14


def large_document() -> dict[str, Any]:
    """Eight annexes of 36 rows and 14 columns."""
    document = yindu_document()
    (table,) = wide_document(columns=_COLUMNS)["annexes"]
    document["annexes"] = [
        {**table, "number": number, "title": f"附件{number}统计表", "landscape": number % 2 == 0}
        for number in range(1, 9)
    ]
    document["sections"][1]["paragraphs"] += [
        {"text": chart["title"], "figures": [], "chart": chart} for chart in (bars(36), trend())
    ]
    return document


def rendering() -> list[Measure]:
    """Each repetition prints a document not printed before: titles and charts differ, so nothing is remembered."""
    turn = 0

    def act() -> None:
        nonlocal turn
        turn += 1
        document = large_document()
        for section in document["sections"]:
            for paragraph in section["paragraphs"]:
                if "chart" in paragraph:
                    paragraph["chart"]["title"] += str(turn)
        for format in FORMATS:
            render(document, format)

    return [repeat("all formats, 8 annexes of 36 units", 3, act, target=TARGET)]
