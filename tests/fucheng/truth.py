"""The published tree and its targets, row by row."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from tests.fucheng import TRUTH

Row = dict[str, str]


def table(name: str) -> list[Row]:
    with (TRUTH / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def leaves() -> list[Row]:
    """The 59 rows of the printed table."""
    return table("indicators.csv")


def targets() -> list[Row]:
    """48 targets, one scope (5.2) and one threshold inside a definition (6.2)."""
    return table("targets.csv")


def tree() -> list[dict[str, Any]]:
    """The 8 sections with the 35 headings and 59 tasks inside them."""
    found: list[dict[str, Any]] = json.loads((TRUTH / "tree.json").read_text("utf-8"))["tree"]
    return found


def tasks(heading: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and content of every leaf under a heading; one name of the tree (其他辅线模块) has two."""
    for named in heading["children"]:
        for task in named["tasks"]:
            yield named["name"], task
