"""One form for all units in one grid: entered by hand or paste, saved and handed in row by row; works without JavaScript."""

from collections.abc import Collection, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.choices import EntryMode
from departments.models import Submission, Window
from departments.permissions import get_visible
from departments.services.table_entry import RowInput, RowOutcome, rows_of, save_rows, submit_rows
from departments.services.table_plans import typed_input
from departments.sheets import Sheet, load_sheet
from departments.views.table_grid import Attempt, Grid, build_grid, why_locked

SUBMIT_CHOSEN, SUBMIT_COMPLETE = "submit_chosen", "submit_complete"


def window_of(request: HttpRequest, window_id: int) -> Window:
    """The window, if the person may see it; whether any row is theirs is checked by rows_of."""
    windows = Window.objects.select_related("form__office", "form__category_list")
    return get_visible(windows, request.user, pk=window_id)


def table_page(request: HttpRequest, window_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET shows the grid; POST saves what was typed, hands in rows, and shows what stands in the way beside each cell."""
    window = window_of(request, window_id)
    rows = rows_of(window, request.user)
    sheet = load_sheet(window.form)
    attempts: dict[int, Attempt] = {}
    if request.method == "POST":
        attempts = _act(request, window, rows, sheet)
        if not attempts:
            return HttpResponseRedirect(request.path)
        rows = rows_of(window, request.user)
    grid = build_grid(sheet, rows, request.user, attempts)
    return TemplateResponse(
        request,
        "departments/table_entry.html",
        context | page_data(request, window, sheet, grid),
        status=409 if any(attempt.theirs for attempt in attempts.values()) else 200,
    )


def page_data(request: HttpRequest, window: Window, sheet: Sheet, grid: Grid) -> dict[str, Any]:
    editable = [unit for unit in grid.units if not unit.why_locked]
    complete = [unit for unit in editable if unit.is_complete]
    return {
        "title": window.form.title,
        "window": window,
        "sheet": sheet,
        "grid": grid,
        "by_office": window.form.entered_by == EntryMode.OFFICE,
        "editable": bool(editable),
        "complete": len(complete),
        "warned": sum(unit.needs_explanation for unit in complete),
        "locked": len(grid.units) - len(editable),
        "listed": [unit for unit in grid.units if (unit.problems or unit.message) and not unit.why_locked],
        "errors": sum(unit.errors for unit in editable),
        "reasons": sorted(sheet.reasons.values(), key=lambda reason: (reason.order, reason.code)),
        "settings": _settings(request, window, sheet),
    }


def _settings(request: HttpRequest, window: Window, sheet: Sheet) -> dict[str, Any]:
    """What table.js needs to know; the texts are translated here so that the script holds none."""
    return {
        "cells": reverse("admin:departments_window_table_cells", args=[window.pk]),
        "login": f"{reverse('admin:login')}?next={request.path}",
        "store": f"govsvc.table.{request.user.pk}.{window.pk}",
        "texts": {
            "saved": _("Saved automatically at {time}"),
            "saving": _("Saving …"),
            "unsaved": _("Not saved yet"),
            "local": _("Kept on this computer; it will be saved when the connection is back."),
            "session": _(
                "You have been logged out. What you typed is kept on this computer: log in again and it is offered here."
            ),
            "refused": _("This form can't be saved any more: {reason}"),
            "found": _("On this computer there is content of {time} that was not saved."),
            "rejected": _("{n} entries can't be read and are not saved yet"),
            "by": _("{name} has entered: {value}"),
            "blank": _("(blank)"),
            "filled": _("{filled} of {total}"),
            "block": _("{rows} rows × {columns} columns, from “{unit}” · {item} on."),
            "over": _("{rows} rows and {columns} columns do not fit and are left out."),
            "locked": _("{rows} rows are locked and stay as they are."),
            "names": _(
                "The first column holds texts, not figures. To match rows by the units' names, use “Upload or paste a table”."
            ),
            "complete": _("Submit all {n} complete rows"),
            "chosen": _("Submit the {n} chosen rows"),
        },
    }


def _act(
    request: HttpRequest, window: Window, rows: Collection[Submission], sheet: Sheet
) -> dict[int, Attempt]:
    """Does what the pressed button says; what could not be stored or handed in comes back by unit id."""
    given = posted_rows(request.POST, rows, sheet, request.user)
    outcomes = save_rows(window=window, rows=given, user=request.user, sheet=sheet)
    attempts = _attempts(given, outcomes)
    if attempts:
        messages.error(request, _("What can be read is saved. Please correct the marked cells."))
        return attempts
    action = request.POST.get("action", "")
    if action not in (SUBMIT_CHOSEN, SUBMIT_COMPLETE):
        messages.success(request, _("Draft saved."))
        return {}
    units = _units_to_submit(request, window, sheet, chosen=action == SUBMIT_CHOSEN)
    if not units:
        messages.error(request, _("No row was submitted: choose rows that are complete."))
        return {}
    done = submit_rows(
        window=window, units=units, user=request.user, explanation=request.POST.get("explanation", "")
    )
    return _tell(request, done)


def posted_rows(
    data: Mapping[str, Any], rows: Collection[Submission], sheet: Sheet, user: Any
) -> dict[int, RowInput]:
    """The cells named in a posted grid: cell-<unit>-<key> as typed, version-<unit> as read; locked rows are passed over."""
    found: dict[int, RowInput] = {}
    for row in rows:
        own = sheet.for_unit(row.unit_id)
        inputs = {
            key: typed_input(sheet, str(data[f"cell-{row.unit_id}-{key}"]))
            for key in own.by_key
            if f"cell-{row.unit_id}-{key}" in data
        }
        version = str(data.get(f"version-{row.unit_id}", ""))
        if inputs and not why_locked(row, user):
            found[row.unit_id] = (int(version) if version.isdecimal() else None, inputs)
    return found


def _attempts(given: Mapping[int, RowInput], outcomes: Mapping[int, RowOutcome]) -> dict[int, Attempt]:
    return {
        unit: Attempt(
            given[unit][1],
            outcome.saved.problems if outcome.saved else (),
            outcome.theirs,
            outcome.message,
        )
        for unit, outcome in outcomes.items()
        if not outcome.is_whole
    }


def _units_to_submit(request: HttpRequest, window: Window, sheet: Sheet, *, chosen: bool) -> list[int]:
    grid = build_grid(sheet, rows_of(window, request.user), request.user)
    marked = set(request.POST.getlist("row"))
    return [
        unit.submission.unit_id
        for unit in grid.units
        if not unit.why_locked and (str(unit.submission.unit_id) in marked if chosen else unit.is_complete)
    ]


def _tell(request: HttpRequest, done: Mapping[int, RowOutcome]) -> dict[int, Attempt]:
    refused = {unit: outcome for unit, outcome in done.items() if outcome.message}
    handed_in = len(done) - len(refused)
    if handed_in:
        text = ngettext(
            "%s row submitted. Somebody else checks and approves it.",
            "%s rows submitted. Somebody else checks and approves them.",
            handed_in,
        )
        messages.success(request, text % handed_in)
    if refused:
        text = ngettext(
            "%s row was not submitted: see the list below.",
            "%s rows were not submitted: see the list below.",
            len(refused),
        )
        messages.error(request, text % len(refused))
    return {
        unit: Attempt(problems=outcome.problems, message="" if outcome.problems else outcome.message)
        for unit, outcome in refused.items()
    }
