"""How the units of a ranking stand against their targets, for the rows of its table."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from departments.models import Office
from indicators.dataset import PeriodData
from indicators.services.targets import EXACT, TargetRow, target_overview


def with_assessments(
    table: Mapping[str, Any], office: Office, data: PeriodData, at: dt.datetime | None = None
) -> dict[str, Any]:
    """The table (reports.services.document.build_ranking) whose rows say in `assessment` how they reach their target.

    `{"target": "≥95%", "light": "red", "words": "距目标（≥95%）差3个百分点"}`, None for a unit without a target.
    """
    code = table["indicator"]
    if not any(indicator == code for indicator, _whom in (*data.targets, *data.unit_targets)):
        return {**table, "rows": [{**row, "assessment": None} for row in table["rows"]]}
    alone = replace(data, definitions={code: data.definitions[code]})
    overview = target_overview(office, data.period.code, alone, at)
    by_unit = {row.unit.code: _as_json(row) for row in overview.rows if row.unit is not None}
    return {**table, "rows": [{**row, "assessment": by_unit.get(row["unit"])} for row in table["rows"]]}


def _as_json(row: TargetRow) -> dict[str, str]:
    return {
        "target": row.target.words(EXACT, row.definition.unit_of_measure),
        "light": row.assessment.light.value,
        "words": row.assessment.words,
    }
