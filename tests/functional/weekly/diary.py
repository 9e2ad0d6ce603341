"""The quarter as it goes by: the clock, the people and the outbox, moment by moment, through the services people use."""

import datetime as dt
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from django.contrib.auth.models import User
from django.db import connection

from departments.choices import Status
from departments.models import Figure, Notice, Remark, Reopening, Submission, SubmissionEvent
from departments.services import reopenings, submissions
from departments.services.reminders import send_reminders
from departments.services.reopenings import expire_due
from departments.services.schedules import open_due_windows
from departments.sheets import CellInput, Sheet, load_sheet
from govsvc import outbox
from indicators.models import Sum
from tests.functional.weekly.scene import Wujin
from tests.weekly.figures import QUARTER, Key
from tests.weekly.plan import (
    CONFIRMED_AFTER,
    HOUR,
    LAPSED,
    RETURNED,
    SHANGHAI,
    Filing,
    clock,
    corrected,
    evenings,
)
from tests.weekly.published import Cells, annex3
from tests.weekly.recount import warnings

EXPLANATION = "含以前受理、本期办结的件（合成数据）"
Act = Callable[[dt.datetime], object]
# At one moment the clock runs first, then people act, then whoever decides looks at what has come in.
_CLOCK, _PEOPLE, _DECIDERS = range(3)


@dataclass
class Diary:
    """What is still to happen, in order; `refused` are the approvals that had to wait for the units below."""

    wujin: Wujin
    sheet: Sheet
    forms: dict[Key, Submission] = field(default_factory=dict)
    refused: list[Key] = field(default_factory=list)
    returned: set[Key] = field(default_factory=set)
    _agenda: list[tuple[dt.datetime, int, int, Act]] = field(default_factory=list)
    _numbers: count = field(default_factory=count)

    def run(self, until: dt.datetime) -> None:
        """Lets everything happen that is due by then, and the sums follow."""
        while self._agenda and self._agenda[0][0] <= until:
            moment, _order, _number, act = heapq.heappop(self._agenda)
            act(moment)
        outbox.drain()

    def add(self, moment: dt.datetime, act: Act, order: int = _PEOPLE) -> None:
        heapq.heappush(self._agenda, (moment, order, next(self._numbers), act))

    def tick(self, now: dt.datetime) -> None:
        """The house's clock."""
        if open_due_windows(now=now):
            found = Submission.objects.filter(window__form__office=self.wujin.office)
            self.forms = {(s.unit.code, s.window.period): s for s in found.select_related("unit", "window")}
        send_reminders(now=now)
        expire_due(now)

    def file(self, filing: Filing, now: dt.datetime) -> None:
        """Filled in and handed in; a mistake in the consultations where it will be returned."""
        form, user = self.forms[filing.key], self.hander_in(filing)
        wrong = filing.key in RETURNED and filing.key not in self.returned
        if filing.is_nil and filing.key not in RETURNED:
            submissions.submit_nil(submission=form, user=user, at=now, sheet=self.sheet)
            return
        cells = filing.cells | ({"consult": filing.cells["consult"] + 7} if wrong else {})
        self.save(filing.key, cells, user, now)
        submissions.submit(
            submission=form,
            user=user,
            explanations=dict.fromkeys(warnings(cells), EXPLANATION),
            at=now,
            sheet=self.sheet,
        )

    def hander_in(self, filing: Filing) -> User:
        """The clerk; the head where nobody needs to confirm."""
        return self.wujin.people[filing.unit, "clerk" if filing.confirmed else "head"]

    def save(self, key: Key, cells: Cells, user: User, now: dt.datetime) -> None:
        saved = submissions.save_figures(
            submission=self.forms[key],
            inputs={item: CellInput(str(value)) for item, value in cells.items()},
            user=user,
            at=now,
            sheet=self.sheet,
        )
        assert not saved.rejected

    def confirm(self, unit: str, period: str, now: dt.datetime) -> None:
        head = self.wujin.people[unit, "head"]
        submissions.confirm(submission=self.forms[unit, period], user=head, at=now)

    def ask(self, key: Key, reason: str, now: dt.datetime) -> None:
        user = self.wujin.filler(key[0])
        reopenings.ask(submission=self.forms[key], user=user, reason=reason, at=now)

    def grant(self, key: Key, now: dt.datetime) -> None:
        asked = Reopening.objects.get(submission=self.forms[key], state="asked")
        reopenings.grant(reopening=asked, user=self.wujin.decider(key[0]), at=now)

    def decide(self, now: dt.datetime, filings: dict[Key, Filing]) -> None:
        """At the end of the day the towns decide on their villages, then the office on the others, all at once."""
        waiting = Submission.objects.filter(window__form=self.sheet.form, status=Status.SUBMITTED)
        chosen: dict[str | None, list[tuple[Submission, int]]] = {}
        for form in waiting.select_related("unit", "window").order_by("unit__protocol_order"):
            key = (form.unit.code, form.window.period)
            if key in RETURNED and key not in self.returned:
                self._return(filings[key], now)
            else:
                chosen.setdefault(self.wujin.above(key[0]), []).append((form, form.version))
        _take_stock()
        for above in sorted(chosen, key=lambda code: (code is None, code)):
            user = self.wujin.decider(chosen[above][0][0].unit.code)
            for outcome in submissions.approve_many(chosen=chosen[above], user=user, at=now):
                if outcome.refused:
                    form = outcome.submission
                    self.refused.append((form.unit.code, form.window.period))
        outbox.drain()

    def file_quarter(self, now: dt.datetime) -> None:
        """The quarter's form of every unit of annex 3, as published."""
        sheet = load_sheet(self.wujin.quarterly)
        for unit, cells in annex3().items():
            form, user = self.forms[unit, QUARTER.code], self.wujin.filler(unit)
            inputs = {item: CellInput(str(value)) for item, value in cells.items()}
            submissions.save_figures(submission=form, inputs=inputs, user=user, at=now, sheet=sheet)
            explained = dict.fromkeys(warnings(cells), EXPLANATION)
            submissions.submit(submission=form, user=user, explanations=explained, at=now, sheet=sheet)
            submissions.approve(submission=form, user=self.wujin.administrators[0], at=now + HOUR)

    def _return(self, filing: Filing, now: dt.datetime) -> None:
        submissions.return_submission(
            submission=self.forms[filing.key],
            user=self.wujin.decider(filing.unit),
            cells={"consult": "与系统登记数不一致，请核实"},
            at=now,
        )
        self.returned.add(filing.key)
        self.add(corrected(now), lambda at: self.file(filing, at))
        if filing.confirmed is not None:
            self.add(corrected(now) + CONFIRMED_AFTER, lambda at: self.confirm(*filing.key, at))


def _take_stock() -> None:
    """What PostgreSQL does by itself every minute, but can't for rows of a transaction that is still open."""
    if connection.vendor == "postgresql":
        models = (Submission, Figure, SubmissionEvent, Remark, Notice, Sum)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def open_diary(wujin: Wujin, filings: list[Filing]) -> Diary:
    """The quarter that is to come, nothing of it has happened yet."""
    diary = Diary(wujin, load_sheet(wujin.weekly))
    by_key = {filing.key: filing for filing in filings}
    for moment in clock():
        diary.add(moment, diary.tick, _CLOCK)
    for moment in evenings():
        diary.add(moment, lambda now: diary.decide(now, by_key), _DECIDERS)
    for filing in filings:
        _write_down(diary, filing)
    lapses = dt.datetime(2022, 2, 10, 9, tzinfo=SHANGHAI)
    wrong = {"consult": by_key[LAPSED].cells["consult"] + 1}
    diary.add(lapses, lambda now: diary.ask(LAPSED, "拟更正咨询件数量", now))
    diary.add(lapses + HOUR, lambda now: diary.grant(LAPSED, now))
    diary.add(lapses + 2 * HOUR, lambda now: diary.save(LAPSED, wrong, wujin.filler(LAPSED[0]), now))
    diary.add(dt.datetime(2022, 4, 7, 10, tzinfo=SHANGHAI), diary.file_quarter)
    return diary


def _write_down(diary: Diary, filing: Filing) -> None:
    key = filing.key
    if filing.withdrawn is not None:
        first, back = filing.withdrawn
        user = diary.hander_in(filing)
        diary.add(first, lambda now: diary.file(filing, now))
        diary.add(back, lambda now: submissions.withdraw(submission=diary.forms[key], user=user, at=now))
    if filing.asked is not None:
        diary.add(filing.asked, lambda now: diary.ask(key, "当期漏报，申请补报", now))
        diary.add(filing.asked + HOUR, lambda now: diary.grant(key, now))
    diary.add(filing.handed_in, lambda now: diary.file(filing, now))
    if filing.confirmed is not None:
        diary.add(filing.confirmed, lambda now: diary.confirm(*key, now))
