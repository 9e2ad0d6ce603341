from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.renderers import page
from reports.renderers.annexes import Annex, Column, Row
from reports.renderers.content import read
from reports.renderers.merging import merged_spans
from reports.renderers.paging import annex_parts, row_heights
from reports.renderers.row_metrics import EVEN
from reports.renderers.text import line_count
from reports.renderers.widths import balanced_ems
from tests.documents.fucheng import notice_document
from tests.documents.hostile import tall_document
from tests.documents.yindu import yindu_document

# merging columns (m) and others (.), rows ("g:" a row that is no data row), how many rows each cell reaches over (0: covered)
MERGES: list[tuple[str, list[str], list[str]]] = [
    ("m.", ["a 1", "a 2", "b 3"], ["21", "01", "11"]),
    # Only neighbours are one cell.
    ("m", ["a", "b", "a"], ["1", "1", "1"]),
    # A column merges only where the one to its left does.
    ("mm", ["a x", "a x", "b x"], ["22", "00", "11"]),
    ("mm", ["a x", "b x", "b x"], ["11", "22", "00"]),
    # A column in between that does not merge keeps nothing apart.
    ("m.m", ["a 1 x", "a 2 x"], ["212", "010"]),
    # Blank cells say nothing, so they never say the same.
    ("m", ["_", "_"], ["1", "1"]),
    ("mm", ["_ x", "_ x"], ["11", "11"]),
    # A subtotal or a group line ends a cell.
    ("m", ["a", "g:a", "a"], ["1", "1", "1"]),
    (".", ["a", "a"], ["1", "1"]),
]


def row(line: str) -> Row:
    kind, _, cells = line.rpartition(":")
    texts = tuple("" if cell == "_" else cell for cell in cells.split())
    return Row("subtotal" if kind else "data", "", texts, (None,) * len(texts))


@pytest.mark.parametrize(("merging", "lines", "spans"), MERGES)
def test_equal_neighbours_become_one_cell(merging: str, lines: list[str], spans: list[str]) -> None:
    columns = [Column(str(place), (str(place),), "text", mark == "m") for place, mark in enumerate(merging)]
    assert ["".join(map(str, line)) for line in merged_spans(list(map(row, lines)), columns)] == spans


def merged_annex(names: list[str], lengths: list[int]) -> Annex:
    rows = tuple(
        Row("data", "", (name, "事" * length), (None, None))
        for name, length in zip(names, lengths, strict=True)
    )
    columns = (Column("unit", ("单位",), "unit", True), Column("text", ("事项",), "text"))
    return Annex("附件", 1, "表", "", "", False, columns, rows, wrapped=True, metrics=EVEN)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["甲局", "乙委员会办公室"]), st.integers(1, 300)), min_size=1, max_size=60
    )
)
def test_pages_hold_every_row_once_and_name_it_on_each(rows: list[tuple[str, int]]) -> None:
    annex = merged_annex([name for name, _ in rows], [length for _, length in rows])
    parts = annex_parts(annex)
    texts = [
        cell.text for part in parts for line in part.table.rows for cell in line.cells if cell.source == 1
    ]
    assert texts == [line.cells[1] for line in annex.rows]
    for part in parts:
        # The first row of a page names its unit, however far up the merged cell began.
        assert part.table.rows[0].cells[0].source == 0
        assert sum(row_heights(part.table)) <= page.text_height(False) or len(part.table.rows) == 1


def test_a_page_ends_where_a_unit_ends_when_that_wastes_little() -> None:
    annex = merged_annex(["甲局"] * 30 + ["乙局"] * 30, [5] * 60)
    assert [len(part.table.rows) for part in annex_parts(annex)] == [30, 30]


def test_only_a_row_that_no_page_holds_may_be_broken() -> None:
    (annex,) = read(tall_document()).annexes
    assert [line.tall for part in annex_parts(annex) for line in part.table.rows] == [False, True, False]
    (notice,) = read(notice_document()).annexes
    assert not any(line.tall for part in annex_parts(notice) for line in part.table.rows)


def test_a_table_is_made_smaller_to_save_a_page_but_not_below_nine_points() -> None:
    sizes = [[part.table.size for part in annex_parts(annex)] for annex in read(yindu_document()).annexes]
    # The second has 32 rows below a head of two lines; the last would need two turned sheets even in 9 points.
    assert sizes == [[12.0], [10.5], [10.5, 10.5], [12.0], [10.5], [12.0], [12.0], [12.0]]


# text, ems of the line, lines
LINES = [
    ("", 10.0, 1),
    ("国" * 10, 10.0, 1),
    ("国" * 11, 10.0, 2),
    # A comma never begins a line: it takes the hanzi before it along.
    ("国" * 10 + "，国", 10.0, 2),
    ("国" * 19 + "，国", 10.0, 3),
    # A word stays whole.
    ("国国国国国abcdefgh", 8.0, 2),
    # A word longer than a line may be broken after each ten letters.
    ("a" * 60, 10.0, 6),
]


@pytest.mark.parametrize(("text", "ems", "count"), LINES)
def test_lines_of_a_cell(text: str, ems: float, count: int) -> None:
    assert line_count(text, ems) == count


@given(
    st.lists(st.lists(st.floats(0, 200), min_size=3, max_size=3), min_size=1, max_size=6), st.floats(1, 60)
)
def test_balanced_widths_fill_the_room_and_keep_the_least(texts: list[list[float]], spare: float) -> None:
    least = [4.0] * len(texts)
    widths = balanced_ems(texts, least, sum(least) + spare)
    assert sum(widths) == pytest.approx(sum(least) + spare)
    assert all(width >= 4.0 for width in widths)


def test_long_texts_get_the_room() -> None:
    short, long = balanced_ems([[4.0] * 5, [120.0] * 5], [4.0, 4.0], 50.0)
    assert short < 5
    assert long > 45


def marked(document: dict[str, Any]) -> list[str]:
    (annex,) = (annex for annex in read(document).annexes if annex.legend)
    return [cell.mark for part in annex_parts(annex) for line in part.table.rows for cell in line.cells]


def test_marks_reach_the_drawn_cells() -> None:
    assert marked(yindu_document()).count("target") == 18
