"""All scores of packs/fucheng once more, by hand: from the pack's own files alone, with nothing of the product.

Written apart from the product on purpose; keep it free of imports from it. Numbers are Fractions, MISSING and NOT_APPLICABLE
stand for figures that are not there, EMPTY for n ÷ 0.
"""

import csv
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

MISSING, NOT_APPLICABLE, EMPTY = "missing", "not applicable", "empty"
Number = Fraction | str
WEEKS = {
    "2023-04": ["2023-W13", "2023-W14", "2023-W15", "2023-W16", "2023-W17"],
    "2023-05": ["2023-W18", "2023-W19", "2023-W20", "2023-W21"],
}
LAST_DAY = {"2023-04": "2023-04-30", "2023-05": "2023-05-31"}


@dataclass
class Score:
    """`points` by number of the leaf, before anything is shared out; leaves that do not apply are not in it."""

    total: Fraction | None
    grade: str
    points: dict[str, Fraction | None] = field(default_factory=dict)
    bonus: Fraction = Fraction(0)
    deduction: Fraction = Fraction(0)
    vetoed: bool = False


class Recount:
    def __init__(self, pack: Path) -> None:
        self.pack = pack
        self.units = {row["short_name"]: row["group"] for row in self._table("units.csv") if row["group"]}
        self.codes = {row["short_name"]: row["code"] for row in self._table("units.csv")}
        self.forms = {path.stem: self._yaml(f"forms/{path.name}") for path in (pack / "forms").iterdir()}
        self.definitions = {row["code"]: row["versions"][0] for row in self._yaml("indicators.yaml")}
        self.targets = {row["indicator"]: row for row in self._yaml("targets.yaml")}

    def _table(self, name: str) -> list[dict[str, str]]:
        with (self.pack / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _yaml(self, name: str) -> Any:
        return yaml.load((self.pack / name).read_text("utf-8"), Loader=yaml.BaseLoader)

    def asked(self, form: str, unit: str) -> bool:
        expected = self.forms[form]["expected"]
        named = unit in expected.get("units", []) or self.codes[unit] in expected.get("units", [])
        in_group = self.units[unit] in expected.get("groups", [])
        return (named or in_group) and self.codes[unit] not in expected.get("exempt", [])

    def figures(self, unit: str, period: str) -> dict[str, Number]:
        """`form.item` → number; a form that was never asked for does not apply, one that was not filed is missing."""
        found: dict[str, Number] = {}
        for form, content in self.forms.items():
            parts = WEEKS[period] if content["frequency"] == "week" and period in WEEKS else [period]
            rows = [
                row
                for part in parts
                if (self.pack / f"data/{form}/{part}.csv").exists()
                for row in self._table(f"data/{form}/{part}.csv")
                if row["unit"] == unit
            ]
            for item in content["items"]:
                name = f"{form}.{item['code']}"
                numbers = [Fraction(row[item["code"]]) for row in rows if row[item["code"]] != "—"]
                if numbers:
                    found[name] = sum(numbers, Fraction(0))
                elif rows or not self.asked(form, unit):
                    found[name] = NOT_APPLICABLE
                else:
                    found[name] = MISSING
        for row in self._table("exclusions.csv"):
            number = found[row["item"]]
            if (row["unit"], row["period"]) == (unit, period) and isinstance(number, Fraction):
                found[row["item"]] = number - Fraction(row["amount"])
        return found | self.reviews(unit, period)

    def reviews(self, unit: str, period: str) -> dict[str, Number]:
        if period not in WEEKS:
            return {}
        due = [
            row
            for row in self._table("registers/chaping.csv")
            if row["unit"] == unit and row["due_on"][:7] == period
        ]
        mended = [row for row in due if row["since"] and row["since"] <= LAST_DAY[period]]
        revisited = [row for row in mended if row["revisited"] == "是"]
        counts = {
            "due": due,
            "on_time": [row for row in due if row["since"] and row["since"] <= row["due_on"]],
            "mended": mended,
            "revisited": revisited,
            "satisfied": [row for row in mended if row["satisfied"] == "满意"],
        }
        return {f"chaping.{name}": Fraction(len(rows)) for name, rows in counts.items()}

    def value(self, code: str, figures: dict[str, Number]) -> Number:
        definition = self.definitions[code]
        sides = []
        for side in (definition["numerator"], definition["denominator"]):
            terms = [Fraction(1) if term == "1" else figures[term] for term in side.split(" + ")]
            sides.append(
                MISSING if MISSING in terms else NOT_APPLICABLE if NOT_APPLICABLE in terms else sum(terms)
            )
        if MISSING in sides:
            return MISSING
        if NOT_APPLICABLE in sides:
            return NOT_APPLICABLE
        above, below = sides
        if below == 0:
            return EMPTY
        return Fraction(definition.get("factor", "100")) * Fraction(above) / Fraction(below)

    def scores(self, scheme: str, period: str) -> dict[str, Score]:
        """Unit → its score."""
        content = self._yaml(f"schemes/{scheme}.yaml")
        leaves = _leaves(content["nodes"])
        figures = {unit: self.figures(unit, period) for unit in self.units}
        reports = {
            (row["key"], row["unit"]): row.get("confirmed", "")
            for row in self._table("leaf_reports.csv")
            if (row["scheme"], row["period"]) == (scheme, period)
        }
        found = {}
        for unit in self.units:
            points: dict[str, Fraction | None] = {}
            vetoed = False
            for leaf in leaves:
                if not self._applies(leaf, unit):
                    continue
                given = self._points(leaf, unit, figures, reports)
                if given == NOT_APPLICABLE:
                    continue
                assert not isinstance(given, str)
                points[leaf["key"]] = given
                vetoed |= leaf.get("veto") == "是" and given is not None and given < Fraction(leaf["points"])
            found[unit] = self._sum(content, leaves, unit, period, points, vetoed)
        return found

    def _applies(self, leaf: dict[str, Any], unit: str) -> bool:
        groups, units = leaf.get("groups", []), leaf.get("units", [])
        return not (groups or units) or self.units[unit] in groups or self.codes[unit] in units

    def _points(
        self,
        leaf: dict[str, Any],
        unit: str,
        figures: dict[str, dict[str, Number]],
        reports: dict[tuple[str, str], str],
    ) -> Fraction | str | None:
        """None: missing."""
        full, floor = Fraction(leaf["points"]), Fraction(leaf.get("floor", "0"))
        table = [line.split() for line in leaf.get("table", [])]
        if leaf["rule"] == "status":
            status = reports.get((leaf["key"], unit), "")
            if status == "not_applicable":
                return NOT_APPLICABLE
            return Fraction(dict(table)[status]) if status else None
        value = self.value(leaf["indicator"], figures[unit])
        if value == MISSING:
            return None
        if not isinstance(value, Fraction):
            return NOT_APPLICABLE
        if leaf["rule"] == "place":
            rivals = [
                self.value(leaf["indicator"], figures[other])
                for other, group in self.units.items()
                if group == self.units[unit]
            ]
            place = 1 + sum(1 for rival in rivals if isinstance(rival, Fraction) and rival > value)
            return next((Fraction(given) for last, given in table if place <= int(last)), floor)
        if leaf["rule"] == "steps":
            return next((Fraction(given) for limit, given in table if value >= Fraction(limit)), floor)
        operator, goal = self._goal(leaf)
        short = {"at_least": goal - value, "at_most": value - goal, "equal": abs(goal - value)}[operator]
        if short <= 0:
            return full
        if leaf["rule"] == "full_or_none":
            return floor
        if leaf["rule"] == "per_point":
            return max(full - Fraction(leaf["per_point"]) * short, floor)
        assert leaf["rule"] == "proportional"
        assert value <= goal
        return max(full * value / goal, floor)

    def _goal(self, leaf: dict[str, Any]) -> tuple[str, Fraction]:
        if "target" in leaf:
            return leaf.get("operator", "at_least"), Fraction(leaf["target"])
        target = self.targets[leaf["indicator"]]
        return target.get("operator", "at_least"), Fraction(target["value"])

    def _sum(
        self,
        content: dict[str, Any],
        leaves: list[dict[str, Any]],
        unit: str,
        period: str,
        points: dict[str, Fraction | None],
        vetoed: bool,
    ) -> Score:
        worth = {leaf["key"]: Fraction(leaf["points"]) for leaf in leaves}
        applicable = sum(worth[key] for key in points)
        base = sum((given or Fraction(0) for given in points.values()), Fraction(0))
        base = base * sum(worth.values()) / applicable
        bonus, deduction = Fraction(0), Fraction(0)
        for row in content.get("adjustments", []):
            each, cap = Fraction(row["points"]), Fraction(row["cap"])
            times = sum(
                1
                for entry in self._table(f"registers/{row['entries_of']}.csv")
                if entry["unit"] == unit
                and entry["opened_on"][:7] == period
                and row.get("level", "") in ("", entry.get("level", ""))
            )
            if each > 0 and base >= Fraction(content["bonus_from"]):
                bonus += min(each * times, cap)
            if each < 0:
                deduction += min(-each * times, cap)
        if "bonus_cap" in content:
            bonus = min(bonus, Fraction(content["bonus_cap"]))
            deduction = min(deduction, Fraction(content["deduction_cap"]))
        total = None if None in points.values() else base + bonus - deduction
        return Score(total, _grade(content["grades"], total, vetoed), points, bonus, deduction, vetoed)


def _leaves(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [leaf for node in nodes for leaf in ([node] if "rule" in node else _leaves(node["nodes"]))]


def _grade(grades: list[dict[str, str]], total: Fraction | None, vetoed: bool) -> str:
    lowest = next(row["name"] for row in grades if "at_least" not in row)
    if vetoed:
        return lowest
    if total is None:
        return ""
    reached = [row for row in grades if "at_least" in row and total >= Fraction(row["at_least"])]
    return max(reached, key=lambda row: Fraction(row["at_least"]))["name"] if reached else lowest


def last_units(scores: dict[str, Score], units: list[str], n: int) -> set[str]:
    """The last n of those with a score, and whoever is as good as the best of them."""
    totals = sorted(score.total for unit in units if (score := scores[unit]).total is not None)
    edge = totals[min(n, len(totals)) - 1]
    return {unit for unit in units if (total := scores[unit].total) is not None and total <= edge}
