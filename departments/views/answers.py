"""The JSON answers behind the entry page: findings while typing, and the draft saved by itself.

Both use the same Sheet as the form without JavaScript; nothing is computed in the browser.
"""

import json
from collections.abc import Callable, Mapping
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

from departments.choices import Action, Severity
from departments.exceptions import Conflict, Problem, TransitionRefused
from departments.models import Submission
from departments.permissions import get_visible
from departments.services.submissions import save_figures
from departments.sheets import Cell, CellError, CellInput, Sheet, cells_of, load_sheet
from departments.transitions import check_can
from departments.views.figures import progress, typed


class BadRequest(ValueError):
    """The body is not what the page sends."""


def json_view(view: Callable[[HttpRequest, Submission, Any], JsonResponse]) -> Callable[..., JsonResponse]:
    """A POST answer for one submission in the person's reach: 401 logged out, 403 refused, 409 someone else was first."""

    @never_cache
    @csrf_protect
    @require_POST
    def answer(request: HttpRequest, object_id: int) -> JsonResponse:
        if not admin.site.has_permission(request):
            return JsonResponse({"login": reverse("admin:login")}, status=401)
        submission = get_visible(
            Submission.objects.select_related("window__form__office", "unit__office"),
            request.user,
            "change",
            pk=object_id,
        )
        try:
            check_can(Action.SAVE, submission, request.user)
            return view(request, submission, _body(request))
        except TransitionRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=403)
        except BadRequest as error:
            return JsonResponse({"message": str(error)}, status=400)

    return answer


@json_view
def check_cells(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    """What the form would show and find with these cells; nothing is saved."""
    sheet = load_sheet(submission.window.form)
    cells = cells_of(submission)
    unreadable = []
    for code, given in body["cells"].items():
        item = sheet.by_code.get(code)
        if item is None:
            continue
        cells.pop(code, None)
        try:
            cell = sheet.read(item, given)
        except CellError as error:
            unreadable.append(Problem(code, Severity.ERROR, str(error)))
            continue
        if cell is not None:
            cells[code] = cell
    problems = (*unreadable, *sheet.problems(cells, complete=False))
    return JsonResponse(_shown(sheet, cells, problems))


@json_view
def save_cells(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    """Saves the readable cells of the draft; 409 with both sides when somebody else saved the same cells first."""
    sheet = load_sheet(submission.window.form)
    try:
        saved = save_figures(
            submission=submission,
            inputs=body["cells"],
            user=request.user,
            version=body["version"],
            sheet=sheet,
        )
    except Conflict as conflict:
        submission.refresh_from_db()
        return JsonResponse(
            {
                "message": str(conflict),
                "theirs": conflict.theirs,
                "version": submission.version,
                "cells": _typed(cells_of(submission)),
            },
            status=409,
        )
    answer = _shown(sheet, saved.cells, saved.problems)
    return JsonResponse(
        answer
        | {
            "version": saved.version,
            "rejected": sorted(saved.rejected),
            "cells": _typed(saved.cells),
            "time": time_format(timezone.localtime(), "H:i"),
        }
    )


def _shown(sheet: Sheet, cells: Mapping[str, Cell], problems: tuple[Problem, ...]) -> dict[str, Any]:
    items = sheet.by_code
    filled, total = progress(sheet, dict(cells))
    ordered = sorted(problems, key=lambda problem: problem.severity != Severity.ERROR)
    return {
        "computed": {code: sheet.display(items[code], value) for code, value in sheet.compute(cells).items()},
        "problems": [
            {
                "item": p.item,
                "name": items[p.item].name if p.item in items else "",
                "severity": p.severity,
                "message": p.message,
            }
            for p in ordered
        ],
        "filled": filled,
        "total": total,
    }


def _typed(cells: Mapping[str, Cell]) -> dict[str, dict[str, str]]:
    return {code: dict(zip(("text", "reason"), typed(cell), strict=True)) for code, cell in cells.items()}


def _body(request: HttpRequest) -> dict[str, Any]:
    """{version: int or null, cells: {code: {text, reason}}} with the cells as CellInputs; BadRequest otherwise."""
    try:
        body = json.loads(request.body)
        version = body.get("version")
        if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
            raise BadRequest(_("The version must be a whole number."))
        cells = {
            str(code): CellInput(_text(given.get("text", "")), _text(given.get("reason", "")))
            for code, given in body["cells"].items()
        }
    except (AttributeError, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadRequest(_("This is not what the page sends.")) from error
    return {"version": version, "cells": cells}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
