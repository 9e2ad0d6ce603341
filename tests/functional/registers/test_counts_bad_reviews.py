"""涪城's three targets of 差评整改 as indicators over a generated register, month by month, against a plain recount."""

import csv
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from departments.models import Office
from departments.periods import Period
from expressions.values import UNDEFINED
from indicators.models import Indicator, Result
from indicators.services.calculation import calculate
from indicators.services.dataset import load_period
from indicators.services.definitions import save_indicator, save_target, save_version
from tests import build
from tests.functional.registers.bad_reviews import DEPARTMENTS, MONTHS, TOWNS, Review, generate, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

TARGETS = Path(__file__).parents[2] / "truth" / "fucheng" / "targets.csv"
NOW = build.at(1, month=9, year=2023)
# Metric → numerator, denominator.
LEAVES = {
    "差评按期整改率": ("差评整改台账.按期完成", "差评整改台账.到期"),
    "整改回访率": ("差评整改台账.整改后已回访", "差评整改台账.到期已整改"),
    "整改满意率": ("差评整改台账.回访满意", "差评整改台账.整改后已回访"),
}


def recount(reviews: list[Review], unit: str, period: Period) -> dict[str, tuple[int, int]]:
    """Numerator and denominator by metric, from what was generated alone."""
    mine = [
        one
        for one in reviews
        if one.unit == unit and not one.exempt and period.start <= one.due_on <= period.end
    ]
    punctual = [one for one in mine if one.answered_on and one.answered_on <= min(one.due_on, period.end)]
    mended = [one for one in mine if one.checked_on and one.checked_on <= period.end]
    revisited = [one for one in mended if one.revisited]
    satisfied = [one for one in revisited if one.satisfied]
    return {
        "差评按期整改率": (len(punctual), len(mine)),
        "整改回访率": (len(revisited), len(mended)),
        "整改满意率": (len(satisfied), len(revisited)),
    }


@pytest.fixture
def office(db: None) -> Office:
    """The office with the three indicators and their published targets."""
    office = make_office()
    with TARGETS.open(encoding="utf-8", newline="") as file:
        targets = {row["metric"]: row for row in csv.DictReader(file) if row["id"] == "2.5"}
    assert set(targets) == set(LEAVES)
    for place, (name, (numerator, denominator)) in enumerate(LEAVES.items(), 1):
        indicator = save_indicator(office=office, code=f"leaf{place}", name=name, order=place)
        save_version(
            indicator=indicator, valid_from=dt.date(2023, 1, 1), numerator=numerator, denominator=denominator,
            factor=100, decimals=1, unit_of_measure="%", direction=targets[name]["direction"],
        )  # fmt: skip
        for period in MONTHS:
            save_target(indicator=indicator, period=period, value=Decimal(targets[name]["value"]))
    return office


def test_every_leaf_of_every_month_is_the_plain_recount(office: Office) -> None:
    reviews = generate(office, seed=2023, n=70)
    codes = {indicator.name: indicator.code for indicator in Indicator.objects.filter(office=office)}
    empty = 0
    for period in MONTHS:
        data = load_period(office, period, NOW)
        for unit in data.units:
            expected = recount(reviews, unit.name, data.period)
            found = {
                name: (unit.pairs[code].numerator, unit.pairs[code].denominator)
                for name, code in codes.items()
            }
            assert found == expected, (period, unit.name)
            for name, (_n, d) in expected.items():
                if not d:
                    empty += 1
                    assert unit.pairs[codes[name]].value() == UNDEFINED
    # Enough of both, or the comparison would say little.
    assert 20 < empty < 120


def test_without_a_bad_review_a_unit_prints_a_dash_and_is_not_ranked(office: Office) -> None:
    reviews = generate(office, seed=7, n=24)
    run = calculate(office=office, period="2023-05", data=load_period(office, "2023-05", NOW))
    rows = Result.objects.filter(run=run, version__indicator__code="leaf1", unit__isnull=False)
    period = Period.parse("2023-05")
    assert rows.count() == len(DEPARTMENTS) + len(TOWNS)
    without = 0
    for row in rows.select_related("unit"):
        numerator, denominator = recount(reviews, row.unit.name, period)["差评按期整改率"]
        if denominator:
            assert row.place is not None
            assert Fraction(row.numerator) == numerator
            assert Fraction(row.denominator) == denominator
        else:
            without += 1
            assert (row.display, row.place, row.reason) == ("—", None, "分母为 0")
    assert 0 < without < rows.count()


def test_the_target_is_met_or_missed_by_the_exact_rate(office: Office) -> None:
    generate(office, seed=2023, n=70)
    data = load_period(office, "2023-04", NOW)
    units = data.members(["depts", "towns"])
    whole = data.aggregate("leaf1", units)
    goal = data.target("leaf1", "depts")
    assert goal
    assert goal.value == 100
    assert isinstance(whole.value, Fraction)
    assert 0 < whole.value < 100
    assert not goal.met(whole.value)
    assert goal.met(Fraction(100))
