"""Which column of a table answers which item, and which unit each name means: exact, remembered, or asked — never guessed."""

import contextlib
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.exceptions import AmbiguousUnit, UnknownUnit
from departments.models import ColumnMapping, Form, Item, Unit, normal_name
from departments.services.organisation import UnitNames, save_alias
from departments.sheets import Sheet
from departments.tables import SERIAL_HEADS, Table

# Besides item codes (which never begin with “@”) a column may be one of these, or "" for one that is left out.
UNIT = "@unit"
CATEGORY = "@category"
IGNORED = ""
# No columns: what a dash in a figure's place means in this table ("" or the code of a reason), and the names in the
# units' column that are no unit's and are left out (全区, the city's row), each after this prefix.
DASH = "@dash"
LEFT_OUT = "@row/"
DASHES = frozenset({"—", "——", "–", "-", "--", "－", "－－", "/", "／", "\\"})
_CATEGORY_HEADS = ("", "名称", "类型", "类型名称")
_SAMPLES = 3


@dataclass(frozen=True)
class Column:
    """One column of a table and what it answers; `target` None: it must be asked. `how`: name, remembered or asked."""

    index: int
    key: str
    path: tuple[str, ...]
    samples: tuple[str, ...]
    target: str | None = None
    how: str = "asked"

    @property
    def label(self) -> str:
        return " / ".join(self.path) or _("column %s (no head)") % (self.index + 1)


@dataclass(frozen=True)
class UnitQuestion:
    """A name in the table that is nobody's, or several units'; the answer is a unit or to leave its rows out."""

    name: str
    rows: tuple[int, ...]
    message: str
    suggestions: tuple[Unit, ...]
    # An ambiguous name stays ambiguous: it never becomes an alias.
    may_remember: bool = True


def suggest(*, sheet: Sheet, table: Table) -> tuple[Column, ...]:
    """Every column with the item its head names exactly, or what was answered for the same head before; else asked.

    A name that fits several items, and an item that several columns name, are asked too.
    """
    known = _targets(sheet)
    remembered = _remembered(sheet.form, table)
    columns = []
    for index, (key, path) in enumerate(zip(table.keys, table.head, strict=True)):
        samples = [row.cells[index] for row in table.rows if row.cells[index]]
        column = Column(index, key, path, tuple(dict.fromkeys(samples))[:_SAMPLES])
        if key in remembered:
            column = replace(column, target=remembered[key], how="remembered")
        elif index == table.unit:
            column = replace(column, target=UNIT, how="name")
        elif index == table.serial or _is_serial(path) or not (path or samples):
            column = replace(column, target=IGNORED, how="name")
        elif (target := _named(path, known)) is not None:
            column = replace(column, target=target, how="name")
        columns.append(column)
    return _without_rivals(columns)


def settle(columns: Iterable[Column], answers: Mapping[str, str], sheet: Sheet) -> tuple[Column, ...]:
    """The columns with what a person answered (column key → target); an answer that names nothing stays a question."""
    allowed = {UNIT, CATEGORY, IGNORED, *sheet.by_code}
    return tuple(
        replace(column, target=answers[column.key], how="asked")
        if column.key in answers and answers[column.key] in allowed and answers[column.key] != column.target
        else column
        for column in columns
    )


def faults(columns: Sequence[Column], sheet: Sheet) -> list[str]:
    """What must be settled before rows can be read, in words."""
    found = []
    named = Counter(column.target for column in columns if column.target)
    if named[UNIT] != 1:
        found.append(_("Choose the one column that holds the units' names."))
    split = [column for column in columns if column.target and _by_category(sheet, column.target)]
    if split and named[CATEGORY] != 1:
        found.append(_("Choose the one column that holds the %s.") % sheet.form.category_list)
    for target, times in named.items():
        if times > 1 and target in sheet.by_code:
            found.append(_("Two columns answer “%s”: leave one out.") % sheet.by_code[target].name)
    if not any(
        column.target in sheet.by_code and sheet.by_code[column.target].is_entered for column in columns
    ):
        found.append(_("No column answers an item of this form."))
    return found


@transaction.atomic
def remember(
    *,
    form: Form,
    table: Table,
    columns: Iterable[Column],
    user: Any,
    dash: str | None = None,
    left_out: Iterable[str] = (),
    at: dt.datetime | None = None,
) -> ColumnMapping:
    """Keeps what each column of this head answers, so that the same table next time asks nothing."""
    targets = {column.key: column.target for column in columns if column.target is not None}
    targets |= {f"{LEFT_OUT}{name}": IGNORED for name in left_out}
    if dash is not None:
        targets[DASH] = dash
    mapping, _created = ColumnMapping.objects.update_or_create(
        form=form,
        head=head_hash(table),
        defaults={"columns": targets, "user": user, "at": at or timezone.now()},
    )
    return mapping


def remembered_dash(form: Form, table: Table) -> str | None:
    """What a dash meant in the last table of this head; None when it was never said."""
    return _remembered(form, table).get(DASH)


def remembered_left_out(form: Form, table: Table) -> frozenset[str]:
    """Names that were no unit's in the last table of this head."""
    keys = _remembered(form, table)
    return frozenset(key.removeprefix(LEFT_OUT) for key in keys if key.startswith(LEFT_OUT))


def has_dashes(table: Table, columns: Iterable[Column], sheet: Sheet) -> bool:
    """Whether a figure's place holds a dash, which may mean “not applicable” or nothing."""
    entered = [
        column.index
        for column in columns
        if column.target in sheet.by_code and sheet.by_code[column.target].is_entered
    ]
    return any(row.cells[index] in DASHES for row in table.rows for index in entered)


def head_hash(table: Table) -> str:
    """The head's texts, level by level, as one short text; blanks and widths of characters make no difference."""
    paths = [[normal_name(text) for text in path] for path in table.head]
    return hashlib.sha256(json.dumps(paths, ensure_ascii=False).encode()).hexdigest()


def section_path(item: Item, sections: Mapping[int, Any]) -> tuple[str, ...]:
    """Names of the headings over an item, the top one first; `sections` are all of its form by id."""
    path: list[str] = []
    step = item.section_id
    while step is not None and len(path) < len(sections):
        path.insert(0, sections[step].name)
        step = sections[step].parent_id
    return tuple(path)


def match_units(
    table: Table, column: int, names: UnitNames, answers: Mapping[str, Unit | None]
) -> tuple[dict[int, Unit | None], list[UnitQuestion]]:
    """Row number → unit (None: left out), and the names nobody could tell. `answers`: name → unit or None."""
    numbers: dict[str, list[int]] = {}
    for row in table.rows:
        numbers.setdefault(row.cells[column], []).append(row.number)
    found: dict[int, Unit | None] = {}
    questions = []
    for name, rows in numbers.items():
        if name in answers:
            found |= dict.fromkeys(rows, answers[name])
            continue
        try:
            found |= dict.fromkeys(rows, names.find(name))
        except UnknownUnit as error:
            near = _units(names, error.suggestions)
            questions.append(UnitQuestion(name, tuple(rows), _said(name), near, bool(name)))
        except AmbiguousUnit as error:
            codes = [text.rpartition("（")[2].removesuffix("）") for text in error.candidates]
            questions.append(UnitQuestion(name, tuple(rows), str(error), _units(names, codes), False))
    return found, questions


@transaction.atomic
def remember_units(answers: Mapping[str, Unit | None]) -> None:
    """Keeps the answered names as aliases of their units."""
    for name, unit in answers.items():
        if unit is not None and name:
            save_alias(unit=unit, name=name)


def _said(name: str) -> str:
    return _("No unit is named “%(name)s”.") % {"name": name} if name else _("These rows name no unit.")


def _units(names: UnitNames, known: Iterable[str]) -> tuple[Unit, ...]:
    found: dict[Unit, None] = {}
    for name in known:
        with contextlib.suppress(AmbiguousUnit, UnknownUnit):
            found[names.find(name)] = None
    return tuple(found)


def _targets(sheet: Sheet) -> dict[str, set[str]]:
    """Folded name → what bears it: items by code, name, name with unit of measure, and path of sections."""
    found: dict[str, set[str]] = {}
    sections = {section.pk: section for section in sheet.form.sections.all()}

    def add(name: str, target: str) -> None:
        found.setdefault(normal_name(name), set()).add(target)

    for item in sheet.items:
        path = section_path(item, sections)
        for name in _item_names(item):
            add(name, item.code)
            for start in range(len(path)):
                add("/".join((*path[start:], name)), item.code)
    if sheet.form.category_list:
        for end in _CATEGORY_HEADS:
            add(f"{sheet.form.category_list.name}{end}", CATEGORY)
        add("类别", CATEGORY)
    return found


def _is_serial(path: tuple[str, ...]) -> bool:
    return bool(path) and normal_name(path[-1]) in SERIAL_HEADS


def _item_names(item: Item) -> set[str]:
    names = {item.code, item.name}
    if item.unit_of_measure:
        names |= {f"{item.name}({item.unit_of_measure})"}
    return names


def _named(path: tuple[str, ...], known: Mapping[str, set[str]]) -> str | None:
    """The one target that the path names, from the whole path to its last level; None when none or several do."""
    for start in range(len(path)):
        targets = known.get(normal_name("/".join(path[start:])), set())
        if targets:
            return next(iter(targets)) if len(targets) == 1 else None
    return None


def _without_rivals(columns: Sequence[Column]) -> tuple[Column, ...]:
    times = Counter(column.target for column in columns if column.target)
    return tuple(
        replace(column, target=None, how="asked") if times[column.target or ""] > 1 else column
        for column in columns
    )


def _remembered(form: Form, table: Table) -> dict[str, str]:
    mapping = ColumnMapping.objects.filter(form=form, head=head_hash(table)).first()
    codes = {UNIT, CATEGORY, IGNORED, *form.items.values_list("code", flat=True)}
    reasons = {"", *form.office.reasons.values_list("code", flat=True)}
    return {
        key: target
        for key, target in (mapping.columns if mapping else {}).items()
        if target in (reasons if key == DASH else codes)
    }


def _by_category(sheet: Sheet, target: str) -> bool:
    item = sheet.by_code.get(target)
    return item is not None and item.is_entered and item.by_category
