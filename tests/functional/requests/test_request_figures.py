"""What is counted of requests stands beside the forms' figures: names, moments, periods, the tree, queries."""

import datetime as dt
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.services.organisation import change_unit
from departments.services.requests import answering
from indicators.services.dataset import load_period
from indicators.services.definitions import check_definition
from indicators.services.names import office_names
from tests.functional.requests.scene import TITLE, Scene, hours, june

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

COUNTS = ("asked", "answered", "on_time", "late", "missing")


def counts(scene: Scene, unit: int, now: dt.datetime, period: str = "2023-06") -> tuple[int, ...] | None:
    figures = load_period(scene.office, period, now).unit(scene.units[unit].code).figures
    if "draft.asked" not in figures:
        return None
    found = tuple(figures[f"draft.{name}"] for name in COUNTS)
    assert all(isinstance(value, Fraction) for value in found)
    return tuple(int(value) for value in found)  # type: ignore[arg-type]


@pytest.fixture
def answered(scene: Scene) -> Scene:
    """民宗局 in time, 退役军人事务局 late, 金融局 never, 商务局 not asked."""
    request = scene.asked(units=scene.units[:3], code="draft")
    for unit, at in ((0, hours(-1)), (1, hours(5))):
        answering.hand_in(
            answer=scene.answer(request, unit), user=scene.people[f"clerk{unit}"], text="同意", at=at
        )
    return scene


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (hours(-2), [(1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (hours(0), [(1, 1, 1, 0, 0), (1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0, 0, 0, 0, 0)]),
        (hours(1), [(1, 1, 1, 0, 0), (1, 0, 0, 0, 1), (1, 0, 0, 0, 1), (0, 0, 0, 0, 0)]),
        (hours(9), [(1, 1, 1, 0, 0), (1, 1, 0, 1, 0), (1, 0, 0, 0, 1), (0, 0, 0, 0, 0)]),
    ],
)
def test_the_five_counts_as_of_a_moment(
    answered: Scene, now: dt.datetime, expected: list[tuple[int, ...]]
) -> None:
    assert [counts(answered, unit, now) for unit in range(4)] == expected


def test_a_request_counts_where_its_due_day_lies(answered: Scene) -> None:
    assert counts(answered, 0, hours(9), "2023Q2") == (1, 1, 1, 0, 0)
    assert counts(answered, 0, hours(9), "2023-W24") == (1, 1, 1, 0, 0)
    for period in ("2023-05", "2023-07", "2023-W23", "2023-W25"):
        assert counts(answered, 0, hours(9), period) is None
    assert counts(answered, 0, june(7)) is None, "not handed out yet"


def test_a_draft_has_no_names(scene: Scene) -> None:
    scene.draft(code="draft")
    assert check_definition(scene.office, "draft.asked") is not None


def test_names_by_code_and_by_title(answered: Scene) -> None:
    assert check_definition(answered.office, "draft.on_time / draft.asked") is None
    names = office_names(answered.office)
    assert [symbol.code for symbol in names.find(f"{TITLE}.未答复")] == ["draft.missing"]
    assert names.find("未答复") == ()


def test_a_unit_stands_for_those_below_it(answered: Scene) -> None:
    change_unit(
        unit=answered.units[1],
        valid_from=dt.date(2023, 1, 1),
        full_name="殷都区退役军人事务局",
        short_name="退役军人事务局",
        parent=answered.units[0],
        group=answered.group,
    )
    assert counts(answered, 0, hours(9)) == (2, 2, 1, 1, 0)
    assert counts(answered, 1, hours(9)) == (1, 1, 0, 1, 0)


def test_coverage_is_who_was_asked(answered: Scene) -> None:
    data = load_period(answered.office, "2023-06", hours(9))
    asked = frozenset(unit.code for unit in answered.units[:3])
    assert (data.expected["draft"], data.reported["draft"]) == (asked, asked)


def test_the_number_of_queries_does_not_grow(answered: Scene) -> None:
    asked = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            load_period(answered.office, "2023-06", hours(9))
        asked.append(len(queries))
        for _more in range(3):
            answered.asked()
    assert asked[0] == asked[1]
