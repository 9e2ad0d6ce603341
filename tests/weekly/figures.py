"""Splitting the published cells exactly over units and weeks: whole, never negative, and sound by the form's own rules."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator, Sequence

from departments.calendars import DAY, WorkCalendar
from departments.periods import Period
from tests.weekly import SEED
from tests.weekly.published import Cells, Reporter, annex3, reporters

QUARTER = Period.parse("2022Q1")
# (unit code, period code) of one filing.
Key = tuple[str, str]
# How large a department is beside the others; the small ones have nothing to report in many weeks.
_DEPARTMENT_SIZES = (4, 4, 4, 5, 5, 20, 200, 2_000, 8_000, 30_000, 60_000)
# A village without business in the one-day period of New Year's Eve.
IDLE: Key = ("T06-V2", "2022-W05-P1")
_CALENDAR = WorkCalendar()


def quarter_periods() -> list[Period]:
    """The periods a weekly form split at a month's end is filed for in the quarter, in order."""
    found, day = [], QUARTER.start
    while day <= QUARTER.end:
        found.append(Period.containing(day, "split_week"))
        day = found[-1].end + DAY
    return found


def weekly_figures(seed: int = SEED) -> dict[Key, Cells]:
    """Every filing's figures by (unit, period); over each row of annex 3 they add up to its published cells."""
    chance = random.Random(seed)
    lengths = {period.code: _length(period) for period in quarter_periods()}
    filing = reporters()
    sizes = {reporter.code: _size(reporter, chance) for reporter in filing}
    found: dict[Key, Cells] = {}
    for row, published in annex3().items():
        keys = [(reporter.code, period) for reporter in filing if reporter.row == row for period in lengths]
        weights = [
            0 if key == IDLE else sizes[key[0]] * lengths[key[1]] * chance.randint(70, 130) for key in keys
        ]
        columns = _columns(published, weights, chance)
        for place, key in enumerate(keys):
            found[key] = {item: columns[item][place] for item in published}
    return found


def apportion(total: int, weights: Sequence[int], caps: Sequence[int] | None = None) -> list[int]:
    """`total` in whole parts in proportion to the weights (largest remainder, first come first), none above its cap.

    ValueError when nothing can take what is to be shared out.
    """
    if total and (not any(weights) or (caps is not None and total > sum(caps))):
        raise ValueError(f"{total} can't be shared out")
    parts = [0] * len(weights)
    open_places = [place for place, weight in enumerate(weights) if weight]
    left = total
    while left:
        if not open_places:
            # Only places without a weight have room left.
            open_places = [place for place in range(len(weights)) if caps and parts[place] < caps[place]]
            weights = [1] * len(weights)
        shares = _shares(left, [weights[place] for place in open_places])
        full = []
        for place, share in zip(open_places, shares, strict=True):
            room = share if caps is None else min(share, caps[place] - parts[place])
            parts[place] += room
            left -= room
            if caps is not None and parts[place] == caps[place]:
                full.append(place)
        open_places = [place for place in open_places if place not in full]
    return parts


def add_up(rows: Iterable[Cells]) -> Cells:
    """The sum of figures, item by item."""
    total: Cells = {}
    for cells in rows:
        for item, value in cells.items():
            total[item] = total.get(item, 0) + value
    return total


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def _columns(published: Cells, weights: Sequence[int], chance: random.Random) -> dict[str, list[int]]:
    """Every item's parts; 个人 + 企业 = 网上 + 窗口 holds in each, and done stays within accepted where it did in print."""

    def varied(base: Sequence[int]) -> list[int]:
        return [weight * chance.randint(60, 140) for weight in base]

    def within(item: str, of: str) -> list[int]:
        caps = columns[of] if published[item] <= published[of] else None
        return apportion(published[item], varied(columns[of]), caps)

    volume = apportion(published["personal"] + published["enterprise"], weights)
    columns = {"consult": apportion(published["consult"], varied(weights))}
    for first, second in (("personal", "enterprise"), ("online_accepted", "window_accepted")):
        columns[first] = apportion(published[first], varied(volume), volume)
        columns[second] = [all_ - part for all_, part in zip(volume, columns[first], strict=True)]
    columns["online_done"] = within("online_done", "online_accepted")
    columns["window_done"] = within("window_done", "window_accepted")
    columns["sz50_consult"] = apportion(published["sz50_consult"], varied(weights))
    columns["sz50_cases"] = within("sz50_cases", "sz50_consult")
    return columns


def _size(reporter: Reporter, chance: random.Random) -> int:
    if reporter.group == "depts":
        return chance.choice(_DEPARTMENT_SIZES)
    return chance.randint(5, 20) if reporter.group == "villages" else 70


def _length(period: Period) -> int:
    """How much a period weighs: a working day ten times a day off."""
    return sum(10 if _CALENDAR.is_working(day) else 1 for day in _days(period))


def _days(period: Period) -> Iterator[dt.date]:
    day = period.start
    while day <= period.end:
        yield day
        day += DAY
