"""A whole frozen document from the transcribed tables: what the renderers are tried on."""

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import wujin_text

TRUTH = Path(__file__).parents[1] / "truth" / "wujin"
_MARK = re.compile(r"‹(\w+)=([^›]+)›")
_RATES = {
    "claim_rate": ("claimed", "list_total"),
    "compile_rate": ("compiled", "compile_base"),
    "time_cut_rate": ("days_cut", "days_statutory"),
    "instant_rate": ("instant_items", "instant_base"),
    "nomeet_rate": ("nomeet_items", "nomeet_base"),
    "online_rate": ("online_items", "online_base"),
    "supervision_rate": ("supervision_covered", "supervision_total"),
}


def wujin_document(status: str = "issued", synthetic: str = "") -> dict[str, Any]:
    """The bulletin with its three annexes: 36 + 1 rows of 23 columns, 33 of 14, 12 of 11."""
    return {
        "schema": 1,
        "office": {"code": "wujin", "name": "武进区"},
        "bulletin": "wujin",
        "title": wujin_text.TITLE,
        "number": "武政管通〔2022〕1号" if status == "issued" else None,
        "period": "2022Q1",
        "period_label": "2022年一季度",
        "as_of": "2022-03-31",
        "status": status,
        "issued_at": "2022-04-18T10:00:00+08:00" if status == "issued" else None,
        "layout": "ordinary",
        "addressees": {
            "主送": ["区各有关部门"],
            "抄送": ["各区长", "区政府办各主任"],
            "抄送标签": "抄报",
            "印发": {"机关": "常州市武进区行政审批局办公室", "日期": "2022-04-18"},
        },
        "signature": {"name": "常州市武进区政务服务管理办公室", "date": "2022-04-18"},
        "synthetic": synthetic,
        "sections": [
            {"heading": heading, "level": 1, "paragraphs": [paragraph(text) for text in paragraphs]}
            for heading, paragraphs in wujin_text.SECTIONS
        ],
        "annexes": [_annex1(), _annex2(), _annex3()],
        "rankings": [],
        "checks": [],
        "cells": {},
        "notes": [],
        "hash": None,
    }


def paragraph(marked: str) -> dict[str, Any]:
    """Text with ‹id=display› marks as a paragraph with figures."""
    text, figures, end = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        display = mark.group(2)
        figures.append(
            {
                "id": mark.group(1),
                "kind": "list" if "、" in display else "rate" if "%" in display else "total",
                "display": display,
                "start": len(text),
                "end": len(text) + len(display),
                "describe": "Σ 分子 ÷ Σ 分母（合并计算）",
            }
        )
        text, end = text + display, mark.end()
    return {"text": text + marked[end:], "figures": figures}


def annex(
    number: int, title: str, columns: list[dict[str, Any]], rows: list[dict[str, Any]], **more: Any
) -> dict[str, Any]:
    """An annex of the schema, landscape unless told."""
    return {
        "number": number, "title": title, "period_line": "", "note": "", "landscape": True,
        "columns": columns, "rows": rows, **more,
    }  # fmt: skip


def column(code: str, path: list[str], kind: str) -> dict[str, Any]:
    return {"code": code, "path": path, "kind": kind, "decimals": 1 if kind == "rate" else 0, "inputs": []}


def exact(value: Fraction) -> str:
    """A terminating decimal where there is one, else n/d."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return format(whole, "f") if Fraction(whole) == value else f"{value.numerator}/{value.denominator}"


def one_decimal(value: Fraction) -> str:
    tenths = Decimal((value.numerator * 20 + value.denominator) // (value.denominator * 2)) / 10
    return f"{tenths.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _read(name: str) -> list[dict[str, str]]:
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _unit_codes() -> dict[str, str]:
    rows = _read("departments.csv")
    return {
        row[name]: row["code"]
        for row in rows
        for name in ("name_annex1", "name_annex2", "name_annex3")
        if row[name]
    }


def _annex1() -> dict[str, Any]:
    heads = _read("header_zh.csv")[:-1]
    columns = []
    for head in heads:
        name = head["name_zh"].split("＝")[0]
        kind = {"seq": "seq", "dept": "unit"}.get(
            head["code"], "rate" if head["role"] == "rate_pct" else "item"
        )
        columns.append(column(head["code"], [head["group_zh"], name] if head["group_zh"] else [name], kind))
    codes, rows = _unit_codes(), []
    sums: dict[str, int] = {}
    for line in _read("annex1.csv"):
        cells, values = [], []
        for head in heads:
            code = head["code"]
            cell, value = _annex1_cell(line, code)
            cells.append(cell)
            values.append(value)
        for pair in _RATES.values():
            if all(line[code] for code in pair):
                for code in pair:
                    sums[code] = sums.get(code, 0) + int(line[code])
        rows.append({"kind": "data", "unit": codes[line["dept"]], "cells": cells, "values": values})
    rows.append(_annex1_total([head["code"] for head in heads], sums))
    return annex(1, wujin_text.ANNEX_TITLES[0], columns, rows, note=wujin_text.NOTE)


def _annex1_cell(line: dict[str, str], code: str) -> tuple[str, str | None]:
    if code in _RATES:
        numerator, denominator = (line[part] for part in _RATES[code])
        if not numerator or not denominator:
            return "—", None
        rate = Fraction(int(numerator) * 100, int(denominator))
        return one_decimal(rate), exact(rate)
    if code == "dept":
        return line[code], None
    return (line[code], line[code]) if line[code] else ("—", None)


def _annex1_total(codes: list[str], sums: dict[str, int]) -> dict[str, Any]:
    cells: list[str] = ["", "合计"]
    values: list[str | None] = [None, None]
    for code in codes[2:]:
        if code in _RATES:
            numerator, denominator = _RATES[code]
            rate = Fraction(sums[numerator] * 100, sums[denominator])
            cells.append(one_decimal(rate))
            values.append(exact(rate))
        else:
            cells.append(str(sums[code]))
            values.append(str(sums[code]))
    return {"kind": "total", "unit": None, "cells": cells, "values": values}


def _annex2() -> dict[str, Any]:
    return _counts(2, "annex2.csv", "部门名称")


def _annex3() -> dict[str, Any]:
    return _counts(3, "annex3.csv", "办件所属区划")


def _counts(number: int, name: str, unit_head: str) -> dict[str, Any]:
    lines, codes = _read(name), _unit_codes()
    kinds = {"序号": "seq", unit_head: "unit"}
    columns = [column(f"c{place}", [head], kinds.get(head, "item")) for place, head in enumerate(lines[0])]
    rows = [
        {
            "kind": "data",
            "unit": codes.get(line[unit_head]),
            "cells": list(line.values()),
            "values": [None if head == unit_head else value for head, value in line.items()],
        }
        for line in lines
    ]
    return annex(
        number, wujin_text.ANNEX_TITLES[number - 1], columns, rows, period_line=wujin_text.PERIOD_LINE
    )
