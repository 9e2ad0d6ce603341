"""Who hands in when: most in time, some late, some only after the window has closed."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tests.weekly import SEED
from tests.weekly.figures import IDLE, Key, weekly_figures
from tests.weekly.published import Cells, Reporter, reporters

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
# Period, the day it opens (at 0:00), the day it is due (at 12:00), the day it closes (whole): every Monday noon, on rest
# days the next working day, closing two working days later. 2022 by the calendar of the State Council: off were
# 1–3 January, 31 January – 6 February and 3–5 April.
TIMETABLE = """
2021-W52-P2  01-03  01-04  01-06
2022-W01     01-10  01-10  01-12
2022-W02     01-17  01-17  01-19
2022-W03     01-24  01-24  01-26
2022-W04     01-31  02-07  02-09
2022-W05-P1  02-01  02-07  02-09
2022-W05-P2  02-07  02-07  02-09
2022-W06     02-14  02-14  02-16
2022-W07     02-21  02-21  02-23
2022-W08     02-28  02-28  03-02
2022-W09-P1  03-01  03-07  03-09
2022-W09-P2  03-07  03-07  03-09
2022-W10     03-14  03-14  03-16
2022-W11     03-21  03-21  03-23
2022-W12     03-28  03-28  03-30
2022-W13-P1  04-01  04-06  04-08
"""
# In the evening of the 11th one form is still missing; on the 13th everything is in.
ONE_MISSING = dt.datetime(2022, 4, 11, 18, tzinfo=SHANGHAI)
END = dt.datetime(2022, 4, 13, 18, tzinfo=SHANGHAI)
# The special cases, each once or a few times.
TO_THE_MINUTE: Key = ("D14", "2022-W03")
WITHDRAWN: Key = ("D27", "2022-W06")
# Handed in with a mistake, returned in the evening, corrected the next morning.
RETURNED: tuple[Key, ...] = (
    ("D07", "2022-W04"),
    ("T02-V1", "2022-W08"),
    ("T05", "2022-W11"),
    ("T11", "2022-W01"),
)
# Handed in only after a re-opening was granted; asked for at 9:00 on the day.
AFTER_CLOSING: dict[Key, str] = {
    ("D10", "2022-W02"): "01-21",
    ("T03-V1", "2022-W08"): "03-04",
    ("T08", "2022-W10"): "03-18",
    IDLE: "04-12",
}
# Approved, opened again for change, changed, and never handed in again: the approved figures come back.
LAPSED: Key = ("T01-V1", "2022-W03")
# How long after a correction the head confirms it.
CONFIRMED_AFTER = 20 * MINUTE
_LATE_BY = (HOUR / 2, 5 * HOUR, 26 * HOUR, 30 * HOUR, 50 * HOUR)


@dataclass(frozen=True)
class Timing:
    """The moments of one period's window, Asia/Shanghai."""

    opens: dt.datetime
    due: dt.datetime
    closes: dt.datetime


@dataclass(frozen=True)
class Filing:
    """One form of one unit and period; `confirmed` None: the head handed it in.

    `withdrawn`: handed in a first time and taken back. `asked`: a re-opening asked for after the closing.
    """

    unit: str
    period: str
    cells: Cells
    handed_in: dt.datetime
    confirmed: dt.datetime | None
    withdrawn: tuple[dt.datetime, dt.datetime] | None = None
    asked: dt.datetime | None = None

    @property
    def key(self) -> Key:
        return self.unit, self.period

    @property
    def is_nil(self) -> bool:
        return not any(self.cells.values())

    def waits_for(self, moment: dt.datetime) -> str:
        """Whose turn it is just before a moment: "clerk", "head", or "" when handed in and confirmed."""
        if self.withdrawn and self.withdrawn[0] < moment <= self.withdrawn[1]:
            return "head" if self.confirmed else ""
        if moment <= self.handed_in:
            return "clerk"
        return "head" if self.confirmed is not None and moment <= self.confirmed else ""


def timetable() -> dict[str, Timing]:
    """The windows by period code, in order."""
    found = {}
    for line in TIMETABLE.strip().splitlines():
        code, opens, due, closes = line.split()
        found[code] = Timing(_at(opens, dt.time.min), _at(due, dt.time(12)), _at(closes, dt.time.max))
    return found


def clock() -> Iterator[dt.datetime]:
    """The moments at which the house's clock runs: three times a day, from the first opening until after the last closing."""
    day = dt.datetime(2022, 1, 3, tzinfo=SHANGHAI)
    while day <= END:
        for hour in (0, 12, 14):
            yield day + hour * HOUR
        day += 24 * HOUR


def evenings() -> Iterator[dt.datetime]:
    """When those who decide look at what has come in: every day at 17:00."""
    return (moment + 3 * HOUR for moment in clock() if moment.hour == 14)


def corrected(returned: dt.datetime) -> dt.datetime:
    """When a returned form is handed in again."""
    return returned.replace(hour=10) + 24 * HOUR


def plan(seed: int = SEED) -> list[Filing]:
    """Every filing of the quarter, period by period in protocol order."""
    chance, figures, units = random.Random(seed), weekly_figures(seed), reporters()
    return [
        _filing(unit, code, timing, figures[unit.code, code], chance)
        for code, timing in timetable().items()
        for unit in units
    ]


def _filing(unit: Reporter, period: str, timing: Timing, cells: Cells, chance: random.Random) -> Filing:
    key = (unit.code, period)
    handed_in = _in_time(timing, chance)
    if chance.random() < 0.07:
        handed_in = timing.due + chance.choice(_LATE_BY)
    # A head who confirms the day after the form was due makes nobody late.
    confirms_after = 26 * HOUR if chance.random() < 0.08 else chance.randint(5, 60) * MINUTE
    withdrawn = asked = None
    if key == TO_THE_MINUTE:
        handed_in = timing.due
    elif key == WITHDRAWN:
        withdrawn = (timing.due - 3 * HOUR, timing.due - 2 * HOUR - 40 * MINUTE)
        handed_in = timing.due + HOUR
    elif key in AFTER_CLOSING:
        asked = _at(AFTER_CLOSING[key], dt.time(9))
        handed_in = asked + 6 * HOUR
    elif key in RETURNED:
        handed_in, confirms_after = timing.due - HOUR, 20 * MINUTE
    # What the head hands in needs no confirmation: where there is no clerk, and when there is nothing to report.
    by_head = not unit.has_clerk or not any(cells.values())
    confirmed = None if by_head else handed_in + confirms_after
    return Filing(unit.code, period, cells, handed_in, confirmed, withdrawn, asked)


def _in_time(timing: Timing, chance: random.Random) -> dt.datetime:
    minutes = chance.randint(0, 200) * MINUTE
    if timing.opens.date() < timing.due.date() and chance.random() < 0.2:
        return timing.opens + 8 * HOUR + minutes
    return timing.due - HOUR * 3.5 + minutes


def _at(day: str, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromisoformat(f"2022-{day}"), time, SHANGHAI)
