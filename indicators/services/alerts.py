"""How often units were warned, as figures for indicators: `alerts.raised`, `.reminders`, `.answered`, `.unanswered`."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict

from departments.models import Office
from departments.periods import Period
from departments.services.alerts.counting import alert_counts
from departments.services.organisation import Placement
from expressions import NUMBER, Symbol
from indicators.services.beside import Beside
from indicators.services.tallies import tallied

PREFIX = "alerts"
TITLE = "预警"
LABELS = {
    f"{PREFIX}.raised": "发出次数",
    f"{PREFIX}.reminders": "提醒次数",
    f"{PREFIX}.answered": "已答复数",
    f"{PREFIX}.unanswered": "未答复数",
}


def alert_symbols() -> list[Symbol]:
    """The names of the counts: 预警.发出次数."""
    return [Symbol(name, NUMBER, (f"{TITLE}.{label}",), by_endings=False) for name, label in LABELS.items()]


def load_alerts(office: Office, when: Period, places: Mapping[int, Placement], now: dt.datetime) -> Beside:
    """The counts of every unit as they stand at `now` (one query)."""
    tallies = {
        unit: {f"{PREFIX}.{name}": n for name, n in asdict(counts).items()}
        for unit, counts in alert_counts(office, when, now).items()
    }
    everybody = frozenset(place.code for place in places.values())
    return tallied(
        tallies,
        {name: f"{TITLE}{label}" for name, label in LABELS.items()},
        places,
        {PREFIX: everybody},
    )
