"""The pages about one ranking: filters in the address, targets and trend, two periods, weeks beside the month, rights."""

import io
import re
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from departments.models import UnitVersion
from departments.periods import Period
from indicators.models import Ranking
from indicators.services.calculation import calculate
from reports.services.standing import Origin, Spot, Standing
from reports.services.standings import standings
from reports.views.comparison import compare
from reports.views.filters import offered_periods
from reports.views.trends import Trend, value_change
from tests.functional.places.scene import LATE, MAY, WEEKS, District, make_district

pytestmark = pytest.mark.django_db
PAGES = ("page", "comparison", "parts")


def path(name: str, ranking: Ranking) -> str:
    return reverse(f"admin:indicators_ranking_{name}", args=[ranking.pk])


def get(client: Client, name: str, ranking: Ranking, **query: Any) -> str:
    answer = client.get(path(name, ranking), query)
    assert answer.status_code == 200
    return answer.content.decode()


def sheet(client: Client, name: str, ranking: Ranking, **query: Any) -> list[tuple[Any, ...]]:
    answer = client.get(path(name, ranking), query)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row)
    return list(book.active.iter_rows(values_only=True))


def spot(value: str | None, shown: str, place: int | None = 1) -> Spot:
    return Spot("U", "某局", place, False, None if value is None else Fraction(value), shown)


@pytest.mark.parametrize(
    ("codes", "offered"),
    [
        (["2022Q1", "2022Q2"], {"quarter": ["2022Q2", "2022Q1"], "year": ["2022"], "cumulative": ["2022Q1..2022Q2"]}),
        (
            ["2023-W18", "2023-W22"],
            {
                "week": ["2023-W22", "2023-W18"],
                "month": ["2023-06", "2023-05"],
                "quarter": ["2023Q2"],
                "year": ["2023"],
                "cumulative": ["2023-01..2023-06", "2023-01..2023-05"],
            },
        ),
        (["2022-01"], {"month": ["2022-01"], "quarter": ["2022Q1"], "year": ["2022"]}),
        ([], {}),
    ],
)  # fmt: skip
def test_longer_periods_are_offered_where_something_inside_was_asked(
    codes: list[str], offered: dict[str, list[str]]
) -> None:
    assert {code: [p.code for p in rows] for code, rows in offered_periods(codes).items()} == offered


@pytest.mark.parametrize(
    ("query", "label"),
    [
        ({}, "2023年第21周"),
        ({"frequency": "month"}, "2023年5月"),
        ({"frequency": "cumulative"}, "2023年1-5月"),
        ({"frequency": "month", "period": "2023-04"}, "2023年4月"),
        ({"frequency": "month", "period": "2023-W20"}, "2023年5月"),
        ({"period": "2023-01..2023-04"}, "2023年1-4月"),
        ({"frequency": "nonsense", "period": "1999"}, "2023年第21周"),
    ],
)
def test_the_address_says_the_period(small: District, query: dict[str, str], label: str) -> None:
    html = get(small.client(small.viewer), "page", small.rate, **query)
    assert label in re.findall(r"<small>(.*?)</small>", html)[0]


def test_a_score_is_ranked_like_a_rate_and_leads_to_its_sheet(small: District) -> None:
    html = get(small.client(small.viewer), "page", small.score, period=MAY)
    assert "100.00分" in html
    assert "口径 v" not in html
    sheets = reverse("admin:indicators_score_sheet", args=[small.score.scheme_id, small.units[0].pk])
    assert f'href="{sheets}?period=2023-05"' in html


def test_lights_marks_movement_and_trend_stand_in_the_table(small: District) -> None:
    html = get(small.client(small.viewer), "page", small.rate, period=WEEKS[-1])
    rows = dict(re.findall(r'<th scope="row">.*?>([^<]+)</a>.*?</th>(.*?)</tr>', html, re.S))
    late = next(unit.name for unit in small.units if unit.code == LATE)
    assert "含迟报" in rows[late]
    assert any("● 达标" in " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows.values())
    assert "个百分点" in html
    assert html.count('class="gv-spark"') >= 6


def test_periods_never_calculated_are_named_and_worked_out_on_demand(small: District) -> None:
    viewer = small.client(small.viewer)
    html = get(viewer, "page", small.rate, period=WEEKS[-1])
    assert html.count("尚未计算") == 5
    html = get(viewer, "page", small.rate, period=WEEKS[-1], trend="all")
    assert "尚未计算" not in html


def test_chosen_units_stand_in_the_address(small: District) -> None:
    html = get(small.client(small.viewer), "page", small.rate, period=WEEKS[-1], units=["U02", "U04", "U99"])
    assert re.findall(r'name="units" value="(U\d+)" checked', html) == [
        code for code in re.findall(r'name="units" value="(U\d+)"', html) if code in ("U02", "U04")
    ]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("subject", ["rate", "score"])
def test_a_units_people_see_nobody_else_before_the_issue(small: District, name: str, subject: str) -> None:
    ranking = getattr(small, subject)
    html = get(small.client(small.clerk), name, ranking, period=MAY, against="2023-04", trend="all")
    assert small.units[0].name in html
    for unit in small.units[1:]:
        assert unit.name not in html
        assert f'"{unit.code}"' not in html


@pytest.mark.parametrize("name", ["comparison_export", "parts_export"])
def test_exports_are_cut_to_the_person_and_hold_no_formula(small: District, name: str) -> None:
    UnitVersion.objects.filter(unit=small.units[1]).update(short_name='=HYPERLINK("x")')
    query = {"period": MAY, "against": "2023-04"}
    rows = sheet(small.client(small.viewer), name, small.rate, **query)
    assert len(rows) == 9
    assert '\'=HYPERLINK("x")' in [row[1] for row in rows]
    own = sheet(small.client(small.clerk), name, small.rate, **query)
    assert [row[0] for row in own[1:]] == ["U01"]


@pytest.mark.parametrize("name", [*PAGES, "comparison_export", "parts_export"])
def test_nobody_of_another_office_gets_in(small: District, name: str) -> None:
    other = make_district(2, "other")
    for user in (other.viewer, other.clerk):
        assert other.client(user).get(path(name, small.rate), {"period": MAY}).status_code == 403
    assert Client().get(path(name, small.rate)).status_code == 302


def test_two_periods_are_sorted_by_what_was_asked(small: District) -> None:
    april, may = standings(small.rate, [Period.parse("2023-04"), Period.parse(MAY)])
    by_movement = [row.places for row in compare(april, may).rows]
    known = [places for places in by_movement if places is not None]
    assert known == sorted(known, reverse=True)
    assert by_movement[len(known) :] == [None] * (len(by_movement) - len(known))
    for row in compare(april, may, "value").rows:
        if row.before and row.now and row.before.value is not None and row.now.value is not None:
            assert row.change == row.now.value - row.before.value
    places = [row.now.place for row in compare(april, may, "place").rows if row.now and row.now.place]
    assert places == sorted(places)


def test_without_a_second_period_the_one_before_is_taken(small: District) -> None:
    html = get(small.client(small.viewer), "comparison", small.rate, period=MAY)
    assert '<option value="2023-04" selected>' in html
    html = get(small.client(small.viewer), "comparison", small.rate, period=MAY, against=MAY)
    assert "gv-empty" in html


def test_the_weeks_of_a_month_stand_beside_the_month_and_the_year(small: District) -> None:
    rows = sheet(small.client(small.viewer), "parts_export", small.rate, period=MAY)
    heads = [head.rsplit(" ", 1)[0] for head in rows[0][2::4]]
    assert heads == [*(f"2023年第{n}周" for n in range(18, 22)), "2023年5月", "2023年1-5月"]
    wanted = [
        *(Period.parse(code) for code in WEEKS[-4:]),
        Period.parse(MAY),
        Period.parse("2023-01..2023-05"),
    ]
    found = standings(small.rate, wanted)
    for row in rows[1:]:
        spots = [standing.spots.get(row[0]) for standing in found]
        assert list(row[2::4]) == [one.place if one else None for one in spots]


def test_a_page_reads_stored_weeks_with_few_queries(small: District, django_assert_max_num_queries) -> None:
    for code in WEEKS:
        calculate(office=small.office, period=code)
    viewer = small.client(small.viewer)
    get(viewer, "page", small.rate, period=WEEKS[-1])
    with django_assert_max_num_queries(75):
        get(viewer, "page", small.rate, period=WEEKS[-1])


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (spot("50", "50.0%"), spot("52.1", "52.1%"), "▲ 升2.1个百分点"),
        (spot("52.1", "52.1%"), spot("50", "50.0%"), "▼ 降2.1个百分点"),
        (spot("50", "50.0%"), spot("50", "50.0%"), "值不变"),
        (spot("50", "50.0%"), spot("50.01", "50.0%"), "▲ 升不足0.1个百分点"),
        (spot("7", "7分"), spot("9", "9分"), "▲ 升2分"),
        (spot(None, "—"), spot("9", "9分"), ""),
    ],
)
def test_changes_of_values_in_words(before: Spot, now: Spot, words: str) -> None:
    assert value_change(before, now) == words


def test_a_small_line_breaks_where_a_value_is_missing() -> None:
    def standing(code: str, value: str | None) -> Standing:
        return Standing(Period.parse(code), Origin.PRESENT, {"U": spot(value, value or "")})

    values = {"2023-01": "1", "2023-02": "2", "2023-03": None, "2023-04": "3", "2023-05": "2"}
    trend = Trend(
        [Standing(Period.parse("2022-12")), *(standing(code, value) for code, value in values.items())]
    )
    assert len(trend.standings) == 5
    spark = trend.spark("U")
    assert spark is not None
    assert [len(line.split()) for line in spark.lines] == [2, 2]
    assert (spark.x, spark.y) == ("97.00", "12.00")
    assert "2023年3月" not in spark.words
