"""Finished periods get their run from the clock, once for every change."""

import datetime as dt
from decimal import Decimal

import pytest

from indicators.models import Result, Run
from indicators.services.calculation import calculate, freeze
from indicators.services.changed_periods import calculate_changed, changed_periods
from indicators.services.definitions import save_ranking
from tests import build
from tests.functional.indicators.indicator_desk import APRIL, MAY, NOW, Desk, open_desk

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    for period in (APRIL, MAY):
        made.file("A", period, 10, 9)
    version = made.indicator("rate", "办结率", "已办数", "应办数", factor=Decimal(100))
    save_ranking(
        office=made.office,
        code="r",
        name="办结率排名",
        indicator=version.indicator,
        group=made.groups["depts"],
    )
    return made


def test_each_finished_period_is_computed_once_until_something_is_decided(desk: Desk) -> None:
    assert changed_periods(desk.office, NOW) == [MAY, APRIL]
    assert calculate_changed(now=NOW) == 2
    assert calculate_changed(now=NOW + dt.timedelta(minutes=10)) == 0
    first = Run.objects.get(period=MAY)
    desk.file("B", MAY, 10, 10)
    # The clerk was early, the clock comes after the decision.
    later = NOW + dt.timedelta(hours=1)
    Run.objects.filter(pk=first.pk).update(at=NOW - dt.timedelta(days=30))
    assert changed_periods(desk.office, later) == [MAY]
    assert calculate_changed(now=later) == 1
    run = Run.objects.get(period=MAY)
    assert run.pk != first.pk
    assert Result.objects.get(run=run, unit__code="B").display == "100.0"


def test_a_running_period_is_not_computed(desk: Desk) -> None:
    inside = dt.datetime(2022, 5, 31, 12, tzinfo=build.SHANGHAI)
    assert MAY not in changed_periods(desk.office, inside)


def test_a_run_an_issue_stands_on_stays(desk: Desk) -> None:
    frozen = calculate(office=desk.office, period=MAY, at=NOW - dt.timedelta(days=30))
    freeze(run=frozen)
    assert calculate_changed(now=NOW) == 2
    assert Run.objects.filter(period=MAY).count() == 2


def test_an_office_that_ranks_nothing_is_left_alone(desk: Desk) -> None:
    desk.office.rankings.all().delete()
    assert calculate_changed(now=NOW) == 0
