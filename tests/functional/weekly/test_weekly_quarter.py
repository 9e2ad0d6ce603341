"""A quarter of weekly filing adds up to the published annex 3, in time, late and missing, and agrees with the quarter's form."""

import datetime as dt
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from departments.choices import Action, CaseState, RemarkKind, ReopeningState, Status
from departments.models import (
    Comparison,
    Notice,
    Remark,
    ReminderRule,
    Reopening,
    Submission,
    SubmissionEvent,
)
from departments.services import comparisons, submissions
from departments.services.sides import INCOMPLETE
from departments.sheets import cells_of
from govsvc import outbox
from indicators.models import Result, Sum
from indicators.models.sums import SLOT_COLUMNS
from indicators.services import sums
from indicators.services.calculation import calculate
from indicators.services.dataset import load_period
from indicators.services.definitions import save_indicator, save_version
from tests.functional.weekly.conftest import Quarter, rows_of
from tests.functional.weekly.diary import EXPLANATION
from tests.weekly import recount
from tests.weekly.figures import IDLE, QUARTER, Key
from tests.weekly.plan import (
    AFTER_CLOSING,
    END,
    HOUR,
    LAPSED,
    ONE_MISSING,
    RETURNED,
    TO_THE_MINUTE,
    WITHDRAWN,
    timetable,
)
from tests.weekly.published import Cells, annex3

pytestmark = [pytest.mark.django_db]

DUTIES = ("due", "on_time", "late", "missing")
TOWN = "T01"


def stored(form: Submission) -> Cells:
    return {code: int(cell.value or 0) for code, cell in cells_of(form).items()}


def keys(rows) -> list[Key]:
    """(unit, period) of rows that hang on submissions."""
    return sorted(rows.values_list("submission__unit__code", "submission__window__period"))


def sum_rows() -> dict[Key, tuple[int | None, ...]]:
    rows = Sum.objects.filter(form__code="weekly")
    return {
        (unit, period): tuple(rest)
        for unit, period, *rest in rows.values_list("unit__code", "period", "filed", *SLOT_COLUMNS)
    }


def test_the_windows_open_fall_due_and_close_by_the_calendar(quarter: Quarter) -> None:
    windows = quarter.wujin.weekly.windows.order_by("starts_on")
    assert [w.period for w in windows] == list(timetable())
    for window in windows:
        timing = timetable()[window.period]
        assert (window.opens_at, window.due_at, window.closes_at) == (timing.opens, timing.due, timing.closes)
    (quarterly,) = quarter.wujin.quarterly.windows.all()
    # 2 April 2022 was a Saturday that was worked, 3 to 5 April were days off.
    assert quarterly.due_at == dt.datetime.combine(dt.date(2022, 4, 8), dt.time.max, END.tzinfo)


def test_every_form_came_in_when_planned_and_was_approved_by_the_unit_above(quarter: Quarter) -> None:
    forms = Submission.objects.filter(window__form__code="weekly").select_related(
        "unit", "window", "decided_by"
    )
    assert forms.count() == len(quarter.filings) == 56 * 16
    by_key = {(form.unit.code, form.window.period): form for form in forms}
    for filing in quarter.filings:
        form = by_key[filing.key]
        assert form.status == Status.APPROVED
        assert form.handed_in_at == filing.handed_in
        assert form.decided_by == quarter.wujin.decider(filing.unit)
        assert form.nil_return is (filing.is_nil and filing.key not in RETURNED)


def test_every_filing_holds_what_was_generated(quarter: Quarter) -> None:
    figures: dict[Key, Cells] = {}
    rows = Submission.objects.filter(window__form__code="weekly").values_list(
        "unit__code", "window__period", "figures__item__code", "figures__value"
    )
    for unit, period, item, value in rows:
        assert value is not None
        figures.setdefault((unit, period), {})[item] = int(value)
    assert figures == {filing.key: filing.cells for filing in quarter.filings}


def test_the_weeks_add_up_to_annex_3_cell_by_cell(quarter: Quarter) -> None:
    data = load_period(quarter.wujin.office, QUARTER.code, END)
    for unit, published in annex3().items():
        figures = data.unit(unit).figures
        for item, value in published.items():
            assert figures[f"weekly.{item}"] == value == figures[f"daily.{item}"], (unit, item)
    assert len(annex3()) * len(published) == 12 * 9


def test_the_stored_sums_add_up_to_annex_3(quarter: Quarter) -> None:
    items = {item.code: f"v{item.slot}" for item in quarter.wujin.weekly.items.all()}
    for unit, published in annex3().items():
        rows = Sum.objects.filter(form__code="weekly", unit__code=unit)
        assert rows.count() == 16
        for item, value in published.items():
            assert sum(rows.values_list(items[item], flat=True)) == value


def test_sums_kept_step_by_step_equal_sums_built_anew(quarter: Quarter) -> None:
    kept = sum_rows()
    assert len(kept) == (56 + 1) * 16
    for period in timetable():
        sums.rebuild(form=quarter.wujin.weekly, period=period)
    assert sum_rows() == kept


@pytest.mark.parametrize(("now", "missing"), [(ONE_MISSING, {IDLE[0], "T06"}), (END, set())])
def test_due_on_time_late_and_missing_of_every_unit(
    quarter: Quarter, now: dt.datetime, missing: set[str]
) -> None:
    data = load_period(quarter.wujin.office, QUARTER.code, now)
    expected = recount.duties(quarter.filings, now)
    found = {unit.code: tuple(unit.figures[f"weekly.duty_{name}"] for name in DUTIES) for unit in data.units}
    assert found == expected
    assert {unit for unit, counts in found.items() if counts[3]} == missing
    assert found["D00"][0] == 33 * 16


def test_the_special_cases_count_as_the_rule_says(quarter: Quarter) -> None:
    timings = timetable()
    for key, late in ((TO_THE_MINUTE, False), (WITHDRAWN, True), *((key, False) for key in RETURNED)):
        form = Submission.objects.get(window__form__code="weekly", unit__code=key[0], window__period=key[1])
        assert form.handed_in_at is not None
        assert (form.handed_in_at > timings[key[1]].due) is late, key
    events = SubmissionEvent.objects.filter(submission__window__form__code="weekly")
    assert keys(events.filter(action=Action.RETURN)) == sorted(RETURNED)
    assert keys(events.filter(action=Action.WITHDRAW)) == [WITHDRAWN]


def test_what_was_missed_came_in_by_granted_reopenings_and_one_lapsed(quarter: Quarter) -> None:
    reopened = Reopening.objects.filter(submission__window__form__code="weekly")
    assert keys(reopened.filter(state=ReopeningState.USED)) == sorted(AFTER_CLOSING)
    assert keys(reopened.filter(state=ReopeningState.EXPIRED)) == [LAPSED]
    assert reopened.count() == len(AFTER_CLOSING) + 1
    assert not reopened.filter(decided_by__isnull=True).exists()


def test_every_reminder_rule_told_whom_it_should(quarter: Quarter) -> None:
    expected = recount.reminders(quarter.filings, len(quarter.wujin.administrators))
    for rule in ReminderRule.objects.filter(form__code="weekly"):
        notices = Notice.objects.filter(key__startswith=f"rule:{rule.pk}:")
        assert notices.count() == expected[rule.hours, rule.role], rule
    assert min(expected.values()) > 0


def test_every_warning_was_explained(quarter: Quarter) -> None:
    expected = {
        (*filing.key, *warning) for filing in quarter.filings for warning in recount.warnings(filing.cells)
    }
    rows = Remark.objects.filter(kind=RemarkKind.EXPLANATION, submission__window__form__code="weekly")
    assert (
        set(rows.values_list("submission__unit__code", "submission__window__period", "rule", "cell"))
        == expected
    )
    assert rows.count() == len(expected) > 100
    assert set(rows.values_list("text", flat=True)) == {EXPLANATION}


def test_towns_waited_for_their_villages(quarter: Quarter) -> None:
    assert Counter(quarter.diary.refused) == recount.held_up(quarter.filings)


def test_punctuality_is_ranked(quarter: Quarter) -> None:
    indicator = save_indicator(office=quarter.wujin.office, code="punctual", name="准时率", order=1)
    save_version(
        indicator=indicator,
        valid_from=dt.date(2022, 1, 1),
        numerator="每日办件周报.准时次数",
        denominator="每日办件周报.应报次数",
        factor=100,
        decimals=1,
        unit_of_measure="%",
        direction="higher",
    )
    data = load_period(quarter.wujin.office, QUARTER.code, ONE_MISSING)
    run = calculate(office=quarter.wujin.office, period=QUARTER.code, data=data)
    plain = recount.duties(quarter.filings, ONE_MISSING)
    for group, size in (("depts", 33), ("towns", 10), ("villages", 12)):
        rows = Result.objects.filter(run=run, group__code=group, unit__isnull=False)
        found = dict(rows.values_list("unit__code", "place"))
        assert len(found) == size
        assert found == recount.places({unit: Fraction(*plain[unit][1::-1]) for unit in found})


def test_with_one_form_missing_its_town_could_not_be_reconciled_and_now_all_agree(quarter: Quarter) -> None:
    for item in annex3()["D00"]:
        before = {unit: row.state for unit, row in quarter.missing_one[item].items()}
        assert before == {unit: INCOMPLETE if unit == "T06" else CaseState.AGREES for unit in annex3()}
    for item, rows in rows_of(quarter.wujin).items():
        assert {unit: row.state for unit, row in rows.items()} == dict.fromkeys(annex3(), CaseState.AGREES)
        assert all(
            filed.value == annex3()[unit][item]
            for unit, row in rows.items()
            for filed in row.figures
            if filed
        )


def change_a_week(quarter: Quarter, key: Key, item: str, by: int) -> None:
    """The unit asks for an approved week to be opened again, changes one figure, and it is approved again."""
    diary, wujin, moment = quarter.diary, quarter.wujin, END + 16 * HOUR
    diary.ask(key, "漏计大厅咨询件", moment)
    diary.grant(key, moment + HOUR)
    form, user = diary.forms[key], wujin.filler(key[0])
    cells = {item: stored(form)[item] + by}
    diary.save(key, cells, user, moment + 2 * HOUR)
    submissions.submit(submission=form, user=user, at=moment + 3 * HOUR)
    submissions.approve(submission=form, user=wujin.decider(key[0]), at=moment + 4 * HOUR)
    outbox.drain()


def test_a_week_changed_afterwards_differs_from_the_quarter_and_is_decided(quarter: Quarter) -> None:
    wujin = quarter.wujin
    change_a_week(quarter, (TOWN, "2022-W07"), "consult", 100)
    published = annex3()[TOWN]["consult"]
    rows = rows_of(wujin)
    apart = {
        (item, unit) for item in rows for unit, row in rows[item].items() if row.state != CaseState.AGREES
    }
    assert apart == {("consult", TOWN)}
    row = rows["consult"][TOWN]
    assert row.state == CaseState.DIFFERS
    assert [filed.value for filed in row.figures if filed] == [published, published + 100]
    comparison = Comparison.objects.get(office=wujin.office, code="consult")
    case: dict[str, Any] = {"comparison": comparison, "unit": wujin.units[TOWN], "period": QUARTER.code}
    comparisons.explain(**case, user=wujin.people[TOWN, "head"], text="第7周漏计大厅咨询件100件")
    assert rows_of(wujin)["consult"][TOWN].state == CaseState.EXPLAINED
    weekly = comparison.sources.get(name="周报累计")
    comparisons.decide(**case, user=wujin.administrators[1], source=weekly, reason="以周报为准")
    row = rows_of(wujin)["consult"][TOWN]
    assert (row.state, row.counted.value if row.counted else None) == (CaseState.DECIDED, published + 100)
    figures = load_period(wujin.office, QUARTER.code, END).unit(TOWN).figures
    assert figures["reconciled.consult"] == figures["weekly.consult"] == published + 100
    kept = sum_rows()
    sums.rebuild(form=wujin.weekly, period="2022-W07")
    assert sum_rows() == kept


def test_everything_made_up_says_so(quarter: Quarter) -> None:
    office = quarter.wujin.office
    assert "合成数据" in office.synthetic
    for unit in office.units.filter(versions__group__code="villages"):
        assert "合成数据" in unit.name
    assert all("合成数据" in user.last_name for user in quarter.wujin.people.values())
