"""How often units were warned and answered: the counts of a period, per unit."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from departments.choices import AlertAction
from departments.models import AlertEvent, Office
from departments.periods import Period


@dataclass
class AlertCounts:
    """Of one unit: alerts raised in the period; reminders in it; of those raised, how many were answered by then, and how
    many stand unanswered. One that was over before anybody answered it is neither."""

    raised: int = 0
    reminders: int = 0
    answered: int = 0
    unanswered: int = 0


def alert_counts(office: Office, when: Period, now: dt.datetime) -> dict[int, AlertCounts]:
    """By unit id, as they stand at `now` (one query)."""
    rows = (
        AlertEvent.objects.filter(
            alert__office=office,
            at__gte=_moment(when.start),
            at__lt=_moment(when.end + dt.timedelta(days=1)),
            action__in=(AlertAction.RAISE, AlertAction.REMIND),
        )
        .filter(at__lte=now)
        .values_list("alert__unit", "action", "alert__answered_at", "alert__ended_on")
        .order_by()
    )
    today = timezone.localdate(now)
    found: dict[int, AlertCounts] = defaultdict(AlertCounts)
    for unit, action, answered_at, ended_on in rows:
        counts = found[unit]
        if action == AlertAction.REMIND:
            counts.reminders += 1
            continue
        counts.raised += 1
        if answered_at is not None and answered_at <= now:
            counts.answered += 1
        elif ended_on is None or ended_on > today:
            counts.unanswered += 1
    return dict(found)


def _moment(day: dt.date) -> dt.datetime:
    """The first instant of a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
