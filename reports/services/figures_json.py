"""Figures of sentences and what they share with tables and rankings, as docs/bulletin-json.md describes them."""

from typing import Any

from expressions.numbers import exact_text
from expressions.values import NoValue, is_number
from indicators.dataset import PeriodData
from indicators.rollup import Coverage
from reports.services.cells import cell_key
from reports.statements import Statement


def figure_json(identity: str, statement: Statement, data: PeriodData) -> dict[str, Any]:
    """One figure or list of a sentence."""
    pair, coverage = statement.pair, statement.coverage
    return {
        "id": identity,
        "kind": statement.kind,
        "display": statement.display,
        "value": exact_text(statement.value) if is_number(statement.value) else None,
        "unit_of_measure": statement.unit_of_measure,
        "indicator": statement.indicator or None,
        "version": _version(statement, data),
        "scope": statement.scope,
        "period": statement.period or data.period.code,
        "recipe": statement.recipe or None,
        "numerator": number_json(pair.numerator) if pair else None,
        "denominator": number_json(pair.denominator) if pair else None,
        "coverage": coverage_json(coverage) if coverage else None,
        "units": list(statement.units) if statement.kind in ("list", "count") else None,
        "computed": None,
        "struck": [],
        "added": [],
        "typed_by": statement.typed_by or None,
        "source": statement.source or None,
        "describe": statement.describe,
        "inputs": [cell_key(unit, item) for unit, item in statement.inputs],
    }


def _version(statement: Statement, data: PeriodData) -> int | None:
    if statement.version is None and statement.indicator:
        return data.definitions[statement.indicator].version
    return statement.version


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """Who reported of those expected: two counts and the codes of the missing."""
    return {
        "reported": len(coverage.reported),
        "expected": len(coverage.expected),
        "missing": list(coverage.missing),
    }


def number_json(value: Any) -> str | None:
    """An exact number as text; None where there is none."""
    return None if isinstance(value, NoValue) or not is_number(value) else exact_text(value)
