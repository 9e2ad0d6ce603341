"""A red-head bulletin with eight annexes from the transcribed tables of a published one (殷都, June 2023)."""

import csv
import json
from pathlib import Path
from typing import Any

from . import yindu_text
from .wujin import annex, column, paragraph, wujin_document

TRUTH = Path(__file__).parents[1] / "truth" / "yindu"
_KINDS = {"int": "item", "dec": "item", "rate": "rate", "str": "text", "blank": "item"}
_ROW_KINDS = {"group_header": "group"}
_UNIT_HEADS = ("单位", "单位名称", "区划/部门")
# Which columns merge downwards: one unit has many certificates.
_MERGED = {3: "单位名称"}
# The rate of the whole city, below which a cell of 主项覆盖率 is set off.
_CITY_RATE = 47.66


def yindu_document(status: str = "issued", synthetic: str = "") -> dict[str, Any]:
    """Eight annexes: three head levels over 18 columns, 63 rows with merged units, groups with subtotals, a comparison."""
    issued = status == "issued"
    return wujin_document(status, synthetic) | {
        "office": {"code": "yindu", "name": "殷都区"},
        "bulletin": "yindu",
        "layout": "red_head",
        "head": yindu_text.HEAD,
        "title": yindu_text.TITLE,
        "number": yindu_text.NUMBER if issued else None,
        "period": "2023-06",
        "period_label": "2023年6月",
        "as_of": "2023-06-30",
        "issued_at": "2023-07-10T10:00:00+08:00" if issued else None,
        "addressees": {
            "主送": ["各区直有关部门、放管服改革成员单位"],
            "抄送": [],
            "抄送标签": "抄送",
            "印发": {"机关": "殷都区政务服务和大数据管理局办公室", "日期": "2023-07-10"},
        },
        "signature": {
            "name": "殷都区人民政府推进政府职能转变和“放管服”改革协调小组办公室",
            "date": "2023-07-10",
        },
        "annotation": yindu_text.ANNOTATION,
        "edition": 1,
        "erratum": None,
        "sections": [
            {
                "heading": heading,
                "level": level,
                "paragraphs": [paragraph(text) for text in paragraphs],
                "edit": None,
            }
            for heading, level, paragraphs in yindu_text.SECTIONS
        ],
        "annexes": [_annex(number) for number in yindu_text.ANNEXES],
    }


def _annex(number: int) -> dict[str, Any]:
    title, period_line, note, landscape = yindu_text.ANNEXES[number]
    heads = json.loads((TRUTH / "headers.json").read_text("utf-8"))[f"annex{number}"]["columns"]
    columns = [_column(head, place, _MERGED.get(number, "")) for place, head in enumerate(heads)]
    with (TRUTH / f"annex{number}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [_row(line, heads, number) for line in csv.DictReader(file)]
    marked = any("marks" in row for row in rows)
    return annex(
        number, title, columns, rows,
        period_line=period_line, note=note, landscape=landscape, legend=yindu_text.LEGEND if marked else "",
    )  # fmt: skip


def _column(head: dict[str, Any], place: int, merged: str) -> dict[str, Any]:
    name = head["name"]
    kind = "seq" if name == "序号" else "unit" if name in _UNIT_HEADS else _KINDS[head["type"]]
    return column(f"c{place}", head["levels"], kind) | {"merge": name == merged}


def _row(line: dict[str, str], heads: list[dict[str, Any]], number: int) -> dict[str, Any]:
    cells = [
        f"{line[head['name']]}%" if head["type"] == "rate" and line[head["name"]] else line[head["name"]]
        for head in heads
    ]
    numeric = [head["type"] in ("rate", "dec", "int") and line[head["name"]] != "" for head in heads]
    row = {
        "kind": _ROW_KINDS.get(line["row_type"], line["row_type"]),
        "unit": None,
        "cells": cells,
        "values": [
            line[head["name"]] if is_number else None for head, is_number in zip(heads, numeric, strict=True)
        ],
    }
    if number == 5 and row["kind"] == "data":
        low = float(line["主项覆盖率"]) < _CITY_RATE
        row["marks"] = ["target" if head["name"] == "主项覆盖率" and low else "" for head in heads]
    return row
