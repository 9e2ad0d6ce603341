"""One unit on one page: places with movement and row, scores, targets, mending, filings; for its own people and the office."""

from typing import Any

import pytest
from django.urls import reverse

from departments.choices import Timeliness
from tests import build
from tests.functional.scores.assessed_office import MARCH, Assessed, build_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def answer(assessed: Assessed, who: str, unit: str, **query: str) -> Any:
    address = reverse("admin:indicators_score_profile", args=[assessed.units[unit].pk])
    return assessed.client(who).get(address, {"period": MARCH, **query})


def test_places_with_movement_and_periods_in_a_row(assessed: Assessed) -> None:
    found = answer(assessed, "viewer", "城管局").context
    by_name = {line.ranking.name: line for line in found["places"]}
    rate, score = by_name["按时办结率排名"], by_name["综合考核排名"]
    assert (rate.row["rank"], rate.ranked, rate.before, rate.movement) == (4, 4, 4, 0)
    assert (rate.bottom, rate.run) == (True, 2)
    assert (score.row["rank"], score.bottom, score.run) == (4, True, 1)
    up = {line.ranking.name: line for line in answer(assessed, "viewer", "住建局").context["places"]}
    assert (up["按时办结率排名"].before, up["按时办结率排名"].movement) == (3, 1)


def test_scores_targets_mending_and_filings(assessed: Assessed) -> None:
    unit = assessed.units["住建局"]
    build.entry(assessed.register, unit, assessed.people["admin"], "ZG-1")
    done = build.entry(assessed.register, unit, assessed.people["admin"], "ZG-2")
    build.entry(assessed.register, assessed.units["公安局"], assessed.people["admin"], "ZG-3")
    done.status = assessed.register.statuses.get(code="done")
    done.save()
    found = answer(assessed, "住建局", "住建局")
    context = found.context
    [score] = context["scores"]
    assert (score.total, score.grade, score.missing) == ("30.00分", "合格", 0)
    [target] = context["targets"]
    assert (target.target, target.word) == ("≥95%", "未达标")
    assert [entry.key for entry in context["mending"]] == ["ZG-1"]
    assert [one.timeliness for one in context["filings"]] == [Timeliness.ON_TIME]
    html = found.content.decode()
    for foreign in ("公安局", "教体局", "ZG-3"):
        assert foreign not in html


def test_only_the_own_unit_and_the_office(assessed: Assessed) -> None:
    assert answer(assessed, "住建局", "公安局").status_code == 403
    assert answer(assessed, "reviewer", "公安局").status_code == 200
    other = build_assessed(code="p")
    address = reverse("admin:indicators_score_profile", args=[assessed.units["公安局"].pk])
    for who in ("admin", "viewer", "公安局"):
        assert other.client(who).get(address).status_code == 403


def test_an_empty_period_is_no_error(assessed: Assessed) -> None:
    found = answer(assessed, "viewer", "公安局", period="2021-12")
    assert found.status_code == 200
    assert (found.context["places"], found.context["scores"], found.context["filings"]) == ([], [], [])


def test_a_unit_that_was_not_open_yet(assessed: Assessed) -> None:
    late = build.unit(assessed.office, "U99", "新设局", assessed.group)
    late.opened_on = late.opened_on.replace(year=late.opened_on.year + 200)
    late.save()
    assessed.units["新设局"] = late
    found = answer(assessed, "viewer", "新设局")
    assert found.status_code == 200
    assert found.context["closed"]
