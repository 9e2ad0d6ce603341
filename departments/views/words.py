"""Words of pages that several of them share: time left, whose turn it is."""

import datetime as dt

from django.utils.translation import gettext as _

from departments.choices import Status
from departments.durations import span


def time_left(due: dt.datetime, now: dt.datetime) -> str:
    """Such as “1 day 3 hours left” or “2 hours overdue”."""
    return (_("%s left") if now <= due else _("%s overdue")) % span(due - now)


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
