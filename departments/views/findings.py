"""What stands in the way of a form, or is worth a look, as the entry page lists it: errors, warnings, notices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from departments.choices import Severity
from departments.exceptions import NOTICE, Problem
from departments.services.remarks import Warned
from departments.sheets import Sheet

_ORDER = (Severity.ERROR, Severity.WARNING, NOTICE)
FIELD = "explain-"


@dataclass(frozen=True)
class Finding:
    """One finding with the name of its cell; `explanation` is what the unit wrote to a warning."""

    problem: Problem
    name: str
    explanation: str = ""

    @property
    def wants_explanation(self) -> bool:
        return self.problem.severity == Severity.WARNING

    @property
    def field(self) -> str:
        """Name and id of the box for the explanation."""
        return f"{FIELD}{self.problem.rule}-{self.problem.item}"

    def as_json(self) -> dict[str, Any]:
        problem = self.problem
        return {
            "item": problem.item,
            "name": self.name,
            "severity": str(problem.severity),
            "message": problem.message,
            "field": self.field if self.wants_explanation else "",
            "explanation": self.explanation,
        }


def find(sheet: Sheet, problems: Iterable[Problem], explained: Mapping[Warned, str]) -> list[Finding]:
    """Each finding once, errors first."""
    unique = dict.fromkeys(problems)
    ordered = sorted(unique, key=lambda problem: _ORDER.index(problem.severity))
    return [
        Finding(problem, name_of(sheet, problem.item), explained.get((problem.rule, problem.item), ""))
        for problem in ordered
    ]


def name_of(sheet: Sheet, key: str) -> str:
    """What people call a cell; "" for the whole form."""
    if key in sheet.by_key:
        return sheet.by_key[key].label
    return sheet.by_code[key].name if key in sheet.by_code else key


def posted_explanations(data: QueryDict, sheet: Sheet) -> dict[Warned, str]:
    """The explanations in a posted form: explain-<rule>-<cell key> as written."""
    rules = sorted((rule.code for rule, _expression in sheet.rules), key=len, reverse=True)
    found: dict[Warned, str] = {}
    for name in data:
        if not name.startswith(FIELD):
            continue
        rest = name.removeprefix(FIELD)
        rule = next((code for code in rules if rest.startswith(f"{code}-")), None)
        if rule is not None:
            found[rule, rest.removeprefix(f"{rule}-")] = data.get(name, "")
    return found
