"""Two issues side by side: tables by unit and column, rows and tables only one has, places moved; the page and the file."""

import io
from typing import Any

import openpyxl
import pytest

from reports.services.issue_comparison import compare
from tests.functional.archive.shelf import content_of, shelve, wujin
from tests.functional.reports.scene import Scene, make

pytestmark = pytest.mark.django_db
URL = "/admin/reports/issue/side-by-side/"


def table(
    number: int, title: str, rows: list[tuple[str, str, list[str]]], codes: str = "n d"
) -> dict[str, Any]:
    columns = [{"code": "unit", "path": ["部门"], "kind": "unit"}]
    columns += [{"code": code, "path": ["件数", code], "kind": "item"} for code in codes.split()]
    return {
        "number": number,
        "title": title,
        "columns": columns,
        "rows": [
            {"kind": kind, "unit": unit if kind == "data" else "", "cells": [unit, *cells], "values": []}
            for kind, unit, cells in rows
        ],
    }


def document(*annexes: dict[str, Any], title: str = "通报") -> dict[str, Any]:
    return {"title": title, "sections": [], "annexes": list(annexes), "rankings": []}


def test_cells_are_compared_by_unit_and_column_whatever_the_order_of_the_rows():
    before = document(table(1, "1月情况表", [("data", "甲局", ["1", "2"]), ("data", "乙局", ["3", "4"]), ("total", "合计", ["4", "6"])]))  # fmt: skip
    after = document(table(1, "2月情况表", [("data", "乙局", ["3", "5"]), ("data", "甲局", ["1", "2"]), ("total", "合计", ["4", "7"])]))  # fmt: skip
    (found,) = compare(before, after).tables
    assert [row.name for row in found.rows] == ["乙局", "甲局", "合计"]
    assert [row.name for row in found.changed] == ["乙局", "合计"]
    assert [(cell.before, cell.after) for cell in found.changed[0].cells] == [("3", "3"), ("4", "5")]
    assert found.columns == ("件数 · n", "件数 · d")


def test_rows_columns_and_tables_that_only_one_side_has_are_named():
    before = document(
        table(1, "表", [("data", "甲局", ["1", "2"])]), table(2, "旧表", [("data", "甲局", ["1", "1"])])
    )
    after = document(table(1, "表", [("data", "丙局", ["1", "9"])], "n r"), table(3, "新表", []))
    first, new, old = compare(before, after).tables
    assert [(row.name, row.side) for row in first.rows] == [("丙局", "after"), ("甲局", "before")]
    assert set(first.columns) == {"件数 · n", "件数 · d", "件数 · r"}
    assert (new.title, new.side, old.title, old.side) == ("新表", "after", "旧表", "before")


def test_narrowed_to_the_rows_and_columns_in_which_something_differs():
    before = document(table(1, "表", [("data", "甲局", ["1", "2"]), ("data", "乙局", ["3", "4"])]))
    after = document(table(1, "表", [("data", "甲局", ["1", "5"]), ("data", "乙局", ["3", "4"])]))
    (found,) = compare(before, after).tables
    shown = found.narrowed()
    assert shown.columns == ("件数 · d",)
    assert [(row.name, [(cell.before, cell.after) for cell in row.cells]) for row in shown.rows] == [
        ("甲局", [("2", "5")])
    ]
    assert compare(before, before).tables[0].narrowed().rows == ()


def test_a_renamed_table_is_found_by_its_number():
    before = document(table(1, "办件一览", [("data", "甲局", ["1", "2"])]))
    after = document(table(1, "情况汇总", [("data", "甲局", ["1", "3"])]))
    (found,) = compare(before, after).tables
    assert found.side == ""
    assert len(found.changed) == 1


def test_the_page_marks_words_cells_and_places_and_hides_what_is_the_same(scene: Scene) -> None:
    issue = scene.issue
    assert issue is not None
    changed = content_of(issue, **{"53.8%": "61.5%"})
    changed["rankings"][0]["rows"][0]["rank"] = 9
    later = shelve(issue, changed, period="2022Q2", sequence=2)
    page = scene.client("viewer").get(URL, {"issue": [issue.pk, later.pk]}).content.decode()
    assert "<del>53.8%</del>" in page
    assert "<ins>61.5%</ins>" in page
    assert issue.number in page
    assert "丁局" not in page.split("gs-sides-text")[1].split("</table>")[0]
    whole = scene.client("viewer").get(URL, {"issue": [issue.pk, later.pk], "all": 1}).content.decode()
    assert len(whole) > len(page)


def test_the_file_holds_the_differences_and_no_formula(scene: Scene) -> None:
    issue = scene.issue
    assert issue is not None
    changed = content_of(issue, **{"53.8%": "61.5%", "甲局": "=1+1局"})
    later = shelve(issue, changed, period="2022Q2", sequence=2)
    answer = scene.client("viewer").get(f"{URL}file/", {"issue": [issue.pk, later.pk]})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)
    texts = [str(cell.value) for cell in cells]
    assert any("53.8%" in text for text in texts)
    assert any("61.5%" in text for text in texts)
    assert len(book.sheetnames) == 3


def test_one_issue_or_none_asks_for_two_and_the_file_is_refused(scene: Scene) -> None:
    assert scene.issue is not None
    client = scene.client("viewer")
    assert client.get(URL).status_code == 200
    assert client.get(URL, {"issue": [scene.issue.pk, scene.issue.pk]}).status_code == 200
    assert client.get(f"{URL}file/", {"issue": [scene.issue.pk]}).status_code == 400
    assert client.get(URL, {"issue": ["x", "'"]}).status_code == 200


def test_nobody_compares_with_another_offices_issue(scene: Scene) -> None:
    other = make("p")
    other.issued()
    assert scene.issue is not None
    assert other.issue is not None
    chosen = {"issue": [scene.issue.pk, other.issue.pk]}
    assert scene.client("viewer").get(URL, chosen).status_code == 403
    assert scene.client("viewer").get(f"{URL}file/", chosen).status_code == 403
    assert scene.client("clerk").get(URL).status_code == 403


def test_two_real_bulletins_of_36_rows_and_23_columns_are_compared(scene: Scene) -> None:
    before = wujin()
    after = wujin(一季度="二季度")
    after["annexes"][0]["rows"][3]["cells"][4] = "777"
    found = compare(before, after)
    assert [len(table.changed) for table in found.tables] == [1, 0, 0]
    (cell,) = [cell for cell in found.tables[0].changed[0].cells if not cell.is_same]
    assert cell.after == "777"
