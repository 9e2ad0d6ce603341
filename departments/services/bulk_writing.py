"""Saving a plan of many figures: a number of statements that grows with batches, not with rows."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from departments.cells import describe_cell
from departments.choices import Action, Status
from departments.models import Figure, Form, Submission, SubmissionEvent, Window
from departments.periods import Period
from departments.services.bulk_plan import Change, Plan, StalePlan, batches
from departments.services.mass_insert import insert_rows, stored_value

SHANGHAI = ZoneInfo("Asia/Shanghai")
# In the event log, so that everybody sees where such figures come from.
REASON = "历史数据导入"
_MOMENT = dt.timedelta(seconds=1)
_MOVED = ("status", "version", "submitted_by", "submitted_at", "handed_in_at")
_FIGURE = ("submission", "item", "category", "state", "value", "text", "reason", "entered_by", "entered_at")
_EVENT = (
    "submission",
    "action",
    "from_status",
    "to_status",
    "user",
    "acting_for",
    "at",
    "reason",
    "version",
    "changes",
)


def refuse_stale(plan: Plan) -> None:
    """StalePlan when a submission was saved, moved or made since; locks those that are there."""
    now: dict[int, int] = {}
    for part in batches(list(plan.versions)):
        now |= dict(Submission.objects.select_for_update().filter(pk__in=part).values_list("pk", "version"))
    if now != plan.versions:
        raise StalePlan
    missing = [change for change in plan.changes if change.submission is None]
    periods = {change.entry.period.code for change in missing}
    made = set(
        Submission.objects.filter(window__form=plan.sheet.form, window__period__in=periods).values_list(
            "unit", "window__period"
        )
    )
    if any((change.entry.unit.pk, change.entry.period.code) in made for change in missing):
        raise StalePlan


def make_windows(form: Form, changes: Sequence[Change]) -> None:
    """A closed window for every period without one, due as the day after the period began."""
    periods = {change.entry.period.code: change.entry.period for change in changes if change.window is None}
    known = {w.period: w for w in Window.objects.filter(form=form, period__in=periods)}
    new = [_historical_window(form, period) for code, period in periods.items() if code not in known]
    known |= {window.period: window for window in Window.objects.bulk_create(new)}
    for change in changes:
        change.window = change.window or known[change.entry.period.code]


def _historical_window(form: Form, period: Period) -> Window:
    due = dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(), SHANGHAI)
    return Window(
        form=form,
        period=period.code,
        starts_on=period.start,
        ends_on=period.end,
        opens_at=due - _MOMENT,
        due_at=due,
        closes_at=due,
        is_historical=True,
    )


def make_submissions(changes: Sequence[Change], user: Any, at: dt.datetime) -> list[str]:
    """Brings every submission to its new state and version; returns the states they had."""
    starts = []
    for change in changes:
        if change.submission is None:
            assert change.window is not None
            change.submission = Submission(window=change.window, unit=change.entry.unit)
        submission = change.submission
        starts.append(submission.status)
        submission.version += 1
        if change.historical:
            submission.status = Status.SUBMITTED
            submission.submitted_by, submission.submitted_at = user, at
            # When it was handed in long ago nobody knows; duties leave such windows out.
            submission.handed_in_at = at
    submissions = [change.submission for change in changes if change.submission]
    stored = [one for one in submissions if one.pk is not None]
    _insert_submissions([one for one in submissions if one.pk is None])
    Submission.objects.bulk_update(stored, _MOVED, batch_size=500)
    return starts


def _insert_submissions(new: Sequence[Submission]) -> None:
    """Writes new submissions and gives each its id."""
    moments: dict[Any, Any] = {}

    def stored(moment: dt.datetime | None) -> Any:
        if moment not in moments:
            moments[moment] = stored_value(Submission, "submitted_at", moment)
        return moments[moment]

    insert_rows(
        Submission,
        ("window", "unit", "reason", "nil_return", *_MOVED),
        (
            (
                one.window_id,
                one.unit_id,
                one.reason,
                one.nil_return,
                str(one.status),
                one.version,
                one.submitted_by_id,
                stored(one.submitted_at),
                stored(one.handed_in_at),
            )
            for one in new
        ),
    )
    windows = {one.window_id for one in new}
    found = Submission.objects.filter(window__in=windows).values_list("window", "unit", "pk")
    ids = {(window, unit): pk for window, unit, pk in found}
    for one in new:
        one.pk = ids[one.window_id, one.unit_id]


def write_figures(plan: Plan, user: Any, at: dt.datetime) -> None:
    """Replaces the cells that change: one delete per batch, one insert for all."""
    places = plan.sheet.by_key
    for part in batches([change for change in plan.changes if change.before]):
        gone = defaultdict(list)
        for change in part:
            assert change.submission is not None
            for key in change.cells.keys() & change.before.keys():
                place = places[key]
                gone[place.item.pk, place.category.pk if place.category else None].append(
                    change.submission.pk
                )
        for (item, category), submissions in gone.items():
            Figure.objects.filter(item=item, category=category, submission__in=submissions).delete()
    moment = stored_value(Figure, "entered_at", at)

    def rows() -> Iterable[tuple[Any, ...]]:
        for change in plan.changes:
            assert change.submission is not None
            pk = change.submission.pk
            for key, cell in change.cells.items():
                place = places[key]
                yield (
                    pk,
                    place.item.pk,
                    place.category.pk if place.category else None,
                    cell.state.value,
                    None if cell.value is None else str(cell.value),
                    cell.text,
                    cell.reason.pk if cell.reason else None,
                    user.pk,
                    moment,
                )

    insert_rows(Figure, _FIGURE, rows())


def write_events(changes: Sequence[Change], starts: Sequence[str], user: Any, at: dt.datetime) -> None:
    """One event per submission with the old and new content of every cell that changed."""
    moment = stored_value(SubmissionEvent, "at", at)

    def rows() -> Iterable[tuple[Any, ...]]:
        for change, start in zip(changes, starts, strict=True):
            submission = change.submission
            assert submission is not None
            log = {
                key: [describe_cell(change.before.get(key)), describe_cell(cell)]
                for key, cell in change.cells.items()
            }
            yield (
                submission.pk,
                (Action.SUBMIT if change.historical else Action.SAVE).value,
                str(start),
                str(submission.status),
                user.pk,
                None,
                moment,
                REASON if change.historical else "",
                submission.version,
                json.dumps(log, ensure_ascii=False),
            )

    insert_rows(SubmissionEvent, _EVENT, rows())
