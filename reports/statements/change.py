"""What changed between two figures, in words: 增长2.51个百分点, 增长50.0%, 由63.45%降至16.65%, 持平.

Source of the rules: how figures are counted, Change. The change is taken from exact values and rounded once; figures
that print alike are 持平, and a change too small to be printed is told as such (不足0.01), never as 0.
"""

from dataclasses import dataclass, replace
from fractions import Fraction

from expressions.numbers import half_up
from expressions.values import UNDEFINED, Kind, NoValue, Value, is_number, worst
from indicators.rollup import PERCENT
from reports.statements.model import MISSING_TEXT, NO_VALUE_TEXT, Source, Statement, printed

DIFFERENCE, RELATIVE, TIMES = "difference", "relative", "times"
FORMS = {"数量": DIFFERENCE, "百分点": DIFFERENCE, "百分比": RELATIVE, "倍": TIMES}
PLACE = "place"
NO_BASE_TEXT = "（基期未报）"
_LEVEL = "持平"
_TO_LEVEL = "保持在"


@dataclass(frozen=True)
class Words:
    """What stands before a change upwards and downwards, and what is printed for none."""

    up: str
    down: str
    same: str


def change(
    source: Source,
    now: Statement,
    before: Statement,
    form: str | None,
    decimals: int | None,
    up: str | None,
    down: str | None,
    same: str | None,
    measure: str | None,
) -> Statement:
    """How a figure moved. Rates always by percentage points, never in %; from 0 or less there is no percentage.

    `value` is the exact difference, for 百分比 the change in per cent, for 倍 the multiple that was added. Places move
    by 位, upwards when the number gets smaller.
    """
    if now.kind == before.kind == PLACE:
        words = Words(up or "上升", down or "下降", same or _LEVEL)
        return compared(_negative(now), _negative(before), DIFFERENCE, 0, words, "位")
    form = form or DIFFERENCE
    is_rate = (now.unit_of_measure or before.unit_of_measure) == "%"
    falling = "降低" if is_rate else "减少" if form == DIFFERENCE else "下降"
    words = Words(up or "增长", down or falling, same or _LEVEL)
    unit = "个百分点" if is_rate else now.unit_of_measure if measure is None else measure
    return compared(now, before, DIFFERENCE if is_rate else form, decimals, words, unit)


def _negative(place: Statement) -> Statement:
    return replace(place, value=-place.value) if is_number(place.value) else place


def compared(
    now: Statement, before: Statement, form: str, decimals: int | None, words: Words, unit: str
) -> Statement:
    """The statement on the change between two figures; `unit` is what a difference is counted in."""
    moved = _moved(now, before)
    if not (is_number(now.value) and is_number(before.value)) or moved.display:
        return moved
    own = _own_decimals(now, before)
    if half_up(now.value, own) == half_up(before.value, own):
        return replace(moved, display=words.same, value=Fraction(), decimals=own, unit_of_measure=unit)
    difference = now.value - before.value
    word, note, places = words.up if difference > 0 else words.down, "", own
    if form != DIFFERENCE and before.value <= 0:
        note = "（基数为0）" if before.value == 0 else "（基数为负）"
    elif form == TIMES and difference > 0:
        difference, unit, places = difference / before.value, "倍", 1
    elif form != DIFFERENCE:
        difference, unit, places = PERCENT * difference / before.value, "%", 1
    places = places if decimals is None or note else decimals
    return replace(
        moved,
        display=word + amount(difference, places, unit) + note,
        value=difference,
        decimals=places,
        unit_of_measure=unit,
    )


def amount(difference: Fraction, decimals: int, unit: str) -> str:
    """How much something moved, without its direction; what would print as 0 is told as less than the last decimal."""
    least = Fraction(1, 10**decimals)
    rounded = half_up(abs(difference), decimals)
    return printed(abs(difference), decimals, unit) if rounded else f"不足{printed(least, decimals, unit)}"


def _own_decimals(now: Statement, before: Statement) -> int:
    return max(now.decimals, before.decimals)


def _moved(now: Statement, before: Statement) -> Statement:
    """What two figures have to do with each other, whatever the words; `display` when nothing can be said of it."""
    value: Value = worst(*(_number(one) for one in (now, before))) or Fraction()
    measures = {one.unit_of_measure for one in (now, before) if one.unit_of_measure}
    display = ""
    if isinstance(value, NoValue):
        display = MISSING_TEXT if value.kind is Kind.MISSING else NO_VALUE_TEXT
        if display == MISSING_TEXT and is_number(now.value):
            display = NO_BASE_TEXT
    elif len(measures) > 1:
        value = UNDEFINED
        display = f"（计量单位不同：{now.unit_of_measure}、{before.unit_of_measure}）"
    return Statement(
        "change",
        display,
        value,
        indicator=now.indicator,
        scope=now.scope,
        recipe=now.recipe,
        coverage=now.coverage,
        source=before.source or now.source,
        describe=f"现值 {now.display}：{now.describe}；原值 {before.display}：{before.describe}",
        inputs=tuple(dict.fromkeys((*now.inputs, *before.inputs))),
        period=now.period,
        version=now.version,
    )


def _number(figure: Statement) -> Value:
    return UNDEFINED if figure.value is None else figure.value


def from_to(
    source: Source,
    before: Statement,
    now: Statement,
    decimals: int | None,
    up: str | None,
    down: str | None,
    same: str | None,
) -> Statement:
    """由28.4%提高到42.3%; figures that print alike: 保持在28.4%."""
    first, second = (_shown(one, decimals) for one in (before, now))
    moved = _moved(now, before)
    if not (is_number(now.value) and is_number(before.value)) or moved.display:
        return moved
    difference = now.value - before.value
    if first == second:
        display = (same or _TO_LEVEL) + second
    else:
        display = f"由{first}{(up or '提高到') if difference > 0 else (down or '降至')}{second}"
    return replace(moved, display=display, value=difference, decimals=_own_decimals(now, before))


def _shown(figure: Statement, decimals: int | None) -> str:
    if decimals is None or not is_number(figure.value):
        return figure.display
    return printed(figure.value, decimals, figure.unit_of_measure)
