"""What the board shows, read with a fixed number of queries whatever the number of units and periods. Reads only."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from departments.board import NOT_EXPECTED, BoardState, Square, Tally, square, tree_order
from departments.choices import EntryMode, Role, Status, Timeliness
from departments.models import Notice, Office, Submission, Unit, UnitVersion, Window
from departments.permissions import memberships_of, visible
from departments.services.duties import duties
from departments.services.notices import staff_by_unit
from departments.templatetags.people import person_name

_FIELDS = ("pk", "unit", "window", "status", "nil_return", "handed_in_at")


@dataclass(frozen=True)
class Row:
    """One unit: its squares in the order of the windows, the units above it in the table (top first), and what lies below."""

    unit: Unit
    squares: tuple[Square, ...]
    tally: Tally
    above: tuple[int, ...] = ()
    below: int = 0
    missing_below: int = 0


@dataclass(frozen=True)
class Board:
    """Units × windows; `columns` are the totals per window, `states` how often each state stands there."""

    windows: list[Window]
    rows: list[Row]
    columns: list[Tally]
    total: Tally
    states: Counter[BoardState]


@dataclass(frozen=True)
class Coverage:
    """How far one window is: units expected, handed in (and not given back), approved, and who is still not approved."""

    window: Window
    expected: int
    handed_in: int
    approved: int
    holding: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Filing:
    """One duty in a list. `contacts` are its unit's clerks, without clerks its heads; `told` the last reminder of each person."""

    submission: Submission
    square: Square
    contacts: tuple[str, ...] = ()
    told: tuple[Notice, ...] = ()


def sees_whole_office(user: Any, office: Office) -> bool:
    """People with an office role, and viewers without a unit."""
    return user.is_superuser or any(
        m.office_id == office.pk and m.unit_id is None for m in memberships_of(user)
    )


def load_board(
    submissions: QuerySet[Submission], windows: Sequence[Window], *, user: Any, office: Office
) -> Board:
    """The board of these submissions (already narrowed to what the person may see) in these windows, in their order."""
    now = timezone.now()
    due = {window.pk: window.due_at for window in windows}
    expected = set(duties(submissions).values_list("pk", flat=True))
    found: dict[tuple[int, int], Square] = {}
    for pk, unit, window, status, nil, handed_in_at in submissions.values_list(*_FIELDS):
        found[unit, window] = (
            square(pk, status, nil, due[window], handed_in_at, now)
            if pk in expected
            else Square(BoardState.NOT_EXPECTED, submission=pk, status=status)
        )
    rows = _rows(found, [window.pk for window in windows], user, office)
    squares = [row.squares for row in rows]
    return Board(
        list(windows),
        rows,
        [Tally.of(column) for column in zip(*squares, strict=True)],
        Tally.of(one for line in squares for one in line),
        Counter(one.state for line in squares for one in line),
    )


def _rows(found: dict[tuple[int, int], Square], windows: list[int], user: Any, office: Office) -> list[Row]:
    """In the order of the tree; a unit that files nothing stands above its units where the person may see the office."""
    own = {unit for unit, _window in found}
    parents = dict(
        UnitVersion.objects.on(timezone.localdate()).filter(unit__office=office).values_list("unit", "parent")
    )
    wanted = set(own)
    if sees_whole_office(user, office):
        for unit in own:
            step = parents.get(unit)
            while step is not None and step not in wanted:
                wanted.add(step)
                step = parents.get(step)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=wanted).order_by("protocol_order", "code")}
    lines = {unit: tuple(found.get((unit, window), NOT_EXPECTED) for window in windows) for unit in units}
    order = tree_order(list(units), parents)
    below: Counter[int] = Counter()
    missing: Counter[int] = Counter()
    for unit, above in order:
        gone = sum(one.timeliness == Timeliness.MISSING for one in lines[unit])
        below.update(above)
        missing.update(dict.fromkeys(above, gone))
    return [
        Row(units[unit], lines[unit], Tally.of(lines[unit]), above, below[unit], missing[unit])
        for unit, above in order
    ]


def load_filings(
    submissions: QuerySet[Submission], *, user: Any, office: Office, limit: int | None = None
) -> list[Filing]:
    """These duties one by one, newest due first; whom to ask and who was reminded only for people of the whole office."""
    now = timezone.now()
    rows = list(
        duties(submissions)
        .select_related("unit", "window__form")
        .order_by("-window__due_at", "window__form__order", "unit__protocol_order", "unit__code")[:limit]
    )
    contacts: dict[int, tuple[str, ...]] = {}
    told: dict[int, dict[int, Notice]] = {}
    if sees_whole_office(user, office):
        contacts = contacts_by_unit(office, now)
        notices = Notice.objects.filter(
            submission__in=rows, at__lte=now, kind__in=("reminder", "overdue", "escalation")
        )
        for notice in notices.select_related("user").order_by("at"):
            if notice.submission_id is not None:
                told.setdefault(notice.submission_id, {})[notice.user_id] = notice
    return [
        Filing(
            row,
            square(row.pk, row.status, row.nil_return, row.window.due_at, row.handed_in_at, now),
            contacts.get(row.unit_id, ()),
            tuple(told.get(row.pk, {}).values()),
        )
        for row in rows
    ]


def contacts_by_unit(office: Office, now: dt.datetime) -> dict[int, tuple[str, ...]]:
    """Unit id → names of its clerks, without clerks of its heads."""
    found: dict[int, tuple[str, ...]] = {}
    for role in (Role.UNIT_HEAD, Role.CLERK):
        for unit, people in staff_by_unit(office, {role}, now).items():
            if unit is not None:
                found[unit] = tuple(map(person_name, people))
    return found


def coverage(submissions: QuerySet[Submission], windows: Sequence[Window]) -> list[Coverage]:
    """应报、已报、已审 of each window among these submissions, and the units whose form is not approved yet."""
    asked = duties(submissions.filter(window__in=windows))
    holding: dict[int, list[tuple[str, int]]] = {}
    names = asked.exclude(status=Status.APPROVED).order_by("unit__protocol_order", "unit__code")
    for window, name, pk in names.values_list("window", "unit__name", "pk"):
        holding.setdefault(window, []).append((name, pk))
    counts = {
        window: (expected, handed_in, approved)
        for window, expected, handed_in, approved in asked.order_by()
        .values("window")
        .annotate(
            expected=Count("pk"),
            handed_in=Count("pk", filter=Q(status__in=[Status.CHECKING, Status.SUBMITTED, Status.APPROVED])),
            approved=Count("pk", filter=Q(status=Status.APPROVED)),
        )
        .values_list(F("window"), "expected", "handed_in", "approved")
    }
    return [
        Coverage(window, *counts[window.pk], tuple(holding.get(window.pk, ())))
        for window in windows
        if window.pk in counts
    ]


def owed(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Of these, the duties of units themselves that nobody has handed in yet: whom a reminder can reach."""
    return (
        duties(submissions)
        .filter(handed_in_at__isnull=True, window__form__entered_by=EntryMode.UNIT)
        .select_related("unit", "window__form__office")
        .order_by("window__due_at", "unit__protocol_order", "unit__code")
    )


def visible_submissions(user: Any) -> QuerySet[Submission]:
    """Every submission the person may see whose window has opened."""
    return visible(Submission.objects.filter(window__opens_at__lte=timezone.now()), user)
