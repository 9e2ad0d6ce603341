"""我的任务: open work first. For a unit's people their forms; for an office's people what waits and who is missing."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from departments.answer_transitions import OWED
from departments.choices import UNIT_ROLES, Action, RequestState, Role, Status
from departments.models import Item, Request, RequestAnswer, Submission, Window
from departments.permissions import is_unit_staff, memberships_of, offices_of, visible
from departments.services.requests.overview import counted, open_answers
from departments.transitions import can, why_closed
from departments.views.words import time_left

DONE_SHOWN = 12


@dataclass(frozen=True)
class Task:
    """One submission in the clerk's list."""

    submission: Submission
    left: str
    late: bool
    filled: int
    total: int
    may_withdraw: bool
    # Why it can't be filled although it lies here: not opened again, closed.
    closed: str = ""

    @property
    def started(self) -> bool:
        return self.filled > 0 or self.submission.version > 0

    @property
    def percent(self) -> int:
        """Width of the progress bar, whole per cent."""
        return 100 * self.filled // self.total if self.total else 0


@dataclass(frozen=True)
class UnitTasks:
    """The page of a unit's people: lists in the order of work. `to_confirm` is the unit head's."""

    to_fill: list[Task]
    returned: list[Task]
    to_confirm: list[Task]
    waiting: list[Task]
    done: list[Task]
    # Windows in which the person fills for several units: one table serves them all.
    tables: list[Window]


@dataclass(frozen=True)
class WindowState:
    """How far an open window is: units expected, reported (handed in), approved, waiting for a decision."""

    window: Window
    expected: int
    reported: int
    approved: int
    waiting: int
    left: str
    late: bool

    @property
    def missing(self) -> int:
        return self.expected - self.reported


def unit_tasks(user: Any) -> UnitTasks | None:
    """None for people who fill no form."""
    if not is_unit_staff(user):
        return None
    units = {m.unit_id for m in memberships_of(user) if m.role in UNIT_ROLES}
    now = timezone.now()
    rows = list(
        visible(Submission.objects.filter(unit__in=units, window__opens_at__lte=now), user)
        .select_related("window__form__office", "unit__office", "submitted_by", "decided_by")
        .annotate(answered=Count("figures", filter=Q(figures__item__may_be_blank=False)))
        .order_by("window__due_at", "window__form__order", "unit__protocol_order")
    )
    totals = dict(
        Item.objects.filter(form__in={row.window.form_id for row in rows}, may_be_blank=False)
        .exclude(kind="computed")
        .values_list("form")
        .annotate(n=Count("pk"))
        .values_list("form", "n")
    )
    lists: dict[str, list[Task]] = {status: [] for status in (*Status.values, "to_confirm")}
    for row in rows:
        mine = row.status == Status.CHECKING and can(Action.CONFIRM, row, user)
        lists["to_confirm" if mine else row.status].append(
            Task(
                row,
                time_left(row.window.due_at, now),
                now > row.window.due_at,
                row.answered,
                totals.get(row.window.form_id, 0),
                row.status in (Status.CHECKING, Status.SUBMITTED) and can(Action.WITHDRAW, row, user),
                why_closed(row, now) if row.is_editable else "",
            )
        )
    return UnitTasks(
        lists[Status.DRAFT],
        lists[Status.RETURNED] + lists[Status.REOPENED],
        lists["to_confirm"],
        lists[Status.CHECKING] + lists[Status.SUBMITTED],
        lists[Status.APPROVED][::-1][:DONE_SHOWN],
        _shared_windows([*lists[Status.DRAFT], *lists[Status.RETURNED], *lists[Status.REOPENED]]),
    )


def _shared_windows(tasks: list[Task]) -> list[Window]:
    windows = [task.submission.window for task in tasks]
    return [window for window, times in Counter(windows).items() if times > 1]


def office_tasks(user: Any) -> list[WindowState] | None:
    """Windows of the offices the person works for in which somebody still has something to do; None for units' people.

    Past its due time a window leaves the list when all its forms are approved; a closed one stays while a form waits.
    """
    offices = offices_of(user, {Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER})
    if not offices.exists():
        return None
    now = timezone.now()
    own = Submission.objects.filter(window=OuterRef("pk"))
    waits, unfinished = own.filter(status=Status.SUBMITTED), own.exclude(status=Status.APPROVED)
    windows = (
        Window.objects.filter(form__office__in=offices, opens_at__lte=now)
        .filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now) | Exists(waits))
        .filter(Q(due_at__gt=now) | Exists(unfinished))
        .select_related("form__office")
        .annotate(
            n=Count("submissions", distinct=True),
            n_approved=Count("submissions", filter=Q(submissions__status=Status.APPROVED), distinct=True),
            n_waiting=Count("submissions", filter=Q(submissions__status=Status.SUBMITTED), distinct=True),
            n_checking=Count("submissions", filter=Q(submissions__status=Status.CHECKING), distinct=True),
        )
        .order_by("due_at", "form__order")
    )
    return [
        WindowState(
            w,
            w.n,
            w.n_approved + w.n_waiting + w.n_checking,
            w.n_approved,
            w.n_waiting,
            time_left(w.due_at, now),
            now > w.due_at,
        )
        for w in windows
    ]


@dataclass(frozen=True)
class RequestTask:
    """What one unit of the person was asked by an open request; `owed`: it is the unit's turn."""

    answer: RequestAnswer
    left: str
    overdue: bool
    owed: bool


@dataclass(frozen=True)
class OpenRequest:
    """How far an open request is; the counts stand on the request (overview.counted)."""

    request: Request
    unanswered: int
    left: str
    overdue: bool


def request_tasks(user: Any) -> list[RequestTask]:
    """The open requests to the person's units that are not accepted yet, by due moment."""
    now = timezone.now()
    return [
        RequestTask(
            answer,
            "" if answer.handed_in_at else time_left(answer.request.due_at, now),
            answer.handed_in_at is None and answer.request.due_at < now,
            answer.state in OWED,
        )
        for answer in open_answers(user, UNIT_ROLES)
    ]


def office_requests(user: Any) -> list[OpenRequest]:
    """The open requests of the offices the person works for in which somebody still has something to do."""
    offices = offices_of(user, {Role.ADMINISTRATOR, Role.REVIEWER, Role.ISSUER})
    now = timezone.now()
    found = counted(Request.objects.filter(office__in=offices, state=RequestState.ISSUED))
    return [
        OpenRequest(row, row.n_asked - row.n_answered, time_left(row.due_at, now), row.due_at < now)
        for row in found.exclude(n_accepted=F("n_asked")).order_by("due_at", "pk")
    ]
