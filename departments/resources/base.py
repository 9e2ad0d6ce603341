"""A table of set-up rows for django-import-export: one row per thing, keyed by code, saved by the services.

A resource names its columns and says how a row reads as texts (`texts_of`) and how it is saved (`save`). Export, the
preview's comparison and the check "nothing changed" all use the same texts, so a file that was exported changes nothing.
A column that is missing leaves what is stored; a blank cell in a column that is there means blank. Any error in any row:
nothing of the file is saved.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Error, Result, RowResult
from tablib import Dataset

from departments.exceptions import DepartmentsError
from departments.formula_safety import safe_cell
from departments.models import Office, normal_name

MAX_ROWS = 5000
_DATE = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?", re.ASCII)
Texts = dict[str, str]


class RowError(DepartmentsError):
    """What is wrong with one cell of a row."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(_("column “%(column)s”: %(message)s") % {"column": column, "message": message})


@dataclass(frozen=True)
class Column:
    """One column: its name in the code, its head, other heads it is known by, and whether a file must have it."""

    name: str
    head: str
    others: tuple[str, ...] = ()
    required: bool = False


@dataclass
class Row:
    """One row of the file: its number in the sheet, and its texts by column name (only columns the file has)."""

    number: int
    texts: Texts
    key: tuple[str, ...] = ()
    saved: bool = False
    # What was saved; None when the row changes nothing.
    instance: Any = None


class TableRowResult(RowResult):
    """What became of a row, with the changed columns as the record of changes keeps them."""

    changes = ""


class TableResource(Resource):
    """One import or export for one office. Constructed without an office only to describe itself on the empty page."""

    columns: ClassVar[tuple[Column, ...]] = ()
    key_columns: ClassVar[tuple[str, ...]] = ("code",)

    class Meta:
        instance_loader_class = BaseInstanceLoader
        report_skipped = True

    def __init__(self, office: Office | None = None, user: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.office, self.user = office, user
        self.present: dict[str, Column] = {}
        self.rows: dict[int, Row] = {}
        self.by_key: dict[tuple[str, ...], Row] = {}
        self.before: dict[tuple[str, ...], Texts] = {}

    # What a kind of table says about itself.

    def stored(self) -> Iterable[Model]:
        """Everything of the office that a file may name, in the order of the export."""
        raise NotImplementedError

    def texts_of(self, instance: Any) -> Texts:
        """A stored thing as the texts of its columns."""
        raise NotImplementedError

    def save(self, row: Row, texts: Texts) -> Model:
        """Creates or changes the thing. DepartmentsError or ValidationError says what is wrong."""
        raise NotImplementedError

    def readers(self) -> dict[str, Callable[[str], str]]:
        """By column name: a typed text → the text as `texts_of` writes it; RowError when it means nothing there."""
        return {}

    # django-import-export's hooks.

    def get_user_visible_fields(self) -> list[Any]:
        return []

    def get_diff_headers(self) -> list[str]:
        return [column.head for column in self.columns if column.head in self.present or not self.present]

    def import_data_inner(self, *args: Any, **kwargs: Any) -> Result:
        """The columns of the preview are known only after the head of the file was read."""
        result: Result = super().import_data_inner(*args, **kwargs)
        result.diff_headers = self.get_diff_headers()
        return result

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Reads the head and all keys; ValidationError names columns and keys that can't be taken."""
        assert self.office is not None
        if len(dataset) > MAX_ROWS:
            raise ValidationError(_("At most %s rows at once.") % MAX_ROWS)
        heads = self._read_head(dataset.headers or [])
        self.before = {self.key_of(texts): texts for texts in map(self.texts_of, self.stored())}
        first = getattr(dataset, "head_row", 1)
        for number, values in enumerate(dataset, 1):
            texts = {
                heads[place].name: str(value or "").strip()
                for place, value in enumerate(values)
                if place in heads
            }
            if any(texts.values()):
                self.rows[number] = row = Row(first + number, texts)
                row.key = self.key_of(texts)
                self.by_key.setdefault(row.key, row)

    def _read_head(self, headers: Iterable[Any]) -> dict[int, Column]:
        known = {
            normal_name(str(word)).lower(): column
            for column in self.columns
            for word in (column.name, column.head, *column.others)
        }
        heads: dict[int, Column] = {}
        unknown: list[str] = []
        for place, header in enumerate(headers):
            name = normal_name(str(header or "")).lower()
            if name in known and known[name] not in heads.values():
                heads[place] = known[name]
            elif name:
                unknown.append(str(header))
        if unknown:
            raise ValidationError(_("These columns are unknown or stand twice: %s.") % "、".join(unknown))
        missing = [c.head for c in self.columns if c.required and c not in heads.values()]
        if missing:
            raise ValidationError(_("These columns are missing: %s.") % "、".join(missing))
        self.present = {column.head: column for column in heads.values()}
        return heads

    def key_of(self, texts: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(texts.get(name, "") for name in self.key_columns)

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        result = TableRowResult()
        result.import_type = RowResult.IMPORT_TYPE_SKIP
        number = kwargs["row_number"]
        mine = self.rows.get(number)
        if mine is None:
            return result
        try:
            before = self.before.get(mine.key)
            # A row that another one needed (a parent unit) is saved already.
            result.instance = self.ensure(mine)
            result.add_instance_info(result.instance)
            after = self._wanted(mine)
            if before is None:
                result.import_type = RowResult.IMPORT_TYPE_NEW
            elif result.instance is not None:
                result.import_type = RowResult.IMPORT_TYPE_UPDATE
            result.diff, result.changes = self._diff(before or {}, after), self._changes(before or {}, after)
        except (DepartmentsError, ValidationError) as error:
            result.import_type = RowResult.IMPORT_TYPE_ERROR
            text = _("row %(row)s: %(message)s") % {"row": mine.number, "message": self._words(error)}
            result.errors.append(Error(DepartmentsError(text), row=row, number=number))
        return result

    def _words(self, error: Exception) -> str:
        """A refusal in words, each with the head of its column where it has one."""
        if not isinstance(error, ValidationError):
            return str(error)
        if not hasattr(error, "error_dict"):
            return "；".join(error.messages)
        heads = {column.name: f"{column.head}：" for column in self.columns}
        return "；".join(
            heads.get(name, "") + "；".join(messages) for name, messages in error.message_dict.items()
        )

    def ensure(self, row: Row) -> Any:
        """Saves a row once; None when it changes nothing."""
        if row.saved:
            return row.instance
        row.saved = True
        if self.by_key[row.key] is not row:
            raise DepartmentsError(
                _("“%s” stands in several rows: keep one.") % " · ".join(filter(None, row.key))
            )
        texts, before = self._wanted(row), self.before.get(row.key)
        if before is not None and texts == before:
            return None
        with transaction.atomic():
            row.instance = self.save(row, texts)
        return row.instance

    def _wanted(self, row: Row) -> Texts:
        """What shall be stored: the row's texts over what is stored now, blanks where nothing is."""
        stored = self.before.get(row.key)
        texts = row.texts if stored else {**{column.name: "" for column in self.columns}, **row.texts}
        readers = self.readers()
        read = {name: readers[name](text) if name in readers else text for name, text in texts.items()}
        for column in self.columns:
            if column.required and not row.texts.get(column.name):
                raise RowError(column.head, _("This cell must be filled."))
        return {**(stored or {}), **read}

    def _diff(self, before: Texts, after: Texts) -> list[str]:
        cells: list[str] = []
        for column in self.present.values():
            old, new = before.get(column.name, ""), after.get(column.name, "")
            cells.append(
                format_html("{}", new)
                if old == new or not before
                else format_html("<del>{}</del> <b>{}</b>", old, new)
            )
        return cells

    def _changes(self, before: Texts, after: Texts) -> str:
        return "；".join(
            f"{column.head}：{before.get(column.name, '')} → {after[column.name]}"
            for column in self.columns
            if before.get(column.name, "") != after[column.name]
        )

    def export(self, queryset: QuerySet[Any] | None = None, **kwargs: Any) -> Dataset:
        assert queryset is not None
        table = Dataset(headers=[column.head for column in self.columns])
        for instance in self.exported(queryset):
            texts = self.texts_of(instance)
            table.append([safe_cell(texts[column.name]) for column in self.columns])
        return table

    def exported(self, queryset: QuerySet[Any]) -> Iterable[Any]:
        """The things whose rows stand for the rows of the page's list."""
        return queryset


def read_choice(column: str, text: str, choices: Iterable[tuple[str, Any]], default: str = "") -> str:
    """The label of the choice meant by a code or label; RowError names what is possible."""
    if not text:
        return default
    labels = {str(label): str(label) for _code, label in choices}
    codes = {str(code): str(label) for code, label in choices}
    found = labels.get(text) or codes.get(text)
    if found is None:
        raise RowError(
            column, _("“%(text)s” is not one of: %(all)s.") % {"text": text, "all": "、".join(labels)}
        )
    return found


def code_of(label: str, choices: Iterable[tuple[str, Any]]) -> str:
    """The code behind a label that `read_choice` gave."""
    return next(str(code) for code, text in choices if str(text) == label)


def read_number(column: str, text: str, default: str = "0") -> str:
    """A whole number, 0 or more."""
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RowError(column, _("“%s” is no whole number.") % text)
    return str(int(text))


def read_yes(column: str, text: str) -> str:
    """是, or "" for no."""
    if text in ("", "否", "0", "n", "no", "false"):
        return ""
    if text in ("是", "1", "y", "yes", "true", "√"):
        return "是"
    raise RowError(column, _("“%s” is answered with 是 or 否.") % column)


def read_date(column: str, text: str) -> str:
    """A day as 2022-03-31, however it is usually written; "" for none."""
    if not text:
        return ""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return dt.date(*(int(part) for part in match.groups())).isoformat()
    except ValueError as error:
        raise RowError(column, _("“%s” is no date. Write it like 2022-03-31.") % text) from error


def day_of(text: str) -> dt.date | None:
    """The day behind a text that `read_date` gave."""
    return dt.date.fromisoformat(text) if text else None


def text_of(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
