"""Lists of units in bulletin text, and how many units they name.

Lists stand in protocol order; ends of a ranking stand in order of place.
"""

from collections.abc import Iterable
from fractions import Fraction

from expressions import Expression
from expressions.values import UNDEFINED, Value, is_number
from indicators.ranking import Count, at_least, below, cut, zero_numerator
from reports.statements.joining import Joining
from reports.statements.limits import Uncomputable
from reports.statements.listing import basis_of, basis_of_indicator, entries_of, make_list, values_of
from reports.statements.model import Group, Source, Statement, chosen_groups, printed


def groups(source: Source, *codes: str) -> tuple[str, ...]:
    return tuple(code.removeprefix("group.") for code in codes)


def count(source: Source, condition: Expression | None, group: Group) -> Statement:
    """How many units, all or those for which the condition holds."""
    listed = units(source, condition, group)
    number = Fraction(len(listed.units))
    return Statement(
        "count",
        printed(number, 0),
        number,
        scope=listed.scope,
        coverage=listed.coverage,
        units=listed.units,
        among=listed.among,
        describe=f"单位数：{listed.describe}",
        inputs=listed.inputs,
    )


def units(source: Source, condition: Expression | None, group: Group) -> Statement:
    """The units for which the condition holds; one that can't be judged (not reported) is not among them."""
    if condition is None:
        everybody = basis_of(source, group)
        return make_list(source, (unit.code for unit in everybody.among), everybody, "全部单位")
    basis = basis_of(source, group, condition)
    found = values_of(source, condition, basis)
    return make_list(
        source, (code for code, holds in found.items() if holds is True), basis, condition.describe()
    )


def of_indicator(
    source: Source, indicator: str, group: Group, codes: Iterable[str], words: str, mark: str = ""
) -> Statement:
    """A list of units chosen by an indicator; `words` say how."""
    return make_list(
        source,
        codes,
        basis_of_indicator(source, indicator, group),
        f"{source.data.definitions[indicator].name}{words}",
        indicator=indicator,
        joining=Joining(mark=mark),
    )


def _line(line: Fraction | Statement) -> Value:
    if isinstance(line, Statement):
        return line.value if line.value is not None else UNDEFINED
    return line


def _beyond(
    source: Source,
    indicator: str,
    line: Fraction | Statement,
    group: Group,
    word: str,
    decimals: int | None,
) -> Statement:
    value = _line(line)
    entries = entries_of(source, indicator, group)
    unit = source.data.definitions[indicator].unit_of_measure
    if not is_number(value):
        return of_indicator(source, indicator, group, (), f"{word}（无可比线）")
    choose = below if word == "低于" else at_least
    chosen = choose(entries, value, compare_decimals=decimals)
    shown = line.display if isinstance(line, Statement) else printed(value, _decimals(value), unit)
    basis = f"，{line.describe}" if isinstance(line, Statement) and line.describe else ""
    how = "" if decimals is None else f"，按{decimals}位小数比较"
    return of_indicator(source, indicator, group, (e.unit for e in chosen), f"{word} {shown}{basis}{how}")


def _decimals(value: Fraction) -> int:
    return 0 if value.denominator == 1 else 2


def below_line(
    source: Source, indicator: str, line: Fraction | Statement, group: Group, decimals: int | None = None
) -> Statement:
    """低于 is strict and compares exact values with the exact line; with `decimals` both as printed."""
    return _beyond(source, indicator, line, group, "低于", decimals)


def at_least_line(
    source: Source, indicator: str, line: Fraction | Statement, group: Group, decimals: int | None = None
) -> Statement:
    return _beyond(source, indicator, line, group, "不低于", decimals)


def zero(source: Source, indicator: str, group: Group) -> Statement:
    """Units that had something to do and did none of it; one to which it does not apply is never among them."""
    entries = entries_of(source, indicator, group)
    return of_indicator(
        source, indicator, group, (e.unit for e in zero_numerator(entries)), "分子为 0 且分母大于 0"
    )


def _end(source: Source, indicator: str, n: int, group: Group, end: str) -> Statement:
    chosen = chosen_groups(source, group)
    if len(chosen) != 1:
        raise Uncomputable("名次只在一个组内排，请用“组=”指定一个考核组")
    ranking = source.ranking(indicator, chosen[0])
    found = cut(ranking, end="first" if end == "前" else "last", by=Count(n))
    mark = "（并列）" if found.grown_by_tie else ""
    return of_indicator(
        source, indicator, group, (row.unit for row in found.rows), f"{end}{n}名（并列不截断）", mark
    )


def first(source: Source, indicator: str, n: int, group: Group) -> Statement:
    return _end(source, indicator, n, group, "前")


def last(source: Source, indicator: str, n: int, group: Group) -> Statement:
    return _end(source, indicator, n, group, "后")


def others(source: Source, listed: Statement) -> Statement:
    """The units the list was chosen from, without those in it."""
    rest = tuple(code for code in listed.among if code not in listed.units)
    return Statement(
        "list",
        Joining().join([source.names[code] for code in rest]),
        indicator=listed.indicator,
        scope=listed.scope,
        coverage=listed.coverage,
        units=rest,
        among=listed.among,
        describe=f"除去：{listed.describe}",
        inputs=listed.inputs,
    )


def size(source: Source, listed: Statement) -> Fraction:
    """How many units a list names."""
    return Fraction(len(listed.units))
