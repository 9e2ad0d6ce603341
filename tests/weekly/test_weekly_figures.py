"""The generated quarter is exact, whole, repeatable, and sound by the rules of the form."""

import random

import pytest

from departments.periods import Period
from tests.weekly import MARK
from tests.weekly.figures import IDLE, add_up, apportion, quarter_periods, weekly_figures
from tests.weekly.published import annex3, reporters


def test_the_quarter_is_thirteen_weeks_three_of_them_cut_by_a_months_end() -> None:
    codes = [period.code for period in quarter_periods()]
    assert codes == [
        *("2021-W52-P2", "2022-W01", "2022-W02", "2022-W03", "2022-W04", "2022-W05-P1", "2022-W05-P2"),
        *("2022-W06", "2022-W07", "2022-W08", "2022-W09-P1", "2022-W09-P2", "2022-W10", "2022-W11"),
        *("2022-W12", "2022-W13-P1"),
    ]
    assert {code[:8] for code in codes} == {"2021-W52", *(f"2022-W{week:02}" for week in range(1, 14))}
    days = sum((period.end - period.start).days + 1 for period in quarter_periods())
    assert days == 31 + 28 + 31
    assert all(Period.parse("2022Q1").contains(period) for period in quarter_periods())


def test_33_departments_10_towns_with_villages_and_the_zone_file() -> None:
    groups = [reporter.group for reporter in reporters()]
    assert {group: groups.count(group) for group in groups} == {
        "depts": 33,
        "towns": 10,
        "villages": 12,
        "hitech": 1,
    }
    assert len({reporter.code for reporter in reporters()}) == len({r.name for r in reporters()}) == 56
    villages = [reporter for reporter in reporters() if reporter.group == "villages"]
    assert all(MARK in village.name and MARK in village.full_name for village in villages)
    assert {reporter.row for reporter in reporters()} == annex3().keys()


def test_every_published_cell_is_the_sum_of_its_parts() -> None:
    figures = weekly_figures()
    assert len(figures) == 56 * 16
    rows = {reporter.code: reporter.row for reporter in reporters()}
    for row, published in annex3().items():
        assert add_up(cells for (unit, _period), cells in figures.items() if rows[unit] == row) == published


def test_every_filing_keeps_the_forms_rules_where_the_annex_does() -> None:
    published, rows = annex3(), {reporter.code: reporter.row for reporter in reporters()}
    for (unit, _period), cells in weekly_figures().items():
        assert min(cells.values()) >= 0
        volume = cells["online_accepted"] + cells["window_accepted"]
        assert cells["personal"] + cells["enterprise"] == volume
        row = published[rows[unit]]
        for part, of in (
            ("online_done", "online_accepted"),
            ("window_done", "window_accepted"),
            ("sz50_cases", "sz50_consult"),
        ):
            assert cells[part] <= cells[of] or row[part] > row[of]
        for item, value in row.items():
            assert value or not cells[item]


def test_every_unit_registers_something_and_the_small_ones_nothing_in_some_weeks() -> None:
    figures = weekly_figures()
    busy = {unit for (unit, _period), cells in figures.items() if cells["personal"] + cells["enterprise"]}
    assert busy == {reporter.code for reporter in reporters()}
    assert sum(not any(cells.values()) for cells in figures.values()) > 50
    assert not any(figures[IDLE].values())
    assert any(figures[IDLE[0], "2022-W06"].values())


def test_the_same_seed_gives_the_same_quarter_and_another_seed_another() -> None:
    assert weekly_figures(7) == weekly_figures(7) != weekly_figures(8)


@pytest.mark.parametrize(
    ("total", "weights", "caps", "parts"),
    [
        (10, [1, 1, 1], None, [4, 3, 3]),
        (7, [0, 3, 4], None, [0, 3, 4]),
        (0, [0, 0], None, [0, 0]),
        (10, [8, 1, 1], [4, 9, 9], [4, 3, 3]),
        (10, [1, 0], [4, 9], [4, 6]),
        (2, [1, 1, 1, 1], [1, 0, 1, 0], [1, 0, 1, 0]),
    ],
)
def test_sharing_out_by_largest_remainder(total, weights, caps, parts) -> None:
    assert apportion(total, weights, caps) == parts


@pytest.mark.parametrize(("weights", "caps"), [([0, 0], None), ([1, 1], [2, 2])])
def test_what_nobody_can_take_is_refused(weights, caps) -> None:
    with pytest.raises(ValueError):
        apportion(5, weights, caps)


def test_shares_always_add_up_and_stay_within_their_caps() -> None:
    chance = random.Random(3)
    for _time in range(500):
        caps = [chance.randint(0, 9) for _place in range(chance.randint(1, 12))]
        weights = [chance.randint(0, 5) for _place in caps]
        weights[0] += 1
        total = chance.randint(0, sum(caps))
        parts = apportion(total, weights, caps)
        assert sum(parts) == total
        assert all(0 <= part <= cap for part, cap in zip(parts, caps, strict=True))
