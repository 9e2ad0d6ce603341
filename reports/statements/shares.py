"""Shares of several parts or units, numbers of units and how they changed, and units sorted into bands."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from expressions import Expression
from expressions.numbers import display
from expressions.values import UNDEFINED, Value, is_number, worst
from indicators.rollup import PERCENT
from reports.statements.change import DIFFERENCE, Words, compared
from reports.statements.figures import places_of
from reports.statements.limits import Uncomputable
from reports.statements.listing import basis_of, basis_of_indicator, values_of
from reports.statements.lists import count
from reports.statements.model import Group, Source, Statement, cells_of, printed
from reports.statements.over_time import against, computed_in

TOP, BOTTOM = "top", "bottom"
LOWEST = {"以下": BOTTOM, "以上": TOP}


def count_change(
    source: Source,
    condition: Expression,
    group: Group,
    base: str,
    up: str | None,
    down: str | None,
    same: str | None,
    measure: str,
) -> Statement:
    """By how many the units for which the condition holds have become more or fewer."""
    now = count(source, condition, group)
    before = computed_in(
        source,
        against(source, base),
        condition.symbols,
        now.describe,
        lambda there: count(there, condition, group),
    )
    words = Words(up or "增加", down or "减少", same or "持平")
    return compared(now, before, DIFFERENCE, None, words, measure)


def top_share(source: Source, expression: Expression, n: int, group: Group, decimals: int) -> Statement:
    """The n largest units together, in per cent of all; units that tie at the edge weigh the same, so none is dropped."""
    basis = basis_of(source, group, expression)
    values = values_of(source, expression, basis)
    numbers = {unit: value for unit, value in values.items() if is_number(value)}
    order = sorted(numbers, key=lambda unit: numbers[unit], reverse=True)[:n]
    whole = sum(numbers.values(), Fraction())
    value: Value = UNDEFINED if numbers else worst(*values.values()) or UNDEFINED
    if whole > 0:
        value = PERCENT * sum((numbers[unit] for unit in order), Fraction()) / whole
    names = "、".join(source.names[unit] for unit in order)
    return Statement(
        "rate",
        printed(value, decimals, "%"),
        value,
        decimals,
        "%",
        scope=source.scope_name(basis.chosen),
        coverage=source.data.coverage(basis.forms, basis.among),
        describe=f"{expression.describe()} 最多的{n}个单位（{names}）占全部的比重",
        inputs=cells_of(basis.among, basis.items),
    )


def balanced_share(
    source: Source,
    which: int,
    first: Statement,
    second: Statement,
    third: Statement | None,
    fourth: Statement | None,
    fifth: Statement | None,
    sixth: Statement | None,
    decimals: int,
) -> Statement:
    """One part's share of all parts, so rounded that the printed shares of all of them add up to 100 (舍位平衡).

    Largest remainder: every share is cut off, and what is missing goes to the largest remainders, the earlier part
    first. The parts are given in the same order wherever one of them is printed.
    """
    parts = [one for one in (first, second, third, fourth, fifth, sixth) if one is not None]
    if which > len(parts):
        raise Uncomputable(f"只写了{len(parts)}个部分，没有第{which}个")
    part, values = parts[which - 1], [UNDEFINED if one.value is None else one.value for one in parts]
    numbers = [value for value in values if is_number(value)]
    whole, value = sum(numbers, Fraction()), worst(*values)
    if value is None and (whole <= 0 or min(numbers) < 0):
        value = UNDEFINED
    share: Value = value or balanced([PERCENT * one / whole for one in numbers], decimals)[which - 1]
    return replace(
        part,
        kind="rate",
        display=printed(share, decimals, "%"),
        value=share,
        decimals=decimals,
        unit_of_measure="%",
        indicator="",
        pair=None,
        recipe="",
        describe=f"{part.describe} 占{len(parts)}个部分之和，各部分舍位平衡为 100%",
        inputs=tuple(dict.fromkeys(cell for one in parts for cell in one.inputs)),
    )


def balanced(shares: list[Fraction], decimals: int) -> list[Fraction]:
    """Shares that add up to 100, rounded to so many places and still adding up to 100."""
    step = Fraction(1, 10**decimals)
    cut = [share // step * step for share in shares]
    missing = int((PERCENT - sum(cut)) / step)
    order = sorted(range(len(shares)), key=lambda index: shares[index] - cut[index], reverse=True)
    return [value + step if index in order[:missing] else value for index, value in enumerate(cut)]


def bands(
    source: Source,
    indicator: str,
    first: Fraction,
    second: Fraction | None,
    third: Fraction | None,
    fourth: Fraction | None,
    fifth: Fraction | None,
    lowest: str,
    group: Group,
) -> Statement:
    """Units by bands of an indicator, from the highest line down: 达100%的…；85%以上的…；50%以下的….

    A band reaches from its line (included) to the next higher one, which is not in it. The last line is the top of the
    lowest band (以下, the line included), or with lowest=以上 one more band like the others; what lies between is not
    named. Bands without units are left out. Uncomputable unless the lines go down.
    """
    lines = [line for line in (first, second, third, fourth, fifth) if line is not None]
    if lines != sorted(set(lines), reverse=True):
        raise Uncomputable("分档的线要从大到小写，不能重复")
    definition, basis = source.data.definitions[indicator], basis_of_indicator(source, indicator, group)
    found: dict[int, list[str]] = {}
    for entry in source.data.entries(indicator, basis.among):
        band = _band(entry.value, lines, lowest) if is_number(entry.value) else None
        if band is not None:
            found.setdefault(band, []).append(source.names[entry.unit])
    unit = definition.unit_of_measure
    return Statement(
        "text",
        "；".join(
            f"{_band_words(index, lines, lowest, unit)}的有{'、'.join(found[index])}"
            for index in sorted(found)
        )
        or "无",
        indicator=indicator,
        scope=source.scope_name(basis.chosen),
        coverage=source.data.coverage(basis.forms, basis.among),
        describe=f"{definition.name}按 {'、'.join(map(_line, lines))} 分档",
        inputs=cells_of(basis.among, basis.items),
    )


def _band(value: Fraction, lines: Sequence[Fraction], lowest: str) -> int | None:
    """Which line's band a value lies in; None between the last two lines when the last one is 以下."""
    upper = lines[:-1] if lowest == BOTTOM else lines
    for index, line in enumerate(upper):
        if value >= line:
            return index
    return len(upper) if lowest == BOTTOM and value <= lines[-1] else None


def _band_words(index: int, lines: Sequence[Fraction], lowest: str, unit: str) -> str:
    shown = _line(lines[index]) + unit
    if lowest == BOTTOM and index == len(lines) - 1:
        return shown + "以下"
    return f"达{shown}" if unit == "%" and lines[index] == PERCENT else f"{shown}以上"


def _line(line: Fraction) -> str:
    """A line as it was written, without idle zeros."""
    return display(line, places_of(line))
