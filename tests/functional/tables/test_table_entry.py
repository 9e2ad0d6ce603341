"""Rows of one form for many units: who may, locks, conflicts, all or nothing, handing in, totals."""

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from departments.choices import EntryMode, Role, Status
from departments.exceptions import TransitionRefused
from departments.models import Submission
from departments.services import organisation
from departments.services.submissions import approve, save_figures
from departments.services.table_entry import (
    RowsRefused,
    cells_by_row,
    rows_of,
    save_rows,
    submit_rows,
    totals,
)
from departments.sheets import CellInput, describe_cell, load_sheet
from departments.views.table_grid import build_grid
from tests.functional.tables.offices import ATTENDANCE, Yindu, build_yindu, wide_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def yindu(db: None) -> Yindu:
    return build_yindu("attendance")


def row(**changes: str) -> dict[str, CellInput]:
    """A complete row of attendance: everything 0 unless told."""
    entered = [code for code, _name, kind in ATTENDANCE if "expression" not in kind]
    return {code: CellInput(changes.get(code, "0")) for code in entered}


def ids(yindu: Yindu, *names: str) -> list[int]:
    return [yindu.units[name].pk for name in names]


def stored(yindu: Yindu, name: str) -> dict[str, str]:
    window = yindu.window("attendance")
    rows = rows_of(window, yindu.people["enters"])
    return {key: describe_cell(cell) for key, cell in cells_by_row(rows)[yindu.units[name].pk].items()}


def submission(yindu: Yindu, name: str) -> Submission:
    return Submission.objects.get(window=yindu.window("attendance"), unit=yindu.units[name])


def test_the_office_fills_all_rows_and_a_units_clerk_none(yindu: Yindu) -> None:
    window = yindu.window("attendance")
    rows = rows_of(window, yindu.people["enters"])
    assert len(rows) == 29
    assert [r.unit.protocol_order for r in rows] == sorted(r.unit.protocol_order for r in rows)
    for who in ("clerk", "viewer"):
        with pytest.raises(PermissionDenied):
            rows_of(window, yindu.people[who])
        with pytest.raises(PermissionDenied):
            save_rows(window=window, rows={ids(yindu, "教育局")[0]: (None, row())}, user=yindu.people[who])


def test_people_of_several_units_fill_their_own_rows(yindu: Yindu) -> None:
    window = yindu.window("attendance")
    window.form.entered_by = EntryMode.UNIT
    window.form.save()
    clerk = yindu.people["clerk"]
    organisation.grant(user=clerk, office=yindu.office, role=Role.CLERK, unit=yindu.units["民政局"])
    assert [r.unit.name for r in rows_of(window, clerk)] == ["民政局", "教育局"]
    mine, others = ids(yindu, "教育局", "水务公司")
    assert save_rows(window=window, rows={mine: (0, row(staff="3"))}, user=clerk)[mine].is_whole
    with pytest.raises(PermissionDenied):
        save_rows(window=window, rows={mine: (1, row()), others: (0, row())}, user=clerk)
    assert stored_now(window, yindu.units["教育局"].pk, clerk)["staff"] == "3"


def stored_now(window: Any, unit: int, user: Any) -> dict[str, str]:
    return {key: describe_cell(cell) for key, cell in cells_by_row(rows_of(window, user))[unit].items()}


def test_a_bad_cell_a_conflict_and_a_locked_row_hold_up_no_other(yindu: Yindu) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    save_figures(
        submission=submission(yindu, "民政局"),
        inputs={"staff": CellInput("9")},
        user=yindu.people["approves"],
    )
    save_rows(window=window, rows={ids(yindu, "邮政公司")[0]: (0, row())}, user=user)
    submit_rows(window=window, units=ids(yindu, "邮政公司"), user=user)
    good, bad, conflict, locked = ids(yindu, "教育局", "人社局", "民政局", "邮政公司")
    outcomes = save_rows(
        window=window,
        rows={
            good: (0, row(staff="3")),
            bad: (0, {"staff": CellInput("三"), "leave": CellInput("1")}),
            conflict: (0, {"staff": CellInput("4")}),
            locked: (None, {"staff": CellInput("5")}),
        },
        user=user,
    )
    assert outcomes[good].is_whole
    assert outcomes[bad].saved is not None
    assert outcomes[bad].saved.rejected == {"staff"}
    assert outcomes[conflict].theirs["staff"]["value"] == "9"
    assert "待审批" in outcomes[locked].message
    assert stored(yindu, "教育局")["staff"] == "3"
    assert stored(yindu, "人社局") == {"leave": "1"}
    assert stored(yindu, "民政局") == {"staff": "9"}
    assert stored(yindu, "邮政公司")["staff"] == "0"


def test_whole_saves_everything_or_nothing(yindu: Yindu) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    good, bad = ids(yindu, "教育局", "人社局")
    rows = {good: (0, row(staff="3")), bad: (0, {"staff": CellInput("三")})}
    with pytest.raises(RowsRefused) as refused:
        save_rows(window=window, rows=rows, user=user, whole=True)
    assert not refused.value.outcomes[bad].is_whole
    assert stored(yindu, "教育局") == {}
    assert submission(yindu, "教育局").version == 0
    assert submission(yindu, "教育局").events.count() == 0


def test_a_closed_window_takes_no_row(yindu: Yindu) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    window.closes_at = timezone.now() - dt.timedelta(minutes=1)
    window.save()
    [unit] = ids(yindu, "教育局")
    outcome = save_rows(window=window, rows={unit: (0, row())}, user=user)[unit]
    assert outcome.saved is None
    assert outcome.message
    assert submit_rows(window=window, units=[unit], user=user)[unit].message
    assert stored(yindu, "教育局") == {}


def test_rows_are_handed_in_each_for_itself_and_somebody_else_approves(yindu: Yindu) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    good, wrong, blank, warned = ids(yindu, "教育局", "人社局", "医保局", "民政局")
    save_rows(
        window=window,
        rows={
            good: (0, row(staff="3", leave="3")),
            wrong: (0, row(staff="3", leave="4")),
            warned: (0, row(staff="3", absent="1")),
        },
        user=user,
    )
    done = submit_rows(window=window, units=[good, wrong, blank, warned], user=user)
    assert [bool(done[unit].message) for unit in (good, wrong, blank, warned)] == [False, True, True, True]
    assert [p.rule for p in done[wrong].problems] == ["leave_le_staff"]
    assert [p.rule for p in done[warned].problems] == ["absent"]
    assert submission(yindu, "教育局").status == Status.SUBMITTED
    with pytest.raises(TransitionRefused):
        approve(submission=submission(yindu, "教育局"), user=user)
    assert approve(submission=submission(yindu, "教育局"), user=yindu.people["approves"]).status == "approved"
    explained = submit_rows(window=window, units=[wrong, warned], user=user, explanation="一人旷工已通报")
    assert [bool(explained[unit].message) for unit in (wrong, warned)] == [True, False]
    assert submission(yindu, "民政局").remarks.get().text == "一人旷工已通报"


def test_totals_pool_rates_and_count_only_numbers(yindu: Yindu) -> None:
    window, user = yindu.window("attendance"), yindu.people["enters"]
    first, second = ids(yindu, "教育局", "人社局")
    save_rows(
        window=window,
        rows={
            first: (0, row(staff="3", leave="3", leave_days="1.5")),
            second: (0, row(staff="5", leave="0")),
        },
        user=user,
    )
    sheet = load_sheet(window.form)
    found = totals(sheet, cells_by_row(rows_of(window, user)).values())
    assert found["staff"] == (Fraction(8), 2)
    assert found["leave_days"] == (Fraction(3, 2), 2)
    assert found["leave_rate"][0] == Fraction(300, 8)


def test_the_grid_costs_the_same_queries_for_any_number_of_rows(yindu: Yindu) -> None:
    user = yindu.people["enters"]
    counts = []
    for columns, units in ((3, list(yindu.units.values())[:2]), (3, list(yindu.units.values())[:36])):
        Submission.objects.filter(window__form__code="wide").delete()
        window = wide_form(yindu.office, columns, units)
        rows = rows_of(window, user)
        sheet = load_sheet(window.form)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            build_grid(sheet, rows, user)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] < 12
