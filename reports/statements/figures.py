"""Figures in bulletin text: sums and rates over units, typed facts, and what is computed from other figures."""

from dataclasses import replace
from fractions import Fraction

from expressions import Expression
from expressions.values import MISSING, UNDEFINED, Value, is_number
from indicators.exclusions import exclusion_note as exclusion_text
from indicators.rollup import PERCENT
from reports.statements.model import Group, Source, Statement, cells_of, chosen_groups, forms_of, printed

# Printed for a fact nobody typed for the period: a contradiction of the issue.
UNTYPED_TEXT = "（未录入）"


def total(source: Source, expression: Expression, group: Group, unit: str | None, decimals: int) -> Statement:
    """Σ over the units that reported; who did not is in the coverage. Nobody: not reported.

    Where nobody is asked, all units are looked at: what is counted without being filed is 0 then, not unknown.
    """
    items = source.operands(expression.references)
    forms = forms_of(items)
    chosen = chosen_groups(source, group)
    units = source.units(chosen, forms) or source.units(chosen) if unit is None else (source.unit(unit),)
    scope = source.scope_name(chosen) if unit is None else units[0].name
    values = [expression.evaluate(source.environment(u), source) for u in units]
    numbers = [value for value in values if is_number(value)]
    value: Value = sum(numbers, Fraction()) if numbers else next(iter(values), MISSING)
    sign = "" if unit else "Σ "
    return Statement(
        "total",
        printed(value, decimals),
        value,
        decimals,
        scope=scope,
        coverage=source.data.coverage(forms, units),
        describe=f"{sign}{expression.describe()}（{scope}）",
        inputs=cells_of(units, items),
    )


def rate(
    source: Source,
    indicator: str,
    decimals: int | None,
    group: Group,
    recipe: str | None,
    unit: str | None = None,
) -> Statement:
    """One figure for all units, by the indicator's recipe (合并计算) or the plain mean (简单平均); or one unit's own."""
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    units = source.units(chosen, definition.forms) if unit is None else (source.unit(unit),)
    scope = source.scope_name(chosen) if unit is None else units[0].name
    result = source.data.aggregate(indicator, units, recipe)
    places = definition.decimals if decimals is None else decimals
    parts = f"Σ {definition.numerator.describe()} ÷ Σ {definition.denominator.describe()}"
    word = "各单位简单平均" if result.recipe == "mean" else "合并计算"
    return Statement(
        "rate",
        printed(result.value, places, definition.unit_of_measure),
        result.value,
        places,
        definition.unit_of_measure,
        indicator,
        scope,
        result.recipe,
        result.pair,
        result.coverage,
        describe=f"{parts}（{word}）" if unit is None else f"{definition.describe()}（{scope}）",
        inputs=cells_of(units, definition.operands),
    )


def wan(source: Source, figure: Statement, decimals: int) -> Statement:
    """A count in units of ten thousand (万), half up."""
    return _in_units_of(figure, 10_000, decimals, "万")


def yi(source: Source, figure: Statement, decimals: int) -> Statement:
    """A count in units of a hundred million (亿), half up."""
    return _in_units_of(figure, 100_000_000, decimals, "亿")


def _in_units_of(figure: Statement, size: int, decimals: int, unit: str) -> Statement:
    value = figure.value / size if is_number(figure.value) else (figure.value or UNDEFINED)
    return replace(
        figure, display=printed(value, decimals, unit), unit_of_measure=unit, decimals=decimals, value=value
    )


def numerator(source: Source, figure: Statement, decimals: int | None) -> Statement:
    """The numerator of a rate, as a count; `—` for a figure that is no ratio."""
    return _operand(figure, figure.pair.numerator if figure.pair else UNDEFINED, "分子", decimals)


def denominator(source: Source, figure: Statement, decimals: int | None) -> Statement:
    """The denominator of a rate, as a count; `—` for a figure that is no ratio."""
    return _operand(figure, figure.pair.denominator if figure.pair else UNDEFINED, "分母", decimals)


def _operand(figure: Statement, value: Value, word: str, decimals: int | None) -> Statement:
    places = decimals if decimals is not None else places_of(value) if is_number(value) else 0
    return replace(
        figure,
        kind="total",
        display=printed(value, places),
        value=value,
        decimals=places,
        unit_of_measure="",
        indicator="",
        pair=None,
        recipe="",
        describe=f"{figure.describe} 的{word}",
    )


def fact(source: Source, code: str) -> Statement:
    """A typed fact; its source stands beside it wherever it is opened. One not typed for the period is not reported."""
    code = code.removeprefix("fact.")
    data = source.facts.get(code)
    if data is None:
        return Statement("fact", UNTYPED_TEXT, MISSING, describe=f"录入事实 {code}：本期没有录入")
    value = data.number
    places = 0 if value is None else places_of(value)
    return Statement(
        "fact",
        printed(value, places, data.unit_of_measure) if value is not None else data.text,
        value,
        places,
        data.unit_of_measure,
        typed_by=data.typed_by,
        source=data.source,
        describe=f"录入事实：{data.name}（{data.source}）",
    )


def places_of(value: Fraction) -> int:
    places = 0
    while (value * 10**places).denominator != 1 and places < 6:
        places += 1
    return places


def value(source: Source, figure: Statement) -> Value:
    """The exact number of a figure, for conditions and arithmetic."""
    return figure.value if figure.value is not None else UNDEFINED


def share(source: Source, part: Statement, whole: Statement, decimals: int) -> Statement:
    """One figure's share of another, in per cent."""
    if not is_number(part.value) or not is_number(whole.value) or not whole.value:
        return replace(part, kind="rate", value=UNDEFINED, display="—")
    ratio = PERCENT * part.value / whole.value
    return replace(
        part,
        kind="rate",
        value=ratio,
        display=printed(ratio, decimals, "%"),
        decimals=decimals,
        unit_of_measure="%",
        describe=f"{part.describe} ÷ {whole.describe}",
        inputs=(*part.inputs, *whole.inputs),
    )


def exclusion_note(source: Source) -> Statement:
    """What is not counted in the period's figures, by whom it was reported and why; nothing is printed without any."""
    names = {unit.id: source.names.get(unit.code, unit.name) for unit in source.data.units}
    return Statement(
        "text", exclusion_text(source.data.exclusions, names), describe="本期经批准的核减", scope="本机构"
    )
