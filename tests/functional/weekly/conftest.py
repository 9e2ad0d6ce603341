"""The whole quarter, filed once for the module that looks at it, and undone afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from departments.models import Comparison
from departments.services.sides import Row, side_by_side_all
from tests.functional.weekly.diary import Diary, open_diary
from tests.functional.weekly.scene import Wujin, add_comparisons, build_wujin
from tests.services.undone import undone_afterwards
from tests.weekly.figures import QUARTER
from tests.weekly.plan import END, ONE_MISSING, Filing, plan


@dataclass(frozen=True)
class Quarter:
    """The quarter as it stands on 13 April; `missing_one` are the comparisons as they stood two days before."""

    wujin: Wujin
    filings: list[Filing]
    diary: Diary
    missing_one: dict[str, dict[str, Row]]


def rows_of(wujin: Wujin) -> dict[str, dict[str, Row]]:
    """Item code → unit code → the row of its comparison, as an administrator sees it."""
    made = list(Comparison.objects.filter(office=wujin.office))
    return {
        sides.comparison.code: {row.unit.code: row for row in sides.rows}
        for sides in side_by_side_all(made, QUARTER.code, wujin.administrators[0])
    }


@pytest.fixture(scope="module")
def quarter(django_db_setup: None, django_db_blocker: Any) -> Iterator[Quarter]:
    """Tests that change something do so in a transaction of their own."""
    with undone_afterwards(django_db_blocker):
        wujin, filings = build_wujin(), plan()
        add_comparisons(wujin)
        diary = open_diary(wujin, filings)
        diary.run(ONE_MISSING)
        before = rows_of(wujin)
        diary.run(END)
        yield Quarter(wujin, filings, diary, before)
