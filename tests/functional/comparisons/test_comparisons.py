"""Reconciliation through the services: annex 6 of Yindu, weekly against quarter forms, explanations, decisions, indicators."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import CaseState, Role
from departments.exceptions import Conflict, TransitionRefused
from departments.models import ComparisonCase, Form, Office, Submission, Unit
from departments.periods import Period
from departments.services import comparisons, forms, organisation, reopenings, submissions
from departments.services.sides import INCOMPLETE, Row, side_by_side
from departments.sheets import CellInput
from govsvc import outbox
from indicators.models import Indicator, IndicatorVersion
from indicators.services.dataset import load_period
from tests import build
from tests.functional.comparisons.annex6 import PERIOD, SOURCES, Annex6, build_annex6, published

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SOME = ("人社局", "医保局", "发改委", "财政局", "房管分局", "档案局")


@pytest.fixture
def annex6(db: Any) -> Annex6:
    """A few units of the annex."""
    return build_annex6(only=SOME)


@pytest.fixture
def whole_annex(db: Any) -> Annex6:
    return build_annex6()


def row_of(annex: Annex6, unit: str, user: User | None = None) -> Row:
    rows = side_by_side(annex.comparison, PERIOD, user or annex.administrator).rows
    return next(row for row in rows if row.unit.short_name == unit)


def explain(annex: Annex6, unit: str = "人社局", **more: Any) -> ComparisonCase:
    given = {"user": annex.clerk, "text": "部门报送含社保卡自助办理"} | more
    return comparisons.explain(comparison=annex.comparison, unit=annex.units[unit], period=PERIOD, **given)


def decide(annex: Annex6, unit: str = "人社局", source: int = 1, **more: Any) -> ComparisonCase:
    given = {"user": annex.administrator, "reason": "以电子监察为准"} | more
    return comparisons.decide(
        comparison=annex.comparison,
        unit=annex.units[unit],
        period=PERIOD,
        source=annex.sources[source],
        **given,
    )


def test_annex_6_stands_side_by_side_with_the_true_totals(whole_annex: Annex6) -> None:
    sides = side_by_side(whole_annex.comparison, PERIOD, whole_annex.administrator)
    shown = [
        (row.unit.short_name, *(str(figure.value) for figure in row.figures if figure is not None))
        for row in sides.rows
    ]
    assert shown == [
        (row["单位名称"], *(row[column] for _code, _name, column in SOURCES)) for row in published()
    ]
    assert [total.value for total in sides.totals] == [88300, 205762, 1816, 88300]
    # The first printed total is wrong by 2102; ours is the sum of the printed rows.
    (printed,) = published(total=True)
    assert printed["部门报送数据"] == "90402"
    assert sides.counts_by_state() == {CaseState.DIFFERS: 28, CaseState.AGREES: 3}


def test_a_tolerance_lets_small_differences_pass(whole_annex: Annex6) -> None:
    comparisons.save_comparison(office=whole_annex.office, code="volume", tolerance=3, tolerance_percent=5)
    whole_annex.comparison.refresh_from_db()
    agreeing = {
        row.unit.short_name
        for row in side_by_side(whole_annex.comparison, PERIOD, whole_annex.administrator).rows
        if row.state == CaseState.AGREES
    }
    assert {"教育局", "财政局", "工信局", "金融办"} <= agreeing
    assert "发改委" not in agreeing


def test_a_source_that_is_not_in_never_agrees(db: Any) -> None:
    annex = build_annex6(("reported", "monitored"), only=SOME)
    assert row_of(annex, "房管分局").state == INCOMPLETE
    assert row_of(annex, "人社局").state == CaseState.DIFFERS
    annex.fill("counter", {"房管分局": "0"}, approve=False)
    assert row_of(annex, "房管分局").state == INCOMPLETE
    annex.fill("counter", {"档案局": "na"})
    assert row_of(annex, "档案局").state == CaseState.DIFFERS
    sides = side_by_side(annex.comparison, PERIOD, annex.administrator)
    assert (sides.totals[2].done, sides.totals[2].due) == (1, 6)


def test_the_number_of_queries_does_not_grow_with_units(annex6: Annex6) -> None:
    def queries() -> int:
        annex6.administrator.__dict__.pop("_memberships", None)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            side_by_side(annex6.comparison, PERIOD, annex6.administrator)
        return len(captured)

    many = queries()
    Submission.objects.exclude(unit=annex6.units["人社局"]).delete()
    assert queries() == many <= 9


def test_unit_people_see_only_their_own_row(annex6: Annex6) -> None:
    for user in (annex6.clerk, annex6.head):
        sides = side_by_side(annex6.comparison, PERIOD, user)
        assert [row.unit.short_name for row in sides.rows] == ["人社局"]
        assert [total.value for total in sides.totals] == [28079, 8386, 0, 28079]


def test_explanation_then_decision_then_a_change_opens_the_case_again(annex6: Annex6) -> None:
    explain(annex6)
    assert row_of(annex6, "人社局").state == CaseState.EXPLAINED
    case = decide(annex6)
    row = row_of(annex6, "人社局")
    assert (row.state, row.counts, row.counted and row.counted.value) == (
        CaseState.DECIDED,
        annex6.sources[1],
        8386,
    )
    assert case.seen == {
        str(annex6.sources[0].pk): "28079",
        str(annex6.sources[1].pk): "8386",
        str(annex6.sources[2].pk): "0",
    }
    correct(annex6, "counter", "人社局", "12")
    row = row_of(annex6, "人社局")
    assert (row.state, row.changed) == (CaseState.DIFFERS, True)
    # The old decision holds and stays readable until somebody decides anew.
    assert row.counts == annex6.sources[1]
    decide(annex6, source=0, user=annex6.second, reason="部门补正后数据完整")
    row = row_of(annex6, "人社局")
    assert (row.state, row.changed, row.counts) == (CaseState.DECIDED, False, annex6.sources[0])
    words = [entry.change_message for entry in comparisons.history_of(case)]
    assert [text.split("（")[0] for text in words] == [
        "以“部门报送”为准。理由：部门补正后数据完整",
        "以“电子监察”为准。理由：以电子监察为准",
        "说明：部门报送含社保卡自助办理",
    ]
    assert words[1].endswith("（部门报送 28079，电子监察 8386，综窗 0）")


def reopen(submission: Submission, asks: User, grants: User) -> None:
    reopenings.grant(
        reopening=reopenings.ask(submission=submission, user=asks, reason="核对不一致"), user=grants
    )


def correct(annex: Annex6, source: str, unit: str, figure: str) -> None:
    """The office opens the form again, the unit corrects, the office approves."""
    submission = Submission.objects.get(
        window__form__code=source, window__period=PERIOD, unit=annex.units[unit]
    )
    reopen(submission, annex.filler, annex.administrator)
    assert row_of(annex, unit).changed
    annex.fill(source, {unit: figure})


def test_a_changed_figure_that_then_agrees_needs_no_decision(annex6: Annex6) -> None:
    explain(annex6, "财政局", user=annex6.filler)
    correct(annex6, "reported", "财政局", "4")
    assert row_of(annex6, "财政局").state == CaseState.AGREES
    with pytest.raises(TransitionRefused):
        decide(annex6, "财政局")
    with pytest.raises(TransitionRefused):
        explain(annex6, "财政局", user=annex6.filler)


@pytest.mark.parametrize("who", ["clerk", "head", "stranger", "viewer"])
def test_only_an_administrator_decides(annex6: Annex6, who: str) -> None:
    viewer = build.person("viewer", annex6.office, Role.VIEWER)
    elsewhere = build.person("elsewhere", build.office("other"), Role.ADMINISTRATOR)
    user = {"clerk": annex6.clerk, "head": annex6.head, "stranger": elsewhere, "viewer": viewer}[who]
    with pytest.raises(PermissionDenied):
        decide(annex6, user=user)
    assert not ComparisonCase.objects.exists()


def test_only_the_unit_explains_and_nobody_decides_on_their_own_words(annex6: Annex6) -> None:
    with pytest.raises(TransitionRefused):
        explain(annex6, user=annex6.administrator)
    with pytest.raises(TransitionRefused):
        explain(annex6, "医保局")
    with pytest.raises(TransitionRefused):
        explain(annex6, text="  ")
    both = annex6.administrator
    organisation.grant(user=both, office=annex6.office, role=Role.CLERK, unit=annex6.units["人社局"])
    both = User.objects.get(pk=both.pk)
    explain(annex6, user=both)
    with pytest.raises(TransitionRefused, match="其他人"):
        decide(annex6, user=both)
    decide(annex6, user=annex6.second)
    with pytest.raises(TransitionRefused):
        explain(annex6)


def test_a_decision_wants_a_reason_and_a_source_with_a_figure(db: Any) -> None:
    annex = build_annex6(("reported", "monitored"), only=SOME)
    other = comparisons.save_comparison(office=annex.office, code="other", name="另一项")
    foreign = comparisons.save_source(comparison=other, item=annex.sources[0].item, name="部门报送")
    for wrong in ({"reason": " "}, {"source": 2}):
        with pytest.raises(TransitionRefused):
            decide(annex, **wrong)
    with pytest.raises(TransitionRefused):
        comparisons.decide(
            comparison=annex.comparison,
            unit=annex.units["人社局"],
            period=PERIOD,
            user=annex.administrator,
            source=foreign,
            reason="理由",
        )
    assert not ComparisonCase.objects.exists()


def test_who_acts_on_what_has_changed_is_told(annex6: Annex6) -> None:
    read = row_of(annex6, "人社局").mark
    explain(annex6, mark=read)
    with pytest.raises(Conflict):
        decide(annex6, mark=read)
    read = row_of(annex6, "人社局").mark
    correct(annex6, "counter", "人社局", "12")
    with pytest.raises(Conflict):
        decide(annex6, mark=read)
    assert ComparisonCase.objects.get().state == CaseState.EXPLAINED


def test_sources_are_numbers_of_the_same_office(annex6: Annex6) -> None:
    elsewhere = build.office("other")
    form = build.form(elsewhere)
    text = forms.save_item(form=annex6.sources[0].item.form, code="note", name="说明", kind="text")
    for item in (form.items.get(code="due"), text):
        with pytest.raises(ValidationError):
            comparisons.save_source(comparison=annex6.comparison, item=item, name="来源")


# Weekly and quarter forms of a small tree.


def weekly_and_quarterly(home: Office, units: list[Unit], quarter: list[Unit]) -> dict[str, Form]:
    """`week` filed by all units for the weeks of the first quarter of 2022, `quarter` by some."""
    made = {}
    for code, frequency, who in (("week", "week", units), ("quarter", "quarter", quarter)):
        form = forms.save_form(office=home, code=code, title=f"{code}表", frequency=frequency)
        forms.save_item(form=form, code="volume", name="办件量", may_not_apply=True)
        forms.expect(form=form, units=who)
        made[code] = form
    comparison = comparisons.save_comparison(office=home, code="volume", name="办件量核对")
    for order, code in enumerate(("quarter", "week")):
        comparisons.save_source(
            comparison=comparison, item=made[code].items.get(), name=made[code].title, order=order
        )
    return made


def open_weeks(form: Form, count: int) -> list[str]:
    first = Period.parse("2022-W01")
    codes = [first.previous(-step).code for step in range(count)]
    for code in codes:
        build.window(form, code)
    return codes


def file(form: Form, period: str, unit: Unit, figure: str, clerk: User, administrator: User) -> None:
    submission = Submission.objects.get(window__form=form, window__period=period, unit=unit)
    submissions.save_figures(submission=submission, inputs={"volume": CellInput(figure)}, user=clerk)
    submissions.approve(submission=submissions.submit(submission=submission, user=clerk), user=administrator)


@pytest.fixture
def tree(db: Any) -> tuple[Office, list[Unit], dict[str, Form], dict[int, User], User]:
    """A town over two villages: all file weekly, only the town fills the quarter form (its villages included)."""
    home = build.office()
    group = build.group(home)
    town = build.unit(home, "T", "某镇", group)
    units = [town, *(build.unit(home, f"V{n}", f"{n}村", group, town) for n in range(2))]
    made = weekly_and_quarterly(home, units, [town])
    clerks = {unit.pk: build.person(f"c{unit.code}", home, Role.CLERK, unit) for unit in units}
    return home, units, made, clerks, build.person("admin", home, Role.ADMINISTRATOR)


def test_weeks_add_up_to_the_quarter_and_the_town_holds_its_villages(tree: Any) -> None:
    home, units, made, clerks, administrator = tree
    comparison = home.comparisons.get()
    weeks = open_weeks(made["week"], 12)
    build.window(made["quarter"], "2022Q1")
    for place, unit in enumerate(units):
        for week in weeks:
            file(made["week"], week, unit, str(place + 1), clerks[unit.pk], administrator)
    file(made["quarter"], "2022Q1", units[0], "72", clerks[units[0].pk], administrator)
    (row,) = side_by_side(comparison, "2022Q1", administrator).rows
    # The thirteenth week ends in April, so twelve are the quarter; villages have one source only and no row.
    assert [(f.value, f.done, f.due) for f in row.figures] == [(72, 1, 1), (72, 36, 36)]
    assert row.state == CaseState.AGREES
    weekly = Submission.objects.get(window__period=weeks[3], unit=units[2])
    reopen(weekly, clerks[units[2].pk], administrator)
    (row,) = side_by_side(comparison, "2022Q1", administrator).rows
    assert [(f.value, f.done, f.due) for f in row.figures] == [(72, 1, 1), (69, 35, 36)]
    assert row.state == INCOMPLETE


def test_weeks_that_are_not_open_yet_are_awaited(tree: Any) -> None:
    home, units, made, clerks, administrator = tree
    build.window(made["quarter"], "2022Q1")
    file(made["quarter"], "2022Q1", units[0], "5", clerks[units[0].pk], administrator)
    comparison = home.comparisons.get()
    (row,) = side_by_side(comparison, "2022Q1", administrator).rows
    # Thirteen weeks end in the quarter, the first of them on 2 January.
    assert [(f.done, f.due) for f in row.figures] == [(1, 1), (0, 13)]
    (week,) = open_weeks(made["week"], 1)
    file(made["week"], week, units[0], "5", clerks[units[0].pk], administrator)
    (row,) = side_by_side(comparison, "2022Q1", administrator).rows
    assert row.state == INCOMPLETE
    assert [(f.done, f.due) for f in row.figures] == [(1, 1), (1, 36)]


def indicator(home: Office, numerator: str, denominator: str = "1") -> None:
    made = Indicator.objects.create(office=home, code="share", name="占比")
    IndicatorVersion.objects.create(
        indicator=made, number=1, valid_from=dt.date(2022, 1, 1), numerator=numerator, denominator=denominator
    )


def test_an_indicator_counts_the_decided_source(whole_annex: Annex6) -> None:
    indicator(whole_annex.office, "核对.办件量核对", "reported.volume")
    outbox.drain()
    decide(whole_annex, "发改委", source=1)
    data = load_period(whole_annex.office, PERIOD)
    codes = {name: unit.code for name, unit in whole_annex.units.items()}
    assert data.unit(codes["发改委"]).pairs["share"].value() == Fraction(340100, 2095)
    assert data.unit(codes["人社局"]).pairs["share"].value() == 100
    whole = data.aggregate("share", data.members(["depts"]))
    assert whole.pair.numerator == 88300 - 2095 + 3401
    assert whole.coverage.text() == "31家中31家"
    assert data.item_names["reconciled.volume"] == "办件量核对"


@pytest.mark.parametrize(("chosen", "town"), [(None, 100), (0, 100), (1, 6)])
def test_reconciled_figures_pool_up_the_tree_without_counting_twice(
    tree: Any, chosen: int | None, town: int
) -> None:
    home, units, made, clerks, administrator = tree
    comparison = home.comparisons.get()
    build.window(made["quarter"], "2022Q1")
    (week,) = open_weeks(made["week"], 1)
    for place, unit in enumerate(units):
        file(made["week"], week, unit, str(place + 1), clerks[unit.pk], administrator)
    file(made["quarter"], "2022Q1", units[0], "100", clerks[units[0].pk], administrator)
    if chosen is not None:
        source = comparison.sources.all()[chosen]
        comparisons.decide(
            comparison=comparison,
            unit=units[0],
            period="2022Q1",
            user=administrator,
            source=source,
            reason="核实",
        )
    indicator(home, "reconciled.volume")
    outbox.drain()
    data = load_period(home, "2022Q1")
    assert data.unit("T").figures["reconciled.volume"] == town
    assert data.unit("T").pairs["share"].numerator == town
