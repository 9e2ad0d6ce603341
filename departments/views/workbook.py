"""The form as an Excel workbook: downloaded as it stands, uploaded again, the differences seen before anything is saved."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from departments.choices import Action
from departments.exceptions import DepartmentsError
from departments.models import Submission
from departments.permissions import get_visible
from departments.sheets import Cell, CellError, Sheet, cells_of, load_sheet, show_cell
from departments.transitions import check_can
from departments.views.figures import previous_of
from departments.workbook_answers import Answer, Filled, WorkbookError, read_workbook
from departments.workbooks import build_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Difference:
    """One changed cell: where it stands, the stored content, the new one, or why that can't be taken."""

    answer: Answer
    label: str
    old: str
    new: str
    fault: str = ""
    is_paragraph: bool = False


def find_submission(request: HttpRequest, pk: int) -> Submission:
    """The submission with what its pages read; PermissionDenied outside the person's reach."""
    related = ("window__form__office", "window__form__category_list", "unit__office")
    return get_visible(Submission.objects.select_related(*related), request.user, pk=pk)


def download_workbook(request: HttpRequest, object_id: int) -> HttpResponse:
    """GET: the form pre-filled, as .xlsx; whoever sees the form may have it."""
    submission = find_submission(request, object_id)
    sheet = load_sheet(submission.window.form, submission)
    earlier = previous_of(submission, sheet)
    response = HttpResponse(
        build_workbook(submission, sheet, earlier.cells if earlier else {}), content_type=XLSX
    )
    name = f"{submission.window.form.title}-{submission.unit.name}-{submission.window.period}.xlsx"
    response["Content-Disposition"] = disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def disposition(name: str) -> str:
    """Content-Disposition for saving under any name (RFC 5987)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def upload_workbook(request: HttpRequest, object_id: int, context: dict[str, Any]) -> HttpResponse:
    """GET asks for the file; POST shows what it would change. Saving is the entry page's, with the workbook's version."""
    submission = find_submission(request, object_id)
    page = reverse("admin:departments_submission_change", args=[submission.pk])
    try:
        check_can(Action.SAVE, submission, request.user)
    except DepartmentsError as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(page)
    context = context | {"title": submission.window.form.title, "submission": submission, "page": page}
    if request.method == "POST":
        sheet = load_sheet(submission.window.form, submission)
        file = request.FILES.get("file")
        try:
            if file is None:
                raise WorkbookError(_("Choose a file first."))
            filled = read_workbook(file.read(), submission, sheet)
            context |= _differences(sheet, cells_of(submission), filled) | {"file": file.name}
        except WorkbookError as error:
            messages.error(request, str(error))
    return TemplateResponse(request, "departments/entry_difference.html", context)


def _differences(sheet: Sheet, cells: dict[str, Cell], filled: Filled) -> dict[str, Any]:
    rows = [_difference(sheet, cells, answer) for answer in filled.answers]
    changed = [row for row in rows if row.fault or row.old != row.new]
    return {
        "differences": changed,
        "faults": sum(bool(row.fault) for row in changed),
        "good": [row for row in changed if not row.fault],
        "version": filled.version,
    }


def _difference(sheet: Sheet, cells: dict[str, Cell], answer: Answer) -> Difference:
    place = sheet.by_key.get(answer.key)
    if place is None:
        return Difference(answer, answer.given.text, "", "", answer.fault)
    old, new, fault = show_cell(place.item, cells.get(place.key)), answer.read, answer.fault
    if not fault:
        try:
            new = show_cell(place.item, sheet.read(place.item, answer.given))
        except CellError as error:
            fault = str(error)
    return Difference(answer, place.label, old, new, fault, place.item.is_paragraph)
