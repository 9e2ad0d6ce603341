"""Charts as data: what is drawn of a ranking and of several periods, exact and as printed."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from expressions import ExpressionError
from indicators.targets import Operator, TargetData
from reports.statements import Paragraph, Source, compose
from reports.statements.compose import fill
from tests.spec.statements import time_office
from tests.spec.statements.lists_office import CODES, NAMES, OFFICE


def drawn(text: str, source: Source = OFFICE) -> dict[str, Any]:
    (paragraph,) = compose(f"{{{text}}}", source, NAMES)
    assert paragraph.chart is not None
    return paragraph.chart


def labels(chart: dict[str, Any]) -> list[str]:
    return [point["label"] for point in chart["points"]]


def over_time(text: str) -> dict[str, Any]:
    (paragraph,) = compose(f"{{{text}}}", time_office.JUNE, time_office.names())
    assert paragraph.chart is not None
    return paragraph.chart


def test_bars_stand_in_the_order_of_places_with_average_and_target():
    chart = drawn("排名图(办结率)")
    assert (chart["kind"], chart["title"], chart["unit_of_measure"]) == ("bars", "区级部门办结率排名", "%")
    assert labels(chart) == ["丙局", "乙局", "己局", "甲局", "丁局", "戊局"]
    assert chart["points"][0] == {
        "label": "丙局",
        "value": "95",
        "display": "95.0%",
        "unit": CODES["丙局"],
        "mark": "",
    }
    assert [(point["value"], point["display"]) for point in chart["points"][3:]] == [
        ("0", "0.0%"),
        (None, "—"),
        (None, "（未报）"),
    ]
    assert chart["lines"] == [
        {"label": "平均", "value": "990/17", "display": "58.2%"},
        {"label": "目标", "value": "60", "display": "60%"},
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("排名图(办结率，个数=1)", ["丙局"]),
        ("排名图(办结率，个数=2)", ["丙局", "乙局", "己局"]),
        ("排名图(办结率，个数=1，哪一头=“后”)", ["甲局"]),
        ("排名图(未办率，个数=1)", ["丙局"]),
        ("排名图(办结率，组=镇街道)", ["子镇", "丑镇"]),
        ("排名图(空率，个数=3)", []),
    ],
)
def test_the_ends_of_a_chart_never_cut_through_a_tie(text: str, shown: list[str]):
    assert labels(drawn(text)) == shown


def test_the_last_places_are_marked():
    chart = drawn("排名图(办结率，标出后几名=2)")
    assert [point["label"] for point in chart["points"] if point["mark"] == "last"] == [
        "乙局",
        "己局",
        "甲局",
    ]


def test_in_its_own_section_a_unit_is_marked():
    found = compose("{排名图(办结率)}", OFFICE, NAMES, "s1", repeat="depts")
    assert [identity for paragraph in found for identity, *_rest in paragraph.figures][:2] == [
        f"s1p1f1-{CODES['甲局']}",
        f"s1p1f1-{CODES['乙局']}",
    ]
    chart = found[0].chart
    assert chart is not None
    assert [p["label"] for p in chart["points"] if p["mark"] == "own"] == ["甲局"]


@pytest.mark.parametrize("operator", [Operator.PLACE, Operator.YES, Operator.BETWEEN])
def test_a_target_that_is_no_line_is_not_drawn(operator: Operator):
    goal = TargetData(operator, Fraction(3), upper=Fraction(5) if operator == Operator.BETWEEN else None)
    source = replace(OFFICE, data=replace(OFFICE.data, targets={("rate", ""): goal}))
    assert [line["label"] for line in drawn("排名图(办结率)", source)["lines"]] == ["平均"]


def test_nothing_to_compare_with_is_no_line():
    assert drawn("排名图(空率)")["lines"] == []


def test_a_trend_is_exact_and_leaves_gaps_where_nobody_reported():
    chart = over_time("走势图(办结率，4)")
    assert chart["title"] == "区级部门办结率走势"
    assert [(p["label"], p["value"], p["display"], p["mark"]) for p in chart["points"]] == [
        ("2023年3月", None, "（未报）", ""),
        ("2023年4月", "375/7", "53.57%", ""),
        ("2023年5月", "68.75", "68.75%", ""),
        ("2023年6月", "1050/13", "80.77%", ""),
    ]
    assert [line["display"] for line in chart["lines"]] == ["85%"]


def test_a_trend_of_a_unit_and_of_an_indicator_begins_when_they_do():
    chart = over_time("走势图(办结率，3，单位=丁局，标题=“丁局办结率”)")
    assert chart["title"] == "丁局办结率"
    assert [p["display"] for p in chart["points"]] == ["", "—", "100.00%"]
    assert [p["value"] for p in over_time("走势图(新指标，2)")["points"]] == [None, "1050/13"]


def test_a_chart_is_one_paragraph_that_opens_to_its_cells():
    (paragraph,) = compose("{c: 排名图(办结率，标题=“图1 办结率”)}", OFFICE, NAMES)
    assert isinstance(paragraph, Paragraph)
    ((identity, statement, start, end),) = paragraph.figures
    assert (paragraph.text, identity, statement.kind, start, end) == ("图1 办结率", "c", "chart", 0, 6)
    assert (CODES["乙局"], "f.done") in statement.inputs


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("见{排名图(办结率)}", "图，要在正文里单独占一行"),
        ("{排名图(办结率，组=组(区级部门，镇街道))}", "排名图只画一个组"),
        ("{走势图(办结率，37)}", "从2到36"),
        ("{排名图(办结率，个数=1000)}", "从1到999"),
    ],
)
def test_what_can_not_be_drawn_is_refused(text: str, words: str):
    with pytest.raises(ExpressionError, match=words):
        compose(text, OFFICE, NAMES)


def test_a_title_of_the_bulletin_holds_no_chart():
    with pytest.raises(ExpressionError, match="单独占一行"):
        fill("{排名图(办结率)}", OFFICE, NAMES)
