"""Figures from a table file: one row per unit, one column per item, for one window; saved by the same service as typing.

A row is matched by the unit's name among the units the person fills for; another department's unit is as unknown as one
that does not exist. Blank cells leave what is stored. Any error in any row: nothing of the file is saved.
"""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Error, Result, RowResult
from tablib import Dataset

from departments.choices import UNIT_ROLES
from departments.exceptions import DepartmentsError
from departments.models import Item, Submission, Unit, Window, normal_name
from departments.permissions import memberships_of
from departments.services.organisation import UnitNames
from departments.services.submissions import save_figures
from departments.sheets import CellInput, Sheet, cells_of, describe_cell, load_sheet
from departments.table_files import SMALL, TableFileError, check_bytes

MAX_ROWS = 2000
UNIT_HEADERS = frozenset({"单位", "填报单位", "部门", "部门名称", "unit"})


def check_file(file: Any) -> None:
    """ValidationError for what is no table or too large to be one of figures, packed or unpacked."""
    try:
        check_bytes(file.read(SMALL.size + 1))
    except TableFileError as error:
        raise ValidationError(str(error)) from error
    file.seek(0)


def units_filled_by(user: Any) -> set[int]:
    return {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES and m.unit_id}


class FigureImport(Resource):
    """One import. Constructed without a window only to describe itself on the empty page."""

    def __init__(self, window: Window | None = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.window, self.user = window, user
        self.sheet: Sheet | None = None
        self.columns: dict[str, Item] = {}
        self.unit_column = ""
        # None until the head of the file has been understood.
        self.names: UnitNames | None = None

    class Meta:
        instance_loader_class = BaseInstanceLoader

    @classmethod
    def get_display_name(cls) -> str:
        return _("Figures, one row per unit")

    def get_user_visible_fields(self) -> list[Any]:
        return []

    def get_diff_headers(self) -> list[str]:
        return [_("unit"), *(item.name for item in self.columns.values())]

    def import_data_inner(self, *args: Any, **kwargs: Any) -> Result:
        """The columns of the preview are known only after the head of the file was read."""
        result: Result = super().import_data_inner(*args, **kwargs)
        result.diff_headers = self.get_diff_headers()
        return result

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Reads the head: which column is the unit, which item each other column is; ValidationError names the others."""
        assert self.window is not None
        self.sheet = load_sheet(self.window.form)
        if len(dataset) > MAX_ROWS:
            raise ValidationError(_("At most %s rows at once.") % MAX_ROWS)
        items: dict[str, Item] = {}
        for item in self.sheet.items:
            items |= {normal_name(name): item for name in (item.code, item.name)}
        unknown = []
        for header in dataset.headers or []:
            name = normal_name(str(header or ""))
            if name in UNIT_HEADERS:
                self.unit_column = header
            elif name in items and items[name].is_entered:
                self.columns[header] = items[name]
            elif name and name not in items:
                unknown.append(str(header))
        if not self.unit_column:
            raise ValidationError(_("There is no column “单位”."))
        if unknown:
            raise ValidationError(_("These columns are no items of the form: %s.") % "、".join(unknown))
        units = Unit.objects.filter(pk__in=units_filled_by(self.user))
        names = UnitNames(self.window.form.office, units=units)
        self.times = Counter(self._unit_key(names, row) for row in dataset.dict)
        self.names = names

    def _unit_key(self, names: UnitNames, row: dict[str, Any]) -> str:
        name = str(row.get(self.unit_column) or "")
        try:
            return names.find(name).code
        except DepartmentsError:
            return normal_name(name)

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = RowResult()
        name = str(row.get(self.unit_column) or "").strip()
        if self.names is None or not any(str(value or "").strip() for value in row.values()):
            result.import_type = RowResult.IMPORT_TYPE_SKIP
            return result
        try:
            submission = self._submission(self.names, name, row)
            before = cells_of(submission)
            saved = save_figures(
                submission=submission, inputs=self._inputs(row), user=self.user, sheet=self.sheet
            )
            for problem in saved.problems:
                if problem.item in saved.rejected:
                    self._refuse(result, row, name, problem.message, kwargs)
            result.instance = submission
            result.add_instance_info(submission)
            result.import_type = result.import_type if result.errors else RowResult.IMPORT_TYPE_UPDATE
            result.diff = self._diff(name, before, saved.cells)
        except DepartmentsError as error:
            self._refuse(result, row, name, str(error), kwargs)
        return result

    def _submission(self, names: UnitNames, name: str, row: dict[str, Any]) -> Submission:
        assert self.window is not None
        unit = names.find(name)
        if self.times[self._unit_key(names, row)] > 1:
            raise DepartmentsError(_("“%s” stands in several rows: keep one.") % unit)
        submission = (
            Submission.objects.filter(window=self.window, unit=unit)
            .select_related("window__form__office", "unit__office")
            .first()
        )
        if submission is None:
            raise DepartmentsError(
                _("“%(unit)s” has nothing to fill in for %(window)s.")
                % {
                    "unit": unit,
                    "window": self.window,
                }
            )
        return submission

    def _inputs(self, row: dict[str, Any]) -> dict[str, CellInput]:
        assert self.sheet is not None
        reasons: dict[str, str] = {}
        for code, reason in self.sheet.reasons.items():
            reasons |= dict.fromkeys((code, reason.name, f"—（{reason.name}）"), code)
        inputs = {}
        for header, item in self.columns.items():
            text = "" if row.get(header) is None else str(row[header]).strip()
            if text:
                inputs[item.code] = CellInput(reason=reasons[text]) if text in reasons else CellInput(text)
        return inputs

    def _diff(self, name: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
        cells: list[str] = [format_html("{}", name)]
        for item in self.columns.values():
            old, new = describe_cell(before.get(item.code)), describe_cell(after.get(item.code))
            cells.append(
                format_html("{}", new) if old == new else format_html("<del>{}</del> <b>{}</b>", old, new)
            )
        return cells

    def _refuse(
        self, result: RowResult, row: dict[str, Any], name: str, message: str, kwargs: dict[str, Any]
    ) -> None:
        result.import_type = RowResult.IMPORT_TYPE_ERROR
        text = _("“%(unit)s”: %(message)s") % {"unit": name, "message": message} if name else message
        result.errors.append(Error(DepartmentsError(text), row=row, number=kwargs["row_number"]))
