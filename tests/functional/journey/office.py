"""The real quarter, one form short of complete: 人社局 has not filled in its 政务服务事项指标表 yet."""

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from departments.models import Submission
from govsvc.packs.demonstration import Demonstration
from govsvc.packs.pack import Pack, Placed
from govsvc.packs.reading import read_pack
from govsvc.packs.schema import WindowSpec
from reports.models import Bulletin, Issue

PACK = Path(__file__).resolve().parents[3] / "packs" / "wujin"
PERIOD = "2022Q1"
FORM, UNIT = "items", "D14"
# The day of the pack's calendar on which the journey plays: the day before the forms are due.
TODAY = dt.date(2022, 4, 7)
LIMITS = ("opens_at", "due_at", "closes_at")
# What was done, and how many hours ago at the latest.
DONE = {"entered_at": 3, "submitted_at": 2, "approved_at": 1}


@dataclass(frozen=True)
class QuarterEnd:
    """The office as the journey finds it, with everybody's password by user name."""

    demonstration: Demonstration
    passwords: dict[str, str]

    @property
    def submission(self) -> Submission:
        """The form that is still open, as it is now."""
        return Submission.objects.get(
            window__form__office=self.demonstration.office,
            window__form__code=FORM,
            window__period=PERIOD,
            unit__code=UNIT,
        )

    @property
    def bulletin(self) -> Bulletin:
        return Bulletin.objects.get(office=self.demonstration.office)

    @property
    def issue(self) -> Issue:
        return Issue.objects.get(bulletin=self.bulletin, period=PERIOD)

    def addresses(self, units: Set[str], roles: Set[str]) -> list[str]:
        """The addresses of the people to whom the pack gives one of the roles in one of the units (codes), sorted."""
        pack = self.demonstration.pack
        accounts = [row.spec for row in pack.accounts if row.spec.role in roles]
        return sorted(account.email for account in accounts if pack.unit_code(account.unit) in units)


def prepare() -> QuarterEnd:
    """Loads the pack and lets its people fill, submit and approve the other 80 forms; a worker must be running."""
    demonstration = Demonstration(_shortened(read_pack(PACK)), lambda _line: None, lambda *_step: None)
    demonstration.prepare()
    passwords = {name: password for name, _person, password in demonstration.new_passwords()}
    demonstration.fill()
    return QuarterEnd(demonstration, passwords)


def figures_of_the_pack() -> dict[str, str]:
    """What 人社局 reports in truth: item code → number as text."""
    return dict(_row(read_pack(PACK)).spec)


def _shortened(pack: Pack) -> Pack:
    """Without the open form's figures, and with the calendar moved so that this quarter's deadlines are about now."""
    shift = timezone.localdate() - TODAY
    missing = _row(pack)
    key = (FORM, PERIOD)
    return replace(
        pack,
        data={**pack.data, key: tuple(row for row in pack.data[key] if row is not missing)},
        windows=tuple(
            replace(row, spec=_moved(row.spec, shift)) for row in pack.windows if row.spec.period == PERIOD
        ),
    )


def _moved(spec: WindowSpec, shift: dt.timedelta) -> WindowSpec:
    """Later by `shift` whole days; what would then be done in the future was done some hours ago."""
    now = timezone.now()
    times: dict[str, Any] = {name: getattr(spec, name) + shift for name in LIMITS if getattr(spec, name)}
    for name, hours in DONE.items():
        times[name] = min(getattr(spec, name) + shift, now - dt.timedelta(hours=hours))
    return spec.model_copy(update=times)


def _row(pack: Pack) -> Placed:
    (row,) = [row for row in pack.data[(FORM, PERIOD)] if pack.unit_code(row.spec["unit"]) == UNIT]
    return row
