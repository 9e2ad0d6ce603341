"""Whether a form came in time (准时 / 迟报 / 未报): one rule for pages, reminders, indicators and lists.

A form is on time when it was handed in up to the due moment, that moment included; a due day without a time counts whole
(semantics “Periods”). A return by the office does not make a punctual form late; a withdrawal does, until it is handed in again.
"""

import datetime as dt

from departments.choices import Timeliness


def timeliness(due_at: dt.datetime, handed_in_at: dt.datetime | None, now: dt.datetime) -> Timeliness:
    """What has become of one duty to file, seen at `now`."""
    if handed_in_at is not None and handed_in_at <= now:
        return Timeliness.ON_TIME if handed_in_at <= due_at else Timeliness.LATE
    return Timeliness.MISSING if now > due_at else Timeliness.NOT_DUE


def lateness(due_at: dt.datetime, handed_in_at: dt.datetime | None, now: dt.datetime) -> dt.timedelta:
    """By how much it came late, or has been missing so far; zero when on time or not due yet."""
    end = handed_in_at if handed_in_at is not None and handed_in_at <= now else now
    return max(end - due_at, dt.timedelta(0))
