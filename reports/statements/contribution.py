"""What one unit did to an overall figure: the figure as it is against the same with the unit's former values."""

from dataclasses import replace
from fractions import Fraction

from expressions.values import MISSING, NoValue, Value
from indicators.rollup import Pair
from reports.statements.change import DIFFERENCE, Words, compared
from reports.statements.figures import rate
from reports.statements.limits import Uncomputable
from reports.statements.model import Group, Source, Statement, chosen_groups
from reports.statements.over_time import against


def contribution(
    source: Source,
    indicator: str,
    unit: str,
    group: Group,
    base: str,
    former_rate: Statement | None,
    former_numerator: Statement | None,
    former_denominator: Statement | None,
    decimals: int | None,
    up: str | None,
    down: str | None,
) -> Statement:
    """The overall figure less what it would be, had the unit kept its former numerator and denominator.

    These are the unit's of the period compared with, or typed ones; a typed former rate is taken over the present
    denominator. Uncomputable when the unit is not one of those the figure is of, or only one of a pair is typed.
    """
    definition = source.data.definitions[indicator]
    units = source.units(chosen_groups(source, group), definition.forms)
    own = source.unit(unit)
    if own.code not in {one.code for one in units}:
        raise Uncomputable(f"{own.name}不在“{definition.name}”所统计的单位之中")
    typed = [one for one in (former_rate, former_numerator, former_denominator) if one is not None]
    if (former_numerator is None) != (former_denominator is None):
        raise Uncomputable("“原分子”和“原分母”要一起写")
    present = own.pairs[indicator]
    if former_numerator is not None and former_denominator is not None:
        former = Pair(_operand(former_numerator), _operand(former_denominator))
    elif former_rate is not None:
        former = _of_rate(_operand(former_rate), present, definition.factor)
    else:
        former = _pair_then(source.at(against(source, base)), indicator, own.code)
    now = rate(source, indicator, None, group, None)
    kept = [
        replace(one, pairs={**one.pairs, indicator: former}) if one.code == own.code else one for one in units
    ]
    otherwise: Value = former.value(definition.factor)
    if former.numbers() is not None:
        otherwise = source.data.aggregate(indicator, kept).value
    words = "、".join(one.describe for one in typed) or against(source, base).label
    sources = "、".join(dict.fromkeys(one.source for one in typed if one.source))
    return replace(
        compared(
            now if present.numbers() else replace(now, value=present.value(definition.factor)),
            replace(now, value=otherwise, source=sources),
            DIFFERENCE,
            decimals,
            Words(up or "提高", down or "降低", "无影响"),
            "个百分点" if definition.unit_of_measure == "%" else definition.unit_of_measure,
        ),
        scope=own.name,
        describe=f"{now.describe}，减去{own.name}的分子、分母仍为原值（{words}）时的总体值",
    )


def _operand(figure: Statement) -> Fraction | NoValue:
    return figure.value if isinstance(figure.value, Fraction | NoValue) else MISSING


def _of_rate(value: Fraction | NoValue, present: Pair, factor: Fraction) -> Pair:
    numbers = present.numbers()
    if numbers is None or isinstance(value, NoValue):
        return Pair(MISSING, MISSING)
    return Pair(value * numbers[1] / factor, numbers[1])


def _pair_then(there: Source, indicator: str, code: str) -> Pair:
    found = [unit.pairs.get(indicator) for unit in there.data.units if unit.code == code]
    return found[0] if found and found[0] is not None else Pair(MISSING, MISSING)
