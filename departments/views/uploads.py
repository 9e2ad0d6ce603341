"""批量上传: figures of many units and periods in one file; what was found in it; saving it after a look."""

import io
from typing import Any

import xlsxwriter
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.formats.base_formats import XLSX

from departments.choices import Role
from departments.exceptions import DepartmentsError
from departments.formula_safety import safe_text
from departments.models import Form, Upload
from departments.permissions import is_unit_staff, offices_of
from departments.services import uploads
from departments.table_files import LARGE, MEGABYTE

SHOWN = 50
# Faults on the page; the file with all of them can be downloaded.
FAULTS_SHOWN = 100
_OPEN = (Upload.State.WAITING, Upload.State.CHECKING)
_TONES = {
    Upload.State.REFUSED: "error",
    Upload.State.CHECKED: "warning",
    Upload.State.SAVED: "good",
}


class UploadForm(forms.Form):
    form = forms.ModelChoiceField(Form.objects.none())
    file = forms.FileField(max_length=200)

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"].queryset = uploads.forms_for(user)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGE.size:
            raise forms.ValidationError(
                _("The file is larger than %s MB: keep only the table itself.") % (LARGE.size // MEGABYTE)
            )
        return file


def may_upload(user: Any) -> bool:
    """Whether large files are this person's work: an office's administrators, and people who fill forms."""
    return offices_of(user, {Role.ADMINISTRATOR}).exists() or is_unit_staff(user)


def uploads_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The list, and above it the place to choose a file."""
    if not may_upload(request.user):
        raise PermissionDenied(
            _("Files of figures are uploaded by people who fill forms and by administrators.")
        )
    form = UploadForm(request.user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.receive(
                form=form.cleaned_data["form"], data=file.read(), name=file.name, user=request.user
            )
        except DepartmentsError as error:
            form.add_error("file", str(error))
        else:
            return HttpResponseRedirect(reverse("admin:departments_upload_change", args=[upload.pk]))
    rows = uploads.uploads_of(request.user).select_related("form", "user")[:SHOWN]
    shown = {
        "title": _("Upload figures in bulk"),
        "form": form,
        "uploads": [(row, _TONES.get(Upload.State(row.state), "info")) for row in rows],
        "administers": offices_of(request.user, {Role.ADMINISTRATOR}).exists(),
        "limit_rows": LARGE.rows - 1,
        "limit_megabytes": LARGE.size // MEGABYTE,
    }
    return TemplateResponse(request, "departments/uploads.html", context | shown)


def upload_page(request: HttpRequest, upload: Upload, context: dict[str, Any]) -> HttpResponse:
    """One file: how far it is, what is wrong, or what would be saved; POST saves it."""
    if request.method == "POST":
        try:
            uploads.confirm(upload=upload, user=request.user)
        except DepartmentsError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:departments_upload_change", args=[upload.pk]))
    shown = {
        "title": upload.name,
        "upload": upload,
        "tone": _TONES.get(Upload.State(upload.state), "info"),
        "is_open": upload.state in _OPEN,
        "may_confirm": upload.state == Upload.State.CHECKED and upload.user_id == request.user.pk,
        "changes": upload.summary.get("created", 0) + upload.summary.get("changed", 0),
        "faults": upload.faults[:FAULTS_SHOWN],
        "more": max(0, upload.faults_count - FAULTS_SHOWN),
        "progress": progress_of(upload),
        "settings": {"url": reverse("admin:departments_upload_progress", args=[upload.pk])},
    }
    return TemplateResponse(request, "departments/upload.html", context | shown)


def progress_of(upload: Upload) -> dict[str, Any]:
    """How far the reading is: {state label, open, rows, rows read, whole per cent}."""
    done = min(upload.done, upload.rows)
    return {
        "label": upload.get_state_display(),
        "open": upload.state in _OPEN,
        "rows": upload.rows,
        "done": done,
        "percent": 100 * done // upload.rows if upload.rows else 0,
    }


def upload_progress(request: HttpRequest, upload: Upload) -> HttpResponse:
    return JsonResponse(progress_of(upload))


def upload_faults(request: HttpRequest, upload: Upload) -> HttpResponse:
    """All kept faults as a workbook: sheet row, column, what is wrong."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("问题")
        sheet.set_column(0, 1, 14)
        sheet.set_column(2, 2, 90)
        sheet.write_row(0, 0, ["行号", "列", "问题"], book.add_format({"bold": True}))
        for place, fault in enumerate(upload.faults, 1):
            if fault["row"]:
                sheet.write_number(place, 0, fault["row"])
            sheet.write_string(place, 1, safe_text(fault["column"]))
            sheet.write_string(place, 2, safe_text(fault["message"]))
    response = HttpResponse(stream.getvalue(), content_type=XLSX.CONTENT_TYPE)
    response["Content-Disposition"] = 'attachment; filename="faults.xlsx"'
    return response
