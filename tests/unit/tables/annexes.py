"""The published annexes as the workbooks offices keep: titles, heads with merged cells, groups, totals and notes."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

TRUTH = Path(__file__).resolve().parents[2] / "truth"
YINDU = TRUTH / "yindu"
WUJIN = TRUTH / "wujin"
# Columns of the transcriptions that are no part of the printed tables.
HELPERS = {"is_total", "row_type", "group", "src_line", "单位名称_原样"}


def transcription(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def yindu_head(number: int) -> list[tuple[str, ...]]:
    """The head of one of Yindu's annexes: one path per column."""
    head = json.loads((YINDU / "headers.json").read_text(encoding="utf-8"))[f"annex{number}"]
    return [tuple(column["levels"]) for column in head["columns"]]


def yindu_rows(number: int) -> list[dict[str, str]]:
    return transcription(YINDU / f"annex{number}.csv")


def yindu_body(number: int) -> list[list[str]]:
    """The printed rows; annex 3's merged units are printed once, as in the source."""
    body = []
    for row in yindu_rows(number):
        cells = [text for name, text in row.items() if name not in HELPERS]
        if number == 3:
            cells[1] = row["单位名称_原样"]
        body.append(cells)
    return body


def yindu_workbook(number: int, note: str = "注：数据截至6月30日。") -> bytes:
    """Annex `number` as a workbook: title merged over all columns, head merged, units of annex 3 merged downwards."""
    title = json.loads((YINDU / "headers.json").read_text(encoding="utf-8"))[f"annex{number}"]["title"]
    return workbook(
        [f"附件{number}", title], yindu_head(number), yindu_body(number), note, merge_units=number == 3
    )


def wujin_head() -> list[tuple[str, ...]]:
    """Annex 1's head: seven groups of numerator, denominator and rate over two levels."""
    rows = [row for row in transcription(WUJIN / "header_zh.csv") if row["code"] != "na"]
    return [(row["group_zh"], row["name_zh"]) if row["group_zh"] else (row["name_zh"],) for row in rows]


def wujin_workbook() -> bytes:
    """Annex 1 as published, per cent signs and dashes as texts."""
    body = [list(row.values()) for row in transcription(WUJIN / "annex1_as_published.csv")]
    return workbook(["附件1", "武进区政务服务事项情况"], wujin_head(), body)


def workbook(
    titles: Sequence[str],
    head: Sequence[tuple[str, ...]],
    body: Sequence[Sequence[str]],
    note: str = "",
    merge_units: bool = False,
) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("附件")
    width = len(head)
    row = 0
    for title in titles:
        sheet.merge_range(row, 0, row, width - 1, title)
        row += 1
    row = _write_head(sheet, row, head)
    top = row
    for cells in body:
        for column, text in enumerate(cells):
            _write(sheet, row, column, text)
        row += 1
    if merge_units:
        starts = [n for n, cells in enumerate(body) if cells[1]]
        for start, after in zip(starts, [*starts[1:], len(body)], strict=True):
            if after - start > 1:
                sheet.merge_range(top + start, 1, top + after - 1, 1, body[start][1])
    if note:
        sheet.write_string(row, 0, note)
    book.close()
    return file.getvalue()


def _write_head(sheet: Any, top: int, head: Sequence[tuple[str, ...]]) -> int:
    """Merges equal neighbours on a level and carries the last text down; returns the first row below."""
    depth = max(map(len, head))
    for level in range(depth):
        column = 0
        while column < len(head):
            path = head[column]
            end = column
            if level < len(path) - 1:
                while end + 1 < len(head) and head[end + 1][: level + 1] == path[: level + 1]:
                    end += 1
            bottom = top + depth - 1 if level == len(path) - 1 else top + level
            if level < len(path):
                if (end, bottom) == (column, top + level):
                    sheet.write_string(top + level, column, path[level])
                else:
                    sheet.merge_range(top + level, column, bottom, end, path[level])
            column = end + 1
    return top + depth


def _write(sheet: Any, row: int, column: int, text: str) -> None:
    try:
        sheet.write_number(row, column, float(Decimal(text)))
    except ArithmeticError:
        sheet.write_string(row, column, text)
