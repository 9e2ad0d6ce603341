"""Scores in a period's data: from the figures and confirmed reports to places, and stored with a run."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError

from expressions.values import Kind, NoValue
from indicators.choices import LeafStatus, MissingLeaf, NotApplicable, ScoreRule
from indicators.exceptions import CycleError
from indicators.models import Scheme, Score
from indicators.services.calculation import calculate
from indicators.services.definitions import save_ranking
from indicators.services.leaf_reports import confirm_leaf, report_leaf
from indicators.services.schemes import save_adjustment, save_grade, save_node, save_scheme
from tests import build
from tests.functional.indicators.indicator_desk import APRIL, MAY, Desk, open_desk

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    """部门 under a scheme of 60 by rate (20 off per 10 under 100) and 40 by a report; 加分 by a register of praise."""
    made = open_desk()
    for unit, done in (("A", 10), ("B", 9)):
        made.file(unit, APRIL, 10, done)
        made.file(unit, MAY, 10, done)
    made.indicator("rate", "办结率", "已办数", "应办数", factor=Decimal(100), unit_of_measure="%")
    scheme = save_scheme(
        office=made.office,
        code="year",
        name="年度考核",
        groups=[made.groups["depts"]],
        valid_from=dt.date(2022, 5, 1),
        bonus_cap=Decimal(3),
    )
    save_node(scheme=scheme, key="1", name="办理")
    save_node(
        scheme=scheme,
        key="1.1",
        parent="1",
        name="办结率",
        indicator=made.office.indicators.get(code="rate"),
        rule=ScoreRule.PER_POINT,
        points=Decimal(60),
        target=Decimal(100),
        per_point=Decimal(2),
    )
    save_node(
        scheme=scheme,
        key="2",
        name="统一入口",
        rule=ScoreRule.STATUS,
        points=Decimal(40),
        table=[[LeafStatus.DONE, "40"], [LeafStatus.ON_TRACK, "20"], [LeafStatus.NOT_STARTED, "0"]],
    )
    praise = build.register(made.office, "praise", title="表扬")
    save_adjustment(scheme=scheme, name="表扬", register=praise, points=Decimal(2))
    save_grade(scheme=scheme, name="优秀", at_least=Decimal(90))
    save_grade(scheme=scheme, name="一般")
    return made


def scheme_of(desk: Desk) -> Scheme:
    return desk.office.schemes.get(code="year")


def report(desk: Desk, unit: str, status: str, period: str = MAY) -> None:
    node = scheme_of(desk).nodes.get(key="2")
    made = report_leaf(
        node=node, unit=desk.unit(unit), period=period, status=status, text="已接入", user=desk.user(unit)
    )
    confirm_leaf(report=made, user=desk.administrators[0])


def totals(desk: Desk, period: str = MAY) -> dict[str, Fraction | str]:
    sheets = desk.data(period).scores["year"]
    return {
        unit: sheet.total.kind.value if isinstance(sheet.total, NoValue) else sheet.total
        for unit, sheet in sheets.items()
    }


def test_a_score_needs_every_leaf_and_only_what_the_office_confirmed(desk: Desk) -> None:
    report(desk, "A", LeafStatus.ON_TRACK)
    report_leaf(
        node=scheme_of(desk).nodes.get(key="2"),
        unit=desk.unit("B"),
        period=MAY,
        status=LeafStatus.DONE,
        text="已接入",
        user=desk.user("B"),
    )
    assert totals(desk) == {"A": 80, "B": Kind.MISSING.value, "C": Kind.MISSING.value}
    scheme = scheme_of(desk)
    save_scheme(office=desk.office, code="year", missing=MissingLeaf.ZERO)
    assert totals(desk) == {"A": 80, "B": 40, "C": 0}
    assert scheme.nodes.count() == 3


def test_scores_are_ranked_and_stored_like_any_indicator(desk: Desk) -> None:
    for unit, status in (("A", LeafStatus.DONE), ("B", LeafStatus.ON_TRACK)):
        report(desk, unit, status)
    data = desk.data()
    ranking = data.ranking("year", "depts")
    assert {row.unit: (row.place, row.value) for row in ranking.rows if row.place} == {
        "A": (1, 100),
        "B": (2, 60),
    }
    assert ranking.row("C").place is None
    save_ranking(
        office=desk.office,
        code="by_score",
        name="得分排名",
        scheme=scheme_of(desk),
        group=desk.groups["depts"],
    )
    run = calculate(office=desk.office, period=MAY, data=data)
    stored = {row.unit.code: row for row in Score.objects.filter(run=run).select_related("unit")}
    assert {unit: (row.total, row.place, row.ranked, row.grade) for unit, row in stored.items()} == {
        "A": ("100", 1, 2, "优秀"),
        "B": ("60", 2, 2, "一般"),
        "C": ("", None, 2, ""),
    }
    assert stored["A"].sheet["lines"][0]["key"] == "1.1"


def test_before_the_scheme_holds_there_is_no_score(desk: Desk) -> None:
    assert "year" not in desk.data(APRIL).definitions


def test_praise_counts_once_it_is_done_and_up_to_the_cap(desk: Desk) -> None:
    report(desk, "B", LeafStatus.ON_TRACK)
    assert totals(desk)["B"] == 60
    register = desk.office.registers.get(code="praise")
    first = desk.administrators[0]
    for key, status in (("1", "done"), ("2", "done"), ("3", None)):
        entry = build.entry(register, desk.unit("B"), first, key, opened_on=dt.date(2022, 5, 3))
        if status:
            build.move(entry, "answered", desk.user("B"))
            build.move(entry, status, first)
    # Two finished ones at 2 points each, no more than 3 in all.
    assert totals(desk)["B"] == 63


def test_points_of_a_leaf_that_does_not_apply_are_shared_out_or_lost(desk: Desk) -> None:
    report(desk, "B", LeafStatus.NOT_APPLICABLE)
    assert totals(desk)["B"] == Fraction(40 * 100, 60)
    save_scheme(office=desk.office, code="year", not_applicable=NotApplicable.LOSE)
    assert totals(desk)["B"] == 40


def test_an_indicator_may_build_on_a_score(desk: Desk) -> None:
    report(desk, "A", LeafStatus.DONE)
    desk.indicator("half", "折算分", "得分.年度考核 / 2")
    found = desk.values("half")
    assert (found["A"], found["B"], found["V1"]) == (50, None, None)


def test_a_leaf_that_builds_on_the_score_itself_is_refused(desk: Desk) -> None:
    version = desk.indicator("half", "折算分", "得分.年度考核 / 2")
    with pytest.raises(ValidationError, match="循环"):
        save_node(
            scheme=scheme_of(desk),
            key="3",
            name="折算分",
            indicator=version.indicator,
            rule=ScoreRule.PROPORTIONAL,
            points=Decimal(5),
            target=Decimal(50),
        )
    assert not scheme_of(desk).nodes.filter(key="3").exists()


def test_a_circle_that_came_in_some_other_way_stops_with_words(desk: Desk) -> None:
    """No service writes this: the guard is for rows written past them."""
    version = desk.indicator("half", "折算分", "上期(得分.年度考核)")
    node = scheme_of(desk).nodes.get(key="1.1")
    type(node).objects.filter(pk=node.pk).update(indicator=version.indicator)
    with pytest.raises(CycleError, match="half → half"):
        desk.data()


def test_a_scheme_whose_rule_makes_no_sense_stops_no_bulletin(desk: Desk, caplog) -> None:
    node = scheme_of(desk).nodes.get(key="1.1")
    type(node).objects.filter(pk=node.pk).update(rule=ScoreRule.STEPS, table=[["10", "1"], ["20", "5"]])
    data = desk.data()
    assert "year" not in data.definitions
    assert data.unit("A").pairs["rate"].value() == 100
    assert "year" in caplog.text
