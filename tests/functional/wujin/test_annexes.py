"""The three annexes equal the published ones, cell by cell and in order."""

import csv
from pathlib import Path
from typing import Any

import pytest

TRUTH = Path(__file__).resolve().parents[2] / "truth" / "wujin"
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def published(name: str) -> list[list[str]]:
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_annex_1_as_published(document: dict[str, Any]):
    head, *rows = published("annex1_as_published.csv")
    annex = document["annexes"][0]
    assert len(rows) == 36
    assert [row["cells"] for row in annex["rows"]] == rows
    assert len(annex["columns"]) == len(head)


def test_annex_1_holds_228_rates_24_dashes_and_true_zeros(document: dict[str, Any]):
    annex = document["annexes"][0]
    rates = [c["code"] for c in annex["columns"] if c["kind"] == "rate"]
    places = [[c["code"] for c in annex["columns"]].index(code) for code in rates]
    cells = [row["cells"][place] for row in annex["rows"] for place in places]
    assert (len(cells) - cells.count("—"), cells.count("—")) == (228, 24)
    by_unit = {row["unit"]: row["cells"] for row in annex["rows"]}
    # A true zero stays a zero beside the dashes of the same row.
    assert by_unit["D35"][2:5] == ["80", "0", "0.0%"]
    assert set(by_unit["D35"][5:]) == {"—"}
    not_applicable = published("annex1_not_applicable.csv")[1:]
    assert len(not_applicable) == 24
    for seq, _dept, _indicator, _cell, numerator, denominator, rate, _state in not_applicable:
        row = annex["rows"][int(seq) - 1]
        for code in (numerator, denominator):
            place = [c["code"] for c in annex["columns"]].index(code)
            assert row["cells"][place] == "—"
            assert row["values"][place] is None
        assert row["cells"][[c["code"] for c in annex["columns"]].index(rate)] == "—"


@pytest.mark.parametrize(("number", "file"), [(2, "annex2.csv"), (3, "annex3.csv")])
def test_annexes_2_and_3_cell_by_cell(document: dict[str, Any], number: int, file: str):
    head, *rows = published(file)
    annex = document["annexes"][number - 1]
    assert [column["path"][-1] for column in annex["columns"]] == head
    assert [row["cells"] for row in annex["rows"]] == rows


def test_the_ranking_is_of_22_and_14_have_a_reason(document: dict[str, Any]):
    (ranking,) = document["rankings"]
    assert (ranking["ranked"], len(ranking["rows"])) == (22, 36)
    assert sum(1 for row in ranking["rows"] if row["rank"] is None) == 14
    assert all(row["reason"].startswith("不适用") for row in ranking["rows"] if row["rank"] is None)
    last = [row for row in ranking["rows"] if row["rank"] == 14]
    assert len(last) == 9
    assert sorted(row["unit"] for row in last) == sorted(ranking["bottom"])
    assert ranking["bottom_grown_by_tie"]


def test_every_printed_number_leads_to_cells_and_an_approver(document: dict[str, Any]):
    for annex in document["annexes"]:
        for row in annex["rows"]:
            for column, cell in zip(annex["columns"], row["cells"], strict=True):
                for item in column["inputs"]:
                    form, code = item.split("/")
                    entry = document["cells"][f"{form}/{row['unit']}/{code}"]["entries"][0]
                    assert entry["entered_by"], cell
                    assert entry["approved_by"], cell
                    assert entry["entered_by"] != entry["approved_by"]
