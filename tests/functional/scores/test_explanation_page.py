"""A result opened: definition, pair, cells with their people, exclusions, and what would have to change."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from departments.periods import Period
from indicators.services import definitions
from indicators.services.exclusions import approve_exclusion, ask_exclusion
from reports.services.explanations import Explanation, explain
from tests.functional.scores.assessed_office import BEGIN, FEBRUARY, MARCH, Assessed, build_assessed

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def explained(assessed: Assessed, unit: str, period: str = MARCH) -> Explanation:
    found = explain(indicator=assessed.indicator, unit=assessed.units[unit], period=Period.parse(period))
    assert found is not None
    return found


def answer(assessed: Assessed, who: str, unit: str, indicator: Any = None, **query: str) -> Any:
    args = [(indicator or assessed.indicator).pk, assessed.units[unit].pk]
    return assessed.client(who).get(
        reverse("admin:indicators_score_explanation", args=args), {"period": MARCH, **query}
    )


def page(assessed: Assessed, who: str, unit: str, indicator: Any = None, **query: str) -> str:
    response = answer(assessed, who, unit, indicator, **query)
    assert response.status_code == 200
    return str(response.content.decode())


def test_cases_to_gain_a_place_to_the_neighbours_and_to_the_target(assessed: Assessed) -> None:
    found = explained(assessed, "住建局")
    standing = found.standing
    assert standing is not None
    assert (standing.place, standing.tied, standing.ranked) == (2, True, 4)
    # 92/100 under 50/50: eight more reach it and share the first place.
    assert standing.gain is not None
    assert (standing.gain.cases, standing.gain.place, standing.gain.tied) == (8, 1, True)
    assert standing.better is not None
    assert (standing.better.names, standing.better.difference, standing.better.cases) == (
        ("公安局",),
        "8.00个百分点",
        8,
    )
    # 教体局 stands level with 46/50: one case less falls behind it.
    assert standing.worse is not None
    assert (standing.worse.names, standing.worse.cases) == (("教体局",), 1)
    assert found.to_target == 3
    assert explained(assessed, "教体局").to_target == 2
    assert explained(assessed, "公安局").to_target == 0


def test_a_unit_that_is_not_ranked_has_a_reason(assessed: Assessed) -> None:
    found = explained(assessed, "卫健局")
    assert found.standing is not None
    assert (found.standing.place, found.standing.reason) == (None, "不适用（无此业务）")
    assert (found.standing.gain, found.to_target, found.display) == (None, None, "—")


def test_the_page_shows_the_cells_and_who_entered_and_approved_them(assessed: Assessed) -> None:
    html = page(assessed, "viewer", "公安局")
    for text in ("100.00%", "李建国", "周文静", "已办数", "应办数", "n = 50", "d = 50", "事项表"):
        assert (text in html) == (text != "事项表"), text
    form = reverse("admin:departments_submission_change", args=[assessed.submission("公安局").pk])
    assert form in html
    html = page(assessed, "viewer", "住建局")
    assert "再多8件可升至第1名" in html
    assert "相差8.00个百分点" in html
    assert "分子再增加3" in html
    assert "■ 未达标" in html
    assert "距目标（≥95%）差3个百分点" in html


def test_a_unit_sees_cases_but_not_its_neighbours(assessed: Assessed) -> None:
    html = page(assessed, "住建局", "住建局")
    assert "再多8件可升至第1名" in html
    for foreign in ("公安局", "教体局", "城管局", "8.00个百分点"):
        assert foreign not in html
    assert answer(assessed, "住建局", "公安局").status_code == 403


def test_strangers_get_nothing(assessed: Assessed) -> None:
    other = build_assessed(code="p")
    args = [assessed.indicator.pk, assessed.units["公安局"].pk]
    address = reverse("admin:indicators_score_explanation", args=args)
    for who in ("admin", "公安局"):
        assert other.client(who).get(address).status_code == 403
    args = [assessed.indicator.pk, other.units["公安局"].pk]
    mixed = reverse("admin:indicators_score_explanation", args=args)
    assert other.client("admin").get(mixed).status_code == 404


def test_exclusions_stand_beside_the_cell_that_was_entered(assessed: Assessed) -> None:
    asked = ask_exclusion(
        item=assessed.form.items.get(code="due"), unit=assessed.units["住建局"], period=MARCH,
        amount=Decimal(4), reason="系统重复推送", user=assessed.people["admin"],
    )  # fmt: skip
    approve_exclusion(exclusion=asked, user=assessed.people["second"])
    html = page(assessed, "viewer", "住建局")
    assert "95.83%" in html
    assert "d = 96" in html
    assert "应办数 −4" in html
    assert "系统重复推送" in html
    assert "系统重复推送" not in page(assessed, "viewer", "公安局")


def test_what_was_issued_stands_beside_what_it_is_now(assessed: Assessed) -> None:
    issue = assessed.issue()
    assert "印发后数据有变动" not in page(assessed, "viewer", "住建局")
    assessed.change("住建局", 100, 50)
    html = page(assessed, "住建局", "住建局")
    assert f"{issue.number}：92.00%" in html
    assert "50.00%" in html
    assert "印发后数据有变动" in html


def test_results_over_results_lead_to_those(assessed: Assessed) -> None:
    change = definitions.save_indicator(office=assessed.office, code="change", name="较上月变化")
    definitions.save_version(
        indicator=change, valid_from=BEGIN, numerator="指标.按时办结率 - 上期(指标.按时办结率)",
        denominator="1", factor=Decimal(1), unit_of_measure="个百分点",
    )  # fmt: skip
    html = page(assessed, "viewer", "教体局", change)
    address = reverse(
        "admin:indicators_score_explanation", args=[assessed.indicator.pk, assessed.units["教体局"].pk]
    )
    assert f"{address}?period={MARCH}" in html
    assert "-3.0个百分点" in html
    assert "还用到其他报告期" in html


def test_a_period_without_a_definition_or_a_nonsense_one(assessed: Assessed) -> None:
    assert "没有适用于" in page(assessed, "viewer", "住建局", period="2021-12")
    assert answer(assessed, "viewer", "住建局", period="2022-99").status_code == 404
    assert explained(assessed, "卫健局", FEBRUARY).standing is not None
