"""The rows of a file of entries, understood: which column is what, whose entry a row names, what stands in its cells.

The head is found below title lines by its exact names. Totals and notes below the rows are left out and counted.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from departments.cells import CellError
from departments.choices import ItemKind
from departments.exceptions import DepartmentsError
from departments.models import Register, RegisterColumn, RegisterStatus, Unit, normal_name
from departments.services.organisation import UnitNames
from departments.services.registers.batch_plan import Fault, Faults
from departments.services.registers.contents import HIDDEN
from departments.services.registers.definitions import read_column
from departments.table_files import FileSheet
from departments.tables import is_total

KEY, NAME, UNIT = "key", "name", "unit"
TYPE, LEVEL, OPENED, DUE, STATUS = "type", "level", "opened_on", "due_on", "status"
# Heads by what they mean, the first as the template writes it; the register's own names come before these.
HEADS = {
    UNIT: ("责任单位", "单位", "单位名称", "承办单位", "部门", "部门名称"),
    TYPE: ("类型", "问题类型", "类别"),
    LEVEL: ("级别", "等级"),
    OPENED: ("交办日期", "交办时间", "下发日期"),
    DUE: ("整改时限", "截止日期", "截止时间", "办理时限", "完成时限"),
    STATUS: ("状态", "整改状态", "办理状态"),
}
# The head stands in one of the first rows; above it are title lines.
MAX_TITLE_ROWS = 20
_SUGGESTED = 8
_NOTE = re.compile(r"^(注|备注|说明|填报人|填表人|制表人?|审核人?|负责人|联系人|联系电话|数据来源)\s*[:：]")
# A moment as spreadsheets write one: its time of day says nothing here.
_MOMENT = re.compile(r"^(.*\d日?)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


@dataclass(frozen=True)
class FileRow:
    """What one row says; None and "" where its cell is blank. `values` are contents by column code as they are kept.

    `wrong` are the faults of contents by column code: whether they matter depends on who fills the column.
    """

    number: int
    key: str
    unit: Unit
    texts: Mapping[str, str]
    opened_on: dt.date | None
    due_on: dt.date | None
    status: RegisterStatus | None
    values: Mapping[str, str]
    wrong: Mapping[str, Fault]


@dataclass(frozen=True)
class Head:
    """Positions by what they mean (`roles`, and `columns` by code), and the texts as written."""

    number: int
    roles: Mapping[str, int]
    columns: Mapping[str, int]
    texts: Sequence[str]
    ignored: tuple[str, ...]

    def text_of(self, role: str) -> str:
        """The head of a role's column; "" when the file has none."""
        return self.texts[self.roles[role]] if role in self.roles else ""

    def label_of(self, where: str) -> str:
        """The head of a role's or of one of the register's own columns; "" when the file has none."""
        return self.texts[self.columns[where]] if where in self.columns else self.text_of(where)


@dataclass
class Reader:
    """Reads one sheet for one register; fills `rows`, `seen`, `left_out` and `faults`.

    `spoilt` are rows with faults already, read on so that all of theirs are said; their unit may be a nameless one.
    """

    register: Register
    columns: Sequence[RegisterColumn]
    statuses: Sequence[RegisterStatus]
    names: UnitNames
    faults: Faults
    head: Head | None = None
    rows: list[FileRow] = field(default_factory=list)
    spoilt: list[FileRow] = field(default_factory=list)
    # Every key the file names, with its first row; rows with faults too, so that nothing they name counts as gone.
    seen: dict[str, int] = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)
    _units: dict[str, Unit | str] = field(default_factory=dict)
    _contents: dict[tuple[str, str], str | CellError] = field(default_factory=dict)

    def read(self, sheet: FileSheet) -> None:
        """TooManyFaults when there are more than anybody would read."""
        self.head = self._head(sheet)
        if self.head is None:
            return
        self._carry_units(sheet, self.head.roles[UNIT])
        for number, cells in enumerate(sheet.rows[self.head.number :], self.head.number + 1):
            if any(cells):
                self._row(number, cells)
        if not self.seen and not self.faults.found:
            self.faults.add(0, "", "", _("The file holds no rows under its head."))

    def _head(self, sheet: FileSheet) -> Head | None:
        known = known_heads(self.register, self.columns)
        best = max(
            enumerate(sheet.rows[:MAX_TITLE_ROWS], 1),
            key=lambda row: (sum(normal_name(text) in known for text in row[1]), -row[0]),
        )
        number, texts = best
        found = [
            (place, known[name]) for place, text in enumerate(texts) if (name := normal_name(text)) in known
        ]
        places = {role: place for place, role in reversed(found)}
        if KEY not in places and UNIT not in places:
            self.faults.add(0, "", sheet.name, self._wrong_sheet(sheet, known))
            return None
        missing = [role for role in (KEY, UNIT) if role not in places]
        for role in missing:
            self.faults.add(number, "", "", _("There is no column “%s”.") % self._label(role))
        doubled = [role for role, times in Counter(role for _place, role in found).items() if times > 1]
        for role in doubled:
            names = "、".join(texts[place] for place, other in found if other == role)
            self.faults.add(number, names, "", _("These columns mean the same (%s): keep one.") % names)
        if missing or doubled:
            return None
        codes = {column.code for column in self.columns}
        return Head(
            number,
            {role: place for role, place in places.items() if not role.startswith(_OWN)},
            {code: places[_OWN + code] for code in codes if _OWN + code in places},
            texts,
            tuple(text for text in texts if text and normal_name(text) not in known),
        )

    def _wrong_sheet(self, sheet: FileSheet, known: Mapping[str, str]) -> str:
        wanted = {"key": self._label(KEY), "unit": self._label(UNIT), "register": self.register.title}
        first = next(row for row in sheet.rows if any(row))
        wanted["found"] = "、".join([text for text in first if text][:_SUGGESTED])
        return (
            _(
                "This is no file of “%(register)s”: in the first rows no head names “%(key)s” and “%(unit)s”. "
                "The first sheet is read; it begins with: %(found)s."
            )
            % wanted
        )

    def _label(self, role: str) -> str:
        return self.register.key_label if role == KEY else HEADS[role][0]

    def _carry_units(self, sheet: FileSheet, place: int) -> None:
        """A unit's name in a merged cell stands for all rows the cell covers."""
        for (top, left), (bottom, right) in sheet.merged:
            if left <= place <= right and top < len(sheet.rows):
                name = sheet.rows[top][left]
                for row in sheet.rows[top : bottom + 1]:
                    row[place] = row[place] or name

    def _row(self, number: int, cells: Sequence[str]) -> None:
        assert self.head is not None
        texts = {role: cells[place] for role, place in self.head.roles.items() if place < len(cells)}
        key, unit_name = texts.get(KEY, ""), texts.get(UNIT, "")
        if _is_left_out(cells, key, unit_name):
            self.left_out.append(number)
            return
        faults_before = len(self.faults.found)
        self._check_key(number, key)
        unit = self._unit(unit_name)
        if isinstance(unit, str):
            self._fault(number, UNIT, unit_name, unit)
        opened_on, due_on = (self._date(number, role, texts.get(role, "")) for role in (OPENED, DUE))
        status = self._status(number, texts.get(STATUS, ""))
        values, wrong = self._columns(number, cells)
        known = Unit(office=self.register.office) if isinstance(unit, str) else unit
        row = FileRow(number, key, known, texts, opened_on, due_on, status, values, wrong)
        (self.rows if len(self.faults.found) == faults_before else self.spoilt).append(row)

    def _check_key(self, number: int, key: str) -> None:
        if not key:
            self._fault(number, KEY, "", _("“%s” must be filled.") % self.register.key_label)
        elif key in self.seen:
            self._fault(number, KEY, key, _("Row %s names it already: keep one of them.") % self.seen[key])
        else:
            self.seen[key] = number

    def _unit(self, name: str) -> Unit | str:
        """The unit, or why it can't be told."""
        if not name:
            return _("Write the name of the unit.")
        if name not in self._units:
            try:
                self._units[name] = self.names.find(name)
            except DepartmentsError as error:
                self._units[name] = str(error)
        return self._units[name]

    def _date(self, number: int, role: str, text: str) -> dt.date | None:
        if not text:
            return None
        assert self.head is not None
        column = RegisterColumn(code=role, name=self.head.text_of(role), kind=ItemKind.DATE)
        try:
            return dt.date.fromisoformat(read_column(column, _day_text(text)))
        except CellError as error:
            self._fault(number, role, text, str(error))
            return None

    def _status(self, number: int, text: str) -> RegisterStatus | None:
        if not text:
            return None
        for status in self.statuses:
            if normal_name(text) in (normal_name(status.name), status.code):
                return status
        known = "、".join(status.name for status in self.statuses)
        message = _("“%(content)s” is not one of: %(known)s.") % {"content": text, "known": known}
        self._fault(number, STATUS, text, message)
        return None

    def _columns(self, number: int, cells: Sequence[str]) -> tuple[dict[str, str], dict[str, Fault]]:
        assert self.head is not None
        values: dict[str, str] = {}
        wrong: dict[str, Fault] = {}
        for column in self.columns:
            place = self.head.columns.get(column.code, len(cells))
            text = cells[place] if place < len(cells) else ""
            if not text:
                continue
            content = self._content(column, text)
            if isinstance(content, str):
                values[column.code] = content
            elif column.personal:
                # The message may quote the content, and this one is nobody's to read here.
                message = _("This can't be taken for “%s”: correct it in the file.") % column.name
                wrong[column.code] = Fault(number, self.head.texts[place], HIDDEN, message)
            else:
                wrong[column.code] = Fault(number, self.head.texts[place], text, str(content))
        return values, wrong

    def _content(self, column: RegisterColumn, text: str) -> str | CellError:
        """What a text means in a column, each pair understood once."""
        if (column.code, text) not in self._contents:
            try:
                given = _day_text(text) if column.kind == ItemKind.DATE else text
                self._contents[column.code, text] = read_column(column, given)
            except CellError as error:
                self._contents[column.code, text] = error
        return self._contents[column.code, text]

    def _fault(self, number: int, role: str, content: str, message: str) -> None:
        assert self.head is not None
        self.faults.add(number, self.head.text_of(role), content, message)


# Columns of the register among the roles, so that a code never collides with one.
_OWN = "column:"


def known_heads(register: Register, columns: Iterable[RegisterColumn]) -> dict[str, str]:
    """What each folded head means: a role, or _OWN and a column's code. The register's own words win over general ones."""
    known = {normal_name(word): role for role, words in HEADS.items() for word in words}
    for column in columns:
        known |= dict.fromkeys((normal_name(column.code), normal_name(column.name)), _OWN + column.code)
    return known | {normal_name(register.name_label): NAME, normal_name(register.key_label): KEY}


def _is_left_out(cells: Sequence[str], key: str, unit: str) -> bool:
    """A total, or a note below the rows; what has a key and a unit is an entry whatever else it says."""
    if key and unit:
        return False
    filled = [text for text in cells if text]
    return any(is_total(text) for text in filled[:2]) or (len(filled) == 1 and bool(_NOTE.match(filled[0])))


def _day_text(text: str) -> str:
    match = _MOMENT.match(text)
    return match[1] if match else text
