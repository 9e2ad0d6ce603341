"""Who gained or lost most since another period: by value (进步最大、退步最大) and by place (名次上升、名次下降)."""

from collections.abc import Mapping
from fractions import Fraction

from expressions.values import is_number
from indicators.dataset import Definition
from indicators.ranking import Direction, movement
from reports.statements.change import NO_BASE_TEXT, amount
from reports.statements.joining import Joining
from reports.statements.limits import Uncomputable
from reports.statements.listing import Basis, basis_of_indicator, make_list
from reports.statements.model import Group, Source, Statement, chosen_groups
from reports.statements.over_time import against
from reports.statements.params import YES

_TIED = "（并列）"
_NOTHING = "（无可比数据）"


def improvers(source: Source, indicator: str, n: int, group: Group, base: str, shown: str) -> Statement:
    """The n units whose value moved furthest in the good direction, ties kept."""
    return _by_value(source, indicator, n, group, base, shown, "进步最大")


def decliners(source: Source, indicator: str, n: int, group: Group, base: str, shown: str) -> Statement:
    """The n units whose value moved furthest in the bad direction, ties kept."""
    return _by_value(source, indicator, n, group, base, shown, "退步最大")


def _by_value(
    source: Source, indicator: str, n: int, group: Group, base: str, shown: str, words: str
) -> Statement:
    """Only units with a value in both periods are compared, by exact values; nobody had one then: no base to compare."""
    definition, basis = source.data.definitions[indicator], basis_of_indicator(source, indicator, group)
    period = against(source, base)
    before = _values(source.at(period), indicator)
    members = {unit.code for unit in basis.among}
    now = {unit: value for unit, value in _values(source, indicator).items() if unit in members}
    changes = {unit: value - before[unit] for unit, value in now.items() if unit in before}
    is_gain = (definition.direction == Direction.LOWER) != (words == "进步最大")
    found = {unit: abs(change) for unit, change in changes.items() if change and (change > 0) == is_gain}
    labels = {unit: f"{source.names[unit]}（{_moved(changes[unit], definition)}）" for unit in found}
    return _furthest(
        source,
        basis,
        indicator,
        found,
        n,
        labels if shown == YES else None,
        f"{definition.name}较{period.label}{words}的{n}个单位",
        none=_none(now, before),
    )


def _values(there: Source, indicator: str) -> dict[str, Fraction]:
    if indicator not in there.data.definitions:
        return {}
    entries = there.data.entries(indicator, there.data.units)
    return {entry.unit: entry.value for entry in entries if is_number(entry.value)}


def _moved(change: Fraction, definition: Definition) -> str:
    is_rate = definition.unit_of_measure == "%"
    word = ("提高" if is_rate else "增加") if change > 0 else ("降低" if is_rate else "减少")
    unit = "个百分点" if is_rate else definition.unit_of_measure
    return word + amount(change, definition.decimals, unit)


def moved_up(source: Source, indicator: str, n: int | None, group: Group, base: str, shown: str) -> Statement:
    """Units that gained places, most first; without n all of them."""
    return _by_place(source, indicator, n, group, base, shown, "上升")


def moved_down(
    source: Source, indicator: str, n: int | None, group: Group, base: str, shown: str
) -> Statement:
    """Units that lost places, most first; without n all of them."""
    return _by_place(source, indicator, n, group, base, shown, "下降")


def _by_place(
    source: Source, indicator: str, n: int | None, group: Group, base: str, shown: str, word: str
) -> Statement:
    """Against the places computed now from that period's approved figures; only units ranked in both have moved."""
    chosen = chosen_groups(source, group)
    if len(chosen) != 1:
        raise Uncomputable("名次只在一个考核组之内比较，请用“组=”写明一个组")
    period = against(source, base)
    there = source.at(period)
    moves: Mapping[str, int] = {}
    now = source.ranking(indicator, chosen[0])
    before = there.ranking(indicator, chosen[0]) if indicator in there.data.definitions else None
    if before is not None:
        try:
            moves = movement(now, before)
        except ValueError as error:
            raise Uncomputable(f"这个指标与{period.label}的排名方向不同，名次不能比较") from error
    found = {
        unit: Fraction(abs(places))
        for unit, places in moves.items()
        if places and (places > 0) == (word == "上升")
    }
    labels = {unit: f"{source.names[unit]}（{word}{places}位）" for unit, places in found.items()}
    return _furthest(
        source,
        basis_of_indicator(source, indicator, group),
        indicator,
        found,
        n or len(found),
        labels if shown == YES else None,
        f"{source.data.definitions[indicator].name}名次较{period.label}{word}",
        none=_none(now.places, before.places if before else {}),
    )


def _furthest(
    source: Source,
    basis: Basis,
    indicator: str,
    found: Mapping[str, Fraction],
    n: int,
    labels: Mapping[str, str] | None,
    words: str,
    *,
    none: str,
) -> Statement:
    """The n units with the largest numbers, and all that tie with the last of them."""
    order = [unit.code for unit in basis.among if unit.code in found]
    order.sort(key=lambda unit: found[unit], reverse=True)
    chosen = [unit for unit in order if found[unit] >= found[order[min(n, len(order)) - 1]]]
    joining = Joining(none=none, mark=_TIED if len(chosen) > n > 0 else "")
    return make_list(source, chosen, basis, words, indicator=indicator, labels=labels, joining=joining)


def _none(now: Mapping[str, object], before: Mapping[str, object]) -> str:
    """What an empty list prints: nobody moved, or there is nothing to compare."""
    return "无" if now and before else NO_BASE_TEXT if now else _NOTHING
