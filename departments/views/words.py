"""Words of pages that several of them share: time left, whose turn it is."""

import datetime as dt

from django.utils.translation import gettext as _

from departments.choices import Status

# Further away than this many days nobody counts hours.
HOURS_MATTER = 7


def time_left(due: dt.datetime, now: dt.datetime) -> str:
    """Such as “1 day 3 hours left” or “2 hours overdue”; the two largest units, none smaller than a minute, days alone when far away."""
    seconds = abs(int((due - now).total_seconds()))
    days, rest = divmod(seconds, 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    if days:
        exact = hours and days < HOURS_MATTER
        span = _("%(d)s d %(h)s h") % {"d": days, "h": hours} if exact else _("%s d") % days
    elif hours:
        span = _("%(h)s h %(m)s min") % {"h": hours, "m": minutes} if minutes else _("%s h") % hours
    else:
        span = _("%s min") % max(minutes, 1)
    return (_("%s left") if now <= due else _("%s overdue")) % span


def whose_turn(status: str) -> str:
    """One sentence under every submission's title: who acts next and what happens then."""
    return {
        Status.DRAFT: _("The unit fills in and submits; then the office checks it."),
        Status.RETURNED: _("The unit corrects and submits again."),
        Status.REOPENED: _(
            "Re-opened for correction: the unit corrects and submits again; until then its figures do not count."
        ),
        Status.CHECKING: _("The unit's head looks at it and confirms; then it goes to the office."),
        Status.SUBMITTED: _("The office's administrator checks it; approved figures count at once."),
        Status.APPROVED: _("Done: the figures count. A mistake? Ask the office to re-open the form."),
    }[Status(status)]
