"""Windows open by themselves: once each, also those missed, on the office's calendar, and never against what people changed."""

import datetime as dt
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext

from departments import tasks
from departments.choices import DayBasis, RestDay
from departments.deadlines import LAST_INSTANT, SHANGHAI
from departments.models import Expectation, Form, Schedule, Submission, Window
from departments.services import schedules
from departments.services.forms import save_form
from departments.services.schedules import guess_warning, open_due_windows, preview, save_schedule
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

NOON = dt.time(12, 0)
MONDAY_NOON = {"due_basis": DayBasis.WEEKDAY, "due_number": 1, "due_time": NOON}


def moment(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2022) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def day(month: int, number: int, year: int = 2022) -> dt.date:
    return dt.date(year, month, number)


def weekly(frequency: str = "week") -> Form:
    """A weekly form of two departments, due on the Monday after at noon, from the week of 14 March 2022."""
    home = build.office()
    group = build.group(home)
    for code, name in (("A", "甲局"), ("B", "乙局")):
        build.unit(home, code, name, group)
    form = build.form(home, frequency=frequency, groups=[group])
    save_schedule(form=form, valid_from=day(3, 16), **MONDAY_NOON)
    return form


def opened(now: dt.datetime) -> list[str]:
    return [window.period for window in open_due_windows(now=now)]


def test_a_window_opens_when_its_moment_comes_with_a_draft_for_every_expected_unit():
    form = weekly()
    assert opened(moment(3, 20, 23, 59)) == []
    assert opened(moment(3, 21)) == ["2022-W11"]
    assert opened(moment(3, 21, 0, 1)) == []
    window = Window.objects.get(form=form)
    assert (window.opens_at, window.due_at) == (moment(3, 21), moment(3, 21, 12))
    assert window.closes_at is None
    assert list(window.submissions.values_list("unit__code", flat=True)) == ["A", "B"]


def test_what_the_clock_missed_is_made_up_for_in_order_around_qingming():
    form = weekly()
    assert opened(moment(4, 12)) == ["2022-W11", "2022-W12", "2022-W13", "2022-W14"]
    # 4 and 5 April 2022 were days off.
    assert Window.objects.get(form=form, period="2022-W13").due_at == moment(4, 6, 12)


def test_catching_up_ends_four_hundred_periods_back():
    home = build.office()
    form = save_form(office=home, code="daily", title="日报", frequency="day")
    save_schedule(form=form, valid_from=day(1, 1, 2015), due_basis=DayBasis.DAY, due_number=1)
    found = opened(moment(3, 31, 9))
    assert len(found) == schedules.CATCH_UP - 1
    assert (found[0], found[-1]) == ("2021-02-25", "2022-03-30")


def test_a_week_cut_by_the_months_end_opens_in_two_parts():
    weekly("split_week")
    assert opened(moment(4, 4)) == ["2022-W11", "2022-W12", "2022-W13-P1", "2022-W13-P2"]
    parts = Window.objects.filter(period__startswith="2022-W13").order_by("period")
    assert [window.opens_at for window in parts] == [moment(4, 1), moment(4, 4)]
    assert {window.due_at for window in parts} == {moment(4, 6, 12)}


def test_what_people_changed_stays_changed():
    form = weekly()
    by_hand = build.window(form, "2022-W12")
    assert opened(moment(4, 5)) == ["2022-W11", "2022-W13"]
    later = moment(3, 25, 17)
    Window.objects.filter(period="2022-W11").update(due_at=later)
    assert opened(moment(4, 5, 1)) == []
    assert Window.objects.get(period="2022-W11").due_at == later
    kept = Window.objects.get(pk=by_hand.pk)
    assert (kept.opens_at, kept.due_at) == (by_hand.opens_at, by_hand.due_at)


def test_a_unit_that_joins_gets_its_draft_until_the_form_is_due():
    form = weekly()
    opened(moment(3, 21, 8))
    Submission.objects.update(version=7)
    newcomer = build.unit(form.office, "C", "丙局")
    Expectation.objects.create(form=form, unit=newcomer)
    assert opened(moment(3, 21, 12)) == []
    assert not newcomer.submissions.exists()
    assert opened(moment(3, 21, 11)) == []
    assert newcomer.submissions.get().window.period == "2022-W11"
    assert list(Submission.objects.exclude(unit=newcomer).values_list("version", flat=True)) == [7, 7]


def test_a_new_rule_takes_over_from_the_period_of_its_first_day():
    form = weekly()
    save_schedule(
        form=form, valid_from=day(3, 30), valid_to=day(4, 7), due_basis=DayBasis.WORKING_DAY, due_number=2
    )
    assert opened(moment(4, 30)) == ["2022-W11", "2022-W12", "2022-W13", "2022-W14"]
    due = dict(Window.objects.values_list("period", "due_at"))
    assert due["2022-W12"] == moment(3, 28, 12)
    assert due["2022-W13"] == dt.datetime.combine(day(4, 7), LAST_INSTANT, SHANGHAI)
    assert due["2022-W14"] == dt.datetime.combine(day(4, 12), LAST_INSTANT, SHANGHAI)


def test_closing_is_counted_in_working_days():
    form = weekly()
    save_schedule(form=form, valid_from=day(3, 16), closes_days=3, **MONDAY_NOON)
    opened(moment(3, 28))
    assert Window.objects.get(period="2022-W12").closes_at == dt.datetime.combine(
        day(3, 31), LAST_INSTANT, SHANGHAI
    )


def test_each_office_has_its_own_calendar():
    form = weekly()
    schedules.save_calendar_day(office=form.office, day=day(3, 28), is_working=False, name="全市停电")
    other = build.office("p", "邻区")
    theirs = save_form(office=other, code="items", title="周报", frequency="week")
    save_schedule(form=theirs, valid_from=day(3, 16), **MONDAY_NOON)
    opened(moment(3, 28))
    due = dict(Window.objects.filter(period="2022-W12").values_list("form__office__code", "due_at"))
    assert due == {"o": moment(3, 29, 12), "p": moment(3, 28, 12)}
    schedules.save_calendar_day(office=form.office, day=day(3, 28), is_working=True, name="改为上班")
    assert form.office.calendar_days.get().is_working


def test_a_form_without_a_rule_is_left_to_people():
    save_form(office=build.office(), code="f", title="表", frequency="day")
    assert opened(moment(4, 1)) == []


def test_a_rule_that_cannot_serve_a_period_stops_nobody_else(caplog):
    form = weekly()
    broken = save_form(office=form.office, code="broken", title="坏表", frequency="week")
    Schedule.objects.create(
        form=broken, valid_from=day(3, 16), due_basis=DayBasis.DAY, due_number=1, due_time=dt.time(0, 0), on_rest_day="keep"
    )  # fmt: skip
    assert opened(moment(3, 21)) == ["2022-W11"]
    assert "2022-W11" in caplog.text


def test_the_clock_asks_no_more_the_longer_the_past():
    weekly()
    counts = []
    for now in (moment(3, 21, 8), moment(12, 26, 8)):
        opened(now)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            opened(now)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_task_opens_what_is_due_now():
    form = build.form(build.office(), frequency="year")
    last_year = dt.datetime.now(SHANGHAI).year - 1
    save_schedule(form=form, valid_from=day(6, 1, last_year))
    assert tasks.open_due_windows() == 1
    assert tasks.open_due_windows() == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"due_basis": DayBasis.WEEKDAY, "due_number": 8}, "due_number"),
        ({"due_basis": DayBasis.MONTH_DAY, "due_number": 32}, "due_number"),
        ({"due_number": 0}, "due_number"),
        ({"due_basis": DayBasis.WEEKDAY, "due_number": 1, "opens_day": 9}, "opens_day"),
        ({"due_basis": DayBasis.DAY, "due_number": 1, "due_time": dt.time(0, 0)}, "opens_day"),
        ({"opens_day": -400}, "opens_day"),
        ({"closes_days": 400}, "closes_days"),
        ({"valid_to": day(3, 1)}, "valid_to"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_at_its_field(fields, field):
    form = build.form(build.office(), frequency="week")
    with pytest.raises(ValidationError) as refused:
        save_schedule(form=form, valid_from=day(3, 16), on_rest_day=RestDay.KEEP, **fields)
    assert field in refused.value.message_dict
    assert not Schedule.objects.exists()


def test_named_spans_have_no_rule():
    form = build.form(build.office(), frequency="span")
    with pytest.raises(ValidationError):
        save_schedule(form=form, valid_from=day(3, 16))


def test_the_preview_shows_what_comes_and_which_years_are_guessed():
    form = build.form(build.office(), frequency="month")
    rule = save_schedule(form=form, valid_from=day(1, 1))
    shown = preview(rule, 3, now=moment(12, 9, 9, year=2026))
    assert [row.period.code for row in shown] == ["2026-12", "2027-01", "2027-02"]
    assert [row.guessed for row in shown] == [(2027,)] * 3
    assert shown[0].moments.due_at == dt.datetime.combine(day(1, 7, 2027), LAST_INSTANT, SHANGHAI)
    assert guess_warning(year for row in shown for year in row.guessed).count("2027") == 1
    assert preview(rule, 1, now=moment(12, 7, 9, year=2026))[0].period.code == "2026-11"
    known = preview(rule, 3, now=moment(4, 8, 23, 59))
    assert [row.period.code for row in known] == ["2022-03", "2022-04", "2022-05"]
    assert guess_warning(year for row in known for year in row.guessed) == ""


def test_the_preview_ends_where_another_rule_takes_over():
    form = weekly()
    first = form.schedules.get()
    save_schedule(form=form, valid_from=day(4, 13), **MONDAY_NOON)
    assert [row.period.code for row in preview(first, now=moment(3, 28, 12))] == ["2022-W13", "2022-W14"]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_open_each_window_once():
    form = weekly()
    start = threading.Barrier(2, timeout=60)
    found: list[list[str]] = []

    def tick() -> None:
        try:
            start.wait()
            found.append(opened(moment(5, 31)))
        finally:
            close_old_connections()
            connection.close()

    clocks = [threading.Thread(target=tick) for _ in range(2)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert len(found) == 2
    assert sorted(found[0] + found[1]) == sorted(form.windows.values_list("period", flat=True))
    assert form.windows.count() == 11
    assert Submission.objects.count() == 22
