from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.renderers import page
from reports.renderers.content import read
from reports.renderers.heads import head_cells, head_depth
from reports.renderers.tables import INSET, SIZES, fitted_tables, whole_table
from tests.documents.hostile import bare_document, wide_document
from tests.documents.wujin import annex, column, wujin_document

# paths, then (text, row, column, rows, columns) of each merged head
HEADS: list[tuple[list[list[str]], list[tuple[str, int, int, int, int]]]] = [
    ([["序号"], ["单位"]], [("序号", 0, 0, 1, 1), ("单位", 0, 1, 1, 1)]),
    (
        [["序号"], ["认领", "清单总数"], ["认领", "认领率"]],
        [("序号", 0, 0, 2, 1), ("认领", 0, 1, 1, 2), ("清单总数", 1, 1, 1, 1), ("认领率", 1, 2, 1, 1)],
    ),
    # The same words over columns that are not neighbours are two heads.
    (
        [["甲", "x"], ["乙"], ["甲", "y"]],
        [("甲", 0, 0, 1, 1), ("乙", 0, 1, 2, 1), ("甲", 0, 2, 1, 1), ("x", 1, 0, 1, 1), ("y", 1, 2, 1, 1)],
    ),
    # Two columns of one name are two columns.
    ([["办件量"], ["办件量"]], [("办件量", 0, 0, 1, 1), ("办件量", 0, 1, 1, 1)]),
    # A second level is shared only under one first level.
    (
        [["甲", "线上", "a"], ["甲", "线上", "b"], ["乙", "线上", "c"]],
        [
            ("甲", 0, 0, 1, 2), ("乙", 0, 2, 1, 1), ("线上", 1, 0, 1, 2), ("线上", 1, 2, 1, 1),
            ("a", 2, 0, 1, 1), ("b", 2, 1, 1, 1), ("c", 2, 2, 1, 1),
        ],
    ),
    ([[]], [("", 0, 0, 1, 1)]),
]  # fmt: skip


@pytest.mark.parametrize(("paths", "expected"), HEADS)
def test_heads_are_merged(paths: list[list[str]], expected: list[tuple[str, int, int, int, int]]) -> None:
    assert [
        (cell.text, cell.row, cell.column, cell.rows, cell.columns) for cell in head_cells(paths)
    ] == expected


@given(st.lists(st.lists(st.sampled_from("甲乙"), max_size=4), max_size=8))
def test_heads_cover_every_place_once(paths: list[list[str]]) -> None:
    covered = Counter(
        (row, place)
        for cell in head_cells(paths)
        for row in range(cell.row, cell.row + cell.rows)
        for place in range(cell.column, cell.column + cell.columns)
    )
    assert covered == Counter((row, place) for row in range(head_depth(paths)) for place in range(len(paths)))


@pytest.mark.parametrize(
    ("number", "columns", "least_size"),
    [(1, 23, 7.0), (2, 14, 9.0), (3, 11, 10.5)],
    ids=["annex1", "annex2", "annex3"],
)
def test_published_annexes_fit_in_one_piece(number: int, columns: int, least_size: float) -> None:
    annex = read(wujin_document()).annexes[number - 1]
    (table,) = fitted_tables(annex, page.text_width(True))
    assert len(table.widths) == columns
    assert table.size >= least_size
    assert sum(table.widths) == pytest.approx(page.text_width(True))


@given(columns=st.integers(3, 60), digits=st.integers(1, 18), landscape=st.booleans())
def test_parts_fill_the_page_and_hold_every_column_once(columns: int, digits: int, landscape: bool) -> None:
    heads = [column("seq", ["序号"], "seq"), column("unit", ["单位"], "unit")]
    heads += [
        column(f"c{place}", [f"组{place // 3}", f"第{place}项"], "item") for place in range(columns - 2)
    ]
    cells = ["1", "某某局", *(["9" * digits] * (columns - 2))]
    document = wujin_document()
    rows: list[dict[str, Any]] = [{"kind": "data", "unit": "D01", "cells": cells, "values": [None] * columns}]
    document["annexes"] = [annex(1, "表", heads, rows)]
    width = page.text_width(landscape)
    tables = fitted_tables(read(document).annexes[0], width)
    shown = [[cell.source for cell in table.rows[0].cells] for table in tables]
    assert all(part[:2] == [0, 1] for part in shown)
    assert [source for part in shown for source in part[2:]] == list(range(2, columns))
    for table, part in zip(tables, shown, strict=True):
        assert table.size in SIZES
        assert sum(table.widths) == pytest.approx(width)
        # Half an em a digit is what every typeface used here needs at least.
        for source, points in zip(part[2:], table.widths[2:], strict=True):
            assert points >= len(cells[source]) * 0.5 * table.size + 2 * INSET


def test_forty_columns_are_cut_into_like_parts_of_whole_groups() -> None:
    tables = fitted_tables(read(wide_document()).annexes[0], page.text_width(True))
    assert len(tables) == 3
    widths = [len(table.widths) for table in tables]
    assert max(widths) - min(widths) <= 3
    assert all((count - 2) % 3 == 0 for count in widths[:-1])


def test_total_label_takes_the_place_of_number_and_name() -> None:
    total = whole_table(read(wujin_document()).annexes[0]).rows[-1]
    assert (total.cells[0].text, total.cells[0].columns, total.cells[0].align) == ("合计", 2, "center")
    assert total.bold


def test_alignment() -> None:
    table = whole_table(read(wujin_document()).annexes[0])
    aligned = {cell.source: (cell.text, cell.align) for cell in table.rows[1].cells}
    assert aligned[0] == ("2", "center")
    assert aligned[1] == ("大数据管理局", "left")
    assert aligned[10] == ("84.8%", "right")
    assert aligned[22] == ("—", "center")


def test_a_table_without_rows_says_so_and_one_without_columns_is_none() -> None:
    empty, bare = read(bare_document()).annexes
    (table,) = fitted_tables(empty, page.text_width(True))
    assert [[(cell.text, cell.columns) for cell in row.cells] for row in table.rows] == [[("（无）", 2)]]
    assert fitted_tables(bare, page.text_width(False)) == ()
