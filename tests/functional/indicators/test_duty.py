"""Punctuality as an indicator: the four counts of every unit, up the tree, and a rate that is ranked like any other."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.choices import Role
from departments.models import Expectation, Form, Submission, Unit, Window
from departments.periods import Period
from departments.services import submissions as services
from departments.services.duties import duties
from departments.services.forms import save_item
from departments.services.organisation import expected_units
from govsvc import outbox
from indicators.models import Result
from indicators.services.calculation import calculate
from indicators.services.dataset import load_period
from indicators.services.definitions import check_definition, save_indicator, save_version
from indicators.services.names import office_names
from tests import build
from tests.build import at

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

WEEKS = ("2022-W10", "2022-W11", "2022-W12")
NAMES = ("due", "on_time", "late", "missing")
# A quarter of an hour after the last of the weeks was due.
NOW = at(29, 9, month=3)


def due_of(week: str) -> dt.datetime:
    """The Tuesday after, at 08:45."""
    return dt.datetime.combine(
        Period.parse(week).end + dt.timedelta(days=2), dt.time(8, 45), tzinfo=build.SHANGHAI
    )


def hand_in(unit: Unit, week: str, moment: dt.datetime) -> Submission:
    """Filled in and handed in by the unit's clerk."""
    submission = Submission.objects.get(unit=unit, window__period=week)
    clerk = unit.memberships.get(role=Role.CLERK).user
    values = {"due": build.CellInput("10"), "done": build.CellInput("8")}
    services.save_figures(submission=submission, inputs=values, user=clerk, at=moment)
    return services.submit(submission=submission, user=clerk, at=moment)


def early(week: str) -> dt.datetime:
    return due_of(week) - dt.timedelta(hours=2)


def overdue(week: str) -> dt.datetime:
    return due_of(week) + dt.timedelta(minutes=5)


@pytest.fixture
def form() -> Form:
    """A town over two villages and three departments; everybody files every week, 丙局 is exempt from the second on."""
    home = build.office()
    departments, towns = build.group(home), build.group(home, "towns", "镇村")
    for code, name in (("A", "甲局"), ("B", "乙局"), ("C", "丙局")):
        build.unit(home, code, name, departments)
    town = build.unit(home, "T", "子镇", towns)
    for code, name in (("V1", "一村"), ("V2", "二村")):
        build.unit(home, code, name, towns, town)
    form = build.form(home, frequency="week", groups=[departments, towns])
    for unit in home.units.all():
        build.person(f"c{unit.code}", home, Role.CLERK, unit)
    build.person("admin", home, Role.ADMINISTRATOR)
    exempt = home.units.get(code="C")
    Expectation.objects.create(form=form, unit=exempt, exempt=True, valid_from=Period.parse(WEEKS[1]).end)
    for week in WEEKS:
        services.open_window(
            form=form, period=week, opens_at=due_of(week) - dt.timedelta(days=1), due_at=due_of(week)
        )
    return form


def counts(form: Form, unit: str, now: dt.datetime = NOW, period: str = "2022Q1") -> tuple[Fraction, ...]:
    figures = load_period(form.office, period, now).unit(unit).figures
    return tuple(figures[f"items.duty_{name}"] for name in NAMES)  # type: ignore[return-value]


def unit_of(form: Form, code: str) -> Unit:
    return form.office.units.get(code=code)


def rate(form: Form) -> None:
    """准时率 as an administrator defines it."""
    indicator = save_indicator(office=form.office, code="punctual", name="准时率", order=1)
    save_version(
        indicator=indicator,
        valid_from=dt.date(2022, 1, 1),
        numerator="事项表.准时次数",
        denominator="应报次数",
        factor=100,
        decimals=1,
        unit_of_measure="%",
        direction="higher",
    )


def test_on_time_late_and_missing(form):
    unit = unit_of(form, "A")
    hand_in(unit, WEEKS[0], due_of(WEEKS[0]))
    hand_in(unit, WEEKS[1], overdue(WEEKS[1]))
    assert counts(form, "A") == (3, 1, 1, 1)
    assert counts(form, "B") == (3, 0, 0, 3)


def test_a_form_not_due_yet_is_no_duty_until_it_is_handed_in(form):
    before = due_of(WEEKS[2]) - dt.timedelta(hours=1)
    assert counts(form, "B", before) == (2, 0, 0, 2)
    hand_in(unit_of(form, "B"), WEEKS[2], early(WEEKS[2]))
    assert counts(form, "B", before) == (3, 1, 0, 2)
    assert counts(form, "B", due_of(WEEKS[2])) == (3, 1, 0, 2)


def test_a_return_leaves_a_punctual_form_punctual_and_a_withdrawal_does_not(form):
    returned, withdrawn = (hand_in(unit_of(form, code), WEEKS[0], early(WEEKS[0])) for code in "AB")
    admin = form.office.memberships.get(role=Role.ADMINISTRATOR).user
    services.return_submission(submission=returned, user=admin, reason="请核实", at=overdue(WEEKS[0]))
    services.withdraw(submission=withdrawn, user=withdrawn.submitted_by, at=early(WEEKS[0]))
    assert counts(form, "A", overdue(WEEKS[0])) == (1, 1, 0, 0)
    assert counts(form, "B", overdue(WEEKS[0])) == (1, 0, 0, 1)
    hand_in(unit_of(form, "A"), WEEKS[0], overdue(WEEKS[0]))
    hand_in(unit_of(form, "B"), WEEKS[0], overdue(WEEKS[0]))
    later = overdue(WEEKS[0]) + dt.timedelta(minutes=1)
    assert counts(form, "A", later) == (1, 1, 0, 0)
    assert counts(form, "B", later) == (1, 0, 1, 0)


def test_an_exempt_unit_has_no_duty_from_then_on(form):
    assert counts(form, "C") == (1, 0, 0, 1)
    Expectation.objects.create(form=form, unit=unit_of(form, "C"), exempt=True)
    assert counts(form, "C") == (0, 0, 0, 0)


def test_a_form_nobody_asked_for_is_no_duty(form):
    window = Window.objects.get(period=WEEKS[0])
    guest = build.unit(form.office, "G", "客座局")
    build.person("cG", form.office, Role.CLERK, guest)
    services.start_submission(window=window, unit=guest)
    hand_in(guest, WEEKS[0], early(WEEKS[0]))
    assert counts(form, "G") == (0, 0, 0, 0)


def test_a_week_counts_where_its_last_day_falls(form):
    services.open_window(
        form=form,
        period="2022-W13",
        opens_at=at(3),
        due_at=at(4),
    )
    assert counts(form, "B", at(5), "2022Q1") == (3, 0, 0, 3)
    assert counts(form, "B", at(5), "2022Q2") == (1, 0, 0, 1)
    assert counts(form, "B", at(5), "2022-W13") == (1, 0, 0, 1)


def test_a_town_stands_for_its_villages_too(form):
    rate(form)
    hand_in(unit_of(form, "T"), WEEKS[0], early(WEEKS[0]))
    for week in WEEKS:
        hand_in(unit_of(form, "V1"), week, early(week))
    assert counts(form, "T") == (9, 4, 0, 5)
    pair = load_period(form.office, "2022Q1", NOW).unit("T").pairs["punctual"]
    assert (pair.numerator, pair.denominator) == (4, 9)


def test_a_parent_that_files_nothing_changes_no_ordinary_rate(form):
    """Its duty counts, but it does not turn what its villages say into “missing”."""
    rate(form)
    indicator = save_indicator(office=form.office, code="done", name="办结率", order=2)
    save_version(
        indicator=indicator, valid_from=dt.date(2022, 1, 1), numerator="已办数", denominator="应办数"
    )
    admin = form.office.memberships.get(role=Role.ADMINISTRATOR).user
    for code in ("V1", "V2"):
        unit = unit_of(form, code)
        submission = Submission.objects.get(unit=unit, window__period=WEEKS[0])
        clerk = unit.memberships.get().user
        inputs = {name: build.CellInput(reason="none") for name in ("due", "done")}
        services.save_figures(submission=submission, inputs=inputs, user=clerk, at=early(WEEKS[0]))
        services.submit(submission=submission, user=clerk, at=early(WEEKS[0]))
        services.approve(submission=submission, user=admin, at=early(WEEKS[0]))
    outbox.drain()
    pairs = load_period(form.office, WEEKS[0], NOW).unit("T").pairs
    assert (pairs["punctual"].numerator, pairs["punctual"].denominator) == (2, 3)
    assert pairs["done"].value().kind.name == "NOT_APPLICABLE"


def test_the_rate_is_defined_ranked_and_stored_like_any_other(form):
    rate(form)
    for week in WEEKS:
        hand_in(unit_of(form, "A"), week, early(week))
    for week in WEEKS[:2]:
        hand_in(unit_of(form, "B"), week, early(week))
    hand_in(unit_of(form, "B"), WEEKS[2], overdue(WEEKS[2]))
    data = load_period(form.office, "2022Q1", NOW)
    run = calculate(office=form.office, period="2022Q1", data=data)
    rows = Result.objects.filter(run=run, group__code="depts", unit__isnull=False)
    stored = {
        row.unit.code: (row.numerator, row.denominator, row.display, row.place, row.reported, row.expected)
        for row in rows.select_related("unit")
    }
    assert stored == {
        "A": ("3", "3", "100.0%", 1, 1, 1),
        "B": ("2", "3", "66.7%", 2, 1, 1),
        "C": ("0", "1", "0.0%", 3, 1, 1),
    }
    whole = Result.objects.get(run=run, group__code="depts", unit__isnull=True)
    assert (whole.numerator, whole.denominator, whole.reported, whole.expected) == ("5", "7", 3, 3)


def test_the_names_are_clear_or_asked_about(form):
    home = form.office
    assert check_definition(home, "迟报次数") is None
    other = build.form(home, "other", frequency="month")
    other.title = "另一表"
    other.save()
    assert "迟报次数" in (check_definition(home, "迟报次数") or "")
    assert check_definition(home, "另一表.迟报次数 + items.duty_late") is None


def test_an_item_of_that_code_keeps_its_own_meaning(form):
    save_item(form=form, code="duty_late", name="迟到人次", order=9)
    names = office_names(form.office)
    assert [symbol.label for symbol in names.find("items.duty_late")] == ["迟到人次"]
    assert load_period(form.office, "2022Q1", NOW).unit("A").figures["items.duty_late"] != 3


def test_a_duty_is_what_an_expected_unit_owes(form):
    """The query over all windows says the same as the rule for one."""
    gone = unit_of(form, "B")
    gone.closed_on = Period.parse(WEEKS[1]).end
    gone.save()
    Expectation.objects.filter(group__code="towns").update(
        valid_from=Period.parse(WEEKS[1]).end, valid_to=Period.parse(WEEKS[1]).end
    )
    found = duties(Submission.objects.all())
    for window in Window.objects.all():
        expected = set(expected_units(form, window.when).values_list("code", flat=True))
        assert set(found.filter(window=window).values_list("unit__code", flat=True)) == expected
        assert expected
    assert found.count() < Submission.objects.count()


def test_the_number_of_queries_does_not_grow(form):
    asked = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            load_period(form.office, "2022Q1", NOW)
        asked.append(len(queries))
        for number in range(5):
            build.unit(form.office, f"N{number}", f"新{number}局", form.office.groups.get(code="depts"))
        for week in ("2022-W08", "2022-W09"):
            services.open_window(
                form=form, period=week, opens_at=due_of(week) - dt.timedelta(days=1), due_at=due_of(week)
            )
    assert asked[0] == asked[1]
