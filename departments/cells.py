"""One cell of a form: what it is called, what a person may type into it, and what is stored.

A cell's key is its item's code, or `item@category` for items that are asked once per category.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from departments.choices import FigureState, ItemKind
from departments.models import Category, Figure, Item, NotApplicableReason
from expressions.numbers import MAX_SIGNIFICANT, NumberError, parse_number
from expressions.values import Value, not_applicable

MAX_TEXT = 5000
_YES = frozenset({"是", "有", "√", "✓", "✔", "1", "y", "yes", "true"})
_NO = frozenset({"否", "无", "×", "✗", "✘", "x", "0", "n", "no", "false"})
# What no page, file or document can show; tabs and line breaks are not among them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_DATE = re.compile(r"(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?", re.ASCII)


@dataclass(frozen=True)
class Cell:
    """Content of one cell. A missing cell is the absence of a Cell."""

    state: FigureState
    value: Decimal | None = None
    text: str = ""
    reason: NotApplicableReason | None = None

    def as_value(self) -> Value:
        if self.state == FigureState.NUMBER:
            assert self.value is not None
            return Fraction(self.value)
        if self.state == FigureState.NOT_APPLICABLE:
            return not_applicable(self.reason.name if self.reason else "")
        return self.text


@dataclass(frozen=True)
class CellInput:
    """What a person or a file says about a cell: a text as typed, or the code of a reason for not applicable."""

    text: str = ""
    reason: str = ""


class CellError(ValueError):
    """The input can't be taken; the message says what to write instead."""


@dataclass(frozen=True)
class Place:
    """One cell that can be entered: its key, its item and, where asked per category, the category."""

    key: str
    item: Item
    category: Category | None = None

    @property
    def label(self) -> str:
        return f"{self.category.name}·{self.item.name}" if self.category else self.item.name


def cell_key(item: str, category: str = "") -> str:
    """The key of a cell from the codes of its item and category."""
    return f"{item}@{category}" if category else item


def split_key(key: str) -> tuple[str, str]:
    """Item code and category code ("" without) of a cell's key."""
    item, _at, category = key.partition("@")
    return item, category


def read_cell(item: Item, given: CellInput, reasons: Mapping[str, NotApplicableReason]) -> Cell | None:
    """The cell meant by an input; None when blank; CellError when it can't be taken."""
    if not item.is_entered:
        raise CellError(_("“%s” is computed and can't be entered.") % item.name)
    if given.reason:
        return _read_reason(item, given.reason, reasons)
    text = given.text.strip()
    if not text:
        return None
    match item.kind:
        case ItemKind.TEXT | ItemKind.PARAGRAPH:
            return _read_text(item, text)
        case ItemKind.DATE:
            return Cell(FigureState.TEXT, text=_read_date(text))
        case ItemKind.CHOICE:
            return Cell(FigureState.TEXT, text=_read_choice(item, text))
        case ItemKind.TICK:
            return Cell(FigureState.NUMBER, value=_read_tick(item, text))
    return Cell(FigureState.NUMBER, value=_read_number(item, text))


def describe_cell(cell: Cell | None) -> str:
    """A cell as the event log writes it; "" when missing. Numbers stand plain, whatever their kind."""
    if cell is None:
        return ""
    if cell.state == FigureState.NUMBER:
        assert cell.value is not None
        return f"{cell.value.normalize():f}"
    if cell.state == FigureState.NOT_APPLICABLE:
        return f"—（{cell.reason.name}）" if cell.reason else "—"
    return cell.text


def show_cell(item: Item, cell: Cell | None) -> str:
    """A cell as pages show it: ticks in words, percentages with their sign."""
    if cell is None or cell.state != FigureState.NUMBER:
        return describe_cell(cell)
    if item.kind == ItemKind.TICK:
        return "是" if cell.value else "否"
    return describe_cell(cell) + ("%" if item.kind == ItemKind.PERCENT else "")


def cell_of(figure: Figure) -> Cell:
    return Cell(FigureState(figure.state), figure.value, figure.text, figure.reason)


def pack_cells(cells: Mapping[str, Cell]) -> dict[str, dict[str, Any]]:
    """Cells as JSON, exact; `unpack_cells` gives them back."""
    return {
        key: {
            "state": cell.state.value,
            "value": None if cell.value is None else str(cell.value),
            "text": cell.text,
            "reason": cell.reason.code if cell.reason else "",
        }
        for key, cell in cells.items()
    }


def unpack_cells(
    packed: Mapping[str, Mapping[str, Any]], reasons: Mapping[str, NotApplicableReason]
) -> dict[str, Cell]:
    """The inverse of `pack_cells`."""
    return {
        key: Cell(
            FigureState(row["state"]),
            None if row["value"] is None else Decimal(row["value"]),
            row["text"],
            reasons.get(row["reason"]),
        )
        for key, row in packed.items()
    }


def _read_reason(item: Item, code: str, reasons: Mapping[str, NotApplicableReason]) -> Cell:
    if not item.may_not_apply:
        raise CellError(_("“%s” must be answered with a figure.") % item.name)
    if code not in reasons:
        raise CellError(_("There is no reason “%s”.") % code)
    return Cell(FigureState.NOT_APPLICABLE, reason=reasons[code])


def _read_text(item: Item, text: str) -> Cell | None:
    """A text without control characters; of a paragraph the lines, without blank ones and indents: layout adds those."""
    text = _CONTROL.sub("", text)
    if item.kind == ItemKind.PARAGRAPH:
        text = "\n".join(line for part in text.splitlines() if (line := part.strip()))
    if len(text) > MAX_TEXT:
        raise CellError(_("At most %s characters.") % MAX_TEXT)
    return Cell(FigureState.TEXT, text=text) if text else None


def _read_date(text: str) -> str:
    """ISO form of a date as written in China; a day that does not exist is refused."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError
        return dt.date(*(int(part) for part in match.groups())).isoformat()
    except ValueError as error:
        raise CellError(_("“%s” is no date. Write it like 2022-03-31.") % text[:40]) from error


def _read_choice(item: Item, text: str) -> str:
    if text not in item.choices:
        raise CellError(
            _("“%(name)s” takes one of: %(options)s.")
            % {"name": item.name, "options": "、".join(item.choices)}
        )
    return text


def _read_tick(item: Item, text: str) -> Decimal:
    word = text.lower()
    if word in _YES:
        return Decimal(1)
    if word in _NO:
        return Decimal(0)
    raise CellError(_("“%s” is answered with 是 or 否.") % item.name)


def _read_number(item: Item, text: str) -> Decimal:
    if item.kind == ItemKind.PERCENT:
        text = text.rstrip("%％ ")
    # Plain digits, as files hold them by the ten thousand, need no fraction to be judged.
    if text.isascii() and text.isdigit() and len(text) <= MAX_SIGNIFICANT:
        return Decimal(int(text))
    try:
        number = parse_number(text)
    except NumberError as error:
        raise CellError(str(error)) from error
    if number < 0 and not item.may_be_negative:
        raise CellError(_("“%s” can't be negative.") % item.name)
    places = 0 if item.kind == ItemKind.WHOLE else item.decimals
    scaled = number * 10**places
    if scaled.denominator != 1:
        if places == 0:
            raise CellError(_("“%s” is a whole number: no decimals.") % item.name)
        raise CellError(_("“%(name)s” has at most %(n)s decimals.") % {"name": item.name, "n": places})
    return Decimal(scaled.numerator).scaleb(-places)
