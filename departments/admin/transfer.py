"""Table files in and out of the admin's lists (django-import-export), within the person's scope."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ConfirmImportForm
from import_export.results import Result, RowResult
from tablib import Dataset
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.widgets import UnfoldAdminSelectWidget

from departments.choices import Role
from departments.exports import FigureExport
from departments.imports import FigureImport, check_file, units_filled_by
from departments.models import Office, Window
from departments.permissions import is_office_staff, is_unit_staff, offices_of
from departments.resources.base import MAX_ROWS, TableResource
from departments.table_files import SMALL, TableFileError, read_rows


class CheckedFile(XLSX):
    """A table file of either kind, told by its content, read by our own reader with its limits."""

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        rows = read_rows(in_stream, SMALL)
        start = next((n for n, row in enumerate(rows) if any(row)), 0)
        head = rows[start] if rows else []
        width = len(head)
        table = Dataset(headers=head)
        for row in rows[start + 1 :]:
            table.append([*row[:width], *[""] * (width - len(row))])
        # The sheet row of the head, so that faults are named where a person finds them.
        table.head_row = start + 1
        return table


class CheckedCSV(CheckedFile):
    """The same under the name people look for when they hold a .csv."""

    TABLIB_MODULE = "tablib.formats._csv"
    CONTENT_TYPE = "text/csv"


class CheckedImportForm(ImportForm):
    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        check_file(file)
        return file


class SignedConfirmForm(ConfirmImportForm):
    """Names the file kept between preview and saving so that nobody can name another one."""

    salt = "import"

    def clean_import_file_name(self) -> str:
        try:
            self.cleaned_data["import_file_name"] = Signer(salt=self.salt).unsign(
                self.cleaned_data["import_file_name"]
            )
        except BadSignature as error:
            raise forms.ValidationError(_("Choose the file again.")) from error
        return str(super().clean_import_file_name())


class CheckedTransfer(ImportExportMixin, admin.ModelAdmin):
    """What all our imports and exports share: checked files, a signed confirmation, .csv that Chinese Excel opens."""

    import_form_class: type[forms.Form] = CheckedImportForm
    confirm_form_class: type[forms.Form] = SignedConfirmForm
    export_form_class = ExportForm
    import_formats: tuple[type[XLSX], ...] = (CheckedFile, CheckedCSV)
    export_formats = (XLSX, CSV)
    to_encoding = "utf-8-sig"

    def add_data_read_fail_error_to_form(self, form: forms.Form, error: Exception) -> None:
        if isinstance(error, TableFileError):
            form.add_error("import_file", str(error))
        else:
            super().add_data_read_fail_error_to_form(form, error)

    def create_confirm_form(self, request: HttpRequest, import_form: Any = None) -> forms.Form:
        form: forms.Form = super().create_confirm_form(request, import_form)
        form.salt = self._salt(request)  # type: ignore[attr-defined]
        return form

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if "import_file_name" in initial:
            initial["import_file_name"] = Signer(salt=self._salt(request)).sign(initial["import_file_name"])
        return initial

    def _salt(self, request: HttpRequest) -> str:
        return f"import {self.opts.label} {request.user.pk}"


class FigureImportForm(CheckedImportForm):
    window = forms.ModelChoiceField(Window.objects.none(), label=_("window"), widget=UnfoldAdminSelectWidget)
    field_order = ("window", "import_file", "format")


class FigureConfirmForm(SignedConfirmForm):
    window = forms.ModelChoiceField(Window.objects.none(), widget=forms.HiddenInput)


class TransferAdmin(CheckedTransfer):
    """Import for people who fill forms (each row through the saving service), export for whoever sees the rows."""

    import_form_class = FigureImportForm
    confirm_form_class = FigureConfirmForm
    # The submissions' own event log says who changed what.
    skip_admin_log = True

    def has_import_permission(self, request: HttpRequest) -> bool:
        return is_unit_staff(request.user)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_classes(self, request: HttpRequest) -> list[Any]:
        return [FigureImport]

    def get_export_resource_classes(self, request: HttpRequest) -> list[Any]:
        return [FigureExport]

    def create_import_form(self, request: HttpRequest) -> forms.Form:
        return self._with_windows(super().create_import_form(request), request)

    def create_confirm_form(self, request: HttpRequest, import_form: Any = None) -> forms.Form:
        return self._with_windows(super().create_confirm_form(request, import_form), request)

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial["window"] = import_form.cleaned_data["window"].pk
        return initial

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None)
        data = getattr(form, "cleaned_data", {})
        return {"window": data.get("window"), "user": request.user}

    def _with_windows(self, form: forms.Form, request: HttpRequest) -> forms.Form:
        """Only windows in which the person has something to fill are offered and accepted."""
        units = units_filled_by(request.user)
        windows = Window.objects.filter(submissions__unit__in=units).select_related("form").distinct()
        form.fields["window"].queryset = windows  # type: ignore[attr-defined]
        return form


class OfficeImportForm(CheckedImportForm):
    office = forms.ModelChoiceField(Office.objects.none(), label=_("office"), widget=UnfoldAdminSelectWidget)
    field_order = ("office", "import_file", "format")


class OfficeConfirmForm(SignedConfirmForm):
    office = forms.ModelChoiceField(Office.objects.none(), widget=forms.HiddenInput)


class SetupTransfer(CheckedTransfer):
    """Import for an office's administrators (each row through the services), export for its staff."""

    table: ClassVar[type[TableResource]]
    import_form_class = OfficeImportForm
    confirm_form_class = OfficeConfirmForm
    import_formats = (CheckedFile,)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return offices_of(request.user, {Role.ADMINISTRATOR}).exists()

    def has_export_permission(self, request: HttpRequest) -> bool:
        return is_office_staff(request.user) and self.has_view_permission(request)

    def get_import_resource_classes(self, request: HttpRequest) -> list[Any]:
        return [self.table]

    def get_export_resource_classes(self, request: HttpRequest) -> list[Any]:
        return [self.table]

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"user": request.user}

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.get_queryset(request) if self.has_export_permission(request) else self._refuse()

    def _refuse(self) -> QuerySet[Any]:
        raise PermissionDenied

    def get_import_context_data(self, **kwargs: Any) -> dict[str, Any]:
        columns = "、".join(column.head for column in self.table.columns)
        needed = "、".join(column.head for column in self.table.columns if column.required)
        guidance = _(
            "The first row holds the heads: %(columns)s. Needed: %(needed)s; a column that is missing leaves what is"
            " stored. At most %(rows)s rows. Nothing is saved before you have seen the preview."
        ) % {"columns": columns, "needed": needed, "rows": MAX_ROWS}
        return {**super().get_import_context_data(**kwargs), "guidance": guidance}

    def create_import_form(self, request: HttpRequest) -> forms.Form:
        return self._with_offices(super().create_import_form(request), request)

    def create_confirm_form(self, request: HttpRequest, import_form: Any = None) -> forms.Form:
        return self._with_offices(super().create_confirm_form(request, import_form), request)

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_confirm_form_initial(request, import_form)
        if import_form is not None:
            initial["office"] = import_form.cleaned_data["office"].pk
        return initial

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None)
        data = getattr(form, "cleaned_data", {})
        return {"office": data.get("office"), "user": request.user}

    def generate_log_entries(self, result: Result, request: HttpRequest) -> None:
        """One entry per changed thing in its own history, with the old and new content of its columns."""
        flags = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}
        for row in result.rows:
            if row.import_type in flags and row.instance is not None:
                LogEntry.objects.log_actions(
                    request.user.pk or 0,
                    [row.instance],
                    flags[row.import_type],
                    change_message=str(_("Import: %s")) % row.changes,
                    single_object=True,
                )

    def _with_offices(self, form: forms.Form, request: HttpRequest) -> forms.Form:
        """Only offices the person administers are offered and accepted; a single one is not asked for."""
        offices = offices_of(request.user, {Role.ADMINISTRATOR})
        field = form.fields["office"]
        field.queryset = offices  # type: ignore[attr-defined]
        if len(offices) == 1:
            field.initial = offices[0].pk
            field.widget = forms.HiddenInput()
        return form
