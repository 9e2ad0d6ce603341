"""Building the one JSON document of an issue: the only input of the renderers, the mails and the preview.

Its keys are documented in docs/bulletin-json.md (schema 1). Everything compared or printed is text.
"""

import hashlib
import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from expressions import NameTable
from expressions.numbers import display, exact_text
from expressions.values import NoValue, Value, is_number
from indicators.dataset import Definition, PeriodData
from indicators.models import Ranking
from indicators.ranking import Count, Ties, cut, gain
from indicators.rollup import Coverage
from indicators.services.calculation import reason_text, shown
from indicators.targets import Operator
from reports.choices import IssueStatus
from reports.models import Bulletin
from reports.services.annexes import build_annex
from reports.services.assessments import with_assessments
from reports.services.cells import cell_key, cells_json, cells_used
from reports.services.entries import CountedEntries, entry_cells
from reports.services.source import load_source
from reports.services.unit_paragraphs import Edits, edits_in_force, with_edit
from reports.statements import Paragraph, Source, Statement
from reports.statements.compose import compose, fill

SCHEMA = 1
GAP_DECIMALS = 2
# What changes when an issue is reviewed and issued although no figure does.
_LIFE = ("status", "number", "issued_at", "signature", "addressees", "checks", "hash")


def build_document(bulletin: Bulletin, period: str) -> tuple[dict[str, Any], Source, dict[str, NameTable]]:
    """The draft document of a bulletin for a period (no checks, number or hash yet), with what it was made from."""
    source, names = load_source(bulletin, period)
    data, edits = source.data, edits_in_force(bulletin, period)
    sections = [
        {
            "heading": fill(section.heading, source, names) or None,
            "level": 1,
            "paragraphs": [
                paragraph_json(paragraph, data, edits)
                for paragraph in compose(section.text, source, names, f"s{section.order}")
            ],
        }
        for section in bulletin.sections.all()
    ]
    entries = CountedEntries(bulletin.office, data.period)
    annexes = [
        build_annex(annex, source, names, entries) for annex in bulletin.annexes.prefetch_related("columns")
    ]
    before = _issued_places(bulletin, data.period.previous().code)
    rankings = [
        with_assessments(build_ranking(ranking, data, before.get(ranking.code, {})), bulletin.office, data)
        for ranking in bulletin.office.rankings.select_related("indicator", "scheme", "group")
    ]
    used = set(cells_used(sections, annexes))
    counted, listed = entry_cells(data, used, entries)
    document = {
        "schema": SCHEMA,
        "office": {"code": bulletin.office.code, "name": bulletin.office.name},
        "bulletin": bulletin.code,
        "title": fill(bulletin.title, source, names),
        "number": None,
        "period": data.period.code,
        "period_label": data.period.label,
        "as_of": data.period.end.isoformat(),
        "status": "draft",
        "issued_at": None,
        "layout": bulletin.layout,
        "addressees": {
            "主送": bulletin.addressees.split("\n") if bulletin.addressees else [],
            "抄送": bulletin.copies.split("\n") if bulletin.copies else [],
            "抄送标签": bulletin.copies_label,
            "印发": {"机关": bulletin.printed_by, "日期": None},
        },
        "signature": {"name": bulletin.signature, "date": None},
        "synthetic": bulletin.office.synthetic,
        "sections": sections,
        "annexes": annexes,
        "rankings": rankings,
        "checks": [],
        "cells": cells_json(bulletin.office, data, used) | counted,
        "registers": listed,
        "notes": [],
        "hash": None,
    }
    return document, source, names


def paragraph_json(paragraph: Paragraph, data: PeriodData, edits: Edits) -> dict[str, Any]:
    """One paragraph; a unit's own text says whose it is and how it was edited."""
    printed: dict[str, Any] = {
        "text": paragraph.text,
        "figures": [
            {**figure_json(identity, statement, data), "start": start, "end": end}
            for identity, statement, start, end in paragraph.figures
        ],
    }
    if paragraph.unit_text is None:
        return printed
    unit = paragraph.unit_text.unit
    cell = cell_key(unit, paragraph.unit_text.item)
    return with_edit(printed | {"unit": unit, "cell": cell, "edit": None}, edits.get(cell))


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
        "version": data.definitions[statement.indicator].version if statement.indicator else None,
        "scope": statement.scope,
        "period": data.period.code,
        "recipe": statement.recipe or None,
        "numerator": _number(pair.numerator) if pair else None,
        "denominator": _number(pair.denominator) if pair else None,
        "coverage": _coverage(coverage) if coverage else None,
        "units": list(statement.units) if statement.kind in ("list", "count") else None,
        "struck": [],
        "added": [],
        "typed_by": statement.typed_by or None,
        "source": statement.source or None,
        "describe": statement.describe,
        "inputs": [cell_key(unit, item) for unit, item in statement.inputs],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "reported": len(coverage.reported),
        "expected": len(coverage.expected),
        "missing": list(coverage.missing),
    }


def build_ranking(ranking: Ranking, data: PeriodData, before: Mapping[str, int | None]) -> dict[str, Any]:
    """A declared ranking with every unit's place or reason, the bottom list (ties kept) and what would gain a place.

    `before`: the places printed in the issue of the previous period, by unit code; movement is against those.
    """
    definition = data.definitions[ranking.subject.code]
    group = ranking.group.code
    places = data.ranking(definition.code, group, Ties(ranking.ties), ranking.compare_decimals)
    units = {row.unit: data.unit(row.unit) for row in places.rows}
    whole = data.aggregate(definition.code, units.values())
    goal = data.target(definition.code, group)
    bottom = cut(places, end="last", by=Count(ranking.last))
    return {
        "code": ranking.code,
        "title": ranking.name,
        "indicator": definition.code,
        "indicator_name": definition.name,
        "version": definition.version,
        "group": group,
        "group_name": ranking.group.name,
        "period": data.period.code,
        "direction": definition.direction.value,
        "ties": places.ties.value,
        "ranked": places.ranked,
        "overall": {
            "display": shown(whole.value, definition),
            "numerator": _number(whole.pair.numerator),
            "denominator": _number(whole.pair.denominator),
            "recipe": whole.recipe,
            "coverage": _coverage(whole.coverage),
        },
        "target": {
            "display": f"{exact_text(goal.value)}{definition.unit_of_measure}",
            "operator": goal.operator.value,
            "met": goal.met(whole.value)
            if is_number(whole.value) and goal.operator != Operator.PLACE
            else None,
            "gap": _gap(goal.value, whole.value, definition),
        }
        if goal
        else None,
        "bottom": [row.unit for row in bottom.rows],
        "bottom_grown_by_tie": bottom.grown_by_tie,
        "rows": [
            {
                "unit": row.unit,
                "name": units[row.unit].name,
                "rank": row.place,
                "tied": row.tied,
                "value": _number(row.value),
                "display": shown(row.value, definition),
                "numerator": _number(units[row.unit].pairs[definition.code].numerator),
                "denominator": _number(units[row.unit].pairs[definition.code].denominator),
                "reason": reason_text(row),
                "mark": data.mark(definition.code, row.unit),
                "gain": _gain(places, row.unit, definition.factor),
                "previous_rank": before.get(row.unit),
                "movement": _movement(row.place, before.get(row.unit)),
            }
            for row in places.rows
        ],
    }


def _issued_places(bulletin: Bulletin, period: str) -> dict[str, dict[str, int | None]]:
    """Places by ranking and unit as the previous period's issue printed them; the baseline is what was issued."""
    issue = bulletin.issues.filter(period=period, status=IssueStatus.ISSUED).first()
    rankings = json.loads(issue.content)["rankings"] if issue else []
    return {r["code"]: {row["unit"]: row["rank"] for row in r["rows"]} for r in rankings}


def _movement(place: int | None, before: int | None) -> int | None:
    """Places gained (+) or lost (−), for units ranked in both periods."""
    return before - place if place is not None and before is not None else None


def _gap(goal: Fraction, value: Value, definition: Definition) -> str | None:
    """The distance to the target from exact values, in 个百分点 for rates; never negative."""
    if not is_number(value):
        return None
    unit = "个百分点" if definition.unit_of_measure == "%" else definition.unit_of_measure
    return f"{display(abs(goal - value), GAP_DECIMALS)}{unit}"


def _gain(places, unit: str, factor) -> dict[str, Any] | None:
    found = gain(places, unit, factor)
    return {"cases": found.cases, "place": found.place, "tied": found.tied} if found else None


def _number(value: Any) -> str | None:
    return None if isinstance(value, NoValue) or not is_number(value) else exact_text(value)


def canonical(document: Mapping[str, Any]) -> str:
    """The document as the text that is kept, hashed and written to bulletin.json."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def content_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of the whole document but its hash: what stands printed in an issue's files."""
    return _sha256({key: value for key, value in document.items() if key != "hash"})


def figures_hash(document: Mapping[str, Any]) -> str:
    """SHA-256 of what the office agreed on, without what review and issue add: equal when nothing moved since."""
    return _sha256({key: value for key, value in document.items() if key not in _LIFE})


def _sha256(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def all_figures(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every figure of the sentences by id."""
    return {
        figure["id"]: figure
        for section in document["sections"]
        for paragraph in section["paragraphs"]
        for figure in paragraph["figures"]
    }
