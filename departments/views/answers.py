"""The JSON answers behind the entry page: findings while typing, the draft saved by itself, a new row, a comment.

All use the same Sheet as the form without JavaScript; nothing is computed in the browser.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from departments.cells import split_key
from departments.choices import Action, RemarkKind, Severity
from departments.exceptions import Conflict, DepartmentsError, Problem, TransitionRefused
from departments.models import Submission
from departments.permissions import get_visible
from departments.services.categories import add_row
from departments.services.contexts import load_context
from departments.services.remarks import comment, explanations_of
from departments.services.submissions import save_figures
from departments.sheets import Cell, CellError, CellInput, Sheet, cells_of, load_sheet
from departments.transitions import check_can
from departments.views.entry import remark_json
from departments.views.entry_cells import Page, as_typed, total_text
from departments.views.figures import previous_of, progress
from departments.views.findings import find


class BadRequest(ValueError):
    """The body is not what the page sends."""


def json_view(
    view: Callable[[HttpRequest, Submission, Any], JsonResponse], *, reach: str = "change"
) -> Callable[..., JsonResponse]:
    """A POST answer for one submission in the person's reach: 401 logged out, 403 refused, 409 someone else was first.

    With reach "change" the form must be open for change by this person; with "view" it is enough to see it.
    """

    @never_cache
    @csrf_protect
    @require_POST
    def answer(request: HttpRequest, object_id: int) -> JsonResponse:
        if not admin.site.has_permission(request):
            return JsonResponse({"login": reverse("admin:login")}, status=401)
        submission = get_visible(
            Submission.objects.select_related(
                "window__form__office", "window__form__category_list", "unit__office"
            ),
            request.user,
            reach,
            pk=object_id,
        )
        try:
            if reach == "change":
                check_can(Action.SAVE, submission, request.user)
            return view(request, submission, _json(request))
        except TransitionRefused as refusal:
            return JsonResponse({"message": str(refusal)}, status=403)
        except (BadRequest, DepartmentsError) as error:
            return JsonResponse({"message": str(error)}, status=400)

    return answer


def _check(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    _version, inputs = _cells(body)
    sheet = load_sheet(submission.window.form, submission)
    cells = cells_of(submission)
    unreadable = []
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
    found = sheet.problems(cells, complete=False, context=load_context(sheet, submission))
    return JsonResponse(_shown(submission, sheet, cells, (*unreadable, *found)))


def _save(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    version, inputs = _cells(body)
    sheet = load_sheet(submission.window.form, submission)
    try:
        saved = save_figures(
            submission=submission, inputs=inputs, user=request.user, version=version, sheet=sheet
        )
    except Conflict as conflict:
        submission.refresh_from_db()
        return JsonResponse(
            {
                "message": str(conflict),
                "theirs": conflict.theirs,
                "version": submission.version,
                "cells": _typed(sheet, cells_of(submission)),
            },
            status=409,
        )
    answer = _shown(submission, sheet, saved.cells, saved.problems)
    return JsonResponse(
        answer
        | {
            "version": saved.version,
            "rejected": sorted(saved.rejected),
            "cells": _typed(sheet, saved.cells),
            "time": time_format(timezone.localtime(), "H:i"),
        }
    )


def _row(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    category = add_row(submission=submission, user=request.user, name=_text(body.get("name", "")))
    sheet = load_sheet(submission.window.form, submission)
    reasons = sorted(sheet.reasons.values(), key=lambda reason: (reason.order, reason.code))
    row = Page(submission, sheet, cells_of(submission), earlier=previous_of(submission, sheet)).row(category)
    context = {"row": row, "reasons": reasons, "editable": True}
    html = render_to_string("departments/entry_row.html", context, request)
    return JsonResponse({"code": category.code, "name": category.name, "html": html})


def _comment(request: HttpRequest, submission: Submission, body: dict[str, Any]) -> JsonResponse:
    sheet = load_sheet(submission.window.form, submission)
    cell = _text(body.get("cell", ""))
    if cell and cell not in sheet.by_key:
        raise BadRequest(_("There is no item “%s” in this form.") % cell)
    comment(submission=submission, user=request.user, text=_text(body.get("text", "")), cell=cell)
    rows = submission.remarks.filter(kind=RemarkKind.COMMENT, cell=cell).select_related("user").order_by("id")
    return JsonResponse({"remarks": [remark_json(row) for row in rows]})


# What the form would show and find with these cells; nothing is saved.
check_cells = json_view(_check)
# Saves the readable cells of the draft; 409 with both sides when somebody else saved the same cells first.
save_cells = json_view(_save)
# {name}: a row of one's own in the category table; answers with its cells as the page shows them.
add_category_row = json_view(_row)
# {cell, text}: a comment on a cell, or with cell "" on the whole form; answers with all comments there.
add_comment = json_view(_comment, reach="view")


def _shown(
    submission: Submission, sheet: Sheet, cells: Mapping[str, Cell], problems: tuple[Problem, ...]
) -> dict[str, Any]:
    items, computed = sheet.by_code, sheet.compute(cells)
    filled, total = progress(sheet, dict(cells))
    return {
        "computed": {key: sheet.display(items[split_key(key)[0]], value) for key, value in computed.items()},
        "totals": {
            item.code: total_text(sheet, item, cells, computed) for item in sheet.items if item.by_category
        },
        "problems": [finding.as_json() for finding in find(sheet, problems, explanations_of(submission))],
        "filled": filled,
        "total": total,
    }


def _typed(sheet: Sheet, cells: Mapping[str, Cell]) -> dict[str, dict[str, str]]:
    return {
        key: dict(zip(("text", "reason"), as_typed(sheet.by_key[key].item, cell), strict=True))
        for key, cell in cells.items()
        if key in sheet.by_key
    }


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadRequest(_("This is not what the page sends.")) from error
    if not isinstance(body, dict):
        raise BadRequest(_("This is not what the page sends."))
    return body


def _cells(body: dict[str, Any]) -> tuple[int | None, dict[str, CellInput]]:
    """{version: int or null, cells: {key: {text, reason}}}; BadRequest for anything else."""
    version = body.get("version")
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise BadRequest(_("The version must be a whole number."))
    try:
        cells = {
            str(key): CellInput(_text(given.get("text", "")), _text(given.get("reason", "")))
            for key, given in body["cells"].items()
        }
    except (AttributeError, KeyError) as error:
        raise BadRequest(_("This is not what the page sends.")) from error
    return version, cells


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise BadRequest(_("This is not what the page sends."))
    return value
