"""Contradictions of a document with itself and with the last issue: each kind with cases that fire and cases that do not."""

from typing import Any

import pytest

from reports.services.document_checks import (
    list_counts,
    repeated,
    sentences_against_tables,
    totals_against_parts,
)
from reports.services.findings import finding
from reports.services.last_issue_checks import against_last_issue
from tests.unit.documents.papers import annex, column, document, figure, paragraph, row

TWO = figure("low", "甲局、乙局", "list", units=["U1", "U2"], describe="办结率低于 60（区级部门）")


@pytest.mark.parametrize(
    ("before", "after", "stated"),
    [
        ("3个单位：", "。", "3"),
        ("3个部门（", "）。", "3"),
        ("有3家单位未达标，分别为", "。", "3"),
        ("3个区级部门低于60%，分别是", "。", None),
        ("", "等3个单位较低。", "3"),
        ("", "3个部门较低。", "3"),
        ("2个单位：", "。", None),
        ("", "等2个单位较低。", None),
        ("连续3个月", "未派驻。", None),
        ("提高3.5个百分点，", "较低。", None),
        ("全区34个部门参加，其中", "较低。", None),
        ("除", "外，其余34个部门均达标。", None),
        ("全区34个部门中", "较低。", None),
        ("34个部门除", "外均达标。", None),
        ("接入12个事项的", "较好。", None),
    ],
)
def test_a_count_beside_a_list(before: str, after: str, stated: str | None) -> None:
    found = list(list_counts(document(paragraph(before, TWO, after))))
    assert [one.published for one in found] == ([stated] if stated else [])
    assert all((one.kind, one.where, one.computed) == ("list_count", "low", "2") for one in found)


@pytest.mark.parametrize(("value", "fires"), [("2", False), ("3", True)])
def test_a_counted_number_against_the_list_of_the_same_condition(value: str, fires: bool) -> None:
    count = figure("n", value, "count", value=value, describe="单位数：办结率低于 60（区级部门）")
    found = list(list_counts(document(paragraph("共", count, "个。"), paragraph(TWO, "。"))))
    assert bool(found) is fires


def test_a_number_put_by_a_figure_counts_like_a_typed_one() -> None:
    count = figure("n", "3", "number", value="3")
    assert [one.published for one in list_counts(document(paragraph("共", count, "个单位：", TWO)))] == ["3"]


RATE: dict[str, Any] = {"value": "700/13", "indicator": "closing", "recipe": "pooled", "unit_of_measure": "%"}


@pytest.mark.parametrize(
    ("second", "fires"),
    [
        (figure("b", "50.0%", **RATE | {"recipe": "mean", "value": "50"}), True),
        (figure("b", "53.85%", **RATE), False),
        (figure("b", "50.0%", **RATE | {"scope": "镇街", "value": "50"}), False),
        (figure("b", "50.0%", **RATE | {"period": "2023-05", "value": "50"}), False),
        (figure("b", "50.0%", **RATE | {"indicator": "other", "value": "50"}), False),
        (figure("b", "（未报）", **RATE | {"value": None}), False),
    ],
    ids=["another recipe", "more decimals", "another group", "another period", "another", "not reported"],
)
def test_one_indicator_said_twice(second: dict, fires: bool) -> None:
    found = list(repeated(document(paragraph(figure("a", "53.8%", **RATE), second))))
    assert [(one.kind, one.where, one.computed, one.published) for one in found] == (
        [("repeated", "b", "50.0%", "53.8%")] if fires else []
    )


HEADS = [column("due"), column("done", "rate", indicator="closing")]
TABLE = annex(HEADS, row("U1", "50", "80%"), row("U2", "8", "100%"), row("", "58", "83%", kind="total"))
CELLS = ["items/U1/due", "items/U2/due"]


@pytest.mark.parametrize(
    ("said", "fires"),
    [
        (figure("due", "58", "total", value="58", inputs=CELLS), False),
        (figure("due", "59", "total", value="59", inputs=CELLS), True),
        (figure("due", "0.01万", "total", value="0.0058", unit_of_measure="万", inputs=CELLS), False),
        (figure("due", "8", "total", value="8", inputs=CELLS[1:]), False),
        (figure("due", "9", "total", value="9", inputs=CELLS[1:]), True),
        (figure("due", "99", "total", value="99", inputs=[*CELLS, "items/U3/due"]), False),
        (figure("due", "99", "total", value="99", inputs=CELLS, describe="Σ 应办数 − 1（区级部门）"), False),
        (figure("due", "99", "total", value="99", inputs=CELLS, period="2023-05"), False),
        (figure("r", "83%", value="83", indicator="closing", inputs=CELLS), False),
        (figure("r", "90%", value="90", indicator="closing", inputs=CELLS), True),
        (figure("r", "90%", value="90", indicator="other", inputs=CELLS), False),
        (figure("due", "（未报）", "total", inputs=CELLS), False),
    ],
)
def test_a_sentence_against_its_table(said: dict, fires: bool) -> None:
    found = list(sentences_against_tables(document(paragraph(said), annexes=[TABLE])))
    assert bool(found) is fires
    assert all((one.kind, one.where) == ("sentence_table", said["id"]) for one in found)


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([row("U1", "50"), row("U2", "8"), row("", "58", kind="total")], []),
        ([row("U1", "50"), row("U2", ""), row("", "50", kind="total")], []),
        ([row("U1", "50"), row("U9", "7", kind="comparison"), row("", "50", kind="total")], []),
        ([row("U1", "50"), row("U2", "8"), row("", "59", kind="total")], ["annex1/total/due"]),
        (
            [row("U1", "5"), row("", "6", kind="subtotal"), row("U2", "8"), row("", "13", kind="total")],
            ["annex1/subtotal1/due"],
        ),
        ([row("U1", "50"), row("", "", kind="total")], []),
    ],
    ids=["right", "not reported", "comparison outside", "wrong total", "wrong subtotal", "no total printed"],
)
def test_totals_against_their_parts(rows: list[dict], wrong: list[str]) -> None:
    found = list(totals_against_parts(document(annexes=[annex([column("due")], *rows)])))
    assert [one.where for one in found] == wrong


def test_only_columns_of_one_item_are_added_up() -> None:
    for head in (column("due", inputs=["items/a", "items/b"]), column("due", indicator="closing")):
        rows = [row("U1", "50"), row("", "9", kind="total")]
        assert not list(totals_against_parts(document(annexes=[annex([head], *rows)])))


LAST = document(
    paragraph(
        figure("rate", "62.5%", value="62.5", unit_of_measure="%", describe="办结率", period="2023-05")
    ),
    period="2023-05",
)
NOW = figure("rate", "65.0%", value="65", unit_of_measure="%", describe="办结率")


def moved(value: str, unit: str = "个百分点") -> dict:
    described = "办结率 较 录入事实：上月办结率（市通报）"
    return figure("up", "提高", "change", value=value, unit_of_measure=unit, describe=described)


@pytest.mark.parametrize(
    ("said", "published"),
    [
        (figure("then", "62.5%", value="62.5", describe="办结率（2023年5月）", period="2023-05"), None),
        (figure("then", "62.8%", value="62.8", describe="办结率（2023年5月）", period="2023-05"), "62.5%"),
        (figure("then", "62.51%", value="62.51", describe="办结率（2023年5月）", period="2023-05"), None),
        (figure("then", "9%", value="9", describe="别的（2023年5月）", period="2023-05"), None),
        (moved("2.5"), None),
        (moved("2.51"), None),
        (moved("2.2"), "62.5%"),
        (moved("4", "%"), None),
    ],
    ids=[
        "as printed", "another value then", "prints alike", "never printed",
        "typed as printed", "typed alike", "typed otherwise", "change in per cent",
    ],
)  # fmt: skip
def test_what_is_said_of_last_month_against_last_months_issue(said: dict, published: str | None) -> None:
    found = list(against_last_issue(document(paragraph(NOW, said)), LAST))
    assert [one.published for one in found] == ([published] if published else [])
    assert all((one.kind, one.where) == ("last_issue", said["id"]) for one in found)


def test_a_long_key_fits_and_stays_different() -> None:
    keys = {finding("k", "x" * 200, "", computed="", published="", about=str(n)).key for n in range(3)}
    assert len(keys) == 3
    assert max(map(len, keys)) <= 120
