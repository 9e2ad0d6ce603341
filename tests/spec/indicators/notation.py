"""Reads the texts of the worked examples and writes results in the same notation."""

import re
from fractions import Fraction
from math import floor

from expressions.numbers import exact_text
from expressions.values import MISSING, UNDEFINED, Kind, NoValue, not_applicable
from indicators.ranking import Entry, Row
from indicators.rollup import EMPTY, Pair, Slot, slot_value

SCALE = 2


def figure(text: str) -> Fraction | NoValue:
    """`40`, `缺`, `无值`, `不适用` or `不适用（理由）`."""
    if text == "缺":
        return MISSING
    if text == "无值":
        return UNDEFINED
    if match := re.fullmatch(r"不适用(?:（(.+)）)?", text):
        return not_applicable(match[1] or "")
    return Fraction(text)


def figure_text(value: Fraction | NoValue, decimals: int | None = None) -> str:
    """The notation of a figure: exact, or half up to so many decimals by plain whole-number arithmetic."""
    if isinstance(value, NoValue):
        word = {Kind.MISSING: "缺", Kind.UNDEFINED: "无值", Kind.NOT_APPLICABLE: "不适用"}[value.kind]
        return f"{word}（{value.reason}）" if value.reason else word
    if decimals is None:
        return exact_text(value)
    return printed(value, decimals)


def printed(value: Fraction, decimals: int) -> str:
    """Half up (away from zero), as text with exactly so many decimals."""
    units = floor(abs(value) * 10**decimals + Fraction(1, 2))
    digits = str(units).rjust(decimals + 1, "0")
    sign = "-" if value < 0 and units else ""
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def pair(text: str) -> Pair:
    """`n/d`."""
    numerator, denominator = text.split("/")
    return Pair(figure(numerator), figure(denominator))


def pair_text(value: Pair) -> str:
    return f"{figure_text(value.numerator)}/{figure_text(value.denominator)}"


def slot(text: str) -> Slot:
    """What one submission leaves in a slot: a number, 不适用, 空白 (a blank cell), or 未报 (no submission)."""
    if text == "未报":
        return EMPTY
    if text == "空白":
        return Slot(None, 0, 0, 1)
    value = figure(text)
    if isinstance(value, NoValue):
        return Slot(None, 0, 1, 1)
    return Slot(int(value * 10**SCALE), 1, 0, 1)


def slot_text(value: Slot) -> str:
    return figure_text(slot_value(value, SCALE))


def entries(text: str) -> list[Entry]:
    """`甲:95 乙:3/4 丙:缺`."""
    return [entry(*item.split(":")) for item in text.split()]


def entry(unit: str, text: str) -> Entry:
    if "/" not in text:
        return Entry(unit, figure(text))
    both = pair(text)
    return Entry(unit, both.value(), both.numerator, both.denominator)


def row_text(row: Row) -> str:
    if row.place is not None:
        return f"{row.unit}{row.place}{'并' if row.tied else ''}"
    return f"{row.unit}{row.reason}{f'（{row.note}）' if row.note else ''}"
