"""How pages of registers say due days, repeats and states."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from departments.calendars import DAY, WorkCalendar
from departments.choices import Meaning
from departments.models import Entry

# Within so many working days a due day is coloured.
SOON = 1


@dataclass(frozen=True)
class Due:
    """Words for an open entry's due day and their colour; "" where nothing is to be said."""

    text: str = ""
    tone: str = ""


class DueWords:
    """Due days in working days of one office; days are counted once each."""

    def __init__(self, calendar: WorkCalendar, today: dt.date) -> None:
        self.calendar, self.today = calendar, today
        self._counted: dict[dt.date, int] = {}

    def of(self, entry: Entry) -> Due:
        if entry.due_on is None or entry.status.meaning != Meaning.OPEN:
            return Due()
        n = self._working_days(entry.due_on)
        if entry.due_on == self.today:
            return Due(_("due today"), "warning")
        if entry.due_on > self.today:
            left = ngettext("%s working day left", "%s working days left", n) % n
            return Due(left, "warning" if n <= SOON else "info")
        if n == 0:
            return Due(_("overdue"), "error")
        return Due(ngettext("%s working day overdue", "%s working days overdue", n) % n, "error")

    def _working_days(self, due: dt.date) -> int:
        """Working days after the earlier of today and the due day, up to the later one."""
        if due not in self._counted:
            first, last = min(due, self.today), max(due, self.today)
            days = (first + DAY * step for step in range(1, (last - first).days + 1))
            self._counted[due] = sum(self.calendar.is_working(day) for day in days)
        return self._counted[due]


def nth_words(n: int | None) -> str:
    """第3次（同类）; "" for the first."""
    return _("time %s of its type") % n if n and n > 1 else ""
