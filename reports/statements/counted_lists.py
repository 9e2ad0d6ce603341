"""Lists that print a figure beside each unit, their sum, and the largest gaps between two figures."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from expressions import Expression
from expressions.values import Value, is_number
from reports.statements.joining import Joining
from reports.statements.limits import Uncomputable
from reports.statements.listing import (
    basis_of,
    basis_of_indicator,
    entries_of,
    in_protocol_order,
    make_list,
    values_of,
)
from reports.statements.model import Group, Source, Statement, printed
from reports.statements.params import YES

TIED = "（并列）"
IN_BRACKETS, RUNNING, ALONE = "brackets", "running", "alone"
DIFFERENCE, RATIO = "difference", "ratio"


def counts(
    source: Source,
    expression: Expression,
    condition: Expression | None,
    measure: str,
    decimals: int,
    n: int | None,
    style: str,
    group: Group,
) -> Statement:
    """The units with their figure, largest first, equal ones in protocol order; its value is their sum.

    Without a condition those whose figure is above 0. With `n` only the first so many, never cutting through a tie.
    """
    basis = basis_of(source, group, expression, *([condition] if condition else []))
    figures = values_of(source, expression, basis)
    if condition is None:
        chosen: dict[str, Value] = {
            code: value for code, value in figures.items() if is_number(value) and value > 0
        }
    else:
        holds = values_of(source, condition, basis)
        chosen = {code: value for code, value in figures.items() if holds[code] is True}
    codes = _largest_first(chosen)
    shown = codes if n is None else _first(codes, chosen, n)
    numbers = [value for code in shown if is_number(value := chosen[code])]
    labels = {code: label(source.names[code], chosen[code], decimals, measure, style) for code in shown}
    words = condition.describe() if condition else f"{expression.describe()} > 0"
    listed = make_list(
        source,
        shown,
        basis,
        f"{words}，按{expression.describe()}从大到小" + (f"，前{n}个" if n is not None else ""),
        labels=labels,
        joining=Joining(mark=TIED if n is not None and len(shown) > n else ""),
        value=sum(numbers, Fraction()),
    )
    return replace(listed, decimals=decimals)


def _largest_first(values: Mapping[str, Value]) -> list[str]:
    """Units by their number, those without one last; equal ones as they stand."""
    numbers = {code: value for code, value in values.items() if is_number(value)}
    rest = [code for code in values if code not in numbers]
    return [*sorted(numbers, key=lambda code: -numbers[code]), *rest]


def _first(codes: list[str], values: Mapping[str, Value], n: int) -> list[str]:
    """The first n of ordered units, and those equal to the last of them."""
    return codes[:n] + [code for code in codes[n:] if values[code] == values[codes[n - 1]]]


def label(name: str, value: Value, decimals: int, measure: str, style: str) -> str:
    """A unit with its figure: 市教育局（31件）, 市教育局31件, or the figure alone."""
    text = printed(value, decimals, measure)
    if style == ALONE:
        return text
    return f"{name}（{text}）" if style == IN_BRACKETS and is_number(value) else f"{name}{text}"


def sum_of(source: Source, listed: Statement) -> Statement:
    """What the units of a list with figures have together. Raises Uncomputable for a list of names only."""
    if not is_number(listed.value):
        raise Uncomputable("这个名单不带数，不能求和；带数的名单请用“名单带数”")
    return replace(
        listed,
        kind="total",
        display=printed(listed.value, listed.decimals),
        units=(),
        among=(),
        labels=(),
        describe=f"Σ {listed.describe}",
    )


def values(source: Source, indicator: str, style: str, decimals: int | None, group: Group) -> Statement:
    """Every unit asked for the figures with its own value, in protocol order; who did not report is named too."""
    definition = source.data.definitions[indicator]
    places = definition.decimals if decimals is None else decimals
    labels = {
        entry.unit: label(source.names[entry.unit], entry.value, places, definition.unit_of_measure, style)
        for entry in entries_of(source, indicator, group)
    }
    basis = basis_of_indicator(source, indicator, group)
    return make_list(
        source, labels, basis, f"{definition.name}，各单位值", indicator=indicator, labels=labels
    )


def gap_list(
    source: Source, one: Expression, other: Expression, n: int, kind: str, shown: str, group: Group
) -> Statement:
    """The n units whose first figure exceeds the second most, by difference or ratio, ties kept, largest first.

    A second figure of 0 gives no ratio: these units are named beside the list, never ranked among the others.
    """
    basis = basis_of(source, group, one, other)
    left, right = values_of(source, one, basis), values_of(source, other, basis)
    above = {
        code: (a, b) for code, a in left.items() if is_number(a) and is_number(b := right[code]) and a > b
    }
    baseless = [code for code, (_a, b) in above.items() if not b] if kind == RATIO else []
    gaps: dict[str, Value] = {
        code: a - b if kind == DIFFERENCE else a / b for code, (a, b) in above.items() if code not in baseless
    }
    chosen = _first(_largest_first(gaps), gaps, n)
    names = "、".join(source.names[code] for code in in_protocol_order(source, baseless))
    apart = f"（另有{names}的{other.describe()}为0，不计比值）" if names else ""
    tied = TIED if len(chosen) > n else ""
    word = "多出" if kind == DIFFERENCE else "÷"
    return make_list(
        source,
        chosen,
        basis,
        f"{one.describe()} {word} {other.describe()}，最大的{n}个{apart}",
        labels={code: _gap_label(source.names[code], gaps[code], kind) for code in chosen}
        if shown == YES
        else None,
        joining=Joining(mark=tied + (apart if shown == YES else "")),
    )


def _gap_label(name: str, gap: Value, kind: str) -> str:
    if kind == DIFFERENCE:
        places = 0 if is_number(gap) and gap.denominator == 1 else 2
        return label(name, gap, places, "", IN_BRACKETS)
    return label(name, gap, 1, "倍", IN_BRACKETS)
