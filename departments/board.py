"""报送看板: the state of every duty to file, its totals by unit and period, and the order of units as a tree.

Whether a form came in time is decided by departments.timeliness; a form sent back shows as returned until it is handed in
again, but keeps its timeliness in the rates (semantics “Periods”).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from departments.choices import Status, Timeliness
from departments.timeliness import lateness, timeliness

DUE = "window__due_at"


class BoardState(models.TextChoices):
    """What a square of the board says."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    MISSING = "missing", _("Missing")
    RETURNED = "returned", _("Returned")
    NOT_DUE = "not_due", _("Not due yet")
    NOT_EXPECTED = "not_expected", _("Not expected")


class Sought(models.TextChoices):
    """What one looks for on the board: a state, or a question that crosses states."""

    OVERDUE = "overdue", _("Late or missing")
    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Late")
    MISSING = "missing", _("Missing")
    RETURNED = "returned", _("Returned")
    WAITING = "waiting", _("Not decided yet")
    NOT_DUE = "not_due", _("Not due yet")


@dataclass(frozen=True, slots=True)
class Square:
    """One unit in one window. `late_by` is how late it came, or how long it has been missing; `submission` its id."""

    state: BoardState
    timeliness: Timeliness | None = None
    submission: int | None = None
    status: str = ""
    late_by: dt.timedelta = dt.timedelta(0)
    nil: bool = False


NOT_EXPECTED = Square(BoardState.NOT_EXPECTED)


@dataclass(frozen=True)
class Tally:
    """Duties counted: on time, late and missing are those that count (应报 = 准时 + 迟报 + 未报); the others are not due yet."""

    on_time: int = 0
    late: int = 0
    missing: int = 0
    not_due: int = 0

    @property
    def due(self) -> int:
        """Duties met or fallen due."""
        return self.on_time + self.late + self.missing

    @property
    def punctual(self) -> Fraction | None:
        """准时率: on time of all that count; None where nothing counts yet."""
        return Fraction(self.on_time, self.due) if self.due else None

    @property
    def complete(self) -> Fraction | None:
        """完整率: handed in, late or not, of all that count; None where nothing counts yet."""
        return Fraction(self.on_time + self.late, self.due) if self.due else None

    @classmethod
    def of(cls, squares: Iterable[Square]) -> "Tally":
        found = [square.timeliness for square in squares]
        return cls(
            found.count(Timeliness.ON_TIME),
            found.count(Timeliness.LATE),
            found.count(Timeliness.MISSING),
            found.count(Timeliness.NOT_DUE),
        )


def square(
    submission: int,
    status: str,
    nil: bool,
    due_at: dt.datetime,
    handed_in_at: dt.datetime | None,
    now: dt.datetime,
) -> Square:
    """The square of a duty, seen at `now`."""
    when = timeliness(due_at, handed_in_at, now)
    state = BoardState.RETURNED if status == Status.RETURNED else BoardState(when.value)
    return Square(state, when, submission, status, lateness(due_at, handed_in_at, now), nil)


def condition(sought: str, now: dt.datetime) -> Q:
    """The submissions in that state at `now`: what `square` says, as a database asks it."""
    back = Q(status=Status.RETURNED)
    handed = Q(handed_in_at__lte=now)
    not_handed = Q(handed_in_at__isnull=True) | Q(handed_in_at__gt=now)
    late = handed & Q(handed_in_at__gt=F(DUE))
    missing = not_handed & Q(**{f"{DUE}__lt": now})
    return {
        Sought.OVERDUE: late | missing,
        Sought.ON_TIME: handed & Q(handed_in_at__lte=F(DUE)) & ~back,
        Sought.LATE: late & ~back,
        Sought.MISSING: missing & ~back,
        Sought.RETURNED: back,
        Sought.WAITING: Q(status__in=[Status.CHECKING, Status.SUBMITTED]),
        Sought.NOT_DUE: not_handed & Q(**{f"{DUE}__gte": now}) & ~back,
    }[Sought(sought)]


def tree_order(units: Sequence[int], parents: Mapping[int, int | None]) -> list[tuple[int, tuple[int, ...]]]:
    """The units, each followed by those below it, with the units above it among them (top first); siblings keep their order."""
    known = set(units)
    below: dict[int | None, list[int]] = {}
    for unit in units:
        parent = parents.get(unit)
        below.setdefault(parent if parent in known and parent != unit else None, []).append(unit)
    found: list[tuple[int, tuple[int, ...]]] = []
    waiting = [(unit, ()) for unit in reversed(below.get(None, []))]
    stack: list[tuple[int, tuple[int, ...]]] = list(waiting)
    while stack:
        unit, above = stack.pop()
        found.append((unit, above))
        stack += [(child, (*above, unit)) for child in reversed(below.get(unit, []))]
    return found
