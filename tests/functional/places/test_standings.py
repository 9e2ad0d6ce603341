"""Places over many periods: issued, stored and present ones, and that stored ones say the same as present ones."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.choices import Action, Status
from departments.models import Submission, SubmissionEvent
from departments.periods import Period
from indicators.choices import Ties
from indicators.models import Ranking
from indicators.services.calculation import calculate
from reports.services.standing import Origin, Standing, preceding
from reports.services.standings import standings
from tests.functional.places.scene import NO_BUSINESS, SILENT, WEEKS, District, figures, make_district
from tests.functional.reports.scene import PERIOD, make

pytestmark = pytest.mark.django_db
PERIODS = [Period.parse(code) for code in WEEKS]


def of(ranking: Ranking, **more: object) -> list[Standing]:
    return standings(ranking, PERIODS, **more)  # type: ignore[arg-type]


def test_places_are_those_of_a_plain_count(small: District) -> None:
    """Second computation: sort by done/due and give everybody the number of the better ones plus one."""
    for week, standing in enumerate(of(small.rate)):
        rates = {
            unit.code: Fraction(done, due)
            for number, unit in enumerate(small.units, 1)
            for due, done in (figures(number, week),)
            if unit.code != NO_BUSINESS and not (unit.code == SILENT and week == len(WEEKS) - 1)
        }
        plain = {code: 1 + sum(other > rate for other in rates.values()) for code, rate in rates.items()}
        assert {code: spot.place for code, spot in standing.spots.items() if spot.place} == plain
        assert standing.ranked == len(plain)
        assert standing.spots[NO_BUSINESS].reason.startswith("不适用")


@pytest.mark.parametrize("name", ["rate", "score"])
@pytest.mark.parametrize(("ties", "decimals"), [(Ties.COMPETITION, None), (Ties.DENSE, 0)])
def test_stored_places_are_the_present_ones(
    small: District, name: str, ties: Ties, decimals: int | None
) -> None:
    ranking: Ranking = getattr(small, name)
    ranking.ties, ranking.compare_decimals = ties, decimals
    present = of(ranking)
    for code in WEEKS[-3:]:
        calculate(office=small.office, period=code)
    stored = of(ranking)
    assert [one.origin for one in stored] == [Origin.PRESENT] * 6 + [Origin.STORED] * 3
    for now, then in zip(present, stored, strict=True):
        assert list(now.spots.values()) == list(then.spots.values())
        assert now.ranked == then.ranked


def test_a_calculation_is_not_used_once_a_form_is_reopened(small: District) -> None:
    calculate(office=small.office, period=WEEKS[0])
    calculate(office=small.office, period=WEEKS[1])
    assert [one.origin for one in of(small.rate)[:2]] == [Origin.STORED, Origin.STORED]
    submission = Submission.objects.filter(window__period=WEEKS[0]).earliest("pk")
    SubmissionEvent.objects.create(
        submission=submission, action=Action.REOPEN, from_status=Status.APPROVED, to_status=Status.REOPENED,
        user=small.viewer, at=timezone.now() + dt.timedelta(seconds=1), version=1,
    )  # fmt: skip
    assert [one.origin for one in of(small.rate)[:2]] == [Origin.PRESENT, Origin.STORED]


def test_only_the_newest_periods_are_worked_out_anew(small: District) -> None:
    calculate(office=small.office, period=WEEKS[0])
    found = [one.origin for one in of(small.rate, most_live=2)]
    assert found == [Origin.STORED, *[Origin.LEFT_OUT] * 6, Origin.PRESENT, Origin.PRESENT]


def test_queries_do_not_grow_with_the_units(small: District) -> None:
    large = make_district(16, "large")
    counts = []
    for district in (small, large):
        for code in WEEKS[:4]:
            calculate(office=district.office, period=code)
        with CaptureQueriesContext(connection) as queries:
            of(district.rate, most_live=1)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_units_people_get_their_own_line_until_the_issue(db: None) -> None:
    scene = make()
    period = [Period.parse(PERIOD)]
    own = frozenset({scene.units["乙局"].code})
    (before,) = standings(scene.ranking, period, own=own)
    assert set(before.spots) == own
    issue = scene.issued()
    (after,) = standings(scene.ranking, period, own=own)
    assert after.origin is Origin.ISSUED
    assert after.stated == issue.number
    assert [spot.name for spot in after.spots.values()] == ["甲局", "丙局", "乙局", "丁局"]


def test_a_period_nobody_was_asked_about_has_nothing(small: District) -> None:
    (found,) = standings(small.rate, [Period.parse("2021-W13")])
    assert found.origin is Origin.NOTHING
    assert not found.spots


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2023-05", "2023-04"),
        ("2023-W01", "2022-W52"),
        ("2023-01..2023-03", "2023-01..2023-02"),
        ("2023-01..2023-02", "2023-01"),
        ("2022Q1..2022Q3", "2022Q1..2022Q2"),
        ("2023-03..2023-04", "2023-01..2023-02"),
    ],
)
def test_the_period_before(period: str, before: str) -> None:
    assert preceding(Period.parse(period)).code == before
