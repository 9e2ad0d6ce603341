"""Every score of April, May and the weeks equals a second computation from the files; the lists follow from the scores."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from departments.models import Office
from expressions.values import NoValue
from indicators.dataset import PeriodData
from indicators.ranking.lists import Count, cut
from indicators.scoring import Sheet
from indicators.services.dataset import load_period
from tests.functional.fucheng.recount import WEEKS, Recount, Score, last_units

PACK = Path(__file__).resolve().parents[3] / "packs" / "fucheng"
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
MONTHS = ("2023-04", "2023-05")


@pytest.fixture(scope="module")
def recount() -> Recount:
    return Recount(PACK)


def check(sheets: Mapping[str, Sheet], ours: Mapping[str, Score], codes: Mapping[str, str]) -> int:
    """Compares total, grade, bonus, deduction, veto and every leaf's own points; how many leaves were compared."""
    compared = 0
    assert set(sheets) == {codes[unit] for unit in ours}
    for unit, score in ours.items():
        sheet = sheets[codes[unit]]
        total = None if isinstance(sheet.total, NoValue) else sheet.total
        found = {line.leaf.key: line for line in sheet.lines if line.state != "not_applicable"}
        assert found.keys() == score.points.keys(), unit
        enlarged = sheet.full / sum((line.leaf.rule.full for line in found.values()), Fraction(0))
        for key, line in found.items():
            points = None if line.state == "missing" else line.points / enlarged
            assert points == score.points[key], (unit, key, line.words)
            compared += 1
        assert (total, sheet.grade, sheet.bonus, sheet.deduction, bool(sheet.vetoed_by)) == (
            score.total, score.grade, score.bonus, score.deduction, score.vetoed,
        ), unit  # fmt: skip
    return compared


@pytest.mark.parametrize("period", MONTHS)
def test_every_monthly_score_equals_the_second_computation(
    months: dict[str, PeriodData], recount: Recount, period: str
) -> None:
    sheets = months[period].scores["ywtb2023"]
    compared = check(sheets, recount.scores("ywtb2023", period), recount.codes)
    assert len(sheets) == 21
    assert compared > 21 * 45


@pytest.mark.parametrize("period", [*MONTHS, *(week for weeks in WEEKS.values() for week in weeks)])
def test_every_weekly_score_equals_the_second_computation(
    filled: Office, recount: Recount, period: str
) -> None:
    sheets = load_period(filled, period).scores["ywtb_week"]
    assert check(sheets, recount.scores("ywtb_week", period), recount.codes) == 21 * 4


@pytest.mark.parametrize("period", MONTHS)
@pytest.mark.parametrize("group", ["depts", "towns"])
def test_places_and_last_units_follow_from_the_scores(
    months: dict[str, PeriodData], recount: Recount, period: str, group: str
) -> None:
    scores = recount.scores("ywtb2023", period)
    units = [unit for unit, own in recount.units.items() if own == group]
    ranking = months[period].ranking("ywtb2023", group)
    totals = [total for unit in units if (total := scores[unit].total) is not None]
    assert ranking.ranked == len(totals)
    for unit in units:
        total = scores[unit].total
        better = None if total is None else 1 + sum(1 for other in totals if other > total)
        assert ranking.row(recount.codes[unit]).place == better
    for n in (1, 3):
        rows = cut(ranking, end="last", by=Count(n)).rows
        assert {row.unit for row in rows} == {recount.codes[unit] for unit in last_units(scores, units, n)}


def test_the_spring_shows_what_it_should(months: dict[str, PeriodData]) -> None:
    """Missing, not applicable, 0 ÷ 0, a tie over the edge of the last three, last twice in a row, a veto, an exclusion."""
    april, may = months["2023-04"], months["2023-05"]
    towns = {period: data.ranking("ywtb2023", "towns") for period, data in months.items()}
    assert [row.unit for row in towns["2023-05"].rows if row.place is None] == ["T08"]
    bottom = cut(towns["2023-05"], end="last", by=Count(3))
    assert ({row.unit for row in bottom.rows}, bottom.grown_by_tie) == ({"T04", "T05", "T06", "T07"}, True)
    assert {cut(ranking, end="last", by=Count(1)).rows[0].unit for ranking in towns.values()} == {"T07"}
    assert april.scores["ywtb2023"]["T07"].vetoed_by == ("安全防护",)
    assert april.scores["ywtb2023"]["T07"].grade == "不合格"
    states = {line.leaf.key: line for line in may.scores["ywtb2023"]["D02"].lines}
    assert states["4.9"].state == "not_applicable"
    assert states["2.5"].words.startswith("分母为0")
    assert states["5.5"].state == "not_applicable"
    housing = may.unit("D08")
    assert [exclusion.amount for exclusion in may.exclusions] == [1]
    assert housing.pairs["l5_3"].denominator == housing.figures["works.main_cases"]
    assert {sheet.grade for data in months.values() for sheet in data.scores["ywtb2023"].values()} >= {
        "优秀", "良好", "合格", "不合格",
    }  # fmt: skip


def test_every_point_is_explained(months: dict[str, PeriodData]) -> None:
    for data in months.values():
        for sheets in data.scores.values():
            for unit, sheet in sheets.items():
                assert all(line.words for line in sheet.lines), unit
                assert sheet.base == sum((line.points for line in sheet.lines), Fraction(0))
                assert sheet.full == 100
