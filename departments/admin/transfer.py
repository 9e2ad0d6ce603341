"""Table files in and out of the list of submissions (django-import-export), within the person's scope."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.forms import ConfirmImportForm
from unfold.contrib.import_export.forms import ExportForm, ImportForm
from unfold.widgets import UnfoldAdminSelectWidget

from departments.exports import FigureExport
from departments.imports import FigureImport, check_file, units_filled_by
from departments.models import Window
from departments.permissions import is_unit_staff


class FigureImportForm(ImportForm):
    window = forms.ModelChoiceField(Window.objects.none(), label=_("window"), widget=UnfoldAdminSelectWidget)
    field_order = ("window", "import_file", "format")

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        check_file(file)
        return file


class FigureConfirmForm(ConfirmImportForm):
    window = forms.ModelChoiceField(Window.objects.none(), widget=forms.HiddenInput)


class TransferAdmin(ImportExportMixin, admin.ModelAdmin):
    """Import for people who fill forms (each row through the saving service), export for whoever sees the rows."""

    import_form_class = FigureImportForm
    confirm_form_class = FigureConfirmForm
    export_form_class = ExportForm
    import_formats = (XLSX, CSV)
    export_formats = (XLSX, CSV)
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
