import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.renderers import UnprintableDocumentError, render_text
from reports.renderers.content import annex_list, printed_date, read
from reports.renderers.text import breakable, em_width, printable, title_lines
from reports.renderers.wording import signature_gaps
from tests.documents import yindu_text
from tests.documents.errata import chart_document, erratum_document
from tests.documents.wujin import wujin_document
from tests.documents.yindu import yindu_document

TITLES = [
    ("武进区“一网通办”1-3月份推进情况通报", 20.1, ["武进区“一网通办”1-3月份推进情况通报"]),
    ("《江苏省营商环境评价方案》中政务服务指标数据指标进度一览表", 28.9, ["《江苏省营商环境评价方案》中", "政务服务指标数据指标进度一览表"]),
    ("某某市人民政府办公室关于2023年上半年政务服务工作情况的通报", 20.1, ["某某市人民政府办公室关于", "2023年上半年政务服务工作情况的通报"]),
]  # fmt: skip

DATES = [("2022-04-18", "2022年4月18日"), ("2023-11-05", "2023年11月5日"), (None, ""), ("", "")]

# signature, date, characters free to the right of each
SIGNATURES = [
    ("常州市武进区政务服务管理办公室", "2022年4月18日", 2.0, 15 - 6.5),
    ("区政务办", "2022年4月18日", 6.5, 2.0),
    ("", "2022年4月18日", 10.5, 2.0),
    ("局" * 40, "2022年4月18日", 2.0, 26 - 6.5),
]


@pytest.mark.parametrize(("title", "ems", "lines"), TITLES)
def test_titles_break_where_a_reader_would_pause(title: str, ems: float, lines: list[str]) -> None:
    assert list(title_lines(title, ems)) == lines


@given(st.text(alphabet="武进区“”《》（）关于的，。2023 ab%", max_size=120), st.floats(4, 40))
def test_title_lines_lose_nothing_and_keep_the_width(title: str, ems: float) -> None:
    lines = title_lines(title, ems)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert all(em_width(line) <= ems + 0.01 for line in lines)


@pytest.mark.parametrize(("iso", "printed"), DATES)
def test_dates(iso: str | None, printed: str) -> None:
    assert printed_date(iso) == printed


@pytest.mark.parametrize(("name", "date", "name_gap", "date_gap"), SIGNATURES)
def test_signature_without_seal(name: str, date: str, name_gap: float, date_gap: float) -> None:
    assert signature_gaps(name, date) == (name_gap, date_gap)


@given(st.text())
def test_printable_keeps_offsets_and_prints(text: str) -> None:
    clean = printable(text)
    assert len(clean) == len(text)
    assert not any(character in clean for character in "\x00\x1b\x7f\u202e\u2066\ud800\n\r\t")
    assert breakable(clean).replace("\u200b", "") == clean.replace("\u200b", "")


def test_a_single_annex_has_no_number() -> None:
    document = wujin_document()
    document["annexes"] = document["annexes"][:1]
    content = read(document)
    assert content.annexes[0].label == "附件"
    assert annex_list(content) == (("", document["annexes"][0]["title"]),)
    assert [annex.label for annex in read(wujin_document()).annexes] == ["附件1", "附件2", "附件3"]


TIMES: list[tuple[dict[str, Any], dt.datetime]] = [
    ({}, dt.datetime(2022, 4, 18, 2, tzinfo=dt.UTC)),
    ({"issued_at": None}, dt.datetime(2022, 3, 31, tzinfo=dt.UTC)),
    ({"issued_at": None, "as_of": None}, dt.datetime(2022, 4, 18, tzinfo=dt.UTC)),
    (
        {"issued_at": None, "as_of": None, "signature": None, "addressees": None},
        dt.datetime(1980, 1, 1, tzinfo=dt.UTC),
    ),
]


@pytest.mark.parametrize(("changes", "time"), TIMES)
def test_the_time_inside_files_is_the_documents(changes: dict[str, Any], time: dt.datetime) -> None:
    assert read(wujin_document() | changes).time == time


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"schema": 2}, "schema 2"),
    ({"layout": "red-head"}, "layout 'red-head'"),
    ({"status": "secret"}, "status 'secret'"),
    (
        {"sections": [{"heading": None, "paragraphs": [{"text": "图", "chart": {"kind": "pie"}}]}]},
        "chart 'pie'",
    ),
    (
        {"annexes": [{"title": "表", "columns": [{"code": "a", "path": ["a"], "kind": "item"}], "rows": [{"kind": "data", "cells": ["1"], "values": ["1"], "marks": ["", "last"]}]}]},
        "annex 1 row 1: 2 marks in 1 columns",
    ),
    (
        {"sections": [{"heading": None, "paragraphs": [{"text": "短", "figures": [{"id": "f", "start": 0, "end": 9}]}]}]},
        r"figure f: \[0, 9\)",
    ),
    (
        {
            "sections": [
                {
                    "heading": None,
                    "paragraphs": [
                        {"text": "重叠", "figures": [{"id": "a", "start": 0, "end": 2}, {"id": "b", "start": 1, "end": 2}]}
                    ],
                }
            ]
        },
        r"figure b: \[1, 2\)",
    ),
    (
        {"annexes": [{"title": "表", "columns": [{"code": "a", "path": ["a"], "kind": "item"}], "rows": [{"kind": "data", "cells": [], "values": []}]}]},
        "annex 1 row 1: 0 cells",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), FAULTS)
def test_faulty_documents_are_refused_with_the_place(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UnprintableDocumentError, match=message):
        read(wujin_document() | changes)


def test_plain_text() -> None:
    text = render_text(wujin_document("draft", synthetic="演示数据")).decode()
    lines = text.split("\n")
    assert lines[:3] == ["【草稿　未经签发】", "【演示数据】", "武进区“一网通办”1-3月份推进情况通报"]
    assert "　　附件：1.《江苏省营商环境评价方案》中政务服务指标数据指标进度一览表" in lines
    assert (
        "2\t大数据管理局\t1\t1\t100.0%\t1\t1\t100.0%\t112\t132\t84.8%\t0\t1\t0.0%\t1\t1\t100.0%\t1\t1\t100.0%\t—\t—\t—"
        in lines
    )
    assert lines[-3:] == [
        "抄报：各区长，区政府办各主任。",
        "常州市武进区行政审批局办公室　2022年4月18日印发",
        "",
    ]


def test_plain_text_says_charts_marks_and_corrections_in_words() -> None:
    charts = render_text(chart_document()).decode().split("\n")
    start = charts.index("　　各部门不见面办理率")
    assert charts[start + 4] == "　　公安局武进分局交通警察大队：未报"
    assert charts[start + 6] == "　　司法局：88.5%（本单位）"
    assert charts[start + 22] == "　　目标：25%"
    marked = render_text(yindu_document()).decode().split("\n")
    assert marked[marked.index(yindu_text.LEGEND) + 1] == "　　区林业局：主项覆盖率 33.33%"
    corrected = render_text(erratum_document()).decode().split("\n")
    assert "位置\t原为\t更正为" in corrected
    assert "即办件率\t统计局\t不排名\t10" in corrected
    assert "附件1 统计局 认领数\t（无）\t2" in corrected


def test_the_correction_names_the_issue_it_corrects() -> None:
    lines = render_text(erratum_document()).decode().split("\n")
    assert lines[0] == "关于更正《武进区“一网通办”1-3月份推进情况通报》的通报"
    assert (
        "　　本通报更正《武进区“一网通办”1-3月份推进情况通报》（武政管通〔2022〕1号，2022年4月18日印发）。"
        "更正原因：人社局补报认领数，原件计算时未计入。"
    ) in lines
    assert "周文静" not in "".join(lines)
