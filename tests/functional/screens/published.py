"""What the annexes of the two published bulletins print, by unit and item, and where the stored figures differ from it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from departments.choices import FigureState, ItemKind, UnitTotal
from departments.models import Item, Submission, Window
from departments.services.mappings import section_path
from departments.sheets import Cell, Sheet, cell_key, cells_of, load_sheet
from tests.unit.tables.annexes import WUJIN, YINDU, transcription, yindu_rows

UNIT_COLUMNS = ("单位", "单位名称", "区划/部门", "dept", "部门名称", "办件所属区划")
CATEGORY_COLUMN = "证照类型名称"


@dataclass(frozen=True)
class Line:
    """One printed row: the unit's code, its name as this annex prints it, the category, and item code → text."""

    unit: str
    name: str
    category: str
    cells: Mapping[str, str]
    group: str = ""


@dataclass(frozen=True)
class Annex:
    """The columns of an annex that one form answers: the rows of units, and of totals with the group they add up."""

    lines: tuple[Line, ...]
    totals: tuple[Line, ...] = ()

    def of(self, *units: str) -> "Annex":
        return Annex(tuple(line for line in self.lines if line.unit in units))

    def without(self, *units: str) -> "Annex":
        return Annex(tuple(line for line in self.lines if line.unit not in units))

    @property
    def units(self) -> list[str]:
        return list(dict.fromkeys(line.unit for line in self.lines))


def yindu(number: int, form: str) -> Annex:
    """One of Yindu's eight annexes, read for one of its forms."""
    heads = json.loads((YINDU / "headers.json").read_text("utf-8"))[f"annex{number}"]["columns"]
    names = {
        row[f"annex{number}_name"]: row["unit_id"]
        for row in transcription(YINDU / "departments.csv")
        if row[f"annex{number}_name"]
    }
    if number == 3:
        names["人社局"] = "U20"
    columns = {"/".join(column["levels"]): column["name"] for column in heads}
    return _annex(yindu_rows(number), _codes("yindu", form, columns), names)


def wujin(number: int, form: str) -> Annex:
    """One of Wujin's three annexes, as printed."""
    file = "annex1_as_published.csv" if number == 1 else f"annex{number}.csv"
    rows = transcription(WUJIN / file)
    names = {
        row[f"name_annex{number}"]: row["code"]
        for row in transcription(WUJIN / "departments.csv")
        if row[f"name_annex{number}"]
    }
    if number == 3:
        # The sum of all departments, which has a row of its own.
        names["区级部门"] = "D00"
    columns = {name: name for name in rows[0]}
    return _annex(rows, _codes("wujin", form, columns), names)


def _codes(office: str, form: str, columns: Mapping[str, str]) -> dict[str, str]:
    """Column of the transcription → item code, by the item's code or its name under its headings."""
    items = Item.objects.filter(form__code=form, form__office__code=office).select_related("form")
    sections = {section.pk: section for item in items[:1] for section in item.form.sections.all()}
    found = {}
    for item in items:
        path = "/".join((*section_path(item, sections), item.name))
        name = next(name for name in (item.code, path) if name in columns)
        found[columns[name]] = item.code
    return found


def _annex(rows: Sequence[Mapping[str, str]], codes: Mapping[str, str], names: Mapping[str, str]) -> Annex:
    lines, totals = [], []
    for row in rows:
        name = next(row[column] for column in UNIT_COLUMNS if column in row)
        cells = {code: row[column] for column, code in codes.items()}
        kind, group = row.get("row_type", "data"), row.get("group", "")
        if kind == "data":
            lines.append(Line(names[name], name, row.get(CATEGORY_COLUMN, ""), cells, group))
        elif kind in ("total", "subtotal"):
            totals.append(Line("", name, "", cells, group))
    return Annex(tuple(lines), tuple(totals))


Differences = dict[tuple[str, str], tuple[str, str]]


def differences(window: Window, annex: Annex) -> Differences:
    """(unit code, cell) → what we hold and what is printed, for every cell of the named units and every total.

    Cells that the annex leaves blank must be blank with us; totals are keyed by their printed name and group.
    """
    sheet = load_sheet(window.form)
    rows = window.submissions.filter(unit__code__in=annex.units).select_related("unit")
    stored = {row.unit.code: (sheet.for_unit(row.unit_id), cells_of(row)) for row in rows}
    ours: dict[tuple[str, str], str] = {}
    for unit, (own, cells) in stored.items():
        ours |= {(unit, key): text for key, text in _texts(own, cells).items()}
    wanted = {
        (line.unit, _key(sheet, code, line)): _printed(sheet, code, text)
        for line in annex.lines
        for code, text in line.cells.items()
    }
    for total in annex.totals:
        units = {line.unit for line in annex.lines if total.group in ("", line.group)}
        summed = _summed([stored[unit] for unit in units], sheet)
        texts = _texts(sheet, summed)
        for code, text in total.cells.items():
            if text and sheet.by_code[code].unit_total != UnitTotal.NONE:
                ours[f"{total.name}{total.group}", code] = texts.get(code, "")
                wanted[f"{total.name}{total.group}", code] = _printed(sheet, code, text)
    return {
        key: (ours.get(key, ""), wanted.get(key, ""))
        for key in sorted({*ours, *wanted})
        if ours.get(key, "") != wanted.get(key, "")
    }


def _key(sheet: Sheet, code: str, line: Line) -> str:
    if not line.category:
        return code
    own = Submission.objects.get(window__form=sheet.form, unit__code=line.unit).unit_id
    [category] = [row for row in sheet.for_unit(own).categories if row.name == line.category]
    return cell_key(code, category.code)


def _texts(sheet: Sheet, cells: Mapping[str, Cell]) -> dict[str, str]:
    """Every cell of a form as an annex prints it: rates with their decimals but no per cent sign."""
    values = sheet.compute(cells)
    found = {
        item.code: sheet.display(item, values[item.code]).removesuffix("%")
        for item in sheet.items
        if not item.is_entered
    }
    return found | {key: _text(cell) for key, cell in cells.items()}


def _printed(sheet: Sheet, code: str, text: str) -> str:
    return plain(text) if sheet.by_code[code].is_entered else text.removesuffix("%")


def _text(cell: Cell) -> str:
    if cell.state == FigureState.NUMBER:
        assert cell.value is not None
        return plain(str(cell.value))
    return cell.text if cell.state == FigureState.TEXT else "—"


def _summed(forms: Iterable[tuple[Sheet, Mapping[str, Cell]]], sheet: Sheet) -> dict[str, Cell]:
    """The numbers of several units added up item by item; what nobody filled, and texts, are left out."""
    found: dict[str, Decimal] = {}
    for own, cells in forms:
        for item in sheet.items:
            value = own.total(item, cells) if item.is_entered and item.kind != ItemKind.TEXT else None
            if isinstance(value, Fraction):
                exact = Decimal(value.numerator) / Decimal(value.denominator)
                found[item.code] = found.get(item.code, Decimal(0)) + exact
    return {code: Cell(FigureState.NUMBER, value=value) for code, value in found.items()}


def plain(text: str) -> str:
    """An entered figure as one number is always written: without closing zeros; any other text as it is."""
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return text
