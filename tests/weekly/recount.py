"""What the plan leads to, counted the plain way: duties by unit, reminders by rule, explanations of warnings."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from tests.weekly.figures import Key
from tests.weekly.plan import CONFIRMED_AFTER, RETURNED, Filing, clock, corrected, evenings, timetable
from tests.weekly.published import Cells, reporters

# The warnings of the form: rule, the figure it stands at, and what that figure should not exceed.
WARNINGS = (
    ("online_done_within", "online_done", "online_accepted"),
    ("window_done_within", "window_done", "window_accepted"),
    ("policy_cases_within", "sz50_cases", "sz50_consult"),
)
# The usual reminders: hours from the due moment, and whom.
RULES = ((-24, "clerk"), (0, "clerk"), (2, "clerk"), (24, "unit_head"), (24, "administrator"))
# How long a missed reminder is made up for.
_CATCH_UP = dt.timedelta(hours=24)


def duties(filings: Iterable[Filing], now: dt.datetime) -> dict[str, tuple[int, int, int, int]]:
    """应报、准时、迟报、未报 of every unit, those of the units below it included, as they stand at `now`."""
    counts: dict[str, Counter[str]] = {}
    parents = {reporter.code: reporter.parent for reporter in reporters()}
    timings = timetable()
    for filing in filings:
        due = timings[filing.period].due
        if filing.handed_in <= now:
            what = "on_time" if filing.handed_in <= due else "late"
        else:
            what = "missing" if due < now else ""
        for unit in filter(None, (filing.unit, parents[filing.unit])):
            counts.setdefault(unit, Counter()).update([what] if what else [])
    return {
        unit: (sum(found.values()), found["on_time"], found["late"], found["missing"])
        for unit, found in counts.items()
    }


def places(rates: Mapping[str, Fraction]) -> dict[str, int]:
    """Standard competition ranking, the highest first: 1, 2, 2, 4."""
    return {unit: 1 + sum(other > rate for other in rates.values()) for unit, rate in rates.items()}


def reminders(filings: Iterable[Filing], administrators: int) -> dict[tuple[int, str], int]:
    """How many notices each rule gives: one per person, form and rule, to whoever's turn it is while the rule is fresh."""
    told: dict[tuple[int, str], set[tuple[str, ...]]] = {rule: set() for rule in RULES}
    filings, ticks, timings = list(filings), list(clock()), timetable()
    head_only = {reporter.code for reporter in reporters() if not reporter.has_clerk}
    for hours, role in RULES:
        for filing in filings:
            timing = timings[filing.period]
            moment = timing.due + dt.timedelta(hours=hours)
            for tick in ticks:
                waits_for = filing.waits_for(tick)
                if not (max(moment, timing.opens) <= tick < moment + _CATCH_UP and waits_for):
                    continue
                if role == "administrator":
                    told[hours, role] |= {(filing.period, str(n)) for n in range(administrators)}
                elif role == "unit_head" or waits_for == "head" or filing.unit in head_only:
                    told[hours, role].add((*filing.key, "head"))
                else:
                    told[hours, role].add((*filing.key, "clerk"))
    return {rule: len(people) for rule, people in told.items()}


def warnings(cells: Cells) -> list[tuple[str, str]]:
    """(rule, cell) of every warning about the figures of one form."""
    return [(rule, part) for rule, part, of in WARNINGS if cells[part] > cells[of]]


def held_up(filings: Iterable[Filing]) -> Counter[Key]:
    """How many evenings the form of a town could not be approved because a village's was not."""
    by_key = {filing.key: _ready(filing) for filing in filings}
    found: Counter[Key] = Counter()
    for unit, period in by_key:
        below = [reporter.code for reporter in reporters() if reporter.parent == unit]
        last = max((by_key[code, period] for code in below), default=by_key[unit, period])
        for evening in evenings():
            if by_key[unit, period] <= evening < last:
                found[unit, period] += 1
    return found


def _ready(filing: Filing) -> dt.datetime:
    """When a form could be approved at the earliest."""
    ready = filing.confirmed or filing.handed_in
    if filing.key not in RETURNED:
        return ready
    seen = next(evening for evening in evenings() if evening >= ready)
    return corrected(seen) + (CONFIRMED_AFTER if filing.confirmed else dt.timedelta())
