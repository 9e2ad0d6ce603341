"""Requests in indicators and sentences: `<request>.asked`, `.answered`, `.on_time`, `.late`, `.missing` for every unit.

A request counts in the periods that hold the day it was due on, and only there; a unit that was not asked has 0 everywhere.
What was handed in or fell due by the moment asked for is answered or missing; until then a unit is asked and nothing else.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.utils import timezone

from departments.choices import RequestState, Timeliness
from departments.models import Office, Request, RequestAnswer
from departments.periods import Period
from departments.services.organisation import Placement
from departments.timeliness import timeliness
from expressions import NUMBER, Symbol
from indicators.services.beside import Beside
from indicators.services.tallies import tallied

ASKED, ANSWERED, ON_TIME, LATE, MISSED = "asked", "answered", "on_time", "late", "missing"
LABELS = {ASKED: "应答复", ANSWERED: "已答复", ON_TIME: "按时答复", LATE: "逾期答复", MISSED: "未答复"}
_COUNTED = {
    Timeliness.ON_TIME: (ASKED, ANSWERED, ON_TIME),
    Timeliness.LATE: (ASKED, ANSWERED, LATE),
    Timeliness.MISSING: (ASKED, MISSED),
    Timeliness.NOT_DUE: (ASKED,),
}


def requests_of(office: Office) -> list[Request]:
    """Every request of the office that was handed out (one query)."""
    return list(office.requests.exclude(state=RequestState.DRAFT).order_by("due_at", "pk"))


def request_symbols(requests: Iterable[Request]) -> Iterator[Symbol]:
    """The names of the figures of requests, always with the request's own: 未答复 alone is a word of them all."""
    for request in requests:
        for name, label in LABELS.items():
            yield Symbol(f"{request.code}.{name}", NUMBER, (f"{request.title}.{label}",), by_endings=False)


def load_requests(
    requests: Iterable[Request], when: Period, places: Mapping[int, Placement], now: dt.datetime
) -> Beside:
    """The counts of every unit, alone and with the units below it, as they stand at `now` (one query)."""
    due = {
        request.pk: request
        for request in requests
        if when.start <= timezone.localdate(request.due_at) <= when.end
        and request.opens_at is not None
        and request.opens_at <= now
    }
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    asked: dict[str, set[str]] = {request.code: set() for request in due.values()}
    answers = RequestAnswer.objects.filter(request__in=due)
    for unit, request_id, handed_in_at in answers.values_list("unit", "request", "handed_in_at"):
        request = due[request_id]
        for name in _COUNTED[timeliness(request.due_at, handed_in_at, now)]:
            counts[unit][f"{request.code}.{name}"] += 1
        if unit in places:
            asked[request.code].add(places[unit].code)
    labels = {f"{request.code}.{name}": label for request in due.values() for name, label in LABELS.items()}
    return tallied(counts, labels, places, {code: frozenset(units) for code, units in asked.items()})
