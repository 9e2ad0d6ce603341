"""The printed tables of cells and outliers are what the code does; packed cells come back as they were."""

from decimal import Decimal
from fractions import Fraction
from statistics import median as plain_median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.cells import Cell, CellError, CellInput, describe_cell, pack_cells, read_cell, unpack_cells
from departments.choices import FigureState, ItemKind
from departments.models import Item, NotApplicableReason
from departments.outliers import modified_z, stands_out
from tests.spec.collection import cell_tables


@pytest.mark.parametrize(("kind", "typed", "stored"), cell_tables.CELLS.rows)
def test_a_cell_is_read_as_the_table_says(kind: str, typed: str, stored: str) -> None:
    item = Item(code="x", name="某项", kind=ItemKind(kind), decimals=2, options="未开始\n已完成")
    try:
        cell = read_cell(item, CellInput(typed), {})
    except CellError:
        assert stored == "错误"
        return
    assert (describe_cell(cell) or "（空）") == stored


@pytest.mark.parametrize(("history", "value", "flagged"), cell_tables.OUTLIERS.rows)
def test_what_stands_out(history: str, value: str, flagged: str) -> None:
    assert stands_out([Fraction(x) for x in history.split()], Fraction(value)) is (flagged == "是")


numbers = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@given(st.lists(numbers, min_size=6, max_size=12), numbers)
def test_the_modified_z_score_is_the_textbooks(history: list[Fraction], value: Fraction) -> None:
    """Against the standard library's median on the same exact numbers."""
    centre = plain_median(history)
    spread = plain_median([abs(x - centre) for x in history])
    expected = None if spread == 0 else Fraction(6745, 10000) * abs(value - centre) / spread
    assert modified_z(history, value) == expected


def test_packed_cells_come_back() -> None:
    reason = NotApplicableReason(code="none", name="无此业务")
    cells = {
        "a": Cell(FigureState.NUMBER, Decimal("12.500000")),
        "b@k1": Cell(FigureState.TEXT, text="说明"),
        "c": Cell(FigureState.NOT_APPLICABLE, reason=reason),
    }
    assert unpack_cells(pack_cells(cells), {"none": reason}) == cells
