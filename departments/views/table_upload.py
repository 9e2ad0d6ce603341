"""A table file into the grid in three steps: the file or a paste, questions only where needed, a preview to confirm.

Every step reads the kept file anew; the answers travel with the page and are judged anew too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from departments.exceptions import DepartmentsError
from departments.models import Submission, Unit, Upload, Window
from departments.services import mappings
from departments.services.mappings import Column, UnitQuestion
from departments.services.organisation import UnitNames
from departments.services.table_entry import RowsRefused, rows_of
from departments.services.table_plans import Plan, plan_table, unit_column
from departments.services.table_uploads import (
    Settled,
    may_remember,
    own_upload,
    receive,
    receive_pasted,
    save_upload,
    table_of,
)
from departments.sheets import Sheet, load_sheet
from departments.tables import LIMITS, Table, TableError
from departments.views.table_entry import window_of
from departments.views.table_preview import preview_data, said_saved

SKIP = "skip"
# The button that goes back from the preview: names are asked again, columns stand as answered.
CHANGE = "mapping"


@dataclass(frozen=True)
class Reading:
    """A table as far as it is understood: what is settled, and what must still be asked."""

    settled: Settled
    units: Mapping[int, Unit | None]
    questions: tuple[UnitQuestion, ...]
    faults: tuple[str, ...]
    ask_dash: bool

    @property
    def is_clear(self) -> bool:
        return not self.questions and not self.faults and not self.unsettled and not self.ask_dash

    @property
    def unsettled(self) -> list[Column]:
        return [column for column in self.settled.columns if column.target is None]


def upload_page(request: HttpRequest, window_id: int, context: dict[str, Any]) -> HttpResponse:
    """Step 1: a file or a pasted table."""
    window = window_of(request, window_id)
    rows_of(window, request.user)
    error = ""
    if request.method == "POST":
        try:
            upload = _receive(request, window)
        except DepartmentsError as refusal:
            error = str(refusal)
        else:
            return HttpResponseRedirect(
                reverse("admin:departments_window_table_import", args=[window.pk, upload.pk])
            )
    return TemplateResponse(
        request,
        "departments/table_upload.html",
        context
        | {
            "title": window.form.title,
            "window": window,
            "error": error,
            "text": request.POST.get("text", ""),
            "file_input": UnfoldAdminFileFieldWidget().render(
                "file", None, {"id": "file", "accept": ".xlsx,.csv,.tsv,.txt"}
            ),
            "megabytes": LIMITS.packed // 1024**2,
        },
    )


def import_page(
    request: HttpRequest, window_id: int, upload_id: int, context: dict[str, Any]
) -> HttpResponse:
    """Steps 2 and 3: what is not certain is asked, then everything is shown before it is saved."""
    window = window_of(request, window_id)
    rows = rows_of(window, request.user)
    upload = own_upload(window, request.user, upload_id)
    sheet = load_sheet(window.form)
    grid = reverse("admin:departments_window_table", args=[window.pk])
    try:
        if upload.state == Upload.State.SAVED:
            raise DepartmentsError(_("This table has been saved already."))
        reading = _read(request, window, sheet, table_of(upload), rows)
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(grid)
    context = context | {
        "title": window.form.title,
        "window": window,
        "upload": upload,
        "sheet": sheet,
        "reading": reading,
        "table": reading.settled.table,
        "may_remember": may_remember(window, request.user),
    }
    action = request.POST.get("action", "")
    if not reading.is_clear or action == CHANGE:
        context |= _mapping(reading, sheet, rows, asked=action == "read")
        return TemplateResponse(request, "departments/table_mapping.html", context)
    plan = plan_table(
        table=reading.settled.table,
        columns=reading.settled.columns,
        units=reading.units,
        rows=rows,
        sheet=sheet,
        user=request.user,
        dash=reading.settled.dash or "",
    )
    if action == "save" and not plan.faults:
        refused = _save(request, upload, reading.settled, plan, sheet)
        if refused is None:
            messages.success(request, said_saved(plan))
            return HttpResponseRedirect(grid)
        context["refused"] = [
            (row.unit.name, refused.outcomes[row.unit_id].message)
            for row in rows
            if row.unit_id in refused.outcomes and refused.outcomes[row.unit_id].message
        ]
    context |= preview_data(reading.settled, plan, sheet) | {"answers": _posted_answers(request.POST)}
    return TemplateResponse(request, "departments/table_preview.html", context)


def _save(
    request: HttpRequest, upload: Upload, settled: Settled, plan: Plan, sheet: Sheet
) -> RowsRefused | None:
    """Saves everything; None when done, else what stood in the way, said on the page."""
    try:
        save_upload(
            upload=upload,
            plan=plan,
            settled=settled,
            versions=_versions(request.POST.get("versions", "")),
            sheet=sheet,
            user=request.user,
        )
    except RowsRefused as refusal:
        messages.error(request, str(refusal))
        return refusal
    return None


def _posted_answers(data: QueryDict) -> list[tuple[str, str]]:
    return [
        (field, str(value))
        for field, value in data.items()
        if field.startswith(("column-", "unit-", "alias-")) or field == "dash"
    ]


def _receive(request: HttpRequest, window: Window) -> Upload:
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > LIMITS.packed:
            raise TableError(
                _("The file is larger than %s MB: keep only the table itself.") % (LIMITS.packed // 1024**2)
            )
        return receive(window=window, content=file.read(), name=file.name or "", user=request.user)
    text = request.POST.get("text", "")
    if not text.strip():
        raise TableError(_("Choose a file, or paste a table with its head."))
    return receive_pasted(window=window, text=text, user=request.user)


def _read(
    request: HttpRequest, window: Window, sheet: Sheet, table: Table, rows: Sequence[Submission]
) -> Reading:
    """What the heads and names say, what was remembered, and what the person answered on this page."""
    data = request.POST
    columns = mappings.suggest(sheet=sheet, table=table)
    answers = {
        column.key: data[f"column-{column.index}"]
        for column in columns
        if data.get(f"column-{column.index}", "?") != "?"
    }
    columns = mappings.settle(columns, answers, sheet)
    faults = mappings.faults(columns, sheet)
    units: dict[int, Unit | None] = {}
    questions: list[UnitQuestion] = []
    names: dict[str, Unit | None] = {}
    if not faults:
        mine = {row.unit_id: row.unit for row in rows}
        known = UnitNames(window.form.office, units=Unit.objects.filter(pk__in=mine))
        column = unit_column(columns)
        if data.get("action") != CHANGE:
            names = _answered(data, mine)
            _all, asked = mappings.match_units(table, column, known, names)
            passed = mappings.remembered_left_out(window.form, table)
            names |= {question.name: None for question in asked if question.name in passed}
        units, questions = mappings.match_units(table, column, known, names)
    dash = _dash(data, sheet, window, table)
    return Reading(
        settled=Settled(
            table, columns, dash, names, frozenset(name for name in names if data.get(f"alias-{name}"))
        ),
        units=units,
        questions=tuple(questions),
        faults=tuple(faults),
        ask_dash=dash is None and bool(sheet.reasons) and mappings.has_dashes(table, columns, sheet),
    )


def _answered(data: Mapping[str, Any], mine: Mapping[int, Unit]) -> dict[str, Unit | None]:
    """Posted answers about names: unit-<name> is a unit's id, or SKIP; anything else stays a question."""
    found: dict[str, Unit | None] = {}
    for field, answer in data.items():
        if not field.startswith("unit-"):
            continue
        if answer == SKIP:
            found[field.removeprefix("unit-")] = None
        elif answer.isdecimal() and int(answer) in mine:
            found[field.removeprefix("unit-")] = mine[int(answer)]
    return found


def _dash(data: Mapping[str, Any], sheet: Sheet, window: Window, table: Table) -> str | None:
    answer = data.get("dash")
    if answer is not None and (answer == "" or answer in sheet.reasons):
        return str(answer)
    return mappings.remembered_dash(window.form, table)


def _mapping(reading: Reading, sheet: Sheet, rows: Sequence[Submission], *, asked: bool) -> dict[str, Any]:
    table = reading.settled.table
    numbered = {row.number for row in table.rows if table.serial is not None and row.cells[table.serial]}
    return {
        "columns": reading.settled.columns,
        "items": sheet.items,
        "UNIT": mappings.UNIT,
        "CATEGORY": mappings.CATEGORY if sheet.categories else None,
        "units": [row.unit for row in rows],
        "questions": [
            # A row without a number among numbered ones is most often the district's own total.
            (question, bool(numbered) and numbered.isdisjoint(question.rows))
            for question in reading.questions
        ],
        "answered": [(name, unit) for name, unit in reading.settled.names.items()],
        "reasons": list(sheet.reasons.values()),
        "asked": asked,
    }


def _versions(text: str) -> dict[int, int]:
    pairs = (pair.partition(":") for pair in text.split(","))
    return {
        int(unit): int(version) for unit, _colon, version in pairs if unit.isdecimal() and version.isdecimal()
    }
