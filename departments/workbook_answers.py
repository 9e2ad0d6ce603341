"""Reading back a workbook that departments.workbooks wrote: what was changed in it, and what can't be taken."""

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from departments.choices import ItemKind
from departments.exceptions import DepartmentsError
from departments.exports import safe_text
from departments.models import Item, Submission
from departments.services.table_plans import typed_input
from departments.sheets import CellInput, Sheet, cell_key
from departments.table_files import SMALL, TableFileError, check_bytes
from departments.workbooks import FACTS, FACTS_HEAD, FIRST, KEYS, LAYOUT, NAMES, PLAIN, ROWS, VALUE


class WorkbookError(DepartmentsError):
    """The workbook can't be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Answer:
    """What a workbook says about one cell: an input, or a fault instead of one. `at` is its address, such as 填报!F7."""

    key: str
    given: CellInput
    at: str
    # The text as it stands in the workbook.
    read: str = ""
    fault: str = ""


@dataclass(frozen=True)
class Filled:
    """A workbook read back: the version it was downloaded at and the cells that were changed in it."""

    version: int
    answers: tuple[Answer, ...]


def read_workbook(data: bytes, submission: Submission, sheet: Sheet) -> Filled:
    """The changed cells of a workbook; WorkbookError when it is of another form, unit or period, or no such workbook."""
    try:
        check_bytes(data, SMALL)
    except TableFileError as error:
        raise WorkbookError(str(error)) from error
    if data[:2] != b"PK":
        raise WorkbookError(_not_ours())
    try:
        with warnings.catch_warnings():
            # It warns of parts it does not know, which the figures don't need.
            warnings.simplefilter("ignore")
            shown = load_workbook(io.BytesIO(data), data_only=True)
            formulas = load_workbook(io.BytesIO(data))
    # openpyxl raises whatever its parsers met; for the person all of it is one thing.
    except Exception as error:
        raise WorkbookError(_("The workbook is damaged: save it anew.")) from error
    if FACTS not in shown.sheetnames:
        raise WorkbookError(_not_ours())
    version, originals = _facts(shown[FACTS], submission)
    reader = _Reader(sheet, shown, formulas)
    answers = list(reader.answers())
    if not answers:
        raise WorkbookError(_not_ours())
    return Filled(
        version,
        tuple(answer for answer in answers if answer.fault or answer.read != originals.get(answer.key, "")),
    )


def _not_ours() -> str:
    return _("This is not a workbook of this form: download the form as Excel first and fill in that file.")


def _facts(facts: Any, submission: Submission) -> tuple[int, dict[str, str]]:
    rows = [
        ["" if value is None else str(value) for value in row[:2]]
        for row in facts.iter_rows(values_only=True)
    ]
    head = dict(row for row in rows[:FACTS_HEAD] if len(row) == 2)
    window = submission.window
    if head.get("layout") != LAYOUT or not head.get("version", "").isdecimal():
        raise WorkbookError(_not_ours())
    for name, mine, said in (
        ("office", window.form.office.code, _("This workbook is of another office.")),
        ("form", window.form.code, _("This workbook is of another form: %s.")),
        ("period", window.period, _("This workbook is of another period: %s.")),
        ("unit", submission.unit.code, _("This workbook is of another unit: %s.")),
    ):
        if head.get(name) != mine:
            raise WorkbookError(said % head.get(name, "") if "%s" in said else said)
    return int(head["version"]), {row[0]: row[1] for row in rows[FACTS_HEAD:] if len(row) == 2}


@dataclass(frozen=True)
class _Reader:
    sheet: Sheet
    shown: Any
    formulas: Any

    def answers(self) -> Iterator[Answer]:
        seen: set[str] = set()
        for key, page, row, column in self._cells():
            fault = _("This row stands twice in the workbook: keep one.") if key and key in seen else ""
            seen.add(key)
            yield self._answer(key, page, row, column, fault)

    def _cells(self) -> Iterator[tuple[str, Any, int, int]]:
        """Key, sheet, row and column (from 1) of every cell with a code; key "" for the name of an unknown row."""
        if PLAIN in self.shown.sheetnames:
            page = self.shown[PLAIN]
            for row in range(1, page.max_row + 1):
                key = _text(page.cell(row, KEYS + 1).value)
                if key in self.sheet.by_key:
                    yield key, page, row, VALUE + 1
        if ROWS in self.shown.sheetnames:
            yield from self._category_cells(self.shown[ROWS])

    def _category_cells(self, page: Any) -> Iterator[tuple[str, Any, int, int]]:
        split = {item.code for item in self.sheet.items if item.by_category and item.is_entered}
        columns: dict[int, str] = {}
        for row, cells in enumerate(page.iter_rows(values_only=True), 1):
            texts = [_text(value) for value in cells]
            if not columns:
                columns = {
                    number: text for number, text in enumerate(texts) if number >= FIRST and text in split
                }
                continue
            if not texts[KEYS]:
                if texts[NAMES] or any(texts[number] for number in columns):
                    yield "", page, row, NAMES + 1
                continue
            for number, code in columns.items():
                key = cell_key(code, texts[KEYS])
                if key in self.sheet.by_key:
                    yield key, page, row, number + 1

    def _answer(self, key: str, page: Any, row: int, column: int, fault: str) -> Answer:
        cell = page.cell(row, column)
        at = f"{page.title}!{cell.coordinate}"
        if not key:
            name = _text(cell.value)
            fault = _("“%s” is no row of the form: add it on the page first, then download the form again.")
            return Answer("", CellInput(name), at, name, fault % name)
        formula = self.formulas[page.title].cell(row, column)
        if cell.data_type == "e" or (cell.value is None and formula.data_type == "f"):
            fault = _("The formula has no result: write the number itself.")
        item = self.sheet.by_key[key].item
        read = _read(cell.value)
        return Answer(key, _given(self.sheet, item, read), at, read, fault)


def _given(sheet: Sheet, item: Item, text: str) -> CellInput:
    # Without what safe_text put before a text that looks like a formula.
    if text.startswith("'") and safe_text(text[1:]) == text:
        text = text[1:]
    is_free = item.kind in (ItemKind.TEXT, ItemKind.PARAGRAPH)
    return CellInput(text) if is_free else typed_input(sheet, text)


def _read(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        # Of 12.5 %, which is stored as 0.125, check_bytes has warned already.
        return f"{Decimal(repr(value)).normalize():f}"
    return value.date().isoformat() if hasattr(value, "date") else _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
