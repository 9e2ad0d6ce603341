"""The eight annexes of 殷放管服办〔2023〕18号 from approved figures, cell by cell and in order."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from departments.models import Office
from reports.services.source import faults_of

TRUTH = Path(__file__).resolve().parents[2] / "truth" / "yindu"
HEADERS = json.loads((TRUTH / "headers.json").read_text("utf-8"))
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
# What our rule prints differently, and why: a denominator with an item left out of the table; a total that is not the sum.
DIFFERENT = {
    (1, "殷都区公安分局", "即办件事项占比"): ("44.76%", "44.44%"),
    (6, "总计", "部门报送数据"): ("88300", "90402"),
}
KINDS = {"group_header": "group"}


def printed(number: int) -> list[dict[str, str]]:
    with (TRUTH / f"annex{number}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def columns(number: int) -> list[dict[str, Any]]:
    return HEADERS[f"annex{number}"]["columns"]


def expected(number: int) -> list[list[str]]:
    """The transcribed cells; rates were transcribed without their sign."""
    return [
        [
            row[column["name"]] + ("%" if column["type"] == "rate" and row[column["name"]] else "")
            for column in columns(number)
        ]
        for row in printed(number)
    ]


@pytest.mark.parametrize("number", range(1, 9))
def test_the_annex_is_the_published_one(document: dict[str, Any], number: int) -> None:
    annex = document["annexes"][number - 1]
    assert [column["path"] for column in annex["columns"]] == [column["levels"] for column in columns(number)]
    assert annex["title"] == HEADERS[f"annex{number}"]["title"]
    truth = expected(number)
    assert [row["kind"] for row in annex["rows"]] == [
        KINDS.get(row["row_type"], row["row_type"]) for row in printed(number)
    ]
    different = {}
    for ours, theirs in zip(annex["rows"], truth, strict=True):
        assert len(ours["cells"]) == len(theirs) == len(annex["columns"])
        for column, cell, wanted in zip(columns(number), ours["cells"], theirs, strict=True):
            if cell != wanted:
                different[number, theirs[1], column["name"]] = (cell, wanted)
    assert different == {key: both for key, both in DIFFERENT.items() if key[0] == number}


def test_the_template_has_no_fault(filled: Office) -> None:
    assert faults_of(filled.bulletins.get(code="tongbao"), "2023-06") == []
