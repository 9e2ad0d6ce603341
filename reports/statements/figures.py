"""Figures in bulletin text: sums and rates over units, typed facts, and what is computed from other figures."""

from dataclasses import replace
from fractions import Fraction

from expressions import Expression
from expressions.values import MISSING, UNDEFINED, Value, is_number
from indicators.exclusions import exclusion_note as exclusion_text
from indicators.rollup import PERCENT
from reports.statements.model import Group, Source, Statement, cells_of, chosen_groups, forms_of, printed


def total(source: Source, expression: Expression, group: Group, unit: str | None, decimals: int) -> Statement:
    """Σ over the units that reported; who did not is in the coverage. Nobody: not reported.

    Where nobody is asked, all units are looked at: what is counted without being filed is 0 then, not unknown.
    """
    items = source.operands(expression.references)
    forms = forms_of(items)
    chosen = chosen_groups(source, group)
    units = (
        source.units(chosen, forms) or source.units(chosen)
        if unit is None
        else (source.data.unit(unit.removeprefix("unit.")),)
    )
    scope = source.scope_name(chosen) if unit is None else units[0].name
    values = [expression.evaluate(source.environment(u)) for u in units]
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


def rate(source: Source, indicator: str, decimals: int | None, group: Group, recipe: str | None) -> Statement:
    """One figure for all units, by the indicator's recipe (合并计算) or the plain mean (简单平均)."""
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    units = source.units(chosen, definition.forms)
    recipe = {"简单平均": "mean", "合并计算": "pooled"}.get(recipe or "", recipe)
    result = source.data.aggregate(indicator, units, recipe)
    places = definition.decimals if decimals is None else decimals
    word = "各单位简单平均" if result.recipe == "mean" else "合并计算"
    return Statement(
        "rate",
        printed(result.value, places, definition.unit_of_measure),
        result.value,
        places,
        definition.unit_of_measure,
        indicator,
        source.scope_name(chosen),
        result.recipe,
        result.pair,
        result.coverage,
        describe=f"Σ {definition.numerator.describe()} ÷ Σ {definition.denominator.describe()}（{word}）",
        inputs=cells_of(units, definition.operands),
    )


def wan(source: Source, figure: Statement, decimals: int) -> Statement:
    """A count in units of ten thousand (万), half up."""
    value = figure.value / 10_000 if is_number(figure.value) else (figure.value or UNDEFINED)
    return replace(
        figure, display=printed(value, decimals, "万"), unit_of_measure="万", decimals=decimals, value=value
    )


def fact(source: Source, code: str) -> Statement:
    """A typed fact; its source stands beside it wherever it is opened."""
    data = source.facts[code.removeprefix("fact.")]
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
