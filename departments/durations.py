"""Lengths of time as people say them: one wording for pages, reminders and lists."""

import datetime as dt

from django.utils.translation import gettext as _

# Beyond this many days nobody counts hours.
HOURS_MATTER = 7


def span(length: dt.timedelta) -> str:
    """Such as “1 day 3 hours”, whatever the sign; the two largest units, none smaller than a minute, days alone when many."""
    days, rest = divmod(abs(int(length.total_seconds())), 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        exact = hours and days < HOURS_MATTER
        return _("%(d)s d %(h)s h") % {"d": days, "h": hours} if exact else _("%s d") % days
    if hours:
        return _("%(h)s h %(m)s min") % {"h": hours, "m": minutes} if minutes else _("%s h") % hours
    return _("%s min") % max(minutes, 1)
