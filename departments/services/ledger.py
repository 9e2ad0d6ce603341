"""Writing to a submission: the lock, the cells, the state, and the event that records each change.

Only the services of this package call these; whoever does has checked that the person may.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from departments.cells import Cell, describe_cell
from departments.exceptions import Conflict
from departments.models import Figure, Submission, SubmissionEvent
from departments.permissions import place_of
from departments.sheets import Place
from departments.signals import submission_moved
from departments.templatetags.people import person_name
from departments.transitions import Transition, roles_for


def lock(submission: Submission) -> Submission:
    """The row as it is now, locked until the transaction ends (SQLite: transactions are immediate, so alone anyway)."""
    return (
        Submission.objects.select_for_update(of=("self",))
        .select_related("window__form__office", "unit__office", "submitted_by")
        .get(pk=submission.pk)
    )


def move(
    locked: Submission, row: Transition, user: Any, at: dt.datetime, *, target: str, reason: str = ""
) -> SubmissionEvent:
    """Changes the state and tells the house."""
    before, locked.status = locked.status, target
    event = record(locked, row, before, user, at, reason=reason)
    submission_moved.send(Submission, submission=locked, event=event)
    return event


def record(
    locked: Submission,
    row: Transition,
    before: str,
    user: Any,
    at: dt.datetime,
    *,
    reason: str = "",
    changes: dict[str, list[str]] | None = None,
) -> SubmissionEvent:
    """Saves the row with its next version and logs who did what, and for whom when acting for somebody."""
    locked.version += 1
    locked.save()
    return SubmissionEvent.objects.create(
        submission=locked,
        action=row.action,
        from_status=before,
        to_status=locked.status,
        version=locked.version,
        user=user,
        acting_for=_acting_for(locked, row, user),
        at=at,
        reason=reason,
        changes=changes or {},
    )


def refuse_unseen(locked: Submission, version: int | None) -> None:
    """A decision is on the version the person has seen: Conflict when the form has changed since."""
    if version is not None and version != locked.version:
        raise Conflict({})


def refuse_overwriting(locked: Submission, version: int, changed: Mapping[str, Cell | None]) -> None:
    """Conflict when cells about to be changed were changed by somebody else after `version`."""
    theirs: dict[str, dict] = {}
    for event in locked.events.filter(version__gt=version).select_related("user"):
        for code, (_old, new) in event.changes.items():
            if code in changed and describe_cell(changed[code]) != new:
                by = person_name(event.user)
                theirs[code] = {"value": new, "by": by}
    if theirs:
        raise Conflict(theirs)


def store(
    locked: Submission,
    places: Mapping[str, Place],
    cells: Mapping[str, Cell | None],
    user: Any,
    at: dt.datetime,
) -> None:
    """Replaces the named cells (by key): one read, one delete, one insert, however many."""
    stored = {
        (item, category): pk for pk, item, category in locked.figures.values_list("pk", "item", "category")
    }
    rows = {key: (places[key].item.pk, _category(places[key])) for key in cells}
    locked.figures.filter(pk__in=[stored[row] for row in rows.values() if row in stored]).delete()
    Figure.objects.bulk_create(
        figure_of(locked, places[key], cell, user, at) for key, cell in cells.items() if cell is not None
    )


def figure_of(submission: Submission, place: Place, cell: Cell, user: Any, at: dt.datetime) -> Figure:
    """The row a cell is stored as; not saved."""
    return Figure(
        submission=submission,
        item=place.item,
        category=place.category,
        state=cell.state,
        value=cell.value,
        text=cell.text,
        reason=cell.reason,
        entered_by=user,
        entered_at=at,
    )


def changes_between(before: Mapping[str, Cell], after: Mapping[str, Cell | None]) -> dict[str, list[str]]:
    """{cell key: [old text, new text]} as the event log keeps it."""
    return {key: [describe_cell(before.get(key)), describe_cell(cell)] for key, cell in after.items()}


def _category(place: Place) -> int | None:
    return place.category.pk if place.category else None


def _acting_for(locked: Submission, row: Transition, user: Any) -> Any:
    if user is None:
        return None
    roles, unit = roles_for(row.actor, locked)
    place = place_of(user, roles, unit=unit)
    return place.acting_for if place else None
