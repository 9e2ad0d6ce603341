"""Which units miss a target of the running or the last period, and the morning run that warns them of it and all else."""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence

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
from indicators.choices import Operator
from indicators.dataset import Definition, PeriodData, TargetData, UnitData
from indicators.models import Ranking, Target
from indicators.services.dataset import load_period

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
    """A matter for every unit and indicator below its target; None when a definition can't be used (it stands in the log).

    Looked at are, of each frequency that has targets, the running period and the one before: the running one where the
    unit has a value in it already, else the last. Missing, not applicable and too small a denominator miss no target.
    """
    pages = {
        (indicator, group): pk
        for indicator, group, pk in Ranking.objects.filter(office=office)
        .order_by("-pk")
        .values_list("indicator__code", "group__code", "pk")
    }
    found: dict[tuple[int, str, str], Matter] = {}
    for periods in _periods(office, timezone.localdate(now)):
        judged: set[tuple[int, str]] = set()
        for period in periods:
            try:
                data = load_period(office, period.code, now)
            except ExpressionError as error:
                log.error("alerts of %s: targets not looked at: %s", office.code, error)
                return None
            for unit, definition, target in _compared(data):
                value = unit.pairs[definition.code].value(definition.factor)
                if isinstance(value, NoValue) or (unit.id, definition.code) in judged:
                    continue
                judged.add((unit.id, definition.code))
                if not target.met(value):
                    page = pages.get((definition.code, unit.group))
                    matter = _matter(
                        unit, definition, target, display(value, definition.decimals), period, page
                    )
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


def _compared(data: PeriodData) -> Iterator[tuple[UnitData, Definition, TargetData]]:
    """Units with the targets that hold for them: only those asked for the figures, as in a ranking."""
    for definition in data.definitions.values():
        for unit in data.units:
            target = data.target(definition.code, unit.group)
            if target is None or not any(
                unit.code in data.expected.get(form, ()) for form in definition.forms
            ):
                continue
            denominator = unit.pairs[definition.code].denominator
            least = definition.minimum_denominator
            if least is not None and not isinstance(denominator, NoValue) and denominator < least:
                continue
            yield unit, definition, target


def _matter(
    unit: UnitData, definition: Definition, target: TargetData, value: str, period: Period, page: int | None
) -> Matter:
    at_least = target.operator == Operator.AT_LEAST
    words = {
        "indicator": definition.name,
        "period": period.label,
        "value": value + definition.unit_of_measure,
        "target": exact_text(target.value) + definition.unit_of_measure,
    }
    title = (
        _("%(indicator)s, %(period)s: %(value)s, target at least %(target)s")
        if at_least
        else _("%(indicator)s, %(period)s: %(value)s, target at most %(target)s")
    )
    address = (
        reverse("admin:indicators_ranking_page", args=[page])
        if page
        else reverse("admin:indicators_ranking_overview")
    )
    return Matter(
        unit.id,
        AlertKind.BELOW_TARGET,
        f"target:{definition.code}:{period.code}",
        title % words,
        f"{address}?period={period.code}",
    )
