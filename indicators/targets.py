"""目标值: whether a value reaches its target, how much it is short, how its pace compares with the time gone by. Pure.

Source of the rules: how figures are counted, Targets and scores. Every comparison is of exact values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from departments.periods import Period
from expressions.numbers import display
from expressions.values import NoValue

PERCENT = Fraction(100)


class Operator(StrEnum):
    """How a value is held against its target; PLACE holds the unit's place against it, YES takes 1 for yes."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    BETWEEN = "between"
    PLACE = "place"
    YES = "yes"


class Light(StrEnum):
    """亮灯. Red is bad here and good on a board, so a light never stands without its word."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


LIGHT_WORDS: Mapping[Light, str] = {
    Light.GREEN: "达标",
    Light.YELLOW: "接近（过底线未达目标）",
    Light.RED: "未达标",
    Light.NONE: "不评价",
}

_SIGNS = {
    Operator.AT_LEAST: "≥",
    Operator.AT_MOST: "≤",
    Operator.EQUAL: "=",
}
# Where a smaller value (or place) is the better one, so that a floor lies above the target.
_SMALL_IS_GOOD = (Operator.AT_MOST, Operator.PLACE)
# Operators whose targets add up over units and over time.
_QUANTITIES = (Operator.AT_LEAST, Operator.AT_MOST, Operator.EQUAL)


@dataclass(frozen=True)
class TargetData:
    """A target in force, in the indicator's unit of measure; `upper` closes BETWEEN, both ends included.

    `floor` (底线) is the least that is borne with, `aim` (力争) more than is asked for. A `cumulative` target is to be
    reached by the end of its period. ValueError for BETWEEN without an upper end at or over its lower one.
    """

    operator: Operator
    value: Fraction
    upper: Fraction | None = None
    floor: Fraction | None = None
    aim: Fraction | None = None
    cumulative: bool = False
    source: str = ""
    # The period it is set for, which may be longer than the one looked at.
    period: str = ""

    def __post_init__(self) -> None:
        if self.operator == Operator.BETWEEN and (self.upper is None or self.upper < self.value):
            raise ValueError("区间目标要有上限，且不低于下限")

    def met(self, value: Fraction, place: int | None = None) -> bool:
        """Whether the value (for PLACE: the place, 1 is the best) reaches the target. ValueError for PLACE without one."""
        return self.gap(value, place) == 0

    def gap(self, value: Fraction, place: int | None = None) -> Fraction:
        """How much is short in the target's direction, 0 when it is met; in the unit of measure, for PLACE in places."""
        if self.operator == Operator.PLACE:
            if place is None:
                raise ValueError("名次目标要有名次才能比较")
            return max(place - self.value, Fraction())
        if self.operator == Operator.AT_LEAST:
            return max(self.value - value, Fraction())
        if self.operator == Operator.AT_MOST:
            return max(value - self.value, Fraction())
        if self.operator == Operator.BETWEEN and self.upper is not None:
            return max(self.value - value, value - self.upper, Fraction())
        return abs(self.value - value)

    def words(self, decimals: int = 2, unit_of_measure: str = "") -> str:
        """The target as printed: `≥95%`, `1～3件`, `前5名`, `是`."""
        if self.operator == Operator.PLACE:
            return f"前{_short(self.value, decimals)}名"
        if self.operator == Operator.YES:
            return "是" if self.value else "否"
        if self.operator == Operator.BETWEEN and self.upper is not None:
            return f"{_short(self.value, decimals)}～{_short(self.upper, decimals)}{unit_of_measure}"
        return f"{_SIGNS[self.operator]}{_short(self.value, decimals)}{unit_of_measure}"

    def bears(self, value: Fraction, place: int | None = None) -> bool:
        """Whether the value is at the floor or on its good side, and not over the top of what is asked for.

        False without a floor.
        """
        top = self.upper if self.operator == Operator.BETWEEN else self.value
        if self.operator in (Operator.BETWEEN, Operator.EQUAL) and top is not None and value > top:
            return False
        return self._on_good_side(self.floor, value, place)

    def aimed(self, value: Fraction, place: int | None = None) -> bool:
        """Whether the value is at the aim or on its good side; False without an aim."""
        return self._on_good_side(self.aim, value, place)

    def _on_good_side(self, limit: Fraction | None, value: Fraction, place: int | None) -> bool:
        if limit is None:
            return False
        compared = Fraction(place) if self.operator == Operator.PLACE and place is not None else value
        return compared <= limit if self.operator in _SMALL_IS_GOOD else compared >= limit


@dataclass(frozen=True)
class Assessment:
    """One value held against its target; everything is None and the light NONE where there is nothing to compare.

    `gap` as TargetData.gap; `pace` is the share of a cumulative target reached (1 = all of it), `expected` the share of
    its time gone by, `on_pace` whether the one keeps up with the other.
    """

    met: bool | None
    gap: Fraction | None
    light: Light
    pace: Fraction | None
    expected: Fraction | None
    on_pace: bool | None
    words: str


def assess(
    target: TargetData,
    value: Fraction | NoValue,
    *,
    place: int | None = None,
    elapsed: Fraction | None = None,
    decimals: int = 2,
    unit_of_measure: str = "",
) -> Assessment:
    """Green: met. Yellow: short of the target, not of its floor. Red: short of both, or of a target without a floor.

    A cumulative target that is not reached yet is not judged while its time runs (`elapsed` < 1) and its pace keeps
    up. `decimals` and `unit_of_measure` are those of the indicator and only print.
    """
    if isinstance(value, NoValue) or (target.operator == Operator.PLACE and place is None):
        words = "没有数值，不评价" if isinstance(value, NoValue) else "不参加排名，不评价"
        return Assessment(None, None, Light.NONE, None, None, None, words)
    gap = target.gap(value, place)
    pace, on_pace = _pace(target, value, elapsed)
    running = elapsed is not None and elapsed < 1
    if gap == 0:
        light = Light.GREEN
    elif running and on_pace:
        light = Light.NONE
    else:
        light = Light.YELLOW if target.bears(value, place) else Light.RED
    expected = elapsed if pace is not None else None
    parts = [_judgement(target, value, place, gap, light, decimals, unit_of_measure)]
    if pace is not None:
        parts.append(_pace_words(pace, expected, on_pace))
    return Assessment(gap == 0, gap, light, pace, expected, on_pace, "，".join(parts))


def _pace(
    target: TargetData, value: Fraction, elapsed: Fraction | None
) -> tuple[Fraction | None, bool | None]:
    if not target.cumulative or target.operator not in _QUANTITIES or target.value <= 0:
        return None, None
    pace = value / target.value
    if elapsed is None:
        return pace, None
    return pace, pace <= elapsed if target.operator == Operator.AT_MOST else pace >= elapsed


def _judgement(
    target: TargetData,
    value: Fraction,
    place: int | None,
    gap: Fraction,
    light: Light,
    decimals: int,
    unit_of_measure: str,
) -> str:
    goal = target.words(decimals, unit_of_measure)
    if light == Light.GREEN:
        return f"达到目标（{goal}）" + ("，达到争取值" if target.aimed(value, place) else "")
    if target.operator == Operator.YES:
        return f"未达到目标（{goal}）"
    unit = "位" if target.operator == Operator.PLACE else _difference_unit(unit_of_measure)
    printed = _short(gap, decimals)
    # What is short is never printed as 0: 94.996 does not reach 95.
    short = (
        f"差{printed}{unit}"
        if Fraction(printed)
        else f"差不足{_short(Fraction(1, 10**decimals), decimals)}{unit}"
    )
    floor = "，过底线" if light == Light.YELLOW else ""
    return f"距目标（{goal}）{short}{floor}"


def _pace_words(pace: Fraction, expected: Fraction | None, on_pace: bool | None) -> str:
    done = f"完成目标的{display(PERCENT * pace, 2)}%"
    if expected is None:
        return done
    return f"{done}，时间过去{display(PERCENT * expected, 2)}%，{'跟上' if on_pace else '落后于'}时间进度"


def _difference_unit(unit_of_measure: str) -> str:
    return "个百分点" if unit_of_measure == "%" else unit_of_measure


def _short(value: Fraction, decimals: int) -> str:
    text = display(value, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def elapsed(period: Period, today: date) -> Fraction:
    """The share of the period's days gone by, today included: 0 before its first day, 1 from its last day on."""
    days = (period.end - period.start).days + 1
    gone = (min(today, period.end) - period.start).days + 1
    return Fraction(max(gone, 0), days)


@dataclass(frozen=True)
class QuotaCheck:
    """The quotas allotted to units against the overall target: `difference` is their sum less the target."""

    sum: Fraction
    difference: Fraction
    agrees: bool


def quota_check(total: TargetData, allotted: Mapping[str, Fraction]) -> QuotaCheck:
    """Whether the overall target is reached when every unit just reaches its own quota (指标分解).

    ValueError for places and yes/no, which do not add up over units.
    """
    if total.operator in (Operator.PLACE, Operator.YES):
        raise ValueError("名次目标、是否目标不能分解到单位")
    added = sum(allotted.values(), Fraction())
    return QuotaCheck(added, added - total.value, total.met(added))


def beyond_plan(values: Mapping[str, Fraction | NoValue], quotas: Mapping[str, Fraction]) -> tuple[str, ...]:
    """Codes of the units whose value exceeds their quota, in the order of `values`; without a quota there is no plan."""
    return tuple(
        unit
        for unit, value in values.items()
        if unit in quotas and not isinstance(value, NoValue) and value > quotas[unit]
    )
