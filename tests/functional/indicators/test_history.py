"""Indicators over other indicators, other periods, categories; late figures, exclusions, groups, targets in force."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import Role
from departments.services import categories, forms
from expressions.values import Kind, NoValue
from govsvc import outbox
from indicators.choices import LatePolicy, Operator
from indicators.dataset import PeriodData
from indicators.exceptions import CycleError
from indicators.services.calculation import calculate
from indicators.services.dataset import load_period
from indicators.services.definition_order import order_definitions
from indicators.services.definitions import save_target
from indicators.services.exclusions import approve_exclusion, ask_exclusion, lift_exclusion
from tests import build
from tests.functional.indicators.indicator_desk import APRIL, MAY, NOW, Desk, open_desk

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    made = open_desk()
    for unit, due, done in (("A", 10, 9), ("B", 20, 10), ("V1", 50, 0), ("V2", 50, 40), ("T", 100, 100)):
        made.file(unit, APRIL, due, done)
    for unit, due, done in (("A", 10, 10), ("B", 40, 10), ("V1", 50, 0), ("V2", 50, 40)):
        made.file(unit, MAY, due, done)
    made.indicator("rate", "办结率", "已办数", "应办数", factor=Decimal(100), unit_of_measure="%")
    return made


def test_zero_of_fifty_and_forty_of_fifty_make_forty_per_cent(desk: Desk) -> None:
    assert desk.values("rate") == {"A": 100, "B": 25, "C": None, "T": 40, "V1": 0, "V2": 80}


def test_an_indicator_may_build_on_others_and_on_those_of_other_periods(desk: Desk) -> None:
    desk.indicator("gain", "较上月", "指标.办结率 - 上期(指标.办结率)")
    desk.indicator("twice", "两倍变化", "指标.较上月 * 2")
    assert desk.values("gain") == {"A": 10, "B": -25, "C": None, "T": -30, "V1": 0, "V2": 0}
    assert desk.values("twice")["B"] == -50
    # In April there is no month before: not 0, not the month itself.
    assert desk.values("gain", APRIL)["A"] is None


def test_a_town_itself_counts_once_whatever_the_period(desk: Desk) -> None:
    """In April the town filed 100 of 100 itself, in May nothing: (0 + 40 + 100) of 200 and 40 of 100."""
    assert desk.value("rate", "T", APRIL) == 70
    desk.indicator("before", "上月已办", "上期(已办数)")
    assert desk.values("before") == {"A": 9, "B": 10, "C": None, "T": 140, "V1": 0, "V2": 40}


def test_the_year_to_date_adds_flows(desk: Desk) -> None:
    desk.indicator("ytd", "累计办结率", "本年累计(已办数)", "本年累计(应办数)", factor=Decimal(100))
    assert desk.values("ytd")["B"] == Fraction(100 * 20, 60)
    # Pooled from the villages' own running totals and the town's own.
    assert desk.values("ytd")["T"] == Fraction(100 * (40 + 40 + 100), 300)


def test_categories_are_figures_of_their_own(desk: Desk) -> None:
    home = desk.office
    kinds = categories.save_category_list(office=home, code="kinds", name="证照类型")
    for order, (code, name) in enumerate((("id", "身份证"), ("car", "驾驶证")), 1):
        categories.save_category(list=kinds, code=code, name=name, order=order)
    form = forms.save_form(
        office=home, code="cards", title="证照表", frequency="month", order=2, category_list=kinds
    )
    forms.save_item(form=form, code="made", name="制证数", order=1, by_category=True)
    forms.expect(form=form, units=[desk.unit("V1"), desk.unit("V2")])
    window = build.window(form, MAY)
    for unit, cells in (("V1", {"made@id": 3, "made@car": 4}), ("V2", {"made@id": 5, "made@car": 0})):
        submission = window.submissions.get(unit__code=unit)
        build.approve(build.fill(submission, cells, desk.user(unit)), desk.administrators[0])
    outbox.drain()
    desk.indicator("share", "身份证占比", "[制证数.身份证]", "制证数", factor=Decimal(100))
    found = desk.values("share")
    assert (found["V1"], found["V2"], found["T"]) == (Fraction(300, 7), 100, Fraction(800, 12))


@pytest.mark.parametrize(
    ("policy", "value", "mark"),
    [
        (LatePolicy.INCLUDE, 80, "含迟报"),
        (LatePolicy.EXCLUDE, None, "迟报未计入"),
        (LatePolicy.CARRY, 50, "沿用上期"),
    ],
)
def test_what_a_late_figure_does_is_declared(desk: Desk, policy: str, value: int | None, mark: str) -> None:
    desk.file("C", APRIL, 10, 5)
    desk.file("C", MAY, 10, 8, late=True)
    desk.indicator("late", "按口径", "已办数", "应办数", factor=Decimal(100), late=policy)
    assert desk.values("late")["C"] == value
    data = desk.data()
    assert data.mark("late", "C") == mark
    assert data.mark("late", "A") == ""
    run = calculate(office=desk.office, period=MAY, data=data)
    assert run.results.get(version__indicator__code="late", unit__code="C").mark == mark


def test_a_figure_that_never_came_is_carried_forward_only_where_declared(desk: Desk) -> None:
    desk.file("C", APRIL, 10, 5)
    desk.indicator("carried", "沿用", "已办数", "应办数", factor=Decimal(100), late=LatePolicy.CARRY)
    assert (desk.values("carried")["C"], desk.values("rate")["C"]) == (50, None)
    assert desk.data().mark("carried", "C") == "沿用上期"


def test_an_exclusion_lowers_the_figure_everywhere_until_it_is_lifted(desk: Desk) -> None:
    first, second = desk.administrators
    item = desk.form.items.get(code="due")
    asked = ask_exclusion(
        item=item, unit=desk.unit("V2"), period=MAY, amount=Decimal(10), reason="不在权限内", user=first
    )
    assert desk.values("rate")["V2"] == 80
    approve_exclusion(exclusion=asked, user=second)
    data = desk.data()
    assert data.unit("V2").figures["items.due"] == 40
    assert data.unit("T").figures["items.due"] == 90
    assert desk.values("rate") == {
        "A": 100,
        "B": 25,
        "C": None,
        "T": Fraction(4000, 90),
        "V1": 0,
        "V2": 100,
    }
    assert desk.data("2022Q2").unit("T").figures["items.due"] == 290
    assert desk.data(APRIL).unit("V2").figures["items.due"] == 50
    lift_exclusion(exclusion=asked, user=second, reason="经核实属本单位")
    assert desk.values("rate")["V2"] == 80


def test_groups_it_does_not_apply_to_have_no_value_and_no_rank(desk: Desk) -> None:
    version = desk.indicator("own", "部门办结率", "已办数", "应办数", factor=Decimal(100))
    version.groups.set([desk.groups["depts"]])
    data = desk.data()
    assert [row.unit for row in data.ranking("own", "depts").rows] == ["A", "B", "C"]
    assert data.ranking("own", "villages").rows == ()
    outside = data.unit("V2").pairs["own"].value()
    assert isinstance(outside, NoValue)
    assert outside.kind is Kind.NOT_APPLICABLE


def test_definitions_in_a_circle_are_refused(desk: Desk) -> None:
    desk.indicator("one", "其一", "已办数")
    desk.indicator("two", "其二", "指标.其一 + 1")
    with pytest.raises(ValidationError, match="one → two → one"):
        desk.indicator("one", "其一", "上期(指标.其二)")
    with pytest.raises(CycleError, match="a → b → a"):
        order_definitions({"a": ["indicator.b"], "b": ["items.due", "indicator.a"]})
    assert order_definitions({"a": ["indicator.b"], "b": ["items.due"]}) == ["b", "a"]


def test_the_nearest_target_holds(desk: Desk) -> None:
    rate = desk.office.indicators.get(code="rate")
    depts, unit = desk.groups["depts"], desk.unit("B")
    save_target(indicator=rate, period="2022", value=Decimal(90), operator=Operator.AT_LEAST)
    save_target(indicator=rate, period=MAY, value=Decimal(95), operator=Operator.AT_LEAST, group=depts)
    save_target(indicator=rate, period=MAY, value=Decimal(20), operator=Operator.AT_LEAST, unit=unit)

    def target(data: PeriodData, group: str, unit: str | None = None) -> Fraction:
        found = data.target("rate", group, unit)
        assert found is not None
        return found.value

    may, april = desk.data(), desk.data(APRIL)
    assert target(may, "depts") == 95
    assert target(may, "depts", "B") == 20
    assert target(may, "depts", "A") == 95
    assert target(may, "towns") == 90
    assert target(april, "depts", "B") == 90
    assert desk.data("2023-01").target("rate", "depts") is None


def test_the_number_of_queries_does_not_grow_with_the_units(desk: Desk) -> None:
    desk.indicator("gain", "较上月", "指标.办结率 - 上期(指标.办结率)")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            load_period(desk.office, MAY, NOW)
        return len(found)

    few = queries()
    for number in range(12):
        unit = build.unit(desk.office, f"X{number}", f"新{number}局", desk.groups["depts"])
        build.person(f"cX{number}", desk.office, Role.CLERK, unit)
    build.unit(desk.office, "Y", "丑镇", desk.groups["towns"])
    assert queries() == few


def test_a_trial_definition_stands_in_for_the_one_in_force(desk: Desk) -> None:
    version = desk.office.indicators.get(code="rate").versions.get()
    version.numerator = "应办数 - 已办数"
    data = load_period(desk.office, MAY, NOW, versions=[version])
    assert data.unit("B").pairs["rate"].value() == 75
    assert desk.values("rate")["B"] == 25


def test_the_moment_decides_how_much_of_the_period_is_gone(desk: Desk) -> None:
    half = load_period(desk.office, MAY, dt.datetime(2022, 5, 16, 0, tzinfo=build.SHANGHAI))
    assert 0 < half.elapsed < 1
    assert desk.data().elapsed == 1
