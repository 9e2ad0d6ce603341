"""The JSON answer behind the grid: findings, computed cells and totals while typing, and rows saved by themselves.

It uses the same Sheet and services as the page without JavaScript; nothing is computed in the browser.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from departments.choices import Severity
from departments.exceptions import Problem
from departments.models import Submission
from departments.services.contexts import load_contexts
from departments.services.table_entry import RowInput, RowOutcome, cells_by_row, rows_of, save_rows
from departments.services.table_plans import typed_input
from departments.sheets import Cell, CellError, CellInput, Sheet, load_sheet
from departments.views.answers import BadRequest
from departments.views.table_entry import window_of
from departments.views.table_grid import cell_texts, computed_texts, total_texts


@never_cache
@csrf_protect
@require_POST
def table_cells(request: HttpRequest, object_id: int) -> JsonResponse:
    """POST {save, rows: {unit: {version, cells: {key: text}}}}; 401 logged out, 403 not one's rows, 400 not understood.

    Every row answers for itself: saved, or in conflict (`theirs`), or refused (`message`); `totals` are over all rows,
    with what is typed but not saved.
    """
    if not admin.site.has_permission(request):
        return JsonResponse({"login": reverse("admin:login")}, status=401)
    window = window_of(request, object_id)
    submissions = rows_of(window, request.user)
    sheet = load_sheet(window.form)
    try:
        save, rows = _body(request, sheet)
    except BadRequest as error:
        return JsonResponse({"message": str(error)}, status=400)
    mine = [submission for submission in submissions if submission.unit_id in rows]
    outcomes: Mapping[int, RowOutcome] = {}
    if save:
        outcomes = save_rows(window=window, rows=rows, user=request.user, sheet=sheet)
        submissions = rows_of(window, request.user)
        mine = [submission for submission in submissions if submission.unit_id in rows]
    cells = cells_by_row(submissions)
    answers = _answers(sheet, mine, rows, cells, outcomes)
    return JsonResponse(
        {
            "rows": answers,
            "totals": total_texts(sheet, cells.values()),
            "time": time_format(timezone.localtime(), "H:i"),
        }
    )


def _answers(
    sheet: Sheet,
    submissions: list[Submission],
    rows: Mapping[int, RowInput],
    cells: dict[int, dict[str, Cell]],
    outcomes: Mapping[int, RowOutcome],
) -> dict[int, dict[str, Any]]:
    """What each named row shows; `cells` is brought up to what is typed."""
    contexts = load_contexts(sheet, submissions)
    answers = {}
    for submission in submissions:
        unit = submission.unit_id
        own = sheet.for_unit(unit)
        outcome = outcomes.get(unit, RowOutcome())
        stored = cells[unit]
        cells[unit], unreadable = _typed_in(own, stored, rows[unit][1])
        problems = [*unreadable, *own.problems(cells[unit], complete=False, context=contexts[submission.pk])]
        whole = own.problems(cells[unit], complete=True, context=contexts[submission.pk])
        wanted = [place.key for place in own.places if not place.item.may_be_blank]
        answers[unit] = {
            "version": submission.version,
            "cells": cell_texts(own, stored),
            "computed": computed_texts(own, cells[unit]),
            "problems": [_problem(own, problem) for problem in problems],
            "rejected": sorted(problem.item for problem in unreadable),
            "theirs": dict(outcome.theirs),
            "message": outcome.message,
            "filled": sum(key in cells[unit] for key in wanted),
            "total": len(wanted),
            "complete": not unreadable and not any(p.severity == Severity.ERROR for p in whole),
        }
    return answers


def _typed_in(
    sheet: Sheet, stored: Mapping[str, Cell], inputs: Mapping[str, CellInput]
) -> tuple[dict[str, Cell], list[Problem]]:
    """The stored cells with the readable inputs in their places, and what can't be read."""
    cells, unreadable = dict(stored), []
    for key, given in inputs.items():
        place = sheet.by_key.get(key)
        if place is None:
            continue
        cells.pop(key, None)
        try:
            cell = sheet.read(place.item, given)
        except CellError as error:
            unreadable.append(Problem(key, Severity.ERROR, str(error)))
            continue
        if cell is not None:
            cells[key] = cell
    return cells, unreadable


def _problem(sheet: Sheet, problem: Problem) -> dict[str, str]:
    place = sheet.by_key.get(problem.item)
    return {
        "item": problem.item,
        "name": place.label if place else "",
        "severity": str(problem.severity),
        "message": problem.message,
    }


def _body(request: HttpRequest, sheet: Sheet) -> tuple[bool, dict[int, RowInput]]:
    try:
        body = json.loads(request.body)
        rows: dict[int, RowInput] = {
            int(unit): (
                _version(row.get("version")),
                {str(key): typed_input(sheet, _text(text)) for key, text in row["cells"].items()},
            )
            for unit, row in body["rows"].items()
        }
        return body.get("save") is True, rows
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadRequest(_("This is not what the page sends.")) from error


def _version(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
