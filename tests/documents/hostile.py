"""Documents made to break a renderer: very wide, empty, or full of what must never run."""

from typing import Any

from .errata import bars
from .wujin import annex, column, paragraph, wujin_document

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><svg/onload=alert(1)>",
    "<!--<a href=javascript:alert(1)>",
    "&lt;b&gt; &#60;",
    "]]> <?xml?> &amp;",
    '#eval("1") $x$ *粗* _斜_ @ref <label> \\ // /* `raw` #[内容]',
    "{{ 7*7 }} {% load x %}",
    "零\x00宽\x08\u202e反\ud800转",
    "第一行\n第二行\t制表",
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "＝1+1")


def wide_document(columns: int = 40, rows: int = 36, name_length: int = 12) -> dict[str, Any]:
    """One annex of `columns` columns in groups of three heads, units with long names."""
    document = wujin_document()
    heads = [column("seq", ["序号"], "seq"), column("unit", ["部门名称"], "unit")]
    for place in range(columns - 2):
        group, third = divmod(place, 3)
        code = f"c{place}"
        name = ("事项办理数量", "政务服务事项标准化清单总数", "网上办理率")[third]
        heads.append(column(code, [f"第{group + 1}类事项", name], "rate" if third == 2 else "item"))
    body = []
    for line in range(1, rows + 1):
        cells = [str(line), f"武进区第{line:02}综合行政执法管理办公室中心局"[:name_length]]
        cells += ["100.0%" if place % 3 == 2 else str(1234567 - line) for place in range(columns - 2)]
        values = [cells[0], None, *(cell.rstrip("%") for cell in cells[2:])]
        body.append({"kind": "data", "unit": f"D{line:02}", "cells": cells, "values": values})
    document["annexes"] = [annex(1, "超宽统计表", heads, body)]
    return document


def bare_document() -> dict[str, Any]:
    """The least a document can be: every optional part empty, an annex without rows, one without columns."""
    document = wujin_document("draft")
    document |= {
        "as_of": None,
        "addressees": {},
        "signature": {"name": None, "date": None},
        "sections": [
            {"heading": None, "level": 1, "paragraphs": []},
            {"heading": "一、空节", "level": 1, "paragraphs": []},
        ],
        "annexes": [
            annex(1, "无数据表", [column("seq", ["序号"], "seq"), column("unit", ["单位"], "unit")], []),
            annex(2, "无列表", [], [], landscape=False),
        ],
    }
    return document


def payload_document(payload: str) -> dict[str, Any]:
    """The payload in every place that holds free text."""
    document = wujin_document("draft", synthetic=payload)
    document |= {
        "layout": "red_head",
        "head": payload,
        "annotation": payload,
        "erratum": _payload_erratum(payload),
        "title": payload,
        "number": payload,
        "office": {"code": "x", "name": payload},
        "addressees": {
            "主送": [payload],
            "抄送": [payload],
            "抄送标签": payload,
            "印发": {"机关": payload, "日期": "2022-04-18"},
        },
        "signature": {"name": payload, "date": "2022-04-18"},
        "sections": [{"heading": payload, "level": 2, "paragraphs": _payload_paragraphs(payload)}],
        "annexes": [_payload_annex(payload)],
    }
    return document


def _payload_erratum(payload: str) -> dict[str, Any]:
    change = {"kind": "figure", "where": payload, "label": payload, "before": payload, "after": payload}
    move = {
        "ranking": payload,
        "ranking_name": payload,
        "unit": payload,
        "name": payload,
        "before": 1,
        "after": 2,
    }
    return {
        "number": payload, "title": payload, "issued_at": "2022-04-18T10:00:00+08:00", "reason": payload,
        "differences": [change], "moved": [move], "holders": [],
    }  # fmt: skip


def _payload_paragraphs(payload: str) -> list[dict[str, Any]]:
    figure = {
        "id": payload, "kind": payload, "display": payload, "start": 1, "end": 1 + len(payload), "describe": payload,
    }  # fmt: skip
    chart = bars(2) | {"title": payload, "unit_of_measure": payload}
    for part in ("points", "lines"):
        chart[part] = [one | {"label": payload, "display": payload} for one in chart[part]]
    return [
        {"text": f"前{payload}后", "figures": [figure]},
        paragraph(payload),
        {"text": payload, "figures": [], "chart": chart},
    ]


def _payload_annex(payload: str) -> dict[str, Any]:
    heads = [
        column("unit", ["单位"], "unit"),
        column("a", [payload, payload], "item"),
        column("t", ["说明"], "text"),
    ]
    row = {"unit": payload, "cells": [payload] * 3, "values": [None] * 3, "marks": ["", "last", ""]}
    rows = [{"kind": kind, **row} for kind in ("data", "total", "group")]
    return annex(1, payload, heads, rows, period_line=payload, note=payload, legend=payload, landscape=False)


def tall_document() -> dict[str, Any]:
    """A notice with a cell that no page can hold, beside merged ones."""
    document = wujin_document()
    heads = [
        column("unit", ["单位"], "unit") | {"merge": True},
        column("t", ["情况"], "text"),
        column("n", ["办件量"], "item"),
    ]
    rows = [
        {"kind": "data", "unit": "D01", "cells": ["民政局", "事" * length, "7"], "values": [None, None, "7"]}
        for length in (20, 3000, 20)
    ]
    document |= {
        "layout": "notice", "edition": 1, "annexes": [annex(1, "很长的情况", heads, rows)],
        "sections": [{"heading": None, "level": 1, "paragraphs": [paragraph("情况附后。")]}],
    }  # fmt: skip
    return document
