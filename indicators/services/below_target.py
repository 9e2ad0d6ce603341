"""Which units miss a target of the running or the last period, and the morning run that warns them of it and all else.

A cumulative target is missed only when its period is over; until then its pace shows on the page of targets alone.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from fractions import Fraction

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from departments.choices import AlertKind
from departments.models import MorningRun, Office
from departments.periods import Period
from departments.services.alerts.daily import SINCE, run_morning
from departments.services.alerts.matters import Matter
from departments.services.mornings import due_offices
from expressions import ExpressionError
from expressions.numbers import display, exact_text
from expressions.values import NoValue
from indicators.dataset import Definition, PeriodData
from indicators.models import Ranking, Target
from indicators.services.dataset import load_period
from indicators.services.targets import EXACT, Held, Places, held, is_small
from indicators.targets import Operator, TargetData

log = logging.getLogger("govsvc.alerts")


def run_mornings(*, now: dt.datetime | None = None) -> int:
    """Every minute: from 8:00 on a working day raises, reminds and ends the alerts of every office; how many notices."""
    now = now or timezone.now()
    written = 0
    with translation.override(settings.LANGUAGE_CODE):
        for office, _calendar in due_offices(MorningRun.Job.ALERTS, SINCE, now):
            missed = below_target(office, now)
            done = run_morning(
                office=office,
                further=missed or (),
                kinds=frozenset() if missed is None else frozenset({AlertKind.BELOW_TARGET}),
                at=now,
            )
            written += done.notices if done else 0
    return written


def below_target(office: Office, now: dt.datetime) -> list[Matter] | None:
    """A matter for every unit and indicator that misses its target; None when a definition can't be used (see the log).

    Looked at are, of each frequency that has targets, the running period and the one before: the running one where the
    unit has a value in it already, else the last. Missing, not applicable and too small a denominator miss no target.
    """
    found: dict[tuple[int, str, str], Matter] = {}
    for periods in _periods(office, timezone.localdate(now)):
        judged: set[tuple[int, str]] = set()
        for period in periods:
            try:
                data = load_period(office, period.code, now)
            except ExpressionError as error:
                log.error("alerts of %s: targets not looked at: %s", office.code, error)
                return None
            places = Places(office, data)
            for definition, one in _compared(data):
                unit = one.unit
                value = unit.pairs[definition.code].value(definition.factor)
                if isinstance(value, NoValue) or (unit.id, definition.code) in judged:
                    continue
                judged.add((unit.id, definition.code))
                place = places.of(definition.code, unit) if one.target.operator == Operator.PLACE else None
                if misses(one.target, value, place, data.elapsed):
                    page = places.declared.get((definition.code, unit.group))
                    matter = _matter(one, definition, _value_words(value, place, definition), period, page)
                    found[unit.id, definition.code, period.code] = matter
    return list(found.values())


def _periods(office: Office, today: dt.date) -> list[Sequence[Period]]:
    """By frequency the periods with targets to look at, the running one first."""
    by_frequency: dict[str, set[Period]] = {}
    for code in Target.objects.filter(indicator__office=office).values_list("period", flat=True).distinct():
        period = Period.parse(code)
        if period.start <= today:
            by_frequency.setdefault(period.frequency, set()).add(period)
    return [_latest(periods, today) for periods in by_frequency.values()]


def _latest(periods: set[Period], today: dt.date) -> list[Period]:
    """The running one and the last one that is over, unless another without a target has ended since."""
    running = [period for period in periods if period.end >= today]
    over = max((period for period in periods if period.end < today), default=None)
    if over is not None and over.frequency != "span":
        following = Period.containing(over.end + dt.timedelta(days=1), over.frequency)
        over = None if following.end < today else over
    return [*sorted(running, reverse=True), *([over] if over else [])]


def _compared(data: PeriodData) -> Iterator[tuple[Definition, Held]]:
    """Units with the targets that hold for them, of this very period: a longer one's are judged by its own figures."""
    for definition in data.definitions.values():
        for one in held(data, definition):
            if one.target.period == data.period.code and not is_small(
                definition, one.unit.pairs[definition.code]
            ):
                yield definition, one


def misses(target: TargetData, value: Fraction, place: int | None, elapsed: Fraction) -> bool:
    """Whether a value misses its target; a cumulative one only when its time is gone by, a place only where there is one."""
    if target.cumulative and elapsed < 1:
        return False
    if target.operator == Operator.PLACE and place is None:
        return False
    return not target.met(value, place)


def _value_words(value: Fraction, place: int | None, definition: Definition) -> str:
    if place is not None:
        return _("place %s") % place
    return display(value, definition.decimals) + definition.unit_of_measure


def _matter(one: Held, definition: Definition, value: str, period: Period, page: Ranking | None) -> Matter:
    titles = {
        Operator.AT_LEAST: _("%(indicator)s, %(period)s: %(value)s, target at least %(target)s"),
        Operator.AT_MOST: _("%(indicator)s, %(period)s: %(value)s, target at most %(target)s"),
    }
    other = _("%(indicator)s, %(period)s: %(value)s, target not reached (%(target)s)")
    sided = one.target.operator in titles
    unit_of_measure = definition.unit_of_measure
    words = {
        "indicator": definition.name,
        "period": period.label,
        "value": value,
        "target": exact_text(one.target.value) + unit_of_measure
        if sided
        else one.target.words(EXACT, unit_of_measure),
    }
    address = (
        reverse("admin:indicators_ranking_page", args=[page.pk])
        if page
        else reverse("admin:indicators_ranking_overview")
    )
    return Matter(
        one.unit.id,
        AlertKind.BELOW_TARGET,
        f"target:{definition.code}:{period.code}",
        titles.get(one.target.operator, other) % words,
        f"{address}?period={period.code}",
    )
