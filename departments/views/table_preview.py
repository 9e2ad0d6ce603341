"""What a table would change, unit by unit beside what is stored, and what can't be taken from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.models import Category, Item
from departments.services.table_plans import Change, Plan, UnitPlan
from departments.services.table_uploads import Settled
from departments.sheets import Sheet, cell_key

FAULTS_SHOWN = 200


@dataclass(frozen=True)
class PreviewRow:
    """One line of the preview: a change, or None, per shown item."""

    plan: UnitPlan
    category: Category | None
    cells: tuple[tuple[Item, Change | None, str], ...]
    is_first: bool


def preview_data(settled: Settled, plan: Plan, sheet: Sheet) -> dict[str, Any]:
    targets = {column.target for column in settled.columns}
    items = [item for item in sheet.items if item.code in targets and item.is_entered]
    lines = [line for unit in plan.units for line in _lines(unit, items, sheet)]
    return {
        "plan": plan,
        "items": items,
        "lines": lines,
        "faults": plan.faults[:FAULTS_SHOWN],
        "more_faults": max(len(plan.faults) - FAULTS_SHOWN, 0),
        "findings": [(unit, problem) for unit in plan.units for problem in unit.findings],
        "hinted": [(unit, hint) for unit in plan.units for hint in unit.hints],
        "versions": ",".join(f"{unit.submission.unit_id}:{unit.submission.version}" for unit in plan.units),
        "left_out": len(settled.table.left_out) + len(plan.left_out),
        "has_categories": any(line.category for line in lines),
    }


def _lines(unit: UnitPlan, items: Sequence[Item], sheet: Sheet) -> list[PreviewRow]:
    changes = {change.key: change for change in unit.changes}
    own = sheet.for_unit(unit.submission.unit_id)
    lines: list[PreviewRow] = []
    for category in (None, *own.categories):
        cells = []
        for item in items:
            key = cell_key(item.code, category.code if category else "")
            given = unit.inputs.get(key) if item.by_category == (category is not None) else None
            cells.append((item, changes.get(key), given.text if given else ""))
        if any(change or text for _item, change, text in cells):
            lines.append(PreviewRow(unit, category, tuple(cells), not lines))
    return lines


def said_saved(plan: Plan) -> str:
    cells = ngettext("%s cell", "%s cells", plan.changes) % plan.changes
    return _("Saved: %(units)s units changed, %(cells)s in all.") % {
        "units": plan.changed_units,
        "cells": cells,
    }
