"""A district that files every week: Wujin's real units, two villages under a town, sixteen weekly windows."""

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from departments.choices import Role, Status
from departments.models import Form, Group, Office, Submission, Unit, Window
from departments.periods import Period
from departments.services import organisation, submissions
from tests import build

TRUTH = Path(__file__).parents[2] / "truth" / "wujin" / "departments.csv"
WEEKS = 16
HOUR = dt.timedelta(hours=1)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"


@dataclass
class District:
    office: Office
    group: Group
    form: Form
    windows: list[Window]
    units: list[Unit]
    administrator: User
    viewer: User

    def submission(self, unit: int, window: int) -> Submission:
        return Submission.objects.get(unit=self.units[unit], window=self.windows[window])

    def clerk(self, unit: int) -> User:
        """A clerk of the unit with a real-looking name."""
        of = self.units[unit]
        user = organisation.save_account(
            username=f"clerk-{of.code}",
            name=f"{SURNAMES[unit % len(SURNAMES)]}晓明",
            email=f"{of.code.lower()}@wujin.example",
        )
        organisation.grant(user=user, office=self.office, role=Role.CLERK, unit=of)
        return user


def names() -> list[tuple[str, str]]:
    """(code, printed name) of the real units."""
    with TRUTH.open(encoding="utf-8-sig", newline="") as file:
        return [(row["code"], row["short_name"]) for row in csv.DictReader(file)]


def make_district(units: list[tuple[str, str]], weeks: int = WEEKS) -> District:
    """The units of one group and a weekly form, due on the Monday after each week; the last week is not due yet."""
    office = build.office(name="武进区")
    group = build.group(office)
    made = [build.unit(office, code, name, group) for code, name in units]
    form = build.form(office, "weekly", "week", groups=[group])
    form.title, form.contact = "办件情况周报", "区政务办 李工 86310001"
    form.save()
    administrator, viewer = (
        organisation.save_account(username=username, name=name)
        for username, name in (("admin", "王管理"), ("viewer", "赵主任"))
    )
    organisation.grant(user=administrator, office=office, role=Role.ADMINISTRATOR)
    organisation.grant(user=viewer, office=office, role=Role.VIEWER)
    return District(office, group, form, weekly(form, weeks), made, administrator, viewer)


def weekly(form: Form, weeks: int) -> list[Window]:
    """Windows of the last weeks; each opens three days before it is due, the newest is due in two days."""
    now = timezone.now()
    last = Period.containing(timezone.localdate(now), "week")
    return [
        submissions.open_window(
            form=form,
            period=last.previous(back).code,
            opens_at=now + dt.timedelta(days=2 - 7 * back) - dt.timedelta(days=3),
            due_at=now + dt.timedelta(days=2 - 7 * back),
        )
        for back in reversed(range(weeks))
    ]


def hand_in(submission: Submission, late_by: dt.timedelta, status: str = Status.APPROVED) -> None:
    """As if it had been handed in that much after the due moment (negative: before) and were now in that state."""
    when = submission.window.due_at + late_by
    Submission.objects.filter(pk=submission.pk).update(
        status=status, handed_in_at=when, submitted_at=when, version=1
    )


def fill_district(district: District) -> None:
    """A year as it goes: most on time, some late, a few missing, one returned, two nil returns; the newest week half in.

    Written in bulk: this is what the picture shows, the rules have tests of their own.
    """
    rows = list(Submission.objects.filter(window__in=district.windows).select_related("window", "unit"))
    places = {window.pk: place for place, window in enumerate(district.windows)}
    units = {unit.pk: place for place, unit in enumerate(district.units)}
    for row in rows:
        week, unit = places[row.window_id], units[row.unit_id]
        dice = (unit * 31 + week * 17 + unit * week) % 97
        newest = week == len(district.windows) - 1
        if dice in (11, 37) or (newest and unit % 2):
            continue
        late = dt.timedelta(hours=(dice % 5) * 19 + 3) if dice < 8 and not newest else -50 * HOUR
        row.handed_in_at = row.submitted_at = row.window.due_at + late
        row.status = Status.APPROVED if week < len(district.windows) - 2 or unit % 3 else Status.SUBMITTED
        row.nil_return = unit == 30
        row.version = 1
        if (unit, week) == (7, len(district.windows) - 2):
            row.status = Status.RETURNED
    Submission.objects.bulk_update(rows, ["handed_in_at", "submitted_at", "status", "nil_return", "version"])
