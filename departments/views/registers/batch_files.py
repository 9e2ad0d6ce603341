"""Workbooks around an import: the template that fits a register, and everything that is wrong with a file."""

import io
from collections.abc import Sequence

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from import_export.formats.base_formats import XLSX

from departments.choices import ItemKind, MoveBy
from departments.formula_safety import safe_text
from departments.models import Register, Unit
from departments.services.registers.batch_plan import unpack_faults
from departments.services.registers.batch_reading import DUE, HEADS, LEVEL, OPENED, STATUS, TYPE, UNIT
from departments.services.registers.batches import sheet_name
from departments.views.registers.batch import own_batch, own_register

# Rows of the template that offer their choices.
_ROWS = 2000
# A list of choices longer than this can't be kept in a workbook.
_LONGEST_LIST = 255
_WIDE, _USUAL = 36, 14
_UNITS = "单位名称"


def batch_template(request: HttpRequest, register_id: int) -> HttpResponse:
    """An empty workbook with the register's heads; what is chosen from a list is offered as one."""
    register = own_register(request, register_id)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        # As text, so that a spreadsheet program turns no number or day into something else.
        plain = book.add_format({"num_format": "@"})
        head = book.add_format({"bold": True, "bg_color": "#F5F7FA", "border": 1, "border_color": "#B9C2D0"})
        sheet = book.add_worksheet(sheet_name(register.title))
        units = list(Unit.objects.filter(office=register.office).values_list("name", flat=True))
        for place, (name, options) in enumerate(_heads(register)):
            sheet.write_string(0, place, safe_text(name), head)
            sheet.set_column(place, place, _WIDE if name == register.name_label else _USUAL, plain)
            if 0 < len(",".join(options)) <= _LONGEST_LIST:
                sheet.data_validation(1, place, _ROWS, place, {"validate": "list", "source": list(options)})
            elif name == HEADS[UNIT][0]:
                source = f"='{_UNITS}'!$A$1:$A${max(1, len(units))}"
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, place, _ROWS, place, rule)
        sheet.freeze_panes(1, 1)
        names = book.add_worksheet(_UNITS)
        names.write_column(0, 0, [safe_text(name) for name in units])
        names.set_column(0, 0, _WIDE)
    return _download(stream, "register-template.xlsx")


def batch_faults(request: HttpRequest, batch_id: int) -> HttpResponse:
    """All faults of a file as a workbook: sheet, row, column, content, what to do."""
    batch = own_batch(request, batch_id)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("问题")
        sheet.set_column(0, 3, _USUAL)
        sheet.set_column(4, 4, 90)
        heads = [_("sheet"), _("row"), _("column"), _("content"), _("what to do")]
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for place, fault in enumerate(unpack_faults(batch.plan), 1):
            if fault.row:
                sheet.write_number(place, 1, fault.row)
            texts = {0: batch.plan.get("sheet", ""), 2: fault.column, 3: fault.content, 4: fault.message}
            for column, text in texts.items():
                sheet.write_string(place, column, safe_text(text))
    return _download(stream, "faults.xlsx")


def _heads(register: Register) -> list[tuple[str, Sequence[str]]]:
    """Heads in order with what they offer; the unit's own columns are filled by it, not by a file."""
    statuses = list(register.statuses.values_list("name", flat=True))
    heads: list[tuple[str, Sequence[str]]] = [
        (register.key_label, ()),
        (register.name_label, ()),
        (HEADS[UNIT][0], ()),
        (HEADS[TYPE][0], register.type_names),
        (HEADS[LEVEL][0], register.level_names),
        (HEADS[OPENED][0], ()),
        (HEADS[DUE][0], ()),
        (HEADS[STATUS][0], statuses),
    ]
    for column in register.columns.filter(by=MoveBy.OFFICE):
        heads.append((column.name, ("是", "否") if column.kind == ItemKind.TICK else column.choices))
    return heads


def _download(stream: io.BytesIO, name: str) -> HttpResponse:
    response = HttpResponse(stream.getvalue(), content_type=XLSX.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
