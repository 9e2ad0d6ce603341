"""The draft a schedule makes: of the last finished period, in the name of the clock, never over what people reviewed (ADR 0031)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from departments.choices import Frequency
from departments.models import Form
from departments.periods import Period
from reports.choices import IssueStatus
from reports.exceptions import Refused
from reports.models import Bulletin, Issue
from reports.services.clock import clock_account
from reports.services.issues import gate, latest_edition, write_draft

# From the shortest to the longest: a bulletin comes out as often as its slowest form.
_LENGTHS = tuple(frequency for frequency in Frequency if frequency != Frequency.SPAN)


@transaction.atomic
def draft_by_clock(*, bulletin: Bulletin, due_at: dt.datetime, at: dt.datetime | None = None) -> str:
    """Drafts the issue of the last period that had ended when it was due; what was done, in words. Refused without a period."""
    period = last_finished(bulletin, timezone.localdate(due_at))
    newest = latest_edition(bulletin, period.code)
    if newest is not None and newest.status != IssueStatus.DRAFT:
        return _("%(period)s is “%(state)s” already: left as it is.") % {
            "period": period.label,
            "state": newest.get_status_display(),
        }
    issue = write_draft(
        issue=newest or Issue(bulletin=bulletin, period=period.code),
        user=clock_account(),
        at=at or timezone.now(),
    )
    reasons = len(gate(issue, at))
    words = _("%s drafted.") % period.label
    return words + (_(" Reasons against issue: %s.") % reasons if reasons else "")


def last_finished(bulletin: Bulletin, day: dt.date) -> Period:
    """The last period of the bulletin's cadence that ended before the day; the cadence is its last issue's, else its forms'.

    A cumulative issue (January to June) is followed by the one to the last finished month of the year. Refused when nothing
    tells the cadence.
    """
    newest = bulletin.issues.order_by("-id").values_list("period", flat=True).first()
    frequency = Period.parse(newest).frequency if newest else _frequency_of_forms(bulletin)
    if frequency == Frequency.SPAN and newest:
        return _cumulative(Period.parse(newest), day)
    if frequency is None or frequency == Frequency.SPAN:
        raise Refused(_("Nothing tells how often this bulletin comes out: draft its first issue by hand."))
    return Period.containing(day, frequency).previous()


def _frequency_of_forms(bulletin: Bulletin) -> str | None:
    used = set(Form.objects.filter(annexes__bulletin=bulletin).values_list("frequency", flat=True))
    return next((frequency for frequency in reversed(_LENGTHS) if frequency in used), None)


def _cumulative(newest: Period, day: dt.date) -> Period:
    last = newest.code.partition("..")[2]
    end = Period.containing(day, Period.parse(last).frequency).previous()
    if (newest.start.month, newest.start.day) != (1, 1):
        raise Refused(_("%s does not begin in January: draft the next issue by hand.") % newest.label)
    first = Period.containing(dt.date(end.start.year, 1, 1), end.frequency)
    return Period.parse(f"{first.code}..{end.code}")
