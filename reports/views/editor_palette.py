"""What may be written into a template, for the palette beside it: constructs, and every name of the office by kind."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from departments.models import Register
from expressions import CORE, REQUIRED, Function, FunctionTable, NameTable, Symbol, Type
from expressions.types import NUMBER, TEXT
from reports.choices import ColumnKind
from reports.services.annexes.leaf_rows import READINGS
from reports.services.entry_rows import FIELDS
from reports.statements.functions import FUNCTIONS
from reports.statements.model import (
    COLUMN,
    FACT,
    FORM,
    GROUP,
    INDICATOR,
    PER_UNIT,
    REGISTER,
    UNIT,
    UNIT_TEXT,
)

Entries = list[dict[str, str]]


def text_palette(names: Mapping[str, NameTable]) -> list[dict[str, Any]]:
    """The palette of the text editor: [{"label", "entries": [{"name", "insert", "text", "find"}]}], empty kinds left out."""
    main, per_unit = names["main"], names[PER_UNIT]
    indicators = {symbol.code for symbol in main.symbols if symbol.type == INDICATOR}
    registers = _registers(main)
    items = [symbol for symbol in per_unit.symbols if symbol.code not in indicators]

    def of(type_: Type) -> Entries:
        return _named(main, (symbol for symbol in main.symbols if symbol.type == type_))

    return _filled(
        [
            (_("Constructs"), _functions(FUNCTIONS)),
            (_("Indicators"), of(INDICATOR)),
            (
                _("Items (inside a sum or condition)"),
                _named(per_unit, items, lambda s: _of(s) not in registers),
            ),
            (_("Counts of registers"), _named(per_unit, items, lambda s: _of(s) in registers)),
            (_("Groups"), of(GROUP)),
            (_("Units"), of(UNIT)),
            (_("Typed facts"), of(FACT)),
            (_("Words about the period"), of(TEXT)),
            (_("Texts of units"), of(UNIT_TEXT)),
            (_("Forms"), of(FORM)),
            (_("Registers"), of(REGISTER)),
        ]
    )


def column_palette(names: Mapping[str, NameTable], register: Register | None) -> list[dict[str, Any]]:
    """The palette of the annex designer; with `register` what rows that are its entries may print."""
    table = names[COLUMN]
    indicators = {symbol.code for symbol in names["main"].symbols if symbol.type == INDICATOR}
    items = [symbol for symbol in table.symbols if symbol.code not in indicators]
    return _filled(
        [
            (_("Texts of entries"), _as(_entry_fields(register), ColumnKind.TEXT)),
            (
                _("Indicators"),
                _as(_named(table, table.symbols, lambda s: s.code in indicators), ColumnKind.RATE),
            ),
            (_("Items"), _as(_named(table, items, lambda s: s.type == NUMBER), ColumnKind.ITEM)),
            (_("Texts"), _as(_named(table, items, lambda s: s.type == TEXT), ColumnKind.TEXT)),
            (_("Texts of leaves of a scheme"), _as(_fields(READINGS), ColumnKind.TEXT)),
            (_("Constructs"), _functions(CORE)),
        ]
    )


def _entry_fields(register: Register | None) -> Entries:
    """The fixed texts of a register's entries and its own columns, without what is personal."""
    if register is None:
        return []
    own = register.columns.filter(personal=False)
    return [*_fields(FIELDS), *(_entry(column.name, column.code, "") for column in own)]


def _fields(readings: Mapping[str, tuple[str, Any]]) -> Entries:
    return [_entry(label, code, "", find=code) for code, (label, _reading) in readings.items()]


def _filled(kinds: Iterable[tuple[str, Entries]]) -> list[dict[str, Any]]:
    return [{"label": label, "entries": entries} for label, entries in kinds if entries]


def _as(entries: Entries, kind: str) -> Entries:
    """Entries that can become a column of that kind."""
    return [entry | {"kind": kind} for entry in entries]


def _functions(table: FunctionTable) -> Entries:
    return [
        _entry(
            function.signature(),
            _call(function),
            function.summary,
            examples="；".join(f"{example.text} → {example.result}" for example in function.examples),
            find=" ".join((function.name, *function.aliases)),
        )
        for function in table
    ]


def _call(function: Function) -> str:
    """A call with the names of the arguments that must be written."""
    needed = [param.shown for param in function.params if param.default is REQUIRED]
    return f"{function.shown}({'，'.join(needed)})"


def _registers(main: NameTable) -> set[str]:
    return {symbol.code.partition(".")[2] for symbol in main.symbols if symbol.type == REGISTER}


def _of(symbol: Symbol) -> str:
    """The form or register that a figure stands in."""
    return symbol.code.partition(".")[0]


def _named(
    table: NameTable, symbols: Iterable[Symbol], wanted: Callable[[Symbol], bool] = lambda symbol: True
) -> Entries:
    return [
        _entry(symbol.label.rpartition(".")[2], table.written(symbol), symbol.label, find=symbol.code)
        for symbol in symbols
        if wanted(symbol)
    ]


def _entry(name: str, insert: str, text: str, *, examples: str = "", find: str = "") -> dict[str, str]:
    return {
        "name": name,
        "insert": insert,
        "text": "" if text == name else text,
        "examples": examples,
        "find": find,
    }
