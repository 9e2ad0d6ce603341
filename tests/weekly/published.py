"""What Wujin published and who reported it: annex 3's cells by unit, and the units that file every week."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.weekly import MARK

ROOT = Path(__file__).resolve().parents[2]
TRUTH = ROOT / "tests" / "truth" / "wujin"
# The row that stands for all departments together; its weekly figures are the departments'.
WHOLE = "D00"
# Some of the villages: two in these towns, one in the others.
_TWO_VILLAGES = ("T03", "T06")

Cells = dict[str, int]


@dataclass(frozen=True)
class Reporter:
    """A unit that takes part; `row` is the unit of annex 3 whose published cells its figures are a part of."""

    code: str
    name: str
    full_name: str
    group: str
    row: str

    @property
    def parent(self) -> str | None:
        """The unit above it, None at the top."""
        return None if self.row == self.code else self.row

    @property
    def has_clerk(self) -> bool:
        """Whether somebody beside the head fills in the forms; towns and villages are small."""
        return self.group in ("depts", "district")


def annex3() -> dict[str, Cells]:
    """Unit code → item code → published figure, in printed order."""
    columns = {row["name_zh"]: row["code"] for row in _rows(TRUTH / "annex3_header_map.csv")}
    known = _by_name()
    found = {}
    for row in _rows(TRUTH / "annex3.csv"):
        cells = {columns[name]: text for name, text in row.items()}
        code = known[cells.pop("region")]["code"]
        del cells["seq"]
        found[code] = {item: int(text) for item, text in cells.items()}
    return found


@cache
def reporters() -> tuple[Reporter, ...]:
    """Those who file every week, in protocol order: 33 departments (those of annex 2), towns with villages, the zone."""
    known = _by_name()
    reporting = {known[row["部门名称"]]["code"] for row in _rows(TRUTH / "annex2.csv")}
    found = []
    for unit in _units():
        if unit["code"] in reporting:
            found.append(_reporter(unit, WHOLE))
        elif unit["group"] in ("towns", "hitech"):
            found.append(_reporter(unit, unit["code"]))
            if unit["group"] == "towns":
                found += _villages(unit)
    return tuple(found)


def whole() -> Reporter:
    """区级部门: the published row of all departments, filed by the office once a quarter."""
    return _reporter(next(unit for unit in _units() if unit["code"] == WHOLE), WHOLE)


def _villages(town: dict[str, str]) -> list[Reporter]:
    numbers = "一二" if town["code"] in _TWO_VILLAGES else "一"
    return [
        Reporter(
            f"{town['code']}-V{place}",
            f"{town['short_name']}{number}村（{MARK}）",
            f"{MARK}：{town['full_name']}示范{number}村",
            "villages",
            town["code"],
        )
        for place, number in enumerate(numbers, 1)
    ]


def _reporter(unit: dict[str, str], row: str) -> Reporter:
    return Reporter(unit["code"], unit["short_name"], unit["full_name"], unit["group"], row)


def _units() -> tuple[dict[str, str], ...]:
    return _rows(ROOT / "packs" / "wujin" / "units.csv")


def _by_name() -> dict[str, dict[str, str]]:
    """Units by every name they are printed under."""
    return {
        name: unit
        for unit in _units()
        for name in (unit["short_name"], unit["full_name"], *unit["aliases"].split("；"))
        if name
    }


@cache
def _rows(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))
