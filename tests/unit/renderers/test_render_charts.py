import struct
from fractions import Fraction
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reports.renderers import UnprintableDocumentError, chart_png, chart_svg, render_pdf
from reports.renderers.charts import chart_data, chart_words, read_chart
from tests.documents import measure
from tests.documents.errata import NAMES, bars, chart_document, trend

CHARTS: dict[str, dict[str, Any]] = {
    "bars": bars(),
    "forty": bars(40),
    "trend": trend(),
    "one point": trend(1),
    "months": trend(36),
    "empty": bars(0) | {"lines": []},
    "all missing": {"kind": "trend", "title": "无数据", "unit_of_measure": "", "lines": [], "points": [
        {"label": "1月", "value": None, "display": "未报", "unit": "", "mark": ""}]},
    "changes": {"kind": "bars", "title": "较上月增减", "unit_of_measure": "个百分点", "lines": [], "points": [
        {"label": "教育局", "value": "3.2", "display": "3.20", "unit": "", "mark": ""},
        {"label": "公安局", "value": "-46.8", "display": "-46.80", "unit": "", "mark": "last"}]},
    "zero": {"kind": "bars", "title": "", "unit_of_measure": "件", "lines": [], "points": [
        {"label": "教育局", "value": "0", "display": "0", "unit": "", "mark": ""}]},
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_drawn_twice_it_is_the_same(name: str) -> None:
    chart = CHARTS[name]
    assert chart_svg(chart) == chart_svg(dict(chart))
    png = chart_png(chart, 900)
    assert png == chart_png(chart, 900)
    width, height = struct.unpack(">II", png[16:24])
    assert abs(width - 900) <= 1
    assert height > 20


@pytest.mark.parametrize("name", CHARTS)
def test_the_drawing_stays_inside_its_frame(name: str) -> None:
    """Set as a page of PDF, where every letter's place can be measured."""
    document = chart_document()
    document["sections"] = [
        {"heading": None, "level": 1, "paragraphs": [{"text": "图", "figures": [], "chart": CHARTS[name]}]}
    ]
    pdf = pypdfium2.PdfDocument(render_pdf(document))
    assert list(measure.strays(pdf)) == []


def test_the_svg_needs_no_typeface_and_no_network() -> None:
    tree = etree.fromstring(chart_svg(bars()))
    assert {etree.QName(element).localname for element in tree.iter()} <= {
        "svg",
        "g",
        "path",
        "use",
        "defs",
        "symbol",
    }
    links = [
        value for element in tree.iter() for name, value in element.attrib.items() if name.endswith("href")
    ]
    assert links
    assert all(link.startswith("#") for link in links)


def test_names_values_and_marks_are_in_the_pdf_as_text() -> None:
    text = measure.squeezed("".join(measure.texts(pypdfium2.PdfDocument(render_pdf(chart_document())))))
    assert all(name in text for name in NAMES)
    for words in (
        "本单位",
        "末位",
        "未报",
        "全区平均94.3%",
        "目标25%",
        "各部门不见面办理率（单位：%）",
        "2023年12月",
    ):
        assert words in text


# kind, values, lines, what the values become
PLACES: list[tuple[str, list[str | None], list[str], list[float | None]]] = [
    # Bars start at 0 and the greatest value or line fills the plot.
    ("bars", ["50", "100"], [], [0.5, 1.0]),
    ("bars", ["50", None], ["200"], [0.25, None]),
    ("bars", ["-50", "50"], [], [0.0, 1.0]),
    ("bars", ["1/3", "2/3"], [], [0.5, 1.0]),
    ("bars", ["0", "0"], [], [0.0, 0.0]),
    # A trend keeps to its values, a sixth of their span free above and below.
    ("trend", ["90", "98"], [], [0.125, 0.875]),
    ("trend", ["90", None, "90"], [], [0.5, None, 0.5]),
]


@pytest.mark.parametrize(("kind", "values", "lines", "places"), PLACES)
def test_places(kind: str, values: list[str | None], lines: list[str], places: list[float | None]) -> None:
    chart = read_chart(
        {
            "kind": kind,
            "points": [{"label": "甲", "value": value, "display": ""} for value in values],
            "lines": [{"label": "平均", "value": value, "display": ""} for value in lines],
        }
    )
    assert [point["value"] for point in chart_data(chart)["points"]] == places


@given(st.lists(st.one_of(st.none(), st.fractions()), max_size=40), st.sampled_from(["bars", "trend"]))
def test_every_place_is_on_the_plot_and_missing_stays_missing(
    values: list[Fraction | None], kind: str
) -> None:
    points = [
        {"label": "甲", "value": None if value is None else str(value), "display": "x"} for value in values
    ]
    found = chart_data(read_chart({"kind": kind, "points": points}))["points"]
    assert [point["value"] is None for point in found] == [value is None for value in values]
    assert all(point["value"] is None or 0 <= point["value"] <= 1 for point in found)
    assert not found or (found[-1]["named"] and found[-1]["valued"])


def test_the_words_of_a_chart() -> None:
    words = chart_words(read_chart(bars(6)))
    assert words == (
        "发展和改革委员会：100.0%", "教育局：97.7%", "科学技术局：95.4%", "公安局武进分局交通警察大队：未报（末位）",
        "民政局：90.8%（末位）", "司法局：88.5%（本单位）", "全区平均：94.3%", "目标：25%",
    )  # fmt: skip


FAULTS = [
    ({"kind": "pie"}, "chart 'pie'"),
    ({"points": [{"label": "甲", "value": "1", "mark": "first"}]}, "mark 'first'"),
]


@pytest.mark.parametrize(("changes", "message"), FAULTS)
def test_what_is_not_known_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(UnprintableDocumentError, match=message):
        read_chart(bars() | changes)
