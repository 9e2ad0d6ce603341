"""Lists made from lists, and the list below the average: what is exempted from it stays beside it."""

from dataclasses import replace

from expressions import Expression
from expressions.values import is_number
from indicators.ranking import below
from indicators.rollup import Coverage
from reports.statements.figures import rate
from reports.statements.joining import Joining
from reports.statements.limits import Uncomputable
from reports.statements.listing import (
    Basis,
    basis_of_indicator,
    entries_of,
    in_protocol_order,
    make_list,
    relisted,
)
from reports.statements.model import Group, Source, Statement, cells_of

# What stands for the average in the words after the names.
AVERAGE = "平均值"


def below_average(
    source: Source,
    indicator: str,
    group: Group,
    recipe: str | None,
    exempt: Statement | None,
    reason: str,
    words: str,
    scope: Group,
    decimals: int | None,
) -> Statement:
    """Units strictly below the average of `scope` (default: their own groups), by the recipe named or the indicator's.

    Exempted units count in the average, and are named with the reason after the list when they are below it. With
    `decimals` values and average are compared as printed.
    """
    name = source.data.definitions[indicator].name
    overall = rate(source, indicator, decimals, group if scope is None else scope, recipe)
    basis = basis_of_indicator(source, indicator, group)
    entries = entries_of(source, indicator, group)
    low = below(entries, overall.value, compare_decimals=decimals) if is_number(overall.value) else ()
    spared = [entry.unit for entry in low if exempt is not None and entry.unit in exempt.units]
    names = "、".join(source.names[code] for code in spared)
    note = f"（{names}{reason or '除外'}）" if spared else ""
    method = "简单平均" if overall.recipe == "mean" else "合并计算"
    compared = f"{name}低于{overall.scope}平均 {overall.display}（{method}）"
    return make_list(
        source,
        (entry.unit for entry in low if entry.unit not in spared),
        replace(basis, among=tuple(unit for unit in basis.among if unit.code not in spared)),
        compared + (f"，不计{names}：{reason or '除外'}" if spared else ""),
        indicator=indicator,
        joining=Joining(mark=words.replace(AVERAGE, overall.display) + note),
    )


def without(source: Source, listed: Statement, removed: Statement) -> Statement:
    """A list without the units of another, in its own order."""
    return relisted(
        source,
        listed,
        (code for code in listed.units if code not in removed.units),
        value=None,
        describe=f"{listed.describe}，除去：{removed.describe}",
        inputs=_both_inputs(listed, removed),
        joining=replace(listed.joining, mark=""),
    )


def both(source: Source, one: Statement, other: Statement) -> Statement:
    """The units that stand in both lists, in protocol order."""
    return _combined(source, one, other, set(one.units) & set(other.units), "且")


def either(source: Source, one: Statement, other: Statement) -> Statement:
    """The units that stand in one list or the other, each once, in protocol order."""
    return _combined(source, one, other, set(one.units) | set(other.units), "或")


def _combined(source: Source, one: Statement, other: Statement, codes: set[str], word: str) -> Statement:
    among = in_protocol_order(source, {*one.among, *other.among})
    coverage = one.coverage
    if one.coverage and other.coverage:
        owing = {*one.coverage.missing, *other.coverage.missing}
        expected = in_protocol_order(source, {*one.coverage.expected, *other.coverage.expected})
        coverage = Coverage(tuple(code for code in expected if code not in owing), expected)
    labelled = one if one.labels or not other.labels else other
    return relisted(
        source,
        labelled,
        in_protocol_order(source, codes),
        value=None,
        indicator=one.indicator if one.indicator == other.indicator else "",
        scope=one.scope if one.scope == other.scope else f"{one.scope}、{other.scope}",
        coverage=coverage or other.coverage,
        among=among,
        describe=f"{one.describe} {word} {other.describe}",
        inputs=_both_inputs(one, other),
        joining=replace(labelled.joining, mark=""),
    )


def _both_inputs(one: Statement, other: Statement) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((*one.inputs, *other.inputs)))


def ordered(source: Source, listed: Statement, by: Expression, order: str) -> Statement:
    """The list in the order of a figure; units without a number last, equal ones as they stood."""
    figures = {code: by.evaluate(source.environment(source.data.unit(code)), source) for code in listed.units}
    numbers = {code: figure for code, figure in figures.items() if is_number(figure)}
    first = sorted(numbers, key=lambda code: numbers[code], reverse=order == "descending")
    rest = [code for code in listed.units if code not in numbers]
    units = [source.data.unit(code) for code in listed.units]
    words = "从大到小" if order == "descending" else "从小到大"
    return relisted(
        source,
        listed,
        (*first, *rest),
        describe=f"{listed.describe}，按{by.describe()}{words}",
        inputs=tuple(dict.fromkeys((*listed.inputs, *cells_of(units, source.operands(by.references))))),
    )


def by_place(source: Source, listed: Statement, indicator: str) -> Statement:
    """The list in the order of an indicator's ranking, group after group; units without a place last."""
    places: dict[str, int] = {}
    for group in source.data.groups:
        for unit in source.ranking(indicator, group).places:
            places[unit] = len(places)
    codes = sorted(listed.units, key=lambda code: places.get(code, len(places)))
    return relisted(
        source,
        listed,
        codes,
        describe=f"{listed.describe}，按{source.data.definitions[indicator].name}名次",
    )


def in_order(source: Source, listed: Statement, *units: str) -> Statement:
    """The units named first, in the order written, as far as the list has them; then the others as they stood."""
    named = [code for unit in units if (code := source.unit(unit).code) in listed.units]
    codes = dict.fromkeys((*named, *listed.units))
    return relisted(source, listed, codes, describe=f"{listed.describe}，次序由正文指定")


def joined(source: Source, listed: Statement, separator: str, last: str, none: str) -> Statement:
    """The list with other words between its units, and for an empty one."""
    joining = replace(listed.joining, separator=separator, last=last, none=none)
    return relisted(source, listed, listed.units, joining=joining)


def these(source: Source, *units: str) -> Statement:
    """The units written out in the text, in that order: to be exempted, left out or joined to others."""
    written = dict.fromkeys(source.unit(unit).code for unit in units)
    among = source.units(source.groups)
    return make_list(source, written, Basis(among, source.groups, (), frozenset()), "正文写明的单位")


def named(source: Source, listed: Statement, usage: str) -> Statement:
    """The list with the names of another name set. Raises Uncomputable when the office has no such set."""
    names = source.named(usage)
    if not names:
        raise Uncomputable(f"没有名为“{usage}”的单位名称集，请先在单位的别名里建立")
    before = listed.labels or tuple(source.names[code] for code in listed.units)
    labels = tuple(
        label.replace(source.names[code], names.get(code, source.names[code]), 1)
        for code, label in zip(listed.units, before, strict=True)
    )
    return replace(listed, labels=labels, display=listed.joining.join(labels))
