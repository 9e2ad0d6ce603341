"""Lists of units in bulletin text, and how many units they name.

Lists stand in protocol order; ends of a ranking stand in order of place.
"""

from collections.abc import Iterable
from fractions import Fraction

from expressions import Expression
from expressions.values import UNDEFINED, Value, is_number
from indicators.dataset import UnitData
from indicators.ranking import Count, Entry, at_least, below, cut, zero_numerator
from reports.statements.model import Group, Source, Statement, cells_of, chosen_groups, forms_of, printed


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
    chosen = chosen_groups(source, group)
    items = source.operands(condition.references) if condition else ()
    forms = forms_of(items)
    among = source.units(chosen, forms)
    hit = [u for u in among if condition is None or condition.evaluate(source.environment(u)) is True]
    words = condition.describe() if condition else "全部单位"
    return _listed(source, "list", (u.code for u in hit), among, chosen, words, items, forms)


def _listed(
    source: Source,
    kind: str,
    codes: Iterable[str],
    among: Iterable[UnitData],
    chosen: tuple[str, ...],
    words: str,
    items: tuple[str, ...],
    forms: frozenset[str],
    *,
    indicator: str = "",
    mark: str = "",
) -> Statement:
    codes, among = tuple(codes), tuple(among)
    scope = source.scope_name(chosen)
    return Statement(
        kind,
        ("、".join(source.names[code] for code in codes) or "无") + mark,
        indicator=indicator,
        scope=scope,
        coverage=source.data.coverage(forms, among) if forms else None,
        units=codes,
        among=tuple(unit.code for unit in among),
        describe=f"{words}（{scope}）",
        inputs=cells_of(among, items),
    )


def _entries(source: Source, indicator: str, group: Group) -> tuple[Entry, ...]:
    among = source.units(chosen_groups(source, group), source.data.definitions[indicator].forms)
    return source.data.entries(indicator, among)


def _from_entries(
    source: Source, indicator: str, group: Group, codes: Iterable[str], words: str, mark: str = ""
) -> Statement:
    definition = source.data.definitions[indicator]
    chosen = chosen_groups(source, group)
    among = source.units(chosen, definition.forms)
    return _listed(
        source,
        "list",
        codes,
        among,
        chosen,
        f"{definition.name}{words}",
        definition.operands,
        definition.forms,
        indicator=indicator,
        mark=mark,
    )


def _line(line: Fraction | Statement) -> Value:
    if isinstance(line, Statement):
        return line.value if line.value is not None else UNDEFINED
    return line


def _beyond(source: Source, indicator: str, line: Fraction | Statement, group: Group, word: str) -> Statement:
    value = _line(line)
    entries = _entries(source, indicator, group)
    unit = source.data.definitions[indicator].unit_of_measure
    if not is_number(value):
        return _from_entries(source, indicator, group, (), f"{word}（无可比线）")
    chosen = below(entries, value) if word == "低于" else at_least(entries, value)
    shown = line.display if isinstance(line, Statement) else printed(value, _decimals(value), unit)
    basis = f"，{line.describe}" if isinstance(line, Statement) and line.describe else ""
    return _from_entries(source, indicator, group, (e.unit for e in chosen), f"{word} {shown}{basis}")


def _decimals(value: Fraction) -> int:
    return 0 if value.denominator == 1 else 2


def below_line(source: Source, indicator: str, line: Fraction | Statement, group: Group) -> Statement:
    """低于 is strict and compares exact values with the exact line."""
    return _beyond(source, indicator, line, group, "低于")


def at_least_line(source: Source, indicator: str, line: Fraction | Statement, group: Group) -> Statement:
    return _beyond(source, indicator, line, group, "不低于")


def zero(source: Source, indicator: str, group: Group) -> Statement:
    """Units that had something to do and did none of it; one to which it does not apply is never among them."""
    entries = _entries(source, indicator, group)
    return _from_entries(
        source, indicator, group, (e.unit for e in zero_numerator(entries)), "分子为 0 且分母大于 0"
    )


def _end(source: Source, indicator: str, n: int, group: Group, end: str) -> Statement:
    chosen = chosen_groups(source, group)
    if len(chosen) != 1:
        raise ValueError("places exist inside one group")
    ranking = source.data.ranking(indicator, chosen[0])
    found = cut(ranking, end="first" if end == "前" else "last", by=Count(n))
    mark = "（并列）" if found.grown_by_tie else ""
    return _from_entries(
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
        "、".join(source.names[code] for code in rest) or "无",
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
