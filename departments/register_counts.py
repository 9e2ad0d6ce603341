"""台账统计: how an entry stood on a day, and which counts of a period it belongs to. Pure, without the database.

An entry stands as the last of its steps that counts by that day says; what happens later changes nothing. Whether a
unit was punctual is judged by the day of its answer, so that a slow check makes nobody late.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from departments.choices import CountBasis, Meaning
from departments.periods import Period

# Bits of a mask, one for every basis.
_BIT = {basis: 1 << place for place, basis in enumerate(CountBasis)}
_ANSWERED = (Meaning.ANSWERED, Meaning.DONE)
# An entry that need not be dealt with neither falls due nor is overdue, unless a count asks for its status by name.
_FALLS_DUE = (CountBasis.DUE, CountBasis.ON_TIME, CountBasis.OVERDUE)


class Step(NamedTuple):
    """From `on` the entry is in this status at this unit; `by` is the id of who moved it there."""

    on: dt.date
    status: int
    unit: int
    by: int | None = None


class Content(NamedTuple):
    """What an entry says besides its status and unit. `values` by column code, none of them personal."""

    id: int
    key: str
    name: str
    type: str
    level: str
    opened_on: dt.date
    due_on: dt.date | None
    values: Mapping[str, str] = MappingProxyType({})


class Standing(NamedTuple):
    """An entry as it stood on a day.

    `answered_on` is the day since which it has been out of the unit's hands, `done_on` the day since which it counts as
    done; None while it is neither.
    """

    content: Content
    status: int
    meaning: Meaning
    unit: int
    by: int | None
    answered_on: dt.date | None
    done_on: dt.date | None


@dataclass(frozen=True)
class Span:
    """A period looked at on a day: `day` is the day as of which entries stand, `over` the last day that is over."""

    start: dt.date
    end: dt.date
    day: dt.date
    over: dt.date

    @classmethod
    def of(cls, period: Period, today: dt.date) -> "Span":
        if period.end < today:
            return cls(period.start, period.end, period.end, period.end)
        return cls(period.start, period.end, today, today - dt.timedelta(days=1))

    def __contains__(self, day: dt.date | None) -> bool:
        return day is not None and self.start <= day <= self.end


@dataclass(frozen=True)
class Counting:
    """One count: its basis and what an entry must be. Empty sets and an empty column ask for nothing.

    `statuses` are ids; with an empty `equals` the column only has to be filled.
    """

    code: str
    name: str
    basis: CountBasis
    meanings: frozenset[Meaning] = frozenset()
    statuses: frozenset[int] | None = None
    types: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    column: str = ""
    equals: str = ""


BUILT_IN = tuple(
    Counting(code, name, basis, frozenset(meanings))
    for code, name, basis, *meanings in (
        ("total", "总数", CountBasis.STOCK),
        ("open", "未完成", CountBasis.STOCK, Meaning.OPEN, Meaning.ANSWERED, Meaning.EXEMPT),
        ("pending", "待办", CountBasis.STOCK, Meaning.OPEN, Meaning.ANSWERED),
        ("answered", "待核查", CountBasis.STOCK, Meaning.ANSWERED),
        ("done", "已完成", CountBasis.STOCK, Meaning.DONE),
        ("exempt", "无需办理", CountBasis.STOCK, Meaning.EXEMPT),
        ("overdue", "逾期未完成", CountBasis.OVERDUE),
        ("opened", "新增", CountBasis.OPENED),
        ("due", "到期", CountBasis.DUE),
        ("on_time", "按期完成", CountBasis.ON_TIME),
        ("done_in", "本期完成", CountBasis.DONE),
        ("repeats", "重复发生", CountBasis.REPEATS),
    )
)


def standing(
    content: Content, steps: Sequence[Step], meanings: Mapping[int, Meaning], day: dt.date
) -> Standing | None:
    """The entry on `day`; None before it was handed out and while it does not count (void).

    `steps` in the order in which they count, the first being its entering; `meanings` by status id. The first step
    counts from the day of handing out, whatever that was when it was written.
    """
    if content.opened_on > day:
        return None
    last, answered_on, done_on = steps[0], None, None
    for place, step in enumerate(steps):
        if place and step.on > day:
            break
        meaning = meanings[step.status]
        if meaning not in _ANSWERED:
            answered_on = done_on = None
        else:
            on = content.opened_on if place == 0 else step.on
            answered_on = answered_on or on
            done_on = (done_on or on) if meaning == Meaning.DONE else None
        last = step
    meaning = meanings[last.status]
    if meaning == Meaning.VOID:
        return None
    return Standing(content, last.status, meaning, last.unit, last.by, answered_on, done_on)


def repeats(standings: Iterable[Standing]) -> frozenset[int]:
    """Ids of the entries whose unit had one of the same type before: the second, third … by day of handing out.

    Inside a day the order of entering decides. An entry without a type repeats nothing.
    """
    seen: set[tuple[int, str]] = set()
    found = set()
    for one in sorted(standings, key=lambda one: (one.content.opened_on, one.content.id)):
        key = (one.unit, one.content.type)
        if key in seen:
            found.add(one.content.id)
        elif one.content.type:
            seen.add(key)
    return frozenset(found)


def bases_of(one: Standing, span: Span, is_repeat: bool) -> int:
    """The bases a standing entry belongs to, as a mask for `counts`.

    An entry falls due once its due day is over, or as soon as it is answered. It is on time when the answer that stands
    was given by its due day, overdue when that day is over and there is no answer, or only a late one not accepted yet.
    """
    opened_on, due_on = one.content.opened_on, one.content.due_on
    mask = _BIT[CountBasis.STOCK]
    if opened_on in span:
        mask |= _BIT[CountBasis.OPENED] | (_BIT[CountBasis.REPEATS] if is_repeat else 0)
    if one.done_on in span:
        mask |= _BIT[CountBasis.DONE]
    if due_on is None:
        return mask
    on_time = one.answered_on is not None and one.answered_on <= due_on
    if due_on in span and (due_on <= span.over or one.answered_on is not None):
        mask |= _BIT[CountBasis.DUE] | (_BIT[CountBasis.ON_TIME] if on_time else 0)
    if due_on <= span.over and one.meaning != Meaning.DONE and not on_time:
        mask |= _BIT[CountBasis.OVERDUE]
    return mask


def counts(counting: Counting, one: Standing, mask: int) -> bool:
    """Whether the count counts the entry."""
    if not mask & _BIT[counting.basis]:
        return False
    if counting.statuses is not None:
        if one.status not in counting.statuses:
            return False
    elif one.meaning == Meaning.EXEMPT and counting.basis in _FALLS_DUE:
        return False
    if counting.meanings and one.meaning not in counting.meanings:
        return False
    content = one.content
    if counting.types and content.type not in counting.types:
        return False
    if counting.levels and content.level not in counting.levels:
        return False
    if not counting.column:
        return True
    found = content.values.get(counting.column, "")
    return found == counting.equals if counting.equals else bool(found)
